"""Files of every form as rows of text, a few at a time: memory does not grow with a text file or a Parquet file.

A workbook is the exception: it is read as a whole, and Excel lets it have 1,048,576 rows.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TextIO

import msgspec
from pyarrow.lib import ArrowInvalid
from pyarrow.parquet import ParquetFile
from python_calamine import CalamineError, CalamineWorkbook

from unavoce.sources.files import headings
from unavoce.sources.files.encodings import codec_of, encoding_of
from unavoce.sources.files.model import (
    BrokenFile,
    EmptyFile,
    Form,
    Found,
    NoSuchSheet,
    Note,
    Reading,
    Row,
    UnknownForm,
    WorkbookTooLarge,
)

LARGEST_WORKBOOK = 100_000_000
_DELIMITERS = (",", "\t", ";", "|")
_ROWS_AT_ONCE = 10_000
csv.field_size_limit(min(sys.maxsize, 10_000_000))


def form_of(path: Path) -> Form:
    """What a file is, by its first bytes."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise EmptyFile(file=path.name)
    if head.startswith(b"PAR1"):
        return Form.PARQUET
    if head.startswith(b"PK\x03\x04"):
        return Form.XLSX
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Form.XLS
    if head.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"7z\xbc", b"Rar!")):
        raise UnknownForm(file=path.name, expected="CSV, TSV, JSON Lines, Parquet, XLSX or XLS")
    return Form.JSONL if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else Form.DELIMITED


def look(path: Path, wish: Reading | None = None) -> Found:
    """What a file is, and how it is read, from its first rows; what is wished for is not guessed."""
    form, wish = form_of(path), wish or Reading()
    encoding, sure, delimiter, sheets = None, 1.0, None, tuple[str, ...]()
    if form in (Form.DELIMITED, Form.JSONL):
        encoding, sure = (wish.encoding, 1.0) if wish.encoding else encoding_of(path)
        codec_of(encoding)
    if form is Form.DELIMITED:
        delimiter = wish.delimiter or _delimiter(path, encoding or "")
    if form in (Form.XLSX, Form.XLS):
        sheets = tuple(_workbook(path).sheet_names)
    raw = Reading(encoding, delimiter, wish.sheet, 0, 0)
    if form in (Form.JSONL, Form.PARQUET):
        return _named(path, form, raw, sure)
    first = [list(cells) for _, cells in islice(_raw_rows(path, form, raw), headings.LOOKED_AT)]
    if not first:
        raise EmptyFile(file=path.name)
    titles, depth = headings.heading_of(first)
    titles = titles if wish.title_rows is None else wish.title_rows
    depth = depth if wish.header_rows is None else wish.header_rows
    width = _width(first, titles, depth)
    names, notes = headings.names_of(first[titles : titles + depth], width)
    rows = [tuple(_wide(row, width)) for row in first[titles + depth :] if any(cell.strip() for cell in row)]
    if not rows:
        raise EmptyFile(file=path.name, heading=", ".join(names))
    reading = Reading(encoding, delimiter, wish.sheet or (sheets[0] if sheets else None), titles, depth)
    notes += _notes(titles, depth, names, rows)
    return Found(form, reading, sure, tuple(names), tuple(rows), sheets, tuple(notes))


def rows_of(path: Path, found: Found) -> Iterator[Row]:
    """Every row below the heading that is not empty, as wide as the heading."""
    if found.form is Form.JSONL:
        yield from _objects(path, found)
        return
    above = (found.reading.title_rows or 0) + (found.reading.header_rows or 0)
    width = len(found.columns)
    for line, cells in islice(_raw_rows(path, found.form, found.reading), above, None):
        if any(cell.strip() for cell in cells):
            # A row that is too wide is left so: its values stand in the wrong columns, and who reads it must know.
            yield line, cells if len(cells) > width and any(cells[width:]) else _wide(cells, width)


def _width(rows: Sequence[Sequence[str]], titles: int, depth: int) -> int:
    """As wide as the heading, or as most rows when they are wider: a single longer row is a mistake of its own."""
    below = [len(row) for row in rows[titles + depth :]] or [0]
    usual = max(set(below), key=below.count)
    return max([usual, *(len(row) for row in rows[titles : titles + depth])])


def _named(path: Path, form: Form, reading: Reading, sure: float) -> Found:
    """A form whose columns have their names already."""
    if form is Form.PARQUET:
        columns = tuple(_parquet(path).schema_arrow.names)
        found = Found(form, Reading(), 1.0, columns, ())
        first = tuple(tuple(cells) for _, cells in islice(rows_of(path, found), headings.LOOKED_AT))
    else:
        seen: dict[str, None] = {}
        flat = [one for _, one in islice(_flat(path, reading), headings.LOOKED_AT) if one is not None]
        for one in flat:
            seen.update(dict.fromkeys(one))
        columns = tuple(seen)
        first = tuple(tuple(one.get(name, "") for name in columns) for one in flat)
    if not first:
        raise EmptyFile(file=path.name)
    notes = _notes(0, 0, columns, first)
    kept = Reading(reading.encoding, None, None, 0, 0) if form is Form.JSONL else Reading(title_rows=0, header_rows=0)
    return Found(form, kept, sure, columns, first, (), tuple(one for one in notes if one.kind != "no_heading"))


def _notes(titles: int, depth: int, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Note]:
    notes = [Note("title_rows", {"rows": titles})] if titles else []
    if depth == 0:
        notes.append(Note("no_heading"))
    if depth > 1:
        notes.append(Note("merged_heading", {"rows": depth}))
    empty = [name for place, name in enumerate(names) if not any(row[place].strip() for row in rows)]
    return notes + [Note("empty_column", {"name": name}) for name in empty]


def _raw_rows(path: Path, form: Form, reading: Reading) -> Iterator[Row]:
    match form:
        case Form.DELIMITED:
            yield from _delimited(path, reading)
        case Form.PARQUET:
            yield from _parquet_rows(path)
        case _:
            yield from _sheet_rows(path, reading.sheet)


def _delimited(path: Path, reading: Reading) -> Iterator[Row]:
    with _text(path, reading.encoding) as file:
        reader = csv.reader(_no_nul(file), delimiter=reading.delimiter or ",")
        begins = 1
        try:
            for cells in reader:
                yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            raise BrokenFile(file=path.name, line=begins, reason=str(error)) from error


def _text(path: Path, encoding: str | None) -> TextIO:
    # The mark of byte order is no part of the first heading.
    file = path.open(encoding=codec_of(encoding or "utf-8"), errors="replace", newline="")
    if file.read(1) != "\ufeff":
        file.seek(0)
    return file


def _no_nul(lines: TextIO) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "\ufffd") if "\0" in line else line


def _delimiter(path: Path, encoding: str) -> str:
    with _text(path, encoding) as file:
        lines = list(islice(_no_nul(file), 50))
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        agree = widths.count(usual) / len(widths) if widths else 0.0
        if usual > 1 and agree * (usual**0.5) > most:
            best, most = delimiter, agree * (usual**0.5)
    return best


def _workbook(path: Path) -> CalamineWorkbook:
    if (size := path.stat().st_size) > LARGEST_WORKBOOK:
        raise WorkbookTooLarge(bytes=size, limit_bytes=LARGEST_WORKBOOK)
    try:
        return CalamineWorkbook.from_path(path)
    except (CalamineError, OSError) as error:
        raise BrokenFile(file=path.name, reason=str(error)) from error


def _sheet_rows(path: Path, sheet: str | None) -> Iterator[Row]:
    book = _workbook(path)
    if sheet is not None and sheet not in book.sheet_names:
        raise NoSuchSheet(field="sheet", value=sheet, expected=", ".join(book.sheet_names))
    try:
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        rows = found.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise BrokenFile(file=path.name, reason=str(error)) from error
    width = max((place for row in rows for place, cell in enumerate(row, 1) if cell != ""), default=0)
    for line, row in enumerate(rows, 1):
        yield line, [text_of(cell) for cell in row[:width]]


def _parquet_rows(path: Path) -> Iterator[Row]:
    line = 0
    for batch in _parquet(path).iter_batches(_ROWS_AT_ONCE):
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            line += 1
            yield line, [text_of(cell) for cell in cells]


def _parquet(path: Path) -> ParquetFile:
    try:
        return ParquetFile(path)
    except (ArrowInvalid, OSError) as error:
        raise BrokenFile(file=path.name, reason=str(error)) from error


def _objects(path: Path, found: Found) -> Iterator[Row]:
    for line, one in _flat(path, found.reading):
        yield line, ["\ufffd"] * len(found.columns) if one is None else [one.get(name, "") for name in found.columns]


def _flat(path: Path, reading: Reading) -> Iterator[tuple[int, dict[str, str] | None]]:
    """The objects of a file of JSON Lines, inner ones flattened with dots; None in the place of a broken line."""
    with _text(path, reading.encoding) as file:
        for line, text in enumerate(file, 1):
            if text.strip():
                try:
                    found = msgspec.json.decode(text)
                except msgspec.DecodeError:
                    found = None
                yield line, dict(_leaves("", found)) if isinstance(found, dict) else None


def _leaves(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{prefix}.{name}" if prefix else str(name), inner)
    else:
        yield prefix, text_of(value)


def text_of(cell: object) -> str:
    """A typed cell as the text a person would have typed; a whole number that came as 912345678.0 loses its point."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time() | int() | Decimal():
            return str(cell)
        case _:
            return json.dumps(cell, ensure_ascii=False, default=str)


def _wide(cells: Sequence[str], width: int) -> Sequence[str]:
    missing = width - len(cells)
    return cells if missing == 0 else [*cells, *[""] * missing] if missing > 0 else cells[:width]
