"""Reads strands off an event that has just come, as the statement over the history will read them later.

Where the two could differ (numbers with exponents, lists, odd texts) it says that it is Unsure, and her events are
read from the history instead.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import nan
from typing import Any

from unavoce.collect.api import Event, Goods
from unavoce.segment.conditions import Op, Scalar, Value, Where
from unavoce.segment.live.strands import Strand
from unavoce.segment.rules import is_number
from unavoce.segment.values import minor_value

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_LISTS = frozenset({"product_id", "category"})


class Unsure(Exception):
    """The history may read this otherwise."""


class Reader:
    """Reads the strands of a program off events."""

    def __init__(self, strands: Mapping[Strand, int], currency: str) -> None:
        self._currency = currency
        self._by_name: dict[str, list[tuple[int, Strand]]] = {}
        for strand, number in strands.items():
            self._by_name.setdefault(strand.name, []).append((number, strand))
        # Most strands are in every event of their name: those are read by looking at the name alone.
        self._whole = {
            name: tuple((number, 0.0) for number, _ in several)
            for name, several in self._by_name.items()
            if not any(strand.where or strand.property or strand.human for _, strand in several)
        }

    def knows(self, name: str) -> bool:
        """Whether events of this name are in any strand."""
        return name in self._by_name

    def read(self, event: Event) -> Iterable[tuple[int, float]]:
        """(strand, number) for each strand the event is in; NaN where it says no number. Unsure when it is."""
        whole = self._whole.get(event.name)
        return self._one_by_one(event) if whole is None else whole

    def _one_by_one(self, event: Event) -> Iterator[tuple[int, float]]:
        for number, strand in self._by_name.get(event.name, ()):
            if strand.human and _machine(event):
                continue
            if all(self._is(event, where) for where in strand.where):
                yield number, _number(event, strand.property) if strand.property else 0.0

    def _is(self, event: Event, where: Where) -> bool:
        if where.property in _LISTS:
            goods = _goods(event)
            return _listed(goods.product_ids if where.property == "product_id" else goods.categories, where)
        if where.property == "revenue":
            amount = _goods(event).revenue or None
            return _compared(amount, where.op, minor_value(where.value, self._currency))
        return _compared(_value(event, where.property), where.op, where.value)


def _goods(event: Event) -> Goods:
    if event.goods is None:
        raise Unsure
    return event.goods


def _machine(event: Event) -> bool:
    said = event.properties.get("machine")
    if said is not None and not isinstance(said, bool):
        raise Unsure
    return bool(said)


def _value(event: Event, name: str) -> object:
    goods = _goods(event)
    match name:
        case "store" | "store_id":
            return goods.store or None
        case "order_id":
            return goods.order_id or None
        case "currency":
            return goods.currency or None
    value: object = event.properties
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _number(event: Event, name: str) -> float:
    if name == "revenue":
        return float(_goods(event).revenue)
    value = _as_number(_value(event, name))
    return nan if value is None else value


def _as_number(value: object) -> float | None:
    match value:
        case None:
            return None
        case bool() | int():
            if abs(value) > 1 << 53:
                raise Unsure
            return float(value)
        case float():
            return value
        case str() if _NUMBER.fullmatch(value):
            return float(value)
        case str() if (
            not any(map(str.isdigit, value)) and value.isascii() and value.isalpha() and len(value) > len("infinity")
        ):
            return None
        case _:
            raise Unsure


def _as_text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            raise Unsure


def _compared(value: object, op: Op, wanted: Value) -> bool:
    if op in ("exists", "missing"):
        return (value is not None) == (op == "exists")
    first = wanted[0] if isinstance(wanted, tuple) else wanted
    held = _as_number(value) if is_number(first) else _as_text(value)
    return held is not None and _holds(held, op, wanted)


def _holds(held: float | str, op: Op, wanted: Value) -> bool:
    if isinstance(wanted, tuple):
        return (held in [_plain(one) for one in wanted]) == (op == "in")
    plain = _plain(wanted)
    if op == "contains":
        return str(plain) in str(held)
    if op == "starts_with":
        return str(held).startswith(str(plain))
    return _COMPARE[op](held, plain)


def _plain(wanted: Scalar | None) -> float | str:
    if isinstance(wanted, bool):
        return "true" if wanted else "false"
    if wanted is None:
        raise ValueError("a comparison needs a value")
    return wanted if isinstance(wanted, str) else float(wanted)


def _listed(values: Sequence[str], where: Where) -> bool:
    match where.op:
        case "exists" | "missing":
            return bool(values) == (where.op == "exists")
        case "ne" | "not_in":
            other = Where(where.property, "eq" if where.op == "ne" else "in", where.value)
            return bool(values) and not _listed(values, other)
    wanted = where.value
    texts: Value = tuple(map(_text, wanted)) if isinstance(wanted, tuple) else _text(wanted)
    return any(_holds(value, where.op, texts) for value in values)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
