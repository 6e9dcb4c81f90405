"""The shapes of the tracking plan's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from unavoce.collect.plan.diff import Change
from unavoce.collect.plan.model import FaultKind, Mode


class LineOut(BaseModel):
    """One event in the list of the plan, with what came in the last 30 days; `mode` null is as its source says."""

    name: str
    version: int | None
    mode: Mode | None
    has_draft: bool
    events: int
    faulty: int
    blocked: int
    last_at: datetime | None


class SourceModeOut(BaseModel):
    """How strictly a source's events are taken where their rule does not say."""

    source: str
    mode: Mode


class PlanOut(BaseModel):
    """The whole plan in one list, and its version."""

    version: int
    items: list[LineOut]
    sources: list[SourceModeOut]
    next: str | None = None


class VersionOut(BaseModel):
    """One published version; immutable."""

    version: int
    plan_version: int
    mode: Mode | None
    body: dict[str, object]
    published_at: datetime
    published_by: str
    retired: bool
    """With this version the event was taken out of the plan."""


class DraftOut(BaseModel):
    """What is being worked on."""

    mode: Mode | None
    body: dict[str, object]
    changed_at: datetime
    changed_by: str


class WrongOut(BaseModel):
    """One kind of fault in the last 30 days, and how many events had it."""

    mode: Mode
    kind: FaultKind
    property: str
    events: int
    last_at: datetime


class PlannedOut(BaseModel):
    """One event of the plan: its versions, newest first, its draft, and what was wrong lately."""

    name: str
    versions: list[VersionOut]
    draft: DraftOut | None
    wrong: list[WrongOut]


class ObservedOut(BaseModel):
    """What was seen of one property: in how many of its parents, which types, which values."""

    property: str
    seen: int
    of: int
    types: Mapping[str, int]
    values: Mapping[str, int]
    examples: Sequence[str]
    personal: bool


class InferredOut(BaseModel):
    """A schema out of what came."""

    events: int
    body: dict[str, object]
    observed: list[ObservedOut]


class FaultCount(BaseModel):
    """What would be wrong, as "kind property", and with how many."""

    what: str
    events: int


class EffectOut(BaseModel):
    """What a schema would have made of the last events of its name."""

    checked: int
    faulty: int
    faults: list[FaultCount]


class DifferenceOut(BaseModel):
    """One line of a diff; values are JSON, "" where there is nothing."""

    property: str
    keyword: str
    change: Change
    before: str
    after: str


class DifferenceList(BaseModel):
    """What is different."""

    items: list[DifferenceOut]
    next: str | None = None


class SchemaIn(BaseModel):
    """A JSON Schema over the properties of an event."""

    name: str = Field(min_length=1, max_length=200)
    body: dict[str, object]


class DraftIn(SchemaIn):
    """A draft to be kept."""

    mode: Mode | None = None


class NameIn(BaseModel):
    """Which event is meant."""

    name: str = Field(min_length=1, max_length=200)


class PublishIn(NameIn):
    """Which draft is published; `seen` is its `changed_at` as it was looked at."""

    seen: datetime | None = None


class SourceModeIn(BaseModel):
    """How strictly a source is taken."""

    mode: Mode
