"""How good and how fresh the data is: by source, and of every number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unavoce.collect.model import SourceKind


class Standing(StrEnum):
    """How a source's volume compares with its usual."""

    USUAL = "usual"
    LOW = "low"
    HIGH = "high"
    QUIET = "quiet"
    """Nothing has come for so long that it can hardly be chance."""
    NEW = "new"
    """There is no week yet to compare with."""
    NEVER = "never"
    """Nothing has ever come."""
    PAST = "past"
    """It brings in history whenever somebody does that, so nothing is usual."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What the facts say of one source in a window."""

    source: str
    last_at: datetime
    weeks: int
    events: int
    repeated: int
    failed: int
    faulty: int
    clamped: int
    unplanned: int
    unplanned_names: Sequence[str]
    in_weeks_before: int
    """What came in the same hours of the weeks before, in all."""
    awaited_in_weeks: int
    """What came in the weeks before in the hours since it was last heard of, in all."""
    resolved: int
    looked_at: int
    missing: int
    missing_places: Sequence[str]

    @property
    def usual(self) -> float | None:
        """What comes in these hours of a week on average; None before there was a week."""
        return self.in_weeks_before / self.weeks if self.weeks > 0 else None

    @property
    def awaited(self) -> float:
        """What would usually have come since it was last heard of."""
        return self.awaited_in_weeks / self.weeks if self.weeks > 0 else 0.0


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source of the report; without a volume nothing ever came of it."""

    key: str
    name: str
    kind: SourceKind
    standing: Standing
    volume: Volume | None


@dataclass(frozen=True, slots=True)
class Heard:
    """When a source was last heard of."""

    source: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the numbers are: everything received before the watermark is counted."""

    now: datetime
    watermark: datetime
    waiting: int
    """Accepted events that are not counted yet."""
    sources: Sequence[Heard]
