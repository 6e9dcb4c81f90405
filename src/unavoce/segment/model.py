"""Segments, who goes in and out of them, and what can be refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.errors import BadInput, Conflict, NotFound
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.segment.conditions import Condition

Texts = Mapping[str, str]
"""A text per language of the console, by its BCP 47 tag."""


class BadField(BadInput):
    """This part of the segment's definition cannot be used."""


class SegmentCycle(Conflict):
    """These segments are defined by each other; take one of them out of the circle."""


class NoSuchSegment(NotFound):
    """There is no segment of this key."""


class SegmentInUse(Conflict):
    """Other segments are defined by this one; change them first."""


class Status(StrEnum):
    """Whether a segment's members are kept."""

    LIVE = "live"
    RETIRED = "retired"


class Direction(StrEnum):
    """Which way a customer went."""

    ENTERED = "entered"
    LEFT = "left"


class CauseKind(StrEnum):
    """What made a customer enter or leave."""

    EVENT = "event"  # something she did; the cause is its message id
    TIMER = "timer"  # time passed; the cause is the sweep's moment
    DEFINITION = "definition"  # the segment was published; the cause is its version
    LINK = "link"  # identifiers were joined or set apart; the cause says by what


@dataclass(frozen=True, slots=True)
class Terms:
    """What a definition's days and amounts mean: the brand's zone and currency."""

    zone: str = "UTC"
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Segment:
    """A named rule that says who is in."""

    id: int
    key: str
    name: Texts
    description: Texts
    condition: Condition
    version: int
    status: Status
    created_at: datetime
    published_at: datetime
    swept_at: datetime | None
    """When everybody was last looked at; None until that has happened for this version."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A segment that somebody wants to publish."""

    key: str
    name: Texts
    condition: Condition
    description: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flip:
    """A customer went in or out; `iid` is the identifier her membership is kept under."""

    id: int
    segment: str
    customer: CustomerId
    iid: Iid
    direction: Direction
    at: datetime
    cause: str
    cause_kind: CauseKind


@dataclass(frozen=True, slots=True)
class Membership:
    """A segment a customer is in, since when and why."""

    key: str
    name: Texts
    customer: CustomerId
    since: datetime
    cause: str
    cause_kind: CauseKind


@dataclass(frozen=True, slots=True)
class Member:
    """A customer who is in a segment, since when and why."""

    customer: CustomerId
    since: datetime
    cause: str
    cause_kind: CauseKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event that a part of a definition stands on."""

    message_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a customer meets one part of a definition: where it stands, and what it says."""

    path: str
    condition: Condition
    met: bool
    decisive: bool = False
    """Whether she would be in if this part alone came out the other way, or out if she is in."""
    events: tuple["Evidence", ...] = ()
    """The latest of the events behind it, when it is about events."""
    count: int | None = None
    """How many events are behind it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer with all her identifiers and the moment she is asked about."""

    customer: CustomerId
    iids: Sequence[Iid]
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many meet a definition at a moment, and how many of them can be reached on each channel."""

    size: int
    reachable: Mapping[str, int]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """How large a segment was; `replayed` when it was worked out afterwards from the events."""

    at: datetime
    size: int
    entered: int
    left: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What definitions may speak of: trait keys, event names, each event's properties and lists, as seen so far."""

    traits: frozenset[str]
    events: frozenset[str]
    properties: Mapping[str, frozenset[str]]
    lists: frozenset[str] = frozenset()
