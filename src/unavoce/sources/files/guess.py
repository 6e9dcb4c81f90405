"""What the columns of a file probably mean, with the reason for every guess: a person decides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from unavoce.sources.files import days, repairs
from unavoce.sources.files.mapping import As, Mapping, RowIs, Target, plain, read_as
from unavoce.sources.files.model import BadMapping, Found, MissingColumns
from unavoce.sources.files.presets import Preset, presets
from unavoce.sources.files.readers import reader_of
from unavoce.sources.files.repairs import Refused, Rules

_LOOKED_AT = 200
# So many of the values must look like it before values alone decide, and so few speak against a heading.
_CLEAR, _AGAINST = 0.8, 0.3
_SHAPES = {
    "identifier.email": re.compile(r".+@.+\..+"),
    "identifier.line_user_id": re.compile(r"U[0-9a-f]{32}"),
    "identifier.phone": re.compile(
        r"(\+?886|0)?9\d{8}|(\+?86)?1[3-9]\d{9}|\+852[569]\d{7}|9(\.\d+)?E\+0?8", re.IGNORECASE
    ),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column probably means: `because` is heading, values, preset, masked, empty, unlike or unknown."""

    column: str
    target: Target | None
    because: str
    share: float = 0.0
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guessed:
    """What a whole file probably is."""

    rows: RowIs
    columns: tuple[Guess, ...]
    order: str = "ymd"
    calendar: str = "gregorian"
    preset: str | None = None

    def mapping(self, source: str = "file", rules: Rules | None = None) -> Mapping:
        """The guess as a mapping."""
        kept = replace(rules or Rules(), order=self.order if self.order != "unclear" else "ymd", calendar=self.calendar)
        columns = {one.column: one.target for one in self.columns if one.target is not None}
        return Mapping(self.rows, columns, source, source, rules=kept)


def guess(found: Found, region: str) -> Guessed:
    """The meaning of every column from its heading and its first values, and what a row is."""
    known = _best_preset(found)
    presumed = [None if known is None else _in_preset(known, name) for name in found.columns]
    rules = Rules(region=region, order="dmy", calendar=_calendar(found, presumed))
    columns = []
    for place, (name, target) in enumerate(zip(found.columns, presumed, strict=True)):
        values = [row[place] for row in found.first_rows[:_LOOKED_AT] if row[place].strip()]
        columns.append(_column(name, values, target, rules))
    columns = _once_each(columns)
    rows = known.mapping.rows if known else _rows(columns)
    order, calendar = _days(found, columns)
    return Guessed(rows, tuple(_fitting(columns, rows)), order, calendar, known.key if known else None)


def _column(name: str, values: Sequence[str], preset: Target | None, rules: Rules) -> Guess:
    samples = tuple(dict.fromkeys(values))[:5]
    if not values:
        return Guess(name, preset, "preset" if preset else "empty", samples=samples)
    target = preset or meanings().get(plain(name))
    if target is None:
        return _by_values(name, values, samples, rules)
    share = _fit(target, values, rules)
    if target.kind == "identifier" and share < _AGAINST and sum(map(repairs.is_masked, values)) > len(values) / 2:
        return Guess(name, None, "masked", share, samples)
    if share < _AGAINST:
        return Guess(name, None, "unlike", share, samples)
    return Guess(name, target, "preset" if preset else "heading", share, samples)


def _by_values(name: str, values: Sequence[str], samples: tuple[str, ...], rules: Rules) -> Guess:
    for to, shape in _SHAPES.items():
        target = Target(to)
        share = sum(shape.fullmatch(re.sub(r"[\s\-]", "", one)) is not None for one in values) / len(values)
        if share >= _CLEAR and _fit(target, values, rules) >= _CLEAR:
            return Guess(name, target, "values", share, samples)
    return Guess(name, None, "unknown", samples=samples)


def _fit(target: Target, values: Sequence[str], rules: Rules) -> float:
    """The share of values that can be read as what the target asks for."""
    reader = reader_of(target, rules)
    fit = 0
    for value in values:
        try:
            reader(value)
            fit += 1
        except Refused:
            continue
    return fit / len(values)


@cache
def meanings() -> AnyMapping[str, Target]:
    """What each known heading means."""
    told = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    found: dict[str, Target] = {}
    for one in told["means"]:
        target = Target(one["to"], As(one["as"]) if "as" in one else None)
        for word in one["words"]:
            found.setdefault(plain(word), target)
    return found


def _once_each(columns: Sequence[Guess]) -> list[Guess]:
    """A meaning is given once, to the column that fits best; several addresses and phones of one person are kept."""
    best: dict[str, Guess] = {}
    for one in columns:
        if one.target and (one.target.to not in best or one.share > best[one.target.to].share):
            best[one.target.to] = one
    kept = []
    for one in columns:
        if one.target is None or best[one.target.to] is one or one.target.kind == "identifier":
            kept.append(one)
        else:
            kept.append(replace(one, target=None, because="taken"))
    return kept


def _rows(columns: Sequence[Guess]) -> RowIs:
    meant = {one.target.to for one in columns if one.target}
    if "property.order_id" in meant:
        lined = any(to.startswith("line.") for to in meant)
        return RowIs.ORDER_LINE if lined else RowIs.ORDER
    if "property.coupon_id" in meant:
        return RowIs.COUPON
    if "event" in meant:
        return RowIs.EVENT
    traits = sum(to.startswith(("trait.", "consent.")) for to in meant)
    return RowIs.POINTS if "points" in meant and not traits else RowIs.CUSTOMER


def _fitting(columns: Sequence[Guess], rows: RowIs) -> list[Guess]:
    """A column called only `date` or `amount` means something in some files and nothing in others."""
    if rows is not RowIs.CUSTOMER:
        return list(columns)
    stray = ("time", "status", "property.", "line.", "event")
    return [
        replace(one, target=None, because="unknown") if one.target and one.target.to.startswith(stray) else one
        for one in columns
    ]


def _calendar(found: Found, presumed: Sequence[Target | None]) -> str:
    """Years as short as 79 are the Republic's when any column of days says so: a file is written by one hand."""
    for place, (name, preset) in enumerate(zip(found.columns, presumed, strict=True)):
        target = preset or meanings().get(plain(name))
        if target is not None and read_as(target) in (As.DAY, As.MOMENT):
            _, calendar = days.order_in(row[place] for row in found.first_rows)
            if calendar == "roc":
                return calendar
    return "gregorian"


def _days(found: Found, columns: Sequence[Guess]) -> tuple[str, str]:
    orders, calendars = set(), set()
    for place, one in enumerate(columns):
        if one.target and read_as(one.target) in (As.DAY, As.MOMENT):
            order, calendar = days.order_in(row[place] for row in found.first_rows)
            orders.add(order)
            calendars.add(calendar)
    return next((one for one in ("dmy", "mdy", "unclear") if one in orders), "ymd"), (
        "roc" if "roc" in calendars else "gregorian"
    )


def _best_preset(found: Found) -> Preset | None:
    """The preset that knows more than half of the columns, and at least four, including what its rows need."""
    best, most = None, 0.0
    for preset in presets().values():
        known = sum(_in_preset(preset, name) is not None for name in found.columns)
        share = known / len(found.columns)
        if known >= 4 and share > max(most, 0.5) and _usable(preset, found):
            best, most = preset, share
    return best


def _usable(preset: Preset, found: Found) -> bool:
    try:
        preset.mapping.resolved(found.columns)
    except (BadMapping, MissingColumns):
        return False
    return True


def _in_preset(preset: Preset, name: str) -> Target | None:
    return preset.by_name.get(plain(name))
