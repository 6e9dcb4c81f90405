"""The obvious way to compare values of JSON with what a condition wants, for the slow reference."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable


def as_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | dict):
        return json.dumps(value, separators=(",", ":"))
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None if value is None or isinstance(value, list | dict) else float(value)


def is_plain_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare_json(value: object, op: str, wanted: object) -> bool:
    if op in ("exists", "missing"):
        return (value is not None) == (op == "exists")
    if op in ("in", "not_in"):
        first = wanted[0]
        held = [compare_json(value, "eq", one) for one in wanted]
        converted = as_number(value) if is_plain_number(first) else as_text(value)
        return converted is not None and (any(held) == (op == "in"))
    if is_plain_number(wanted):
        number = as_number(value)
        return number is not None and compare(number, op, wanted)
    text = as_text(value)
    return text is not None and compare(text, op, as_text(wanted))


def compare_list(values: tuple[str, ...], op: str, wanted: object) -> bool:
    match op:
        case "exists":
            return bool(values)
        case "missing":
            return not values
        case "ne":
            return bool(values) and not compare_list(values, "eq", wanted)
        case "not_in":
            return bool(values) and not compare_list(values, "in", wanted)
        case "in":
            return any(str(one) in values for one in wanted)
    return any(compare(value, op, str(wanted)) for value in values)


def compare(value: object, op: str, wanted: object) -> bool:
    return COMPARE[op](value, wanted)


COMPARE: dict[str, Callable[[object, object], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "contains": lambda value, wanted: str(wanted) in str(value),
    "starts_with": lambda value, wanted: str(value).startswith(str(wanted)),
}
