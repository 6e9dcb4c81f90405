"""What the import screens read and write."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

Rows = Literal["customer", "event", "order", "order_line", "points", "coupon"]


class ColumnOut(BaseModel):
    """A column, what it probably means (`identifier.phone`, empty for nothing), and why that is thought."""

    name: str
    to: str
    because: str
    share: float
    samples: list[str]


class NoteOut(BaseModel):
    """Something about the file that is worth saying."""

    kind: str
    facts: dict[str, str | int]


class FileOut(BaseModel):
    """A file that was sent up: what it is, how it is read, and what its columns probably mean."""

    id: str
    name: str
    bytes: int
    form: str
    encoding: str | None
    confidence: float
    delimiter: str | None
    sheet: str | None
    sheets: list[str]
    title_rows: int
    header_rows: int
    notes: list[NoteOut]
    rows: Rows
    order: str
    calendar: str
    preset: str | None
    preset_title: str | None
    columns: list[ColumnOut]
    first_rows: list[list[str]]


class PresetOut(BaseModel):
    """A mapping that is ready for the export of a known system."""

    key: str
    title: str
    rows: Rows
    source: str
    columns: dict[str, str]


class PresetList(BaseModel):
    """Every preset."""

    items: list[PresetOut]
    next: str | None = None


class ImportIn(BaseModel):
    """A file and what its columns mean; `mapping` is the mapping file as JSON."""

    file: str = Field(max_length=64)
    mapping: dict[str, JsonValue]


class ProgressOut(BaseModel):
    """How far an import is: rows read in the check, events that are history in the run."""

    rows: int = 0
    done: int = 0
    of: int = 0


class TroubleOut(BaseModel):
    """Why an import could not be done."""

    code: str
    title: str
    detail: str


class OutcomeOut(BaseModel):
    """What came of an import: the check's counts, then what was sent and what of it was new."""

    rows: int = 0
    bad_rows: int = 0
    to_send: int = 0
    sent: int | None = None
    new_events: int | None = None


class ImportOut(BaseModel):
    """An import; `asking` means that it is checked and waits to be started."""

    id: str
    state: str
    stage: Literal["check", "run"]
    title: str
    source: str
    rows: str
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    stopping: bool
    progress: ProgressOut
    outcome: OutcomeOut
    trouble: TroubleOut | None


class ImportList(BaseModel):
    """Some imports, newest first, and where the list goes on."""

    items: list[ImportOut]
    next: str | None


class SeenOut(BaseModel):
    """A repair or a reason in a column, how often, and the first examples as before and after."""

    column: str
    what: str
    times: int
    examples: list[list[str]]


class ReasonOut(BaseModel):
    """Why rows cannot go in, and how many."""

    reason: str
    in_words: str
    times: int


class BadLineOut(BaseModel):
    """A row that cannot go in."""

    row: int
    reason: str
    column: str
    value: str


class SumsOut(BaseModel):
    """A total in the file, and how much of it goes in."""

    in_file: float
    going_in: float


class PeopleOut(BaseModel):
    """Whom the rows speak of."""

    rows_new: int
    people_new: int
    rows_known: int
    rows_joining: int
    rows_of_nobody: int


class ReportOut(BaseModel):
    """What the check of a file found."""

    rows: int
    bad_rows: int
    repeated: int
    events: dict[str, int]
    repairs: list[SeenOut]
    left_out: list[SeenOut]
    bad_reasons: list[ReasonOut]
    bad_lines: list[BadLineOut]
    points: SumsOut
    unused_coupons: SumsOut
    revenue: dict[str, float]
    people: PeopleOut
