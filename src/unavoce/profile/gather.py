"""What a batch of events says about identifiers, evidence, traits and consent; from the events alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from unavoce.collect.api import Event
from unavoce.kernel.ids import Iid
from unavoce.profile import components, rules, said
from unavoce.profile.intern import Interned
from unavoce.profile.model import (
    NOBODY,
    ConsentSaid,
    EdgeKey,
    EdgeKind,
    Identifier,
    Priority,
    TraitSaid,
)


class Sighting(NamedTuple):
    """An identifier in a batch, with its first and last time."""

    identifier: Identifier
    first: datetime
    last: datetime


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

    @property
    def key(self) -> EdgeKey:
        """What names the edge."""
        return EdgeKey(self.a, self.b, self.kind)


@dataclass(slots=True)
class Gathered:
    """Everything a batch says, each thing once."""

    sightings: dict[Iid, Sighting] = field(default_factory=dict)
    collisions: set[Identifier] = field(default_factory=set)
    evidence: dict[EdgeKey, Evidence] = field(default_factory=dict)
    causes: dict[Iid, str] = field(default_factory=dict)

    def see(self, identifiers: Iterable[Identifier], at: datetime, message_id: str) -> None:
        """Note that these identifiers were met."""
        for one in identifiers:
            self.causes[one.iid] = message_id
            known = self.sightings.get(one.iid)
            if known is None:
                self.sightings[one.iid] = Sighting(one, at, at)
            elif known.identifier != one:
                self.collisions.add(one)
            elif at > known.last:
                self.sightings[one.iid] = Sighting(one, known.first, at)
            elif at < known.first:
                self.sightings[one.iid] = Sighting(one, at, known.last)

    def join(self, event: Event, identifiers: Sequence[Identifier]) -> None:
        """Note that one event named all of these."""
        kind = EdgeKind.ALIAS if event.type == "alias" else EdgeKind.TOGETHER
        for one, other in combinations(identifiers, 2):
            first, second = (one, other) if one.iid < other.iid else (other, one)
            turn = components.turn_of(kind, rules.rank(one.kind), rules.rank(other.kind))
            found = Evidence(
                first.iid, second.iid, kind, turn, event.at, event.message_id, event.source.key, event.received_at
            )
            known = self.evidence.get(found.key)
            if known is None or (found.at, found.message_id) < (known.at, known.message_id):
                self.evidence[found.key] = found


def gathered(events: Sequence[Event], iids: Sequence[Interned]) -> Gathered:
    """The identifiers and the evidence of a batch."""
    batch = Gathered()
    for event, who in zip(events, iids, strict=True):
        batch.see(who.identifiers, event.at, event.message_id)
        if len(who.identifiers) > 1:
            batch.join(event, who.identifiers)
    return batch


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
