"""What happened: the calls that were accepted, where they came from, and what can be refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from unavoce.kernel.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    TooLarge,
    TooMany,
    Unauthorized,
    Unavailable,
)
from unavoce.kernel.ids import Iid


class SourceKind(StrEnum):
    """How a source speaks to us; an `import` may be old, large and repeated at any time."""

    WEB = "web"
    SERVER = "server"
    IMPORT = "import"
    INTERNAL = "internal"
    CONNECTOR = "connector"


class Reason(StrEnum):
    """Why a call was kept as a failed event instead of entering history."""

    BAD_JSON = "bad_json"
    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_TYPE = "unknown_type"
    NO_NAME = "no_name"
    NO_IDENTIFIER = "no_identifier"
    IDENTIFIER_TOO_LONG = "identifier_too_long"
    BAD_TIME = "bad_time"
    TOO_LARGE = "too_large"
    BAD_ROW = "bad_row"
    NOT_STORABLE = "not_storable"
    AGAINST_PLAN = "against_plan"


LANE_COLLECTOR = 1
"""Calls over HTTP."""
LANE_IMPORTS = 2
"""History that is brought in; waits while live calls are waiting."""
LANE_INTERNAL = 3
"""Our own modules' events: receipts, decisions that speak."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from; the write key, if there is one, is shown to the team only."""

    id: int
    key: str
    name: str
    kind: SourceKind
    write_key: str | None = None
    old_write_key: str | None = None
    old_key_until: datetime | None = None
    """Until when calls with the old key are taken, too."""
    paused_at: datetime | None = None
    events_per_second: int | None = None
    """What the collector takes from it; None is as much as comes."""
    measurement_id: str | None = None
    """By what name Google's clients call it: G-..."""


class Goods(NamedTuple):
    """What an event's e-commerce properties say (Segment's e-commerce spec); revenue in minor units."""

    order_id: str
    store: str
    product_ids: list[str]
    categories: list[str]
    revenue: int
    currency: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted, deduplicated call.

    A msgspec struct, because a frozen dataclass of this size takes six times as long to make (20,000 a second).
    """

    event_id: bytes
    """Sixteen bytes that stand for the message id."""
    message_id: str
    type: str
    name: str
    """Of a track call its event; else Identify, Page Viewed, Screen Viewed, Group, Alias."""
    identifiers: tuple[tuple[str, str], ...]
    """(kind, raw value), the one that names the customer best first."""
    traits: dict[str, object] = {}
    properties: dict[str, object] = {}
    properties_json: str = "{}"
    context: dict[str, object] = {}
    context_json: str = "{}"
    at: datetime
    """When it happened, corrected for a client's wrong clock."""
    received_at: datetime
    clamped: bool = False
    """The time it gave was absurd; `at` is the time it was received."""
    source: Source
    lane: int
    seq: int
    goods: Goods | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The bounds, both inclusive, of what the pump is working on; committed before anything else is."""

    lane: int
    from_seq: int
    to_seq: int
    plan_version: int

    def token(self, table: str) -> str:
        """The insert token of this batch for a table: a replay under it changes nothing."""
        return f"{self.lane}:{self.from_seq}:{self.to_seq}:{table}"


@dataclass(frozen=True, slots=True)
class EventIids:
    """The numbers of one event's identifiers; `primary` is the one its row is kept under."""

    primary: Iid
    all: tuple[Iid, ...]


@dataclass(frozen=True, slots=True)
class Emission:
    """An event of our own; the same message id is taken in once, however often it is emitted."""

    name: str
    identifiers: Sequence[tuple[str, str]]
    properties: Mapping[str, object]
    at: datetime
    message_id: str
    context: Mapping[str, object] | None = None
    traits: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as the history tells it."""

    event_id: bytes
    message_id: str
    type: str
    name: str
    iid: Iid
    at: datetime
    received_at: datetime
    clamped: bool
    source: str
    source_kind: str
    channel: str
    store: str
    order_id: str
    revenue_minor: int
    currency: str
    campaign: str
    utm_source: str
    product_ids: list[str]
    categories: list[str]
    properties: dict[str, object] = field(default_factory=dict)
    context: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A call or a row that could not become an event: where it stood, why not, and its content."""

    reason: Reason
    detail: str
    content: bytes
    seq: int | None = None
    place: str | None = None
    name: str = ""
    call: str = ""
    """The call its path named, where the content does not say it itself."""
    message_id: str | None = None
    what: str = ""
    """What is wrong, in the form in which a thousand of the same stand in one group."""
    faults: Sequence[Mapping[str, str]] = ()
    plan_version: int | None = None


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """A failure as it is kept."""

    id: int
    source: str
    reason: str
    detail: str
    place: str | None
    received_at: datetime
    content: str


class BrokenJson(BadInput):
    """The body is not valid JSON."""


class NotACall(BadInput):
    """The body must be a JSON object: one call, or {"batch": [calls]}."""


class BrokenGzip(BadInput):
    """The body says that it is gzip, but it cannot be unpacked."""


class UnknownWriteKey(Unauthorized):
    """This write key is not known; find the right one under Settings, Sources."""


class SourcePaused(Forbidden):
    """This source is paused and takes nothing; resume it under Settings, Sources."""


class SourceTooFast(TooMany):
    """This source sends more events a second than it is allowed to; please send them again a little later."""


class EventTooLarge(TooLarge):
    """One event may have at most 32 KB."""


class BatchTooLarge(TooLarge):
    """A batch may have at most 500 KB (4 MB from RudderStack's clients)."""


class NotThisDialect(BadInput):
    """The call is not what this dialect's clients send."""


class TooManyEvents(TooLarge):
    """A batch may have at most 2,500 events."""


class UnknownCall(NotFound):
    """There is no such call; the calls of each dialect are listed in the reference of the intake."""


class Backlogged(TooMany):
    """More events are waiting than can be kept; please send them again a little later."""


class NotDurable(Unavailable):
    """The events could not be written down; please send them again."""


class KeysNotKnownYet(Unavailable):
    """The write keys are not known yet; please send it again in a moment."""


class BatchSettledAlready(Conflict):
    """Another pump has already settled this batch."""


class NoSuchSource(NotFound):
    """There is no source with this number."""


class SourceHasNoKey(Conflict):
    """This source is not spoken to over HTTP, so it has no key to change, to pause or to slow down."""


class MeasurementIdTaken(Conflict):
    """Another source already goes by this measurement id."""


class SourceKeyTaken(Conflict):
    """There is already a source with this key, of another kind."""


class NoSuchEvent(NotFound):
    """There is no such event where you may look."""
