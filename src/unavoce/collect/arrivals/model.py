"""What became of a call: it was accepted, it had been said before, or it failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from unavoce.collect.model import Happening
from unavoce.kernel.ids import Iid

LOOKED_BACK = timedelta(days=3)
"""How far back arrivals are shown: as long as a repetition is noticed."""


class Outcome(StrEnum):
    """What became of a call."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    FAILED = "failed"


ORDER = (Outcome.ACCEPTED, Outcome.REPEATED, Outcome.FAILED)
"""In which order calls of one instant are told."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page ended: the last call's time, outcome and key."""

    received_at: datetime
    outcome: Outcome
    key: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which calls are wanted; an empty word means any. `iids` None means anybody's, `needle` is how she was named."""

    until: datetime
    limit: int
    after: Spot | None = None
    source: str = ""
    name: str = ""
    iids: Sequence[Iid] | None = None
    needle: str = ""
    outcomes: tuple[Outcome, ...] = ORDER


@dataclass(frozen=True, slots=True)
class Sight:
    """What the asking person may see: some stores' events (None: all), and whether calls that were not accepted."""

    stores: frozenset[str] | None
    refused: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call in the list; of a failed one the iid is missing and the reason is said. The plan may have flagged it."""

    key: str
    outcome: Outcome
    received_at: datetime
    source: str
    type: str
    name: str
    message_id: str
    event_id: bytes | None = None
    iid: Iid | None = None
    at: datetime | None = None
    clamped: bool = False
    store: str = ""
    reason: str = ""
    detail: str = ""
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One event with everything it said."""

    happening: Happening
    iids: tuple[Iid, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """One failed call with everything it said."""

    id: int
    source: str
    reason: str
    detail: str
    received_at: datetime
    content: bytes
