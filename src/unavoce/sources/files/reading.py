"""One row as its mapping understands it: identifiers, traits, properties, consent, time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import suppress
from typing import NamedTuple

import msgspec

from unavoce.sources.files.mapping import Mapping, RowIs, Target
from unavoce.sources.files.readers import reader_of
from unavoce.sources.files.repairs import Reader, Refused
from unavoce.sources.files.statuses import UnknownStatus, coupon_event
from unavoce.sources.files.tally import BadLine, Tally

_UNREAD = "\ufffd"


class Said(msgspec.Struct, array_like=True):
    """What one row says."""

    line: int
    identifiers: list[tuple[str, str]] = []
    traits: dict[str, object] = {}
    properties: dict[str, object] = {}
    goods: dict[str, object] = {}
    consents: dict[str, dict[str, str]] = {}
    at: str = ""
    event: str = ""
    status: str = ""
    points: int | float | None = None
    lost: BadLine | None = None
    """What the row goes in without, where that must be told."""


class BadRowFound(Exception):
    """This row cannot go in."""

    def __init__(self, line: BadLine) -> None:
        super().__init__(line.reason)
        self.line = line


class _Field(NamedTuple):
    place: int
    column: str
    target: Target
    reader: Reader


_ESSENTIAL: AnyMapping[RowIs, frozenset[str]] = {
    RowIs.CUSTOMER: frozenset(),
    RowIs.EVENT: frozenset({"time", "event"}),
    RowIs.ORDER: frozenset({"property.order_id", "time", "property.revenue"}),
    RowIs.ORDER_LINE: frozenset({"property.order_id"}),
    RowIs.POINTS: frozenset({"points"}),
    RowIs.COUPON: frozenset({"property.coupon_id"}),
}
# A wrong number here would be a wrong sum there, so the row is refused and not the value left out.
_EXACT = frozenset({"points", "time", "line.quantity", "line.price", "line.value", "property.revenue"})
# A customer without her balance is still a customer: she goes in, and the report names the balance that did not.
_SPARED = {RowIs.CUSTOMER: frozenset({"points"})}
_NEEDS_SOMEBODY = frozenset({RowIs.CUSTOMER, RowIs.POINTS, RowIs.COUPON})


class RowReader:
    """Reads the rows of one file under one mapping, and counts on a tally what it does."""

    def __init__(self, mapping: Mapping, columns: Sequence[str], tally: Tally) -> None:
        self._rows, self._columns, self._tally = mapping.rows, columns, tally
        self._needed = _ESSENTIAL[mapping.rows]
        self._spared = _SPARED.get(mapping.rows, frozenset())
        fields = [
            _Field(place, columns[place], target, reader_of(target, mapping.rules))
            for place, target in mapping.resolved(columns).items()
        ]
        # Points first: what the file holds is counted even where the rest of the row is bad.
        self._fields = sorted(fields, key=lambda one: (one.target.kind != "points", one.place))

    def read(self, line: int, cells: Sequence[str]) -> Said:
        """What a row says; BadRowFound says why it cannot go in."""
        if len(cells) > len(self._columns):
            raise self._bad(line, cells, "wrong_width")
        if self._rows is RowIs.COUPON:
            self._count_coupon(line, cells)
        said = Said(line, [], {}, {}, {}, {})
        refused: tuple[str, ...] = ("no_identifier",)
        for one in self._fields:
            text = cells[one.place]
            if text and not text.isspace():
                refused = self._take(said, one, text, cells) or refused
        if column := self._lacking(said):
            raise self._bad(line, cells, "missing", column)
        if not said.identifiers and self._rows in _NEEDS_SOMEBODY:
            raise self._bad(line, cells, *refused)
        return said

    def _count_coupon(self, line: int, cells: Sequence[str]) -> None:
        """An unused coupon counts in the file's total whatever else is wrong with its row."""
        status = next((cells[one.place] for one in self._fields if one.target.kind == "status"), "")
        try:
            self._tally.unused_coupons.in_file += coupon_event(status.strip()) == "Coupon Issued"
        except UnknownStatus:
            raise self._bad(line, cells, "unknown_status", value=status) from None

    def _take(self, said: Said, one: _Field, text: str, cells: Sequence[str]) -> tuple[str, ...]:
        """Read one cell; answers with reason, column and value of an identifier that could not be used."""
        if _UNREAD in text:
            raise self._bad(said.line, cells, "unreadable", one.column)
        try:
            value = one.reader(text)
        except Refused as why:
            if one.target.to in self._needed or (one.target.to in _EXACT and one.target.to not in self._spared):
                raise self._bad(said.line, cells, why.reason, one.column, text) from None
            self._tally.omitted(one.column, why.reason, text)
            if one.target.to in self._spared:
                said.lost = self._bad(said.line, cells, "points_unread", one.column, text).line
            return (why.reason, one.column, text) if one.target.kind == "identifier" else ()
        for repair in value.repairs:
            self._tally.repaired(one.column, repair, text, str(value.kept))
        if one.target.kind == "points" and isinstance(value.kept, int | float):
            self._tally.points.in_file += value.kept
        _KEEP[one.target.kind](said, one.target.key, value.kept)
        return ()

    def _lacking(self, said: Said) -> str | None:
        """The column of something that the row needs and no column told; a preset knows several names for one thing."""
        for to in sorted(self._needed):
            kind, _, key = to.partition(".")
            told = {"time": said.at, "event": said.event, "points": said.points}.get(kind, said.properties.get(key))
            if told is None or told == "":
                return next((one.column for one in self._fields if one.target.to == to), to)
        return None

    def _bad(self, line: int, cells: Sequence[str], reason: str, column: str = "", value: str = "") -> BadRowFound:
        named = dict(zip(self._columns, cells, strict=False))
        if over := cells[len(self._columns) :]:
            named["…"] = ", ".join(over)
        content = json.dumps(named, ensure_ascii=False)[:4000]
        return BadRowFound(BadLine(line, reason, column, value[:200], content, self._order(cells)))

    def _order(self, cells: Sequence[str]) -> str:
        """The order a line belongs to, as far as that can be read."""
        for one in self._fields:
            if one.target.to == "property.order_id" and one.place < len(cells):
                with suppress(Refused):
                    if order := str(one.reader(cells[one.place]).kept):
                        return order
        return ""


def _identifier(said: Said, key: str, value: object) -> None:
    if value:
        said.identifiers.append((key, str(value)))


def _trait(said: Said, key: str, value: object) -> None:
    said.traits.setdefault(key, value)


def _property(said: Said, key: str, value: object) -> None:
    said.properties.setdefault(key, value)


def _line(said: Said, key: str, value: object) -> None:
    said.goods.setdefault(key, value)


def _consent(said: Said, key: str, value: object) -> None:
    channel, _, purpose = key.partition(".")
    said.consents.setdefault(channel, {})[purpose or "marketing"] = "granted" if value else "denied"


def _time(said: Said, _: str, value: object) -> None:
    said.at = said.at or str(value)


def _event(said: Said, _: str, value: object) -> None:
    said.event = str(value)


def _status(said: Said, _: str, value: object) -> None:
    said.status = str(value)


def _points(said: Said, _: str, value: object) -> None:
    said.points = value if isinstance(value, int | float) else None


_KEEP: AnyMapping[str, Callable[[Said, str, object], None]] = {
    "identifier": _identifier, "trait": _trait, "property": _property, "line": _line, "consent": _consent,
    "time": _time, "event": _event, "status": _status, "points": _points,
}  # fmt: skip
