"""The front door of the decision point: what happened goes in, what is to be said comes out, and always why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from unavoce.collect import api as collect
from unavoce.commerce import api as commerce
from unavoce.content import api as content
from unavoce.decide import conditions, rules, store
from unavoce.decide import export as exporting
from unavoce.decide import journey as definitions
from unavoce.decide import policy as policies
from unavoce.decide import tick as ticking
from unavoce.decide.handover import desk
from unavoce.decide.handover.desk import Settlement
from unavoce.decide.journey import Step, title, ways
from unavoce.decide.model import (
    Arm,
    Decision,
    FlipSeen,
    Intent,
    IntentState,
    Noticed,
    NotLive,
    NotPaused,
    Op,
    Reason,
    Status,
    Transition,
    UnknownJourney,
    Verdict,
)
from unavoce.decide.policy import Policy
from unavoce.decide.reconcile import PURCHASE, RULE_EVENTS
from unavoce.decide.reports import store as reports
from unavoce.decide.reports.store import Flow, Tally
from unavoce.decide.store import Published
from unavoce.decide.tick import Ticked
from unavoce.decide.world import Suppression
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction

__all__ = [
    "Decision", "FlipSeen", "Intent", "IntentState", "Noticed", "Op", "Policy", "Reason", "Settlement", "Suppression",
    "Ticked", "Transition", "Verdict",
]  # fmt: skip

_HISTORY_KEEPS = ("order_id",)
Cursor = tuple[datetime, int]
"""The time and the id of the decision a page ends with."""


class Flipped(Protocol):
    """Anything that says who entered or left a segment."""

    @property
    def segment(self) -> str:
        """The segment's key."""
        ...

    @property
    def customer(self) -> int:
        """Who."""
        ...

    @property
    def iid(self) -> int:
        """The identifier her membership is kept under."""
        ...

    @property
    def direction(self) -> str:
        """`entered` or `left`."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def cause(self) -> str:
        """Because of what."""
        ...


class Linked(Protocol):
    """Anything that names an identifier whose customer has changed."""

    @property
    def iid(self) -> int:
        """The identifier."""
        ...


@dataclass(frozen=True, slots=True)
class StepNow:
    """A step of a journey: where it leads, how many stand on it and how many have passed."""

    id: str
    type: str
    title: str
    next: tuple[tuple[str | None, str], ...]
    waiting: int
    passed: int


@dataclass(frozen=True, slots=True)
class JourneyNow:
    """A journey with its numbers."""

    key: str
    name: Mapping[str, str]
    status: Status
    version: int
    published_at: datetime
    definition: Mapping[str, object]
    entered: int
    active: int
    completed: int
    exited: int
    goal_rate: float | None
    steps: tuple[StepNow, ...]


@dataclass(frozen=True, slots=True)
class Goals:
    """Customers of a journey who were, or would have been, spoken to, and who of them reached its goal, by arm."""

    treated_n: int
    treated_goals: int
    holdout_n: int
    holdout_goals: int


# --- what happens ---


def listened_for(tx: Transaction) -> frozenset[str]:
    """The names of the events that anybody waits for; `notice` passes over all others."""
    return store.interest(tx) | RULE_EVENTS


def notice(
    tx: Transaction, events: Sequence[Noticed], flips: Sequence[Flipped] = (), links: Iterable[Linked] = ()
) -> int:
    """Take over what happened, inside the transaction that made it history; returns how much of it matters.

    Events nobody waits for are passed over. Of history (imports, and events far older than their arrival) only
    purchases count that still keep something from somebody.
    """
    wanted = store.interest(tx) | RULE_EVENTS
    policy = store.policy(tx)
    longest = _longest_suppression(tx, policy)
    kept = [short for each in events if each.name in wanted and (short := _short(each, policy, longest)) is not None]
    kept += [event for each in flips if (event := _as_event(each)).name in wanted]
    store.relink(tx, [each.iid for each in links])
    return store.notice(tx, kept) if kept else 0


def notice_flips(tx: Transaction, flips: Sequence[Flipped]) -> None:
    """Take over who entered and left segments without an event of her own, as time went by."""
    notice(tx, (), flips)


def _longest_suppression(tx: Transaction, policy: Policy) -> float:
    return max([policy.purchase_days, *(float(rule.days) for rule in commerce.category_rules(tx).values())])


def _short(event: Noticed, policy: Policy, longest_days: float) -> Noticed | None:
    age = event.received_at - event.at
    if not event.historic and age.total_seconds() <= policy.history_hours * 3600:
        return event
    if event.name != PURCHASE or age.days > longest_days:
        return None
    order = {name: event.properties[name] for name in _HISTORY_KEEPS if name in event.properties}
    return Noticed(
        event.iid, event.customer, event.name, event.at, event.received_at, event.message_id, order, event.store,
        event.product_ids, event.categories, historic=True,
    )  # fmt: skip


def _as_event(flip: Flipped) -> Noticed:
    name = definitions.flip_name(str(flip.direction), flip.segment)
    said = {"segment": flip.segment, "cause": flip.cause}
    return Noticed(flip.iid, flip.customer, name, flip.at, flip.at, message_id_of(flip), said)


def message_id_of(flip: Flipped) -> str:
    """By what message id a flip is noticed: what it causes names this as its cause."""
    return f"flip:{flip.segment}:{flip.iid:x}:{flip.direction}:{flip.at.isoformat()}"


def tick(postgres: Postgres, facts: Facts, now: datetime) -> Ticked:
    """Play everything that takes effect before `now`; one transaction, exactly once under any crash.

    Time stands still before a call that is accepted and not yet history, so that a slow pump changes no outcome.
    """
    if not ticking.waits(postgres, now):
        return Ticked(now)
    return ticking.tick(postgres, collect.watermark(postgres, now), predicates_in(facts))


def predicates_in(facts: Facts) -> ticking.Predicates:
    """Conditions of branches, answered from the facts."""
    return conditions.asked_of(facts)


def export(postgres: Postgres, facts: Facts) -> int:
    """Copy what is new in the logs to ClickHouse in pinned batches; returns how many rows."""
    return exporting.export(postgres, facts)


# --- journeys ---


def publish(tx: Transaction, definition: Mapping[str, object], now: datetime) -> Published:
    """Check a journey and let it take customers; those on an older version finish on it."""
    journey = definitions.read(definition)
    rules.check(journey, {each.key: each.channels for each in content.messages(tx)})
    conditions.check(journey)
    store.publish(tx, journey, now)
    _set_interest(tx)
    return store.journeys(tx, journey.key)[0]


def _set_interest(tx: Transaction) -> None:
    names = {name for live in store.versions(tx).values() for name in definitions.names_awaited(live.journey)}
    store.set_interest(tx, names)


def pause(tx: Transaction, key: str, now: datetime) -> None:
    """Let a journey rest: it takes nobody, moves nobody by time and hands nothing over; exits still count."""
    _known(tx, key)
    if not store.set_status(tx, key, Status.LIVE, Status.PAUSED, now):
        raise NotLive(journey=key)


def resume(tx: Transaction, key: str, now: datetime) -> None:
    """Let a resting journey go on; what is past its time by now expires instead of bursting out."""
    _known(tx, key)
    if not store.set_status(tx, key, Status.PAUSED, Status.LIVE, now):
        raise NotPaused(journey=key)


def _known(tx: Transaction, key: str) -> Published:
    found = store.journeys(tx, key)
    if not found:
        raise UnknownJourney(journey=key)
    return found[0]


def journeys(tx: Transaction) -> list[JourneyNow]:
    """Every journey with its numbers."""
    flows, rates = reports.flows(tx), reports.goal_rates(tx)
    return [_now(each, flows, rates) for each in store.journeys(tx)]


def journey(tx: Transaction, key: str) -> JourneyNow:
    """One journey with its numbers, step by step."""
    return _now(_known(tx, key), reports.flows(tx, key), reports.goal_rates(tx))


def counts(tx: Transaction, key: str) -> dict[str, tuple[int, int]]:
    """How many stand on each step of a journey and how many have passed it; `end:...` are the ways out."""
    return {flow.step: (flow.came - flow.went, flow.went) for flow in reports.flows(tx, key)}


def _now(published: Published, flows: Sequence[Flow], rates: Mapping[str, Tally]) -> JourneyNow:
    key = published.journey.key
    own = {flow.step: flow for flow in flows if flow.journey == key}
    over = {step.removeprefix("end:"): flow.came - flow.went for step, flow in own.items() if step.startswith("end:")}
    rate = rates.get(key)
    entered = rate.entered if rate else 0
    return JourneyNow(
        key=key,
        name=published.journey.name,
        status=published.status,
        version=published.version,
        published_at=published.published_at,
        definition=definitions.written(published.journey),
        entered=entered,
        active=entered - sum(over.values()),
        completed=over.get("completed", 0),
        exited=sum(count for way, count in over.items() if way != "completed"),
        goal_rate=rate.reached / rate.entered if rate and rate.entered and published.journey.goals else None,
        steps=tuple(_step_now(name, step, own.get(name)) for name, step in published.journey.steps.items()),
    )


def _step_now(name: str, step: Step, flow: Flow | None) -> StepNow:
    kind = str(definitions.type_of(step))
    onward = tuple((to, label) for label, to in ways(step))
    return StepNow(name, kind, title(step), onward, flow.came - flow.went if flow else 0, flow.went if flow else 0)


def goal_table(tx: Transaction, key: str) -> Goals:
    """What the holdout is compared with; raises UnknownJourney."""
    _known(tx, key)
    arms = reports.goals_by_arm(tx, key)
    treated, holdout = arms.get(Arm.TREATED), arms.get(Arm.HOLDOUT)
    return Goals(
        treated.entered if treated else 0,
        treated.reached if treated else 0,
        holdout.entered if holdout else 0,
        holdout.reached if holdout else 0,
    )


def entered_since(tx: Transaction, since: datetime) -> dict[str, int]:
    """How many entered each journey since a moment."""
    return reports.entered_since(tx, since)


# --- the rules of contact ---


def policy(tx: Transaction) -> Policy:
    """The rules of contact in force."""
    return store.policy(tx)


def put_policy(tx: Transaction, document: Mapping[str, object], now: datetime) -> Policy:
    """Replace the rules of contact; raises BadPolicy, and UnknownJourney for an unpublished post-purchase journey."""
    wanted = policies.read(document)
    if wanted.post_purchase_journey:
        _known(tx, wanted.post_purchase_journey)
    store.put_policy(tx, wanted, now)
    return wanted


# --- what was decided about her ---


def decisions_of(
    tx: Transaction,
    iids: Sequence[int] | None,
    *,
    limit: int = 50,
    before: datetime | None = None,
    after: Cursor | None = None,
    journey: str | None = None,
    reason: str | None = None,
) -> list[Decision]:
    """The newest decisions about these identifiers (None: about anybody), older than `before` or behind a cursor."""
    at, id_ = after or (None, None)
    return reports.decision_page(
        tx, iids=iids, journey=journey, reason=reason, before=before, at=at, id_=id_, fit=limit
    )


def intents_of(
    tx: Transaction, iids: Sequence[int], *, before: datetime | None = None, limit: int = 50
) -> list[Intent]:
    """The newest intents for these identifiers."""
    return reports.intents(tx, iids, before=before, fit=limit)


def transitions_of(
    tx: Transaction, iids: Sequence[int], *, before: datetime | None = None, limit: int = 50
) -> list[Transition]:
    """The newest moves of these identifiers through journeys."""
    return reports.transitions(tx, iids, before=before, fit=limit)


def suppressions_of(tx: Transaction, iids: Sequence[int], now: datetime) -> list[Suppression]:
    """What is kept from these identifiers at this moment, and until when."""
    return reports.suppressions_now(tx, iids, now)


# --- hand-over ---


def claim(
    tx: Transaction, *, limit: int, worker: str, now: datetime, lease_seconds: float,
    channels: Sequence[str] | None = None,
) -> list[Intent]:  # fmt: skip
    """Give a sender what is ready, for so many seconds; what is past its time expires here."""
    return desk.claim(tx, limit=limit, worker=worker, now=now, lease_seconds=lease_seconds, channels=channels)


def recheck(tx: Transaction, intents: Sequence[Intent], now: datetime) -> list[Intent]:
    """Which of these claimed intents may be handed over at this very moment; the others are taken back or put off."""
    return desk.recheck(tx, intents, now)


def settle(tx: Transaction, outcomes: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of hand-overs; nothing that was taken back comes to life again."""
    desk.settle(tx, outcomes, now)
