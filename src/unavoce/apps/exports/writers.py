"""Rows into files, a few hundred at a time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson
import pyarrow
from pyarrow.parquet import ParquetWriter

from unavoce.apps.exports.wishes import Form
from unavoce.apps.sheets import safe_cell

Row = Mapping[str, object]


Write = Callable[[Sequence[Row]], object]
"""Takes the next rows."""


@contextmanager
def writer(path: Path, form: Form, columns: Mapping[str, type]) -> Iterator[Write]:
    """What writes rows of these columns into a file of this form."""
    match form:
        case Form.CSV:
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                sheet = csv.writer(out)
                sheet.writerow(columns)
                yield lambda rows: sheet.writerows([_cell(row.get(name)) for name in columns] for row in rows)
        case Form.JSONL:
            with path.open("wb") as lines:
                yield lambda rows: lines.writelines(orjson.dumps(row, default=str) + b"\n" for row in rows)
        case Form.PARQUET:
            schema = pyarrow.schema([(name, _TYPES[kind]) for name, kind in columns.items()])
            with ParquetWriter(path, schema) as table:
                yield lambda rows: table.write_table(
                    pyarrow.Table.from_pylist([_typed(row, columns) for row in rows], schema=schema)
                )


_TYPES = {str: pyarrow.string(), int: pyarrow.int64(), list: pyarrow.list_(pyarrow.string())}


def _typed(row: Row, columns: Mapping[str, type]) -> dict[str, object]:
    return {name: _as(row.get(name), kind) for name, kind in columns.items()}


def _as(value: object, kind: type) -> object:
    if value is None or isinstance(value, kind):
        return value
    return orjson.dumps(value, default=str).decode() if isinstance(value, dict | list) else str(value)


def _cell(value: object) -> object:
    """A cell for a spreadsheet: lists are joined, and no text is taken for a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, list):
        return safe_cell("; ".join(map(str, value)))
    return safe_cell(orjson.dumps(value).decode() if isinstance(value, dict) else str(value))
