"""What is known about segments as the API shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from unavoce.segment.insight.model import BadLine, Cell, Entry, KeptDraft, ListRow, Overlap, Persona, StageCount, Word


class WordsOut(BaseModel):
    """What definitions may speak of, as seen so far."""

    traits: Sequence[str]
    events: Sequence[str]
    lists: Sequence[str]
    channels: Sequence[str]


class NamesOut(BaseModel):
    """The properties of an event."""

    properties: Sequence[str]


class ValuesOut(BaseModel):
    """Values that were seen, most often first."""

    values: Sequence[Word]


class DefinitionIn(BaseModel):
    """A definition to try."""

    definition: dict[str, Any]


class TryIn(DefinitionIn):
    """A definition to try on one customer."""

    customer: str


class EffectIn(DefinitionIn):
    """A definition that may be published under a key."""

    key: str


class RungOut(BaseModel):
    """How many meet one rule alone, and how many are left after it and those before it."""

    path: str
    alone: int
    left: int


class FunnelOut(BaseModel):
    """Everybody, rule by rule, and who can be reached."""

    everybody: int
    rungs: Sequence[RungOut]
    size: int
    reachable: Mapping[str, int]
    as_of: datetime
    newest: datetime | None


class SampleRow(BaseModel):
    """Somebody who meets a definition."""

    id: str
    name: str


class SampleOut(BaseModel):
    """Some who meet a definition."""

    items: Sequence[SampleRow]


class TriedPart(BaseModel):
    """A part of the definition and whether she meets it."""

    path: str
    condition: dict[str, Any]
    met: bool


class TriedOut(BaseModel):
    """Whether a customer meets a definition, part by part from the outside in."""

    met: bool
    parts: Sequence[TriedPart]


class User(BaseModel):
    """A segment or journey that uses a segment."""

    kind: str
    key: str
    name: dict[str, str]


class EffectOut(BaseModel):
    """Who would stay, enter and leave, and what moves with them."""

    stay: int
    enter: int
    leave: int
    users: Sequence[User]


class UsersOut(BaseModel):
    """What uses a segment."""

    items: Sequence[User]


class DraftIn(BaseModel):
    """A definition to keep while it is worked on."""

    name: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)
    definition: dict[str, Any]


class DraftsOut(BaseModel):
    """What is worked on, the newest first."""

    items: Sequence[KeptDraft]


class ListIn(BaseModel):
    """A list to upload: one identifier a line, or a table whose heads are kinds."""

    key: str
    name: str
    text: str
    kind: str | None = None


class ListsOut(BaseModel):
    """The uploaded lists."""

    items: Sequence[ListRow]


class ListReport(BaseModel):
    """What became of an upload."""

    list: ListRow
    repeated: int
    unusable: int
    bad: Sequence[BadLine]
    unmatched: int
    strangers: Sequence[Entry]


class OverlapOut(Overlap):
    """How compared segments lie over each other."""


class GridOut(BaseModel):
    """The RFM grid, best cell first."""

    cells: Sequence[Cell]
    as_of: datetime


class StagesOut(BaseModel):
    """How many were at each stage, oldest first."""

    points: Sequence[StageCount]


class PersonaOut(BaseModel):
    """A persona with the names of what its people buy."""

    persona: Persona
    products: Mapping[str, str]
    currency: str
