"""A customer's timeline: events, decisions, deliveries, moves and segment changes on one page, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue, TypeAdapter

from unavoce.access.api import Scope, masked
from unavoce.apps.customers.pages import Cut, Place, cut, enough
from unavoce.apps.customers.wire import DecisionOut, Kind, Moment
from unavoce.collect import api as collect
from unavoce.decide import api as decide
from unavoce.deliver import api as deliver
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segment

_ANY: TypeAdapter[object] = TypeAdapter(object)
_JSON = TypeAdapter(dict[str, JsonValue])
KINDS: tuple[Kind, ...] = ("event", "decision", "delivery", "transition", "flip")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline it is, and what the one who looks may see of it; not in clear, nothing that names her."""

    customer: CustomerId
    iids: tuple[Iid, ...]
    scope: Scope
    in_clear: bool
    tags: profile.Tags
    words: frozenset[str]
    """Her name and identifiers, which no text may tell to who does not see in clear."""

    def shown(self, properties: Mapping[str, object]) -> Mapping[str, object]:
        """Event properties as this person may see them."""
        return properties if self.in_clear else self.tags.hidden(properties, self.words, masked)


def moments(
    tx: Transaction, facts: Facts, whose: Subject, kinds: Sequence[Kind], here: Place, limit: int
) -> Cut[Moment]:
    """A page of a timeline; each origin is asked for enough to fill it alone.

    What is of the same instant is told effect before cause, like everything newer before older.
    """
    origins: dict[Kind, Callable[[int], list[Moment]]] = {
        "delivery": lambda most: _deliveries(tx, whose, here, most),
        "decision": lambda most: [_of_decision(one) for one in _decisions(tx, whose, here, most)],
        "transition": lambda most: _transitions(tx, whose, here, most),
        "flip": lambda most: _flips(tx, whose, here, most),
        "event": lambda most: _events(facts, whose, here, most),
    }
    found: list[Moment] = []
    for kind, ask in origins.items():
        if kind in kinds:
            found += enough(ask, here, limit, at=_when)
    return cut(found, here, limit, at=_when)


def decisions(tx: Transaction, whose: Subject, here: Place, limit: int) -> Cut[DecisionOut]:
    """A page of the decisions about a customer."""

    def ask(most: int) -> list[DecisionOut]:
        return [decision_out(one) for one in _decisions(tx, whose, here, most)]

    return cut(enough(ask, here, limit, at=_when), here, limit, at=_when)


def _when(one: Moment | DecisionOut) -> datetime:
    return one.at


def _events(facts: Facts, whose: Subject, here: Place, wanted: int) -> list[Moment]:
    seen = collect.events_of(facts, whose.iids, before=here.before, limit=wanted, stores=whose.scope.stores)
    return [
        Moment(
            id=f"event-{one.event_id.hex()}",
            kind="event",
            at=one.at,
            channel=one.channel,
            title=one.name,
            store=one.store,
            detail=_plain(
                {
                    "source": one.source,
                    "message_id": one.message_id,
                    "order_id": one.order_id,
                    "revenue_minor": one.revenue_minor,
                    "currency": one.currency,
                    "campaign": one.campaign,
                    "utm_source": one.utm_source,
                    "clamped": one.clamped,
                    "received_at": one.received_at,
                    "properties": whose.shown(one.properties),
                }
            ),
        )
        for one in seen
    ]


def _decisions(tx: Transaction, whose: Subject, here: Place, wanted: int) -> list[decide.Decision]:
    return decide.decisions_of(tx, whose.iids, before=here.before, limit=wanted)


def _of_decision(one: decide.Decision) -> Moment:
    said = decision_out(one)
    return Moment(
        id=f"decision-{said.id}",
        kind="decision",
        at=one.at,
        channel=one.channel,
        title=one.message or one.step,
        store="",
        reason=said.reason,
        detail=_plain(said.model_dump(exclude={"id", "at"})),
    )


def decision_out(one: decide.Decision) -> DecisionOut:
    """A decision as the screens read it."""
    return DecisionOut(
        id=text_of(one.id),
        at=one.at,
        journey=one.journey,
        step=one.step,
        channel=one.channel,
        message=one.message,
        verdict=one.verdict.value,
        reason=one.reason.value,
        rule=one.rule,
        blocked_by=text_of(one.blocked_by) if one.blocked_by is not None else None,
        planned_for=one.planned_for,
        detail=_plain(one.detail),
    )


def _deliveries(tx: Transaction, whose: Subject, here: Place, wanted: int) -> list[Moment]:
    return [
        Moment(
            id=f"delivery-{one.key}",
            kind="delivery",
            at=one.handed_at,
            channel=one.channel,
            title=one.message or one.audience,
            store="",
            reason=one.state,
            detail=_plain(
                {
                    "journey": one.journey,
                    "step": one.step,
                    "op": one.op,
                    "language": one.language,
                    "subject": one.subject if whose.in_clear else "",
                    "text": one.body if whose.in_clear else "",
                    "products": one.products,
                    "attempts": one.attempts,
                }
            ),
        )
        for one in deliver.messages_of(tx, whose.iids, before=here.before, limit=wanted)
    ]


def _transitions(tx: Transaction, whose: Subject, here: Place, wanted: int) -> list[Moment]:
    return [
        Moment(
            id=f"transition-{text_of(one.enrolment)}-{one.seq}",
            kind="transition",
            at=one.at,
            channel="",
            title=one.journey,
            store="",
            reason=one.move.value,
            detail={"from": one.from_step, "to": one.to_step, "cause": one.cause, "version": one.version},
        )
        for one in decide.transitions_of(tx, whose.iids, before=here.before, limit=wanted)
    ]


def _flips(tx: Transaction, whose: Subject, here: Place, wanted: int) -> list[Moment]:
    return [
        Moment(
            id=f"flip-{one.id}",
            kind="flip",
            at=one.at,
            channel="",
            title=one.segment,
            store="",
            reason=one.direction.value,
            detail={"cause": one.cause, "cause_kind": one.cause_kind.value},
        )
        for one in segment.flips_of(tx, whose.iids, before=(here.before, 0), limit=wanted)
    ]


def _plain(values: object) -> dict[str, JsonValue]:
    return _JSON.validate_python(_ANY.dump_python(values, mode="json"))
