"""Where the heading of a table ends and its rows begin, and one name for every column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from unavoce.sources.files.model import Note

LOOKED_AT = 200
"""So many rows at the beginning are looked at to know a file."""

_MOST_HEADING_ROWS = 10
_VALUE = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+"  # an address
    r"|[+-]?(NT|US|HK)?[$¥￥]?[\d,]*\d(\.\d+)?(e[+-]?\d+)?%?"  # a number, money
    r"|\+?[\d\s()*-]{6,}"  # a phone
    r"|(民國\s*)?\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?(\s.*|t.*)?",  # a day
    re.IGNORECASE,
)


def is_value(cell: str) -> bool:
    """Whether a cell holds what only rows hold: a number, an address, a day."""
    return _VALUE.fullmatch(normalize("NFKC", cell).strip()) is not None


def heading_of(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many rows of titles stand above the heading, and how many rows the heading has; 0 when there is none."""
    width = max((_filled(row) for row in rows), default=0)
    first = next((place for place, row in enumerate(rows) if any(map(is_value, row)) and _filled(row) > 1), None)
    if first is None or width == 1:
        return 0, 0 if rows and any(map(is_value, rows[0])) else 1
    heading = rows[: min(first, _MOST_HEADING_ROWS)]
    titles = 0
    while titles < len(heading) and _filled(heading[titles]) <= 1:
        titles += 1
    return titles, min(len(heading) - titles, _heading_rows(heading[titles:], width))


def _heading_rows(rows: Sequence[Sequence[str]], width: int) -> int:
    """One row, or more while a row leaves gaps, as merged cells do; text rows below a full heading are rows."""
    depth = 0
    covered: set[int] = set()
    for row in rows:
        depth += 1
        covered |= {place for place, cell in enumerate(row) if cell.strip()}
        if _filled(row) >= width or (depth > 1 and len(covered) >= width):
            break
    return depth


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def names_of(heading: Sequence[Sequence[str]], width: int) -> tuple[list[str], list[Note]]:
    """A name for each column: the lowest filled cell; what stands above tells equal names apart."""
    lows = [""] * width
    for row in heading:
        for place, cell in enumerate(row[:width]):
            lows[place] = _clean(cell) or lows[place]
    groups = [""] * width
    if len(heading) > 1:
        groups = [_group(heading, place) for place in range(width)]
    return _unlike(lows, groups)


def _group(heading: Sequence[Sequence[str]], place: int) -> str:
    """What stands over a column in the heading's first row; a merged cell shows its text on its left only."""
    first = heading[0]
    for left in range(min(place, len(first) - 1), -1, -1):
        if cell := _clean(first[left]):
            return cell
    return ""


def _unlike(lows: Sequence[str], groups: Sequence[str]) -> tuple[list[str], list[Note]]:
    twice = {name for name in lows if name and sum(other == name for other in lows) > 1}
    names: list[str] = []
    notes: list[Note] = []
    for place, (low, group) in enumerate(zip(lows, groups, strict=True), 1):
        name = low or f"column {place}"
        if low in twice and group and group != low:
            name = f"{group} {low}"
        wanted, number = name, 2
        while name in names:
            name, number = f"{wanted} ({number})", number + 1
        if name != low:
            kind = "renamed_column" if low else "unnamed_column"
            notes.append(Note(kind, {"column": place, "name": low, "renamed": name}))
        names.append(name)
    return names, notes


def _clean(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").split())
