"""Pieces of a ClickHouse statement as sqlglot trees: parameters, properties, and comparisons that are never null."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import assert_never

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.kernel.money import minor_of
from unavoce.segment.conditions import Op, Scalar, Value
from unavoce.segment.rules import is_number

EVENT = "e"
"""The alias under which every statement reads events."""

_DATETIME = "DateTime64(3, 'UTC')"
# Columns of their own, empty when the event does not say; the rest is looked up in the JSON.
_TEXT_COLUMNS = {
    "store_id": "store",
    "store": "store",
    "channel": "channel",
    "order_id": "order_id",
    "campaign": "campaign",
    "campaign_id": "campaign",
    "currency": "currency",
    "utm_source": "utm_source",
}
_LIST_COLUMNS = {"product_id": "product_ids", "category": "categories"}


@dataclass(slots=True)
class Params:
    """The values that a statement is given, each once."""

    values: dict[str, object] = field(default_factory=dict)
    _known: dict[tuple[str, object], str] = field(default_factory=dict)

    def text(self, value: str) -> Expr:
        """A text."""
        return self._given("String", value)

    def texts(self, values: Sequence[str]) -> Expr:
        """A list of texts."""
        return self._given("Array(String)", tuple(values))

    def number(self, value: float) -> Expr:
        """A number."""
        return self._given("Float64", float(value))

    def numbers(self, values: Sequence[float]) -> Expr:
        """A list of numbers."""
        return self._given("Array(Float64)", tuple(float(value) for value in values))

    def instant(self, value: datetime) -> Expr:
        """A moment, to the millisecond."""
        return self._given(_DATETIME, instant_text(value))

    def _given(self, kind: str, value: object) -> Expr:
        name = self._known.setdefault((kind, value), f"p{len(self._known)}")
        self.values[name] = list(value) if isinstance(value, tuple) else value
        return placeholder(name, kind)


def instant_text(value: datetime) -> str:
    """A moment as ClickHouse reads it."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def asked_at() -> Expr:
    """The one moment of a statement about everybody: the parameter `at`."""
    return placeholder("at", _DATETIME)


def placeholder(name: str, kind: str) -> Expr:
    """A parameter that the caller of the statement fills."""
    return exp.Placeholder(this=name, kind=exp.DataType.build(kind, dialect="clickhouse"))


def call(name: str, *arguments: Expr) -> Expr:
    """A call of a ClickHouse function, written as named."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def whole(number: int) -> Expr:
    """A whole number."""
    return exp.Literal.number(number)


def word(text: str) -> Expr:
    """A constant text of ours; what people wrote goes through Params."""
    return exp.Literal.string(text)


def both(parts: Sequence[Expr]) -> Expr:
    """All of these; true when there are none."""
    return exp.and_(*parts, dialect="clickhouse") if parts else exp.true()


def either(parts: Sequence[Expr]) -> Expr:
    """One of these; false when there are none."""
    return exp.or_(*parts, dialect="clickhouse") if parts else exp.false()


def column(name: str, table: str = EVENT) -> Expr:
    """A column of a table by its alias."""
    return exp.column(name, table=table)


def compared(value: Expr, op: Op, wanted: Value, params: Params) -> Expr:
    """Whether a nullable value compares; a null never does."""
    match op, wanted:
        case "exists", _:
            return call("isNotNull", value)
        case "missing", _:
            return call("isNull", value)
        case (("in" | "not_in"), tuple() as several):
            among = call("has", _list_of(several, params), call("assumeNotNull", value))
            return exp.and_(call("isNotNull", value), among if op == "in" else exp.not_(among))
        case _, (bool() | int() | float() | str()) as one:
            return call("ifNull", _simply(value, op, one, params), exp.false())
        case _:
            raise ValueError(f"{op} {wanted!r} should have been refused before.")


def as_wanted(value: Value) -> str:
    """The ClickHouse type in which a JSON value is compared with this one."""
    first = value[0] if isinstance(value, tuple) else value
    return "Nullable(Float64)" if is_number(first) else "Nullable(String)"


def filtered(name: str, op: Op, wanted: Value, currency: str, params: Params) -> Expr:
    """Whether a property of the event compares."""
    if name in _LIST_COLUMNS:
        return _list_compared(column(_LIST_COLUMNS[name]), op, wanted, params)
    if name == "revenue":
        return compared(call("nullIf", column("revenue"), whole(0)), op, minor_value(wanted, currency), params)
    return compared(scalar(name, as_wanted(wanted), params), op, wanted, params)


def scalar(name: str, kind: str, params: Params) -> Expr:
    """A property of the event as a nullable value of this kind."""
    if name == "revenue":
        return column("revenue")
    if name in _LIST_COLUMNS:
        first = call("toString", call("arrayElement", column(_LIST_COLUMNS[name]), whole(1)))
        return _read_as(kind, call("nullIf", first, word("")))
    if name in _TEXT_COLUMNS:
        return _read_as(kind, call("nullIf", call("toString", column(_TEXT_COLUMNS[name])), word("")))
    path = [params.text(step) for step in name.split(".")]
    return call("JSONExtract", column("properties"), *path, word(kind))


def _read_as(kind: str, text: Expr) -> Expr:
    return text if kind == "Nullable(String)" else call("toFloat64OrNull", text)


def list_of(name: str) -> Expr | None:
    """The property as a list column, where the event may have several."""
    return column(_LIST_COLUMNS[name]) if name in _LIST_COLUMNS else None


def minor_value(value: Value, currency: str) -> Value:
    """Amounts as people write them, in the currency's smallest unit."""
    if isinstance(value, tuple):
        return tuple(_minor(one, currency) for one in value)
    return None if value is None else _minor(value, currency)


def _minor(value: Scalar, currency: str) -> Scalar:
    return minor_of(value, currency) if is_number(value) else value


def _simply(value: Expr, op: Op, wanted: Scalar, params: Params) -> Expr:
    if op == "contains":
        return exp.GT(this=call("position", value, params.text(str(wanted))), expression=whole(0))
    if op == "starts_with":
        return call("startsWith", value, params.text(str(wanted)))
    return _COMPARE[op](this=value, expression=_given(wanted, params))


_COMPARE: dict[str, Callable[..., Expr]] = {
    "eq": exp.EQ,
    "ne": exp.NEQ,
    "gt": exp.GT,
    "gte": exp.GTE,
    "lt": exp.LT,
    "lte": exp.LTE,
}


def _given(wanted: Scalar, params: Params) -> Expr:
    match wanted:
        case bool():
            return params.text("true" if wanted else "false")
        case int() | float():
            return params.number(wanted)
        case str():
            return params.text(wanted)
        case _:
            assert_never(wanted)


def _list_of(wanted: tuple[Scalar, ...], params: Params) -> Expr:
    if is_number(wanted[0]):
        return params.numbers([float(one) for one in wanted])
    return params.texts([one if isinstance(one, str) else str(one).lower() for one in wanted])


def _list_compared(values: Expr, op: Op, wanted: Value, params: Params) -> Expr:
    some = call("notEmpty", values)
    if op in ("exists", "missing"):
        return some if op == "exists" else call("empty", values)
    if op in ("ne", "not_in"):
        return exp.and_(some, exp.not_(_list_compared(values, "eq" if op == "ne" else "in", wanted, params)))
    one = call("toString", exp.column("x"))
    texts = tuple(map(_text, wanted)) if isinstance(wanted, tuple) else _text(wanted)
    met = exp.Lambda(this=compared(one, op, texts, params), expressions=[exp.to_identifier("x")])
    return call("arrayExists", met, values)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
