"""Every list of the API: paged by a cursor, filtered and sorted, over one base SELECT.

A request says `?sort=-seen_at&limit=50&cursor=...&name.contains=mei&seen_at.from=2018-01-01`: `sort` with a
minus for descending, a field's name for equality (several values or commas-free repeats mean any of them), and
`.from` (at least), `.before` (less than), `.contains` and `.starts` after a field's name.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar

import orjson
import sqlglot
from fastapi import Request
from sqlglot import exp

from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import parse_id
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.sql import Query

T = TypeVar("T")
_DEFAULT_LIMIT, _LARGEST_LIMIT = 50, 500
_RESERVED = frozenset({"sort", "limit", "cursor"})
_SAYINGS = frozenset({"is", "from", "before", "contains", "starts"})


class Kind(Enum):
    """What a field holds, and so how its text in a request is read."""

    TEXT = "text"
    WHOLE = "a whole number"
    TIME = "a time like 2018-01-05T12:00:00Z"
    FLAG = "true or false"
    ID = "sixteen hexadecimal digits"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor that asks for the following ones (None at the end)."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request wants of a list, as it was written."""

    sort: str = ""
    limit: int = _DEFAULT_LIMIT
    cursor: str | None = None
    filters: tuple[tuple[str, str], ...] = ()


def asked(request: Request) -> Ask:
    """The FastAPI dependency that reads an Ask off the query string."""
    query = request.query_params
    limit = _read_limit(query.get("limit"))
    filters = tuple((name, text) for name, text in query.multi_items() if name not in _RESERVED)
    return Ask(query.get("sort", ""), limit, query.get("cursor"), filters)


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One list: its base statement, what a row becomes, and which columns may be filtered and sorted.

    `key` is a column that is unique in the list; `own` are query parameters the route reads by itself.
    """

    base: Query
    into: type[T]
    fields: Mapping[str, Kind]
    key: str
    sort: str
    own: frozenset[str] = field(default=frozenset())

    def page(self, tx: Transaction, ask: Ask, **params: object) -> Page[T]:
        """The rows that were asked for; BadInput names what cannot be understood."""
        asking = _Asking(dict(params))
        column, down = self._order(ask.sort or self.sort)
        select = exp.select("*").from_(self._tree.copy().subquery("listed"))
        for name, texts in self._filters(ask).items():
            select = select.where(asking.condition(name, texts, self.fields))
        if ask.cursor:
            select = select.where(
                asking.beyond(_read_cursor(ask.cursor, ask.sort or self.sort), column, self.key, down=down)
            )
        ordered = exp.Ordered(this=exp.column(column), desc=down, nulls_first=False)
        select = select.order_by(ordered, exp.Ordered(this=exp.column(self.key), nulls_first=False))
        rows = tx.listing(select.limit(ask.limit + 1), self.into, **asking.params)
        following = (
            _cursor(ask.sort or self.sort, rows[ask.limit - 1], column, self.key) if len(rows) > ask.limit else None
        )
        return Page(rows[: ask.limit], following)

    @cached_property
    def _tree(self) -> exp.Query:
        tree = sqlglot.parse_one(self.base.text, dialect="postgres")
        if not isinstance(tree, exp.Query):
            raise TypeError(f"{self.base.file}: {self.base.name} is not a SELECT.")
        return tree

    def _order(self, sort: str) -> tuple[str, bool]:
        name = sort.removeprefix("-")
        if name not in self.fields:
            raise BadInput(field="sort", value=sort, expected=f"one of {', '.join(sorted(self.fields))}")
        return name, sort.startswith("-")

    def _filters(self, ask: Ask) -> dict[str, list[str]]:
        wanted: dict[str, list[str]] = {}
        for name, text in ask.filters:
            column, _, saying = name.partition(".")
            if column in self.own and not saying:
                continue
            if column not in self.fields or (saying or "is") not in _SAYINGS:
                raise BadInput(field=name, value=text, expected=f"one of {', '.join(sorted(self.fields))}")
            wanted.setdefault(f"{column}.{saying or 'is'}", []).append(text)
        return wanted


class _Asking:
    """Collects the parameters while conditions are built."""

    def __init__(self, params: dict[str, object]) -> None:
        self.params = params

    def condition(self, name: str, texts: list[str], fields: Mapping[str, Kind]) -> exp.Expr:
        column, _, saying = name.partition(".")
        kind = fields[column]
        if saying in ("contains", "starts") and kind is not Kind.TEXT:
            raise BadInput(field=name, value=texts[0], expected="a field that holds text")
        values = [_read(column, text, kind) for text in texts]
        return _SAID[saying](self, exp.column(column), values)

    def beyond(self, last: tuple[Any, Any], column: str, key: str, *, down: bool) -> exp.Expr:
        """Rows after the last one of the page before; what has no value comes last in both directions."""
        value, last_key = last
        col, later = exp.column(column), exp.GT(this=exp.column(key), expression=self.held(last_key))
        empty = exp.Is(this=col.copy(), expression=exp.null())
        if value is None:
            return exp.and_(empty, later)
        step = exp.LT if down else exp.GT
        further = step(this=col.copy(), expression=self.held(value))
        equal = exp.EQ(this=col.copy(), expression=self.held(value))
        return exp.or_(further, exp.and_(equal, later), empty)

    def held(self, value: object) -> exp.Placeholder:
        name = f"listed_{len(self.params)}"
        self.params[name] = value
        return exp.Placeholder(this=name)


def _any_of(asking: _Asking, column: exp.Column, values: list[Any]) -> exp.Expr:
    return exp.EQ(this=column, expression=exp.Any(this=exp.paren(asking.held(values))))


def _at_least(asking: _Asking, column: exp.Column, values: list[Any]) -> exp.Expr:
    return exp.GTE(this=column, expression=asking.held(max(values)))


def _less_than(asking: _Asking, column: exp.Column, values: list[Any]) -> exp.Expr:
    return exp.LT(this=column, expression=asking.held(min(values)))


def _contains(asking: _Asking, column: exp.Column, values: list[Any]) -> exp.Expr:
    return exp.and_(*(exp.ILike(this=column.copy(), expression=asking.held(f"%{_literal(v)}%")) for v in values))


def _starts(asking: _Asking, column: exp.Column, values: list[Any]) -> exp.Expr:
    return exp.and_(*(exp.ILike(this=column.copy(), expression=asking.held(f"{_literal(v)}%")) for v in values))


_SAID: Mapping[str, Callable[[_Asking, exp.Column, list[Any]], exp.Expr]] = {
    "is": _any_of,
    "from": _at_least,
    "before": _less_than,
    "contains": _contains,
    "starts": _starts,
}


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _read(name: str, text: str, kind: Kind) -> object:
    try:
        match kind:
            case Kind.TEXT:
                return text
            case Kind.WHOLE:
                return int(text)
            case Kind.ID:
                return parse_id(text)
            case Kind.FLAG:
                return {"true": True, "false": False}[text.lower()]
            case Kind.TIME:
                at = datetime.fromisoformat(text)
                return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, KeyError, BadInput):
        raise BadInput(field=name, value=text, expected=kind.value) from None


def _read_limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _LARGEST_LIMIT:
        raise BadInput(field="limit", value=text, expected=f"a number from 1 to {_LARGEST_LIMIT}")
    return int(text)


def _cursor(sort: str, row: object, column: str, key: str) -> str:
    value = getattr(row, column)
    said = [sort, "time", value.isoformat()] if isinstance(value, datetime) else [sort, "plain", value]
    return base64.urlsafe_b64encode(orjson.dumps([*said, getattr(row, key)])).decode().rstrip("=")


def _read_cursor(text: str, sort: str) -> tuple[Any, Any]:
    try:
        said, form, value, key = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if said != sort:
            raise ValueError(said)
        return (datetime.fromisoformat(value) if form == "time" else value), key
    except (ValueError, TypeError, binascii.Error):
        raise BadInput(field="cursor", value=text[:40], expected="the `next` of the page before, same sort") from None
