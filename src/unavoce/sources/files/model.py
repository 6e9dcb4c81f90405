"""A file as it is found, and how it is read: forms, readings, columns, and what can be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from unavoce.kernel.errors import BadInput, TooLarge, Unprocessable


class Form(StrEnum):
    """What a file is, by its content and not by its name."""

    DELIMITED = "delimited"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    XLS = "xls"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read; what is None is found out. `title_rows` stand above the heading."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    title_rows: int | None = None
    header_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the file that is worth saying: a word for the kind, and the facts."""

    kind: str
    facts: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a file turned out to be: how it is read, how sure the encoding is, its columns and its first rows."""

    form: Form
    reading: Reading
    confidence: float
    columns: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


Row = tuple[int, Sequence[str]]
"""The line (or the sheet's or table's row) a row begins on, counted from 1, and its cells as text."""


class UnknownForm(Unprocessable):
    """This file is none that can be read; save it as CSV, JSON Lines, Parquet or Excel and try again."""


class EmptyFile(Unprocessable):
    """There are no rows in this file."""


class BrokenFile(Unprocessable):
    """This file is damaged and cannot be read to its end; export it again."""


class UnknownEncoding(BadInput):
    """This encoding is none of those that files are written in here."""


class NoSuchSheet(BadInput):
    """The workbook has no sheet of this name."""


class WorkbookTooLarge(TooLarge):
    """A workbook is read as a whole, so it may be this large at most; save the sheet as CSV, which has no limit."""


class BadMapping(BadInput):
    """This mapping cannot be used."""


class MissingColumns(Unprocessable):
    """The mapping speaks of columns that the file does not have."""


class UnknownPreset(BadInput):
    """There is no preset of this name."""
