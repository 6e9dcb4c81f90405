"""Tables for spreadsheets: UTF-8 that Excel recognises, and no cell that would be run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

# OWASP, CSV injection: what a spreadsheet takes for a formula begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM = "\ufeff"


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV (RFC 4180)."""
    out = io.StringIO()
    out.write(_BOM)
    csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
