"""The mapping file: what one row is, and what each column means. See docs/reference/mapping.md."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar
from unicodedata import normalize

from unavoce.sources.files.model import BadMapping, MissingColumns, Reading
from unavoce.sources.files.repairs import Rules

T = TypeVar("T", bound=StrEnum)


class RowIs(StrEnum):
    """What one row of the file is."""

    CUSTOMER = "customer"
    EVENT = "event"
    ORDER = "order"
    ORDER_LINE = "order_line"
    POINTS = "points"
    COUPON = "coupon"


class As(StrEnum):
    """How a value is to be read."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"
    GENDER = "gender"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Target:
    """What a column means.

    `identifier.phone`, `trait.birthday`, `property.order_id`, `line.quantity`, `consent.email.marketing`, `time`,
    `event`, `status`, `points`.
    """

    to: str
    read: As | None = None
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The first word."""
        return self.to.partition(".")[0]

    @property
    def key(self) -> str:
        """What follows the first word."""
        return self.to.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping; `optional` columns may be missing from a file, as in presets that know many versions."""

    rows: RowIs
    columns: AnyMapping[str, Target]
    source: str = "file"
    title: str = ""
    event: str = ""
    channel: str = ""
    as_of: str = ""
    rules: Rules = field(default_factory=Rules)
    reading: Reading = field(default_factory=Reading)
    optional: bool = False

    def resolved(self, columns: Sequence[str]) -> dict[int, Target]:
        """The place of every mapped column in a file; MissingColumns names those that are not there."""
        places = {plain(name): place for place, name in reversed(list(enumerate(columns)))}
        exact = {name: place for place, name in enumerate(columns)}
        found: dict[int, Target] = {}
        missing = []
        for name, target in self.columns.items():
            place = exact.get(name, places.get(plain(name)))
            if place is None:
                missing.append(name)
            else:
                found.setdefault(place, target)
        if missing and not self.optional:
            raise MissingColumns(missing=", ".join(missing), found=", ".join(columns))
        check(self.rows, list(found.values()), event=self.event)
        return found

    def with_brand(self, *, region: str, zone: str, currency: str) -> Mapping:
        """The same with the brand's own region, zone and currency where it is the default that stands."""
        usual = Rules()
        rules = replace(
            self.rules,
            region=region if self.rules.region == usual.region else self.rules.region,
            zone=zone if self.rules.zone == usual.zone else self.rules.zone,
            currency=currency if self.rules.currency == usual.currency else self.rules.currency,
        )
        return replace(self, rules=rules)


_KINDS = ("identifier", "trait", "property", "line", "consent", "time", "event", "status", "points")
_BARE = frozenset({"time", "event", "status", "points"})
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SOURCE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_READ = {
    "line.quantity": As.NUMBER, "line.price": As.NUMBER, "line.value": As.NUMBER, "line.discount": As.NUMBER,
    "property.revenue": As.NUMBER, "property.discount": As.NUMBER, "property.shipping": As.NUMBER,
    "property.expires_at": As.MOMENT, "property.value": As.NUMBER, "points": As.NUMBER, "time": As.MOMENT,
    "trait.birthday": As.DAY, "trait.gender": As.GENDER, "trait.tags": As.WORDS, "trait.registered_at": As.MOMENT,
    "trait.line_joined_at": As.MOMENT, "trait.store_credit": As.NUMBER, "property.redeemed_at": As.MOMENT,
}  # fmt: skip


def read_as(target: Target) -> As:
    """How a column's values are read: as the mapping says, or as its meaning asks for."""
    return target.read or _READ.get(target.to, As.FLAG if target.kind == "consent" else As.TEXT)


def plain(name: str) -> str:
    """A heading as it is compared: width, case, spaces and marks make no difference."""
    return re.sub(r"[\s_\-./()（）:：*＊\[\]【】\"']+", "", normalize("NFKC", name).lower())


def parse(text: str, file: str = "") -> Mapping:
    """A mapping out of TOML or JSON; BadMapping names what is wrong and what would be right."""
    try:
        told = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadMapping(field=file or "mapping", expected="TOML or JSON", reason=str(error)) from None
    return mapping_of(told)


def mapping_of(told: AnyMapping[str, object]) -> Mapping:
    """A mapping out of plain words and numbers."""
    known = {"rows", "columns", "source", "title", "event", "channel", "as_of", "region", "zone", "currency",
             "order", "calendar", "read", "optional"}  # fmt: skip
    if strange := sorted(set(told) - known):
        raise BadMapping(field=strange[0], expected=f"one of {', '.join(sorted(known))}")
    columns = told.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise BadMapping(field="columns", expected='a table like "手機" = "identifier.phone"')
    source = str(told.get("source", "file"))
    if not _SOURCE.fullmatch(source):
        raise BadMapping(field="source", value=source, expected="small letters, digits and _, a letter first")
    return Mapping(
        rows=_one_of(RowIs, "rows", told.get("rows", "customer")),
        columns={str(name): _target(str(name), target) for name, target in columns.items() if target},
        source=source,
        title=str(told.get("title") or source),
        event=str(told.get("event", "")),
        channel=str(told.get("channel", "")),
        as_of=str(told.get("as_of", "")),
        rules=_rules(told),
        reading=_reading(told.get("read", {})),
        optional=bool(told.get("optional", False)),
    )


def _rules(told: AnyMapping[str, object]) -> Rules:
    usual = Rules()
    order, calendar = str(told.get("order", usual.order)), str(told.get("calendar", usual.calendar))
    if order not in ("ymd", "dmy", "mdy"):
        raise BadMapping(field="order", value=order, expected="ymd, dmy or mdy")
    if calendar not in ("gregorian", "roc"):
        raise BadMapping(field="calendar", value=calendar, expected="gregorian or roc")
    words = {name: str(told.get(name) or getattr(usual, name)) for name in ("region", "zone", "currency")}
    return Rules(**words, order=order, calendar=calendar)


def _reading(told: object) -> Reading:
    known: dict[str, type] = {"encoding": str, "delimiter": str, "sheet": str, "title_rows": int, "header_rows": int}
    words = told if isinstance(told, dict) else {"read": told}
    for name, value in words.items():
        if name not in known or not isinstance(value, known[name]) or (isinstance(value, int) and not 0 <= value <= 20):
            raise BadMapping(field=f"read.{name}", value=value, expected=", ".join(known))
    return Reading(**words)


def _target(column: str, told: object) -> Target:
    words = {"to": told} if isinstance(told, str) else told
    if not isinstance(words, dict) or not isinstance(words.get("to"), str):
        raise BadMapping(field=column, value=told, expected='a meaning like "identifier.phone"')
    if strange := sorted(set(words) - {"to", "as", "yes", "no"}):
        raise BadMapping(field=column, value=strange[0], expected="to, as, yes, no")
    read = words.get("as")
    target = Target(
        words["to"],
        None if read is None else _one_of(As, f"{column}: as", read),
        frozenset(str(word).lower() for word in words.get("yes", ())),
        frozenset(str(word).lower() for word in words.get("no", ())),
    )
    _check_target(column, target)
    return target


def _check_target(column: str, target: Target) -> None:
    if target.kind not in _KINDS or (target.kind in _BARE) != (not target.key):
        expected = ", ".join(one if one in _BARE else f"{one}.…" for one in _KINDS)
        raise BadMapping(field=column, value=target.to, expected=expected)
    if target.kind == "identifier" and not _IDENTIFIER.fullmatch(target.key):
        raise BadMapping(field=column, value=target.to, expected="a kind like identifier.phone")


def _one_of(kinds: type[T], field: str, value: object) -> T:
    try:
        return kinds(str(value))
    except ValueError:
        raise BadMapping(field=field, value=value, expected=", ".join(kinds)) from None


_IDENTIFIED = frozenset({RowIs.CUSTOMER, RowIs.POINTS, RowIs.COUPON})
_NEEDS: AnyMapping[RowIs, tuple[tuple[str, ...], ...]] = {
    RowIs.CUSTOMER: (),
    RowIs.EVENT: (("time",),),
    RowIs.ORDER: (("property.order_id",), ("time",), ("property.revenue",)),
    RowIs.ORDER_LINE: (("property.order_id",), ("time",), ("line.value", "line.price", "property.revenue")),
    RowIs.POINTS: (("points",),),
    RowIs.COUPON: (("property.coupon_id",),),
}


def check(rows: RowIs, targets: Sequence[Target], *, event: str) -> None:
    """Refuse a mapping that lacks what its rows need."""
    meant = {target.to for target in targets}
    for choice in _NEEDS[rows]:
        if meant.isdisjoint(choice):
            raise BadMapping(field="columns", value=rows.value, expected=f"a column that is {' or '.join(choice)}")
    if rows in _IDENTIFIED and not any(target.kind == "identifier" for target in targets):
        raise BadMapping(field="columns", value=rows.value, expected="a column that is an identifier")
    if rows is RowIs.EVENT and not event and "event" not in meant:
        raise BadMapping(field="event", value=None, expected="the event's name, or a column that is `event`")
