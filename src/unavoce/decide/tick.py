"""One tick: take what happened and who is due, play it as sets, commit once."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog

from unavoce.collect import api as collect
from unavoce.commerce import api as commerce
from unavoce.content import api as content
from unavoce.decide import kernel, store
from unavoce.decide.contacts import contacts
from unavoce.decide.model import Noticed
from unavoce.decide.policy import Policy
from unavoce.decide.walk import Ask
from unavoce.decide.world import CategoryRule, Effect, MessageFacts, Outcome, Program, World
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profile
from unavoce.runtime import failpoint
from unavoce.runtime.postgres import Postgres, Transaction

# What one transaction takes at most; a larger backlog takes several ticks.
_FIT = 20_000
# Whom we could not play is tried again after this.
_AGAIN = timedelta(minutes=1)
_log = structlog.get_logger("unavoce.decide")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A merge tells a journey what happened to the other half so long ago; intents further back fill no cap.
_REMEMBERED = timedelta(days=7)
_LONGEST_CAP = timedelta(days=31)
_SUPPRESSIONS_KEPT = timedelta(days=90)

T = TypeVar("T")
Predicates = Callable[[Transaction, Sequence[Ask]], Sequence[bool]]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did."""

    until: datetime
    events: int = 0
    entered: int = 0
    transitions: int = 0
    decisions: int = 0
    intents: int = 0

    @property
    def busy(self) -> bool:
        """Whether anything moved."""
        return bool(self.events or self.transitions or self.decisions or self.intents)


def waits(postgres: Postgres, now: datetime) -> bool:
    """Whether there is anything to play before `now`."""
    with postgres.transaction() as tx:
        return store.anything(tx, _window_end(now, store.policy(tx)))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Look for no garbage: a tick's many small values hold no circles, and looking takes longer than playing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def tick(postgres: Postgres, now: datetime, predicates: Predicates) -> Ticked:
    """Play everything that takes effect before `now`, in whole competition windows; one transaction."""
    with postgres.transaction() as tx, _undisturbed():
        policy = store.policy(tx)
        if not store.anything(tx, _window_end(now, policy)):
            return Ticked(now)
        since = store.lock_position(tx)
        until = _until(tx, since, now, policy)
        if until <= since:
            return Ticked(since)
        events = store.take_noticed(tx, until)
        relinked = store.take_relinked(tx)
        due = store.take_due(tx, until, _FIT)
        failpoint.reach("tick.after_take")
        outcome = Outcome()
        if events or relinked or due:
            worlds = _worlds(tx, since, events, relinked, due)
            program = _program(tx, policy, since, until, worlds)
            outcome = kernel.tick(
                worlds, program, lambda wanted: contacts(tx, wanted), lambda asks: list(predicates(tx, asks))
            )
            failpoint.reach("tick.after_advance")
            store.write(tx, outcome)
            _put_off(tx, outcome, worlds, until)
            _emit(tx, outcome.effects, now)
            failpoint.reach("tick.after_write")
        store.put_position(tx, until)
        store.forget_happened(tx, until - _REMEMBERED)
        failpoint.reach("tick.before_commit")
    failpoint.reach("tick.after_commit")
    return Ticked(
        until,
        len(events),
        len(outcome.entered),
        len(outcome.transitions),
        len(outcome.decisions),
        len(outcome.intents),
    )


def _window_end(moment: datetime, policy: Policy) -> datetime:
    """The end of the last competition window that is over at a moment; windows are aligned to the clock."""
    window = timedelta(seconds=policy.competition_seconds)
    return _EPOCH + (moment - _EPOCH) // window * window


def _until(tx: Transaction, since: datetime, now: datetime, policy: Policy) -> datetime:
    """The end of the last whole window, or earlier where more would not fit into one tick."""
    whole = _window_end(now, policy)
    ahead = [_window_end(bound, policy) for bound in store.bounds(tx, _FIT) if bound > since]
    fitting = min([whole, *ahead])
    # Many at one moment, as after a pause, are taken all the same: a window is never played in parts.
    window = timedelta(seconds=policy.competition_seconds)
    return fitting if fitting > since else min(whole, max(since, fitting) + window)


def _program(tx: Transaction, policy: Policy, since: datetime, until: datetime, worlds: Sequence[World]) -> Program:
    return Program(
        journeys=store.versions(tx),
        policy=policy,
        messages=_messages(tx),
        category_rules=_category_rules(tx),
        product_categories=_product_categories(tx, worlds),
        since=since,
        until=until,
    )


def _messages(tx: Transaction) -> dict[str, MessageFacts]:
    return {each.key: MessageFacts(each.purpose, each.category, each.channels) for each in content.messages(tx)}


def _category_rules(tx: Transaction) -> dict[str, CategoryRule]:
    rules = commerce.category_rules(tx)
    return {name: CategoryRule(str(rule.kind), float(rule.days)) for name, rule in rules.items()}


def _product_categories(tx: Transaction, worlds: Sequence[World]) -> dict[str, str]:
    """The categories of every product that these customers have to do with."""
    heard = [event for world in worlds for event in (*world.events, *world.recent)]
    heard += [enrolment.entry for world in worlds for enrolment in world.enrolments]
    products = {product for event in heard for product in event.product_ids}
    return {key: product.category or "" for key, product in commerce.products(tx, sorted(products)).items()}


def _worlds(
    tx: Transaction, since: datetime, events: Sequence[Noticed], relinked: set[int], due: set[int]
) -> list[World]:
    """Everybody who is touched, each with all her books under the present links."""
    touched = {event.iid for event in events} | relinked | due
    customers = profile.customers_of(tx, [Iid(each) for each in touched])
    members = profile.members_of(tx, set(customers.values()))
    whose = {iid: customer for customer, iids in members.items() for iid in iids}
    whose |= customers
    everyone = sorted(whose)
    enrolments = _by_customer(store.enrolments_of(tx, everyone), whose, lambda each: each.iid)
    intents = _by_customer(store.intents_of(tx, everyone, since - _LONGEST_CAP), whose, lambda each: each.iid)
    kept = store.suppressions_of(tx, everyone, since - _SUPPRESSIONS_KEPT)
    suppressions = _by_customer(kept, whose, lambda each: each.iid)
    heard = _by_customer(events, whose, lambda each: each.iid)
    linked = {whose[Iid(each)] for each in relinked if each in whose}
    theirs = [iid for customer in linked for iid in members.get(customer, ())]
    told = {event.message_id for event in events}
    before = [each for each in store.happened(tx, theirs, since) if each.message_id not in told] if theirs else []
    recent = _by_customer(before, whose, lambda each: each.iid)
    return [
        World(
            customer=customer,
            iids=frozenset(members.get(customer, (Iid(customer),))),
            enrolments=tuple(enrolments.get(customer, ())),
            events=tuple(heard.get(customer, ())),
            recent=tuple(recent.get(customer, ())),
            intents=tuple(intents.get(customer, ())),
            suppressions=tuple(suppressions.get(customer, ())),
            relinked_at=since if customer in linked else None,
        )
        for customer in sorted(set(customers.values()))
    ]


def _by_customer(rows: Iterable[T], whose: Mapping[Iid, CustomerId], iid: Callable[[T], int]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[whose[Iid(iid(row))]].append(row)
    return found


def _put_off(tx: Transaction, outcome: Outcome, worlds: Sequence[World], until: datetime) -> None:
    """Whom we could not play is tried again after a while; meanwhile everybody else's time goes on."""
    broken = dict(outcome.broken)
    for world in worlds:
        if world.customer in broken:
            _log.error("customer not played", customer=text_of(world.customer), error=repr(broken[world.customer]))
            store.put_off(tx, [event.message_id for event in world.events], world.iids, until + _AGAIN)


def _emit(tx: Transaction, effects: Sequence[Effect], now: datetime) -> None:
    """What actions want to happen goes in through the front, as events of ours."""
    customers = {CustomerId(each.customer) for each in effects}
    addresses = profile.addresses_of(tx, customers) if customers else {}
    for each in effects:
        known = addresses.get(CustomerId(each.customer), {})
        identifiers = [(kind, values[0]) for kind, values in sorted(known.items()) if values][:1]
        if identifiers:
            said = f"decide-{each.enrolment:x}-{each.seq}-{each.name}"
            collect.emit(
                tx, each.name, identifiers, each.properties, each.at, said, now, traits=dict(each.traits) or None
            )
