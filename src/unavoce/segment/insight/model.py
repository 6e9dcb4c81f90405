"""What is known about a segment beside who is in it; all of it counts, none of it names anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unavoce.kernel.errors import BadInput, Conflict, NotFound
from unavoce.kernel.ids import CustomerId
from unavoce.segment.insight.lift import Lift


class BadList(BadInput):
    """This list cannot be used."""


class NoSuchList(NotFound):
    """There is no list of this key."""


class ListInUse(Conflict):
    """Segments are defined by this list; change them first."""


class NoSuchDraft(NotFound):
    """There is no draft of this segment."""


class NoSuchPersona(NotFound):
    """No persona has been drawn from this segment yet; draw one."""


class NotRetired(Conflict):
    """This segment is not retired, so there is nothing to bring back."""


@dataclass(frozen=True, slots=True)
class Rung:
    """How many are left after one rule of the funnel, and how many meet that rule alone."""

    path: str
    alone: int
    left: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Everybody, then rule by rule, then who can be reached on each channel."""

    everybody: int
    rungs: Sequence[Rung]
    size: int
    reachable: Mapping[str, int]
    as_of: datetime
    newest: datetime | None
    """When the newest event was received: how fresh the numbers are."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What publishing a definition would do to the people inside."""

    stay: int
    enter: int
    leave: int
    segments: Sequence[str]
    """The segments that are defined by this one and move with it."""


@dataclass(frozen=True, slots=True)
class Region:
    """The customers who are in exactly these of the compared segments."""

    keys: Sequence[str]
    size: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Every region of the compared segments that is not empty, the largest first."""

    sizes: Mapping[str, int]
    regions: Sequence[Region]


@dataclass(frozen=True, slots=True)
class Cell:
    """The buyers of one fifth of recency and one of frequency; 5 is best."""

    r: int
    f: int
    customers: int
    orders: int
    sales_minor: int


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many were at each stage at a moment."""

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A value as the data has it, and how many times among the newest."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an uploaded list."""

    line: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be used, and why."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """An uploaded list; `matched` of its identifiers belong to somebody who is known, `customers` in all."""

    key: str
    name: str
    version: int
    size: int
    matched: int
    customers: int
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that is told of customers and how it stands inside against the rest."""

    key: str
    value: str
    low: float | None
    high: float | None
    """The bounds of a band, when the value is a number: above `low` and up to `high`."""
    inside: int
    outside: int
    compared: Lift


@dataclass(frozen=True, slots=True)
class Buying:
    """What a group bought in the last year."""

    customers: int
    buyers: int
    orders: int
    sales_minor: int
    rhythm_days: float | None
    """The middle gap between orders of those who ordered twice or more."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A described face of a segment, out of numbers alone."""

    segment: str
    made_at: datetime
    version: int
    size: int
    rest: int
    traits: Sequence[Feature]
    categories: Sequence[Feature]
    products: Sequence[Feature]
    channels: Sequence[Feature]
    hours: Sequence[int]
    rest_hours: Sequence[int]
    bought: Buying
    rest_bought: Buying
    face: int


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A definition that is worked on and not published."""

    key: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    definition: Mapping[str, Any]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Some customers who meet a definition."""

    customers: Sequence[CustomerId]
