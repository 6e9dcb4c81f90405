"""From one event to all it caused: whom it is about, what it wrote, which segments, moves and decisions followed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue, TypeAdapter

from unavoce.access.api import Person, mask, sees_in_clear
from unavoce.apps.customers.listing import may_see
from unavoce.apps.customers.timeline import decision_out
from unavoce.apps.live.wire import ChainOut, ConsentWritten, FlipOut, JoinOut, MoveOut, NamedOut, TraitWritten
from unavoce.collect.api import Told
from unavoce.decide import api as decide
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profiles
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segments

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
# Of the customer's newest; an event with more behind it than this is no longer live.
_LOOKED_THROUGH = 500


def chain(here: Door, tx: Transaction, person: Person, told: Told) -> ChainOut | None:
    """What followed from an event; None where nobody was named or the asking person may not see her."""
    happening = told.happening
    if happening.iid == profiles.NOBODY:
        return None
    customer = profiles.customers_of(tx, [happening.iid])[happening.iid]
    members = profiles.members_of(tx, [customer])[customer]
    if not may_see(here, person, customer, members):
        return None
    written = profiles.written_by(here.facts, happening.message_id, happening.received_at, told.iids)
    flips = [one for one in _flips(tx, members) if one.cause == happening.message_id]
    moves, decisions = _decided(tx, members, happening.message_id, flips, here.clock.now())
    graph = profiles.graph(tx, customer)
    named = {node.iid: _named(person, node) for node in graph.nodes}
    return ChainOut(
        customer=text_of(customer),
        customer_name=name_of(tx, person, customer),
        identifiers=[named[iid] for iid in told.iids if iid in named],
        joins=[
            JoinOut(one=named[edge.a], other=named[edge.b], kind=edge.kind, reason=edge.reason)
            for edge in graph.edges
            if edge.evidence == happening.message_id and edge.a in named and edge.b in named
        ],
        traits=[
            TraitWritten(
                key=key, value=_JSON.validate_python(value) if sees_in_clear(person) else mask(person, key, "")
            )
            for key, value in written.traits.items()
        ],
        consents=[
            ConsentWritten(channel=channel, purpose=purpose, granted=granted)
            for (channel, purpose), granted in written.consents.items()
        ],
        flips=[FlipOut(segment=one.segment, direction=one.direction, at=one.at) for one in flips],
        moves=[
            MoveOut(journey=one.journey, from_step=one.from_step, to_step=one.to_step, move=one.move, at=one.at)
            for one in moves
        ],
        decisions=[decision_out(one) for one in decisions],
    )


def name_of(tx: Transaction, person: Person, customer: CustomerId) -> str:
    """A customer's name as this person may see it."""
    found = profiles.summaries(tx, [customer]).get(customer)
    return mask(person, "name", found.name) if found else ""


def _named(person: Person, node: profiles.NodeSeen) -> NamedOut:
    return NamedOut(kind=node.kind, value=mask(person, node.kind, node.value))


def _flips(tx: Transaction, members: Iterable[Iid]) -> list[segments.Flip]:
    return segments.flips_of(tx, members, limit=_LOOKED_THROUGH)


def _decided(
    tx: Transaction, members: tuple[Iid, ...], message_id: str, flips: list[segments.Flip], now: datetime
) -> tuple[list[decide.Transition], list[decide.Decision]]:
    """The moves that the event or its flips caused, the decisions in those journeys since, and those it blocked."""
    causes = {message_id, *(decide.message_id_of(flip) for flip in flips)}
    moves = [one for one in decide.transitions_of(tx, members, limit=_LOOKED_THROUGH) if one.cause in causes]
    since = {one.enrolment: one.at for one in reversed(moves)}
    kept = decide.suppressions_of(tx, members, now)
    blocking = {one.id for one in kept if one.message_id == message_id}
    decisions = [
        one
        for one in decide.decisions_of(tx, members, limit=_LOOKED_THROUGH)
        if one.blocked_by in blocking or (one.enrolment in since and one.at >= since[one.enrolment])
    ]
    return moves, decisions
