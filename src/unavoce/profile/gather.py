"""What a batch of events says about identifiers, evidence, traits and consent; from the events alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from unavoce.collect.api import Event
from unavoce.kernel.ids import Iid
from unavoce.profile import components, said
from unavoce.profile.intern import Interned
from unavoce.profile.model import (
    NOBODY,
    ConsentSaid,
    EdgeKind,
    Identifier,
    Priority,
    TraitSaid,
)
from unavoce.profile.ruleset import Rules


@dataclass(frozen=True, slots=True)
class Sightings:
    """The identifiers of a batch, each with its first and last time and the last message that named it."""

    identifiers: dict[Iid, Identifier] = field(default_factory=dict)
    first: dict[Iid, datetime] = field(default_factory=dict)
    last: dict[Iid, datetime] = field(default_factory=dict)
    causes: dict[Iid, str] = field(default_factory=dict)
    collisions: set[Identifier] = field(default_factory=set)


class Evidence(NamedTuple):
    """One event that joins two identifiers (a < b)."""

    a: Iid
    b: Iid
    kind: EdgeKind
    turn: int
    at: datetime
    message_id: str
    source: str
    received_at: datetime


Joint = tuple[Iid, Iid, EdgeKind]
"""What names an edge, as the plain tuple that is quick to make."""
Joined = Mapping[Joint, Event]
"""The edges of a batch, each with the earliest event that is evidence for it."""


def sightings(events: Sequence[Event], iids: Sequence[Interned]) -> Sightings:
    """Who was met in a batch."""
    met = Sightings()
    for event, who in zip(events, iids, strict=True):
        at = event.at
        for one in who.identifiers:
            iid = one.iid
            if iid not in met.identifiers:
                met.identifiers[iid] = one
                met.first[iid] = met.last[iid] = at
            else:
                _meet_again(met, one, at)
            met.causes[iid] = event.message_id
    return met


def _meet_again(met: Sightings, one: Identifier, at: datetime) -> None:
    if met.identifiers[one.iid] != one:
        met.collisions.add(one)
    elif at > met.last[one.iid]:
        met.last[one.iid] = at
    elif at < met.first[one.iid]:
        met.first[one.iid] = at


def joined(events: Sequence[Event], iids: Sequence[Interned]) -> Joined:
    """Which identifiers the events of a batch join: every two that one event names."""
    edges: dict[Joint, Event] = {}
    for event, who in zip(events, iids, strict=True):
        if len(who.all) > 1:
            kind = EdgeKind.ALIAS if event.type == "alias" else EdgeKind.TOGETHER
            for one, other in combinations(who.all, 2):
                key = (one, other, kind) if one < other else (other, one, kind)
                known = edges.setdefault(key, event)
                if known is not event and (event.at, event.message_id) < (known.at, known.message_id):
                    edges[key] = event
    return edges


def evidence(joint: Joint, event: Event, identifiers: Mapping[Iid, Identifier], ruled: Rules) -> Evidence:
    """An edge as it is kept."""
    a, b, kind = joint
    turn = components.turn_of(kind, ruled.rank(identifiers[a].kind), ruled.rank(identifiers[b].kind))
    return Evidence(a, b, kind, turn, event.at, event.message_id, event.source.key, event.received_at)


def traits(events: Sequence[Event], iids: Sequence[Interned]) -> Iterator[TraitSaid]:
    """Every trait the batch speaks of, in its order."""
    for event, who in zip(events, iids, strict=True):
        if event.traits and who.primary != NOBODY:
            yield from said.traits_said(event, who.primary)


def newest_traits(words: Iterable[TraitSaid]) -> list[TraitSaid]:
    """Of each source's words on a trait the newest."""
    newest: dict[tuple[Iid, str, str, Priority], TraitSaid] = {}
    for one in words:
        place = (one.iid, one.key, one.source, one.priority)
        known = newest.get(place)
        if known is None or (one.at, one.message_id) > (known.at, known.message_id):
            newest[place] = one
    return list(newest.values())


def consents(events: Sequence[Event], iids: Sequence[Interned]) -> list[ConsentSaid]:
    """What the batch says may or may not be done, each statement once."""
    newest: dict[tuple[Iid, str, str, str], ConsentSaid] = {}
    for event, who in zip(events, iids, strict=True):
        if who.primary == NOBODY or not said.may_speak_of_consent(event):
            continue
        for one in said.consents_said(event, who.primary, who.identifiers):
            place = (one.iid, one.channel, one.purpose, one.slot)
            known = newest.get(place)
            if known is None or (one.at, one.message_id) > (known.at, known.message_id):
                newest[place] = one
    return list(newest.values())
