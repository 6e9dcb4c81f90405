"""Mending a payload by rule: set, rename, remove or convert a field; pure, and never half.

A field is written like `properties.revenue`, of every line of a list like `properties.products[].price`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from unavoce.collect.failed.model import MOST_STEPS, BadStep

Op = Literal["set", "rename", "remove", "convert"]
OPS: tuple[Op, ...] = ("set", "rename", "remove", "convert")
Json = dict[str, object]

_FIELD = re.compile(r"[^.\[\]]+(\[\])?(\.[^.\[\]]+(\[\])?)*")
_DIGITS = re.compile(r"[-+]?\d[\d,]*(\.\d+)?")
_TRUE, _FALSE = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n", ""})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a repair."""

    op: Op
    field: str
    value: object = None
    """What `set` writes."""
    to: str = ""
    """Of `rename` the new name, of `convert` what the value is to become."""
    only_missing: bool = False
    """`set` leaves alone what has a value."""


class _Cannot(Exception):
    """This value cannot be converted."""


def check(steps: Sequence[Step]) -> Sequence[Step]:
    """The steps, if each can be understood."""
    if not 0 < len(steps) <= MOST_STEPS:
        raise BadStep(field="steps", value=len(steps), expected=f"1 to {MOST_STEPS} steps")
    for number, step in enumerate(steps):
        place = f"steps.{number}"
        if not _FIELD.fullmatch(step.field):
            raise BadStep(field=f"{place}.field", value=step.field, expected="a field like properties.revenue")
        if step.op == "rename" and (not step.to or any(sign in step.to for sign in ".[]")):
            raise BadStep(field=f"{place}.to", value=step.to, expected="the new name, without dots")
        if step.op == "convert" and step.to not in CONVERSIONS:
            raise BadStep(field=f"{place}.to", value=step.to, expected=f"one of {', '.join(CONVERSIONS)}")
        if step.op != "set" and step.field.endswith("[]"):
            raise BadStep(field=f"{place}.field", value=step.field, expected="a field of the lines: products[].price")
    return steps


def mended(content: Json, steps: Sequence[Step]) -> Json:
    """The content after all steps; what a step does not fit stays as it is."""
    found = copy.deepcopy(content)
    for step in steps:
        for parent, key in list(_places(found, step.field, make=step.op == "set")):
            _DO[step.op](parent, key, step)
    return found


def _places(content: object, field: str, *, make: bool) -> Iterator[tuple[Json, str]]:
    """Every object that the last name of the field belongs to."""
    head, _, rest = field.partition(".")
    name, listed = head.removesuffix("[]"), head.endswith("[]")
    if not isinstance(content, dict):
        return
    if not rest:
        yield content, name
        return
    inner = content.get(name)
    if listed:
        for line in inner if isinstance(inner, list) else ():
            yield from _places(line, rest, make=make)
        return
    if inner is None and make:
        inner = content[name] = {}
    yield from _places(inner, rest, make=make)


def _set(parent: Json, key: str, step: Step) -> None:
    if not (step.only_missing and parent.get(key) not in (None, "")):
        parent[key] = copy.deepcopy(step.value)


def _rename(parent: Json, key: str, step: Step) -> None:
    if key in parent and step.to not in parent:
        parent[step.to] = parent.pop(key)


def _remove(parent: Json, key: str, _step: Step) -> None:
    parent.pop(key, None)


def _convert(parent: Json, key: str, step: Step) -> None:
    if key in parent:
        try:
            parent[key] = CONVERSIONS[step.to](parent[key])
        except _Cannot:
            return


_DO: Mapping[Op, Callable[[Json, str, Step], None]] = {
    "set": _set, "rename": _rename, "remove": _remove, "convert": _convert,
}  # fmt: skip


def _number(value: object) -> object:
    """A number out of a text like "1,280.50"; thousands are set off by commas only."""
    if isinstance(value, bool):
        raise _Cannot
    if isinstance(value, int | float):
        return value
    text = value.strip().removeprefix("$").strip() if isinstance(value, str) else ""
    if not _DIGITS.fullmatch(text):
        raise _Cannot
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def _whole(value: object) -> object:
    number = _number(value)
    if isinstance(number, float) and not number.is_integer():
        raise _Cannot
    return int(number) if isinstance(number, int | float) else number


def _text(value: object) -> object:
    if isinstance(value, dict | list) or value is None:
        raise _Cannot
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flag(value: object) -> object:
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise _Cannot


def _worded(change: Callable[[str], str]) -> Callable[[object], object]:
    def convert(value: object) -> object:
        if not isinstance(value, str):
            raise _Cannot
        return change(value)

    return convert


def _line(value: object) -> object:
    return value if isinstance(value, list) else [value]


CONVERSIONS: Mapping[str, Callable[[object], object]] = {
    "number": _number, "integer": _whole, "string": _text, "boolean": _flag, "list": _line,
    "trim": _worded(str.strip), "upper": _worded(str.upper), "lower": _worded(str.lower),
}  # fmt: skip
