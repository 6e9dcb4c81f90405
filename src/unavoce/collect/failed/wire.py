"""The shapes of the answers about failed events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from unavoce.collect.failed.model import MOST_STEPS, Result, State, Which, Work
from unavoce.collect.failed.repair import Op, Step

# What PostgreSQL counts up to (bigint).
Number = Annotated[int, Field(ge=1, lt=1 << 63)]


class FaultOut(BaseModel):
    """One thing that is wrong: what, where, and what was expected."""

    kind: str
    property: str
    expected: str


class FailedOut(BaseModel):
    """One failed event; contents are masked for people who see masked values, and cut in a list."""

    id: int
    source: str
    reason: str
    detail: str
    place: str | None
    received_at: datetime
    content: str
    original: str | None
    name: str
    message_id: str | None
    what: str
    faults: list[FaultOut]
    state: State
    result: Result | None
    changed_at: datetime | None
    changed_by: str | None


class FailedList(BaseModel):
    """Some failures, and where the list goes on."""

    items: list[FailedOut]
    next: str | None


class GroupOut(BaseModel):
    """Failed events that failed alike."""

    source: str
    reason: str
    name: str
    what: str
    state: State
    events: int
    first_at: datetime
    last_at: datetime


class GroupList(BaseModel):
    """What failed alike, the most first."""

    items: list[GroupOut]
    next: str | None = None


class ContentIn(BaseModel):
    """Another content for a failed event, as JSON text; with `dry_run` it is only tried."""

    content: str = Field(max_length=600_000)
    dry_run: bool = False


class VerdictOut(BaseModel):
    """What would become of it now."""

    passes: bool
    reason: str
    detail: str
    what: str
    faults: list[FaultOut]


class RepairedOut(BaseModel):
    """A failed event after a repair or a try, and whether it would enter."""

    failed: FailedOut
    verdict: VerdictOut


class WhichIn(BaseModel):
    """Which failed events are meant: numbers, or a filter; an empty word means any."""

    ids: list[Number] = Field(default=[], max_length=1000)
    reason: str = Field(default="", max_length=100)
    source: str = Field(default="", max_length=100)
    name: str = Field(default="", max_length=200)
    what: str = Field(default="", max_length=500)

    def which(self) -> Which:
        """As the context says it."""
        return Which(tuple(self.ids), self.reason, self.source, self.name, self.what)


class StepIn(BaseModel):
    """One step of a repair."""

    op: Op
    field: str = Field(max_length=300)
    value: object = None
    to: str = Field(default="", max_length=100)
    only_missing: bool = False

    def step(self) -> Step:
        """As the context says it."""
        return Step(self.op, self.field, self.value, self.to, self.only_missing)


class RepairIn(BaseModel):
    """A repair of many."""

    which: WhichIn
    steps: list[StepIn] = Field(max_length=MOST_STEPS)


class WorkIn(BaseModel):
    """Work on many; `steps` only for a repair."""

    kind: Work
    which: WhichIn
    steps: list[StepIn] = Field(default=[], max_length=MOST_STEPS)


class ExampleOut(BaseModel):
    """One event before and after, and whether it would then enter."""

    id: int
    before: str
    after: str
    verdict: VerdictOut


class RehearsalOut(BaseModel):
    """What a repair would do, tried on a copy of at most 5,000 of them."""

    matching: int
    tried: int
    changed: int
    passing_before: int
    passing: int
    examples: list[ExampleOut]
    left: Mapping[str, int]


class JobOut(BaseModel):
    """Work on many failed events: how far it is."""

    id: int
    kind: Work
    state: Literal["running", "done", "cancelled"]
    total: int
    done: int
    changed: int
    passing: int
    made_at: datetime
    made_by: str
    ended_at: datetime | None


class JobList(BaseModel):
    """The last work that was asked for, newest first."""

    items: Sequence[JobOut]
    next: str | None = None
