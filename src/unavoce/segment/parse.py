"""JSON becomes conditions and back; what cannot be used is refused by field, value and remedy."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import get_args

import msgspec

from unavoce.segment.conditions import Agg, Condition, Deed, Op, StageName
from unavoce.segment.model import BadField

TYPES = get_args(Condition)
_NAMES = tuple(str(kind.__struct_config__.tag) for kind in TYPES)
_AT = re.compile(r" - at `(?P<path>[^`]*)`$")
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<name>[^`]*)`")
_CHOICES = {
    ".window.kind": ("rolling", "between", "calendar"),
    ".type": _NAMES,
    ".op": get_args(Op),
    ".agg": get_args(Agg),
    ".stages": get_args(StageName),
    ".state": ("granted", "denied", "unknown"),
    ".did": get_args(Deed),
    ".by": ("seen", "home"),
}
_PLACE = re.compile(r"\[(?:\d+|\.\.\.)\]$")
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<number>\d+)\]")


def parse(raw: object) -> Condition:
    """The condition that this JSON value describes, or a BadField that names the wrong part."""
    try:
        found: Condition = msgspec.convert(raw, type=Condition)
    except msgspec.ValidationError as error:
        raise _refused(raw, str(error)) from error
    except RecursionError as error:
        raise BadField(field="definition", expected="fewer conditions inside each other") from error
    return found


def plain(condition: Condition) -> Mapping[str, object]:
    """The condition as JSON values, defaults left out; `parse(plain(x)) == x`."""
    built: Mapping[str, object] = msgspec.to_builtins(condition)
    return built


def nearest(word: str, known: frozenset[str] | tuple[str, ...]) -> str | None:
    """The known word that was probably meant."""
    lowered = {one.lower(): one for one in sorted(known)}
    close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def _refused(raw: object, message: str) -> BadField:
    found = _AT.search(message)
    path = found["path"] if found else "$"
    said = _AT.sub("", message)
    if "required field `type`" in said:
        return BadField(field=f"{_field(path)}.type", expected=f"one of {', '.join(_NAMES)}")
    if unknown := _UNKNOWN_FIELD.search(said):
        return BadField(field=f"{_field(path)}.{unknown['name']}", expected="nothing of this name here")
    value = _looked_up(raw, path)
    words = next((words for ending, words in _CHOICES.items() if _PLACE.sub("", path).endswith(ending)), ())
    if words:
        likely = nearest(str(value), words)
        return BadField(field=_field(path), value=value, expected=f"one of {', '.join(words)}", did_you_mean=likely)
    return BadField(field=_field(path), value=_short(value), expected=said[:1].lower() + said[1:])


def _field(path: str) -> str:
    return f"definition{path.removeprefix('$')}"


def _looked_up(raw: object, path: str) -> object:
    value = raw
    for step in _STEP.finditer(path):
        if step["name"] and isinstance(value, dict):
            value = value.get(step["name"])
        elif step["number"] and isinstance(value, list) and int(step["number"]) < len(value):
            value = value[int(step["number"])]
    return value


def _short(value: object) -> object:
    return value if isinstance(value, bool | int | float) or value is None else str(value)[:120]
