"""What is different between two versions of a schema, property by property."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from unavoce.collect.plan.model import Schema

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a diff: a place in the schema and what it said before and says now, as JSON; "" where nothing."""

    property: str
    keyword: str
    change: Change
    before: str
    after: str


def differences(before: Schema, after: Schema) -> list[Difference]:
    """Every difference, in the order of the newer schema."""
    old, new = dict(_lines(before)), dict(_lines(after))
    found = [_difference(place, old.get(place), told) for place, told in new.items() if old.get(place) != told]
    return found + [_difference(place, told, None) for place, told in old.items() if place not in new]


def _difference(place: tuple[str, str], before: str | None, after: str | None) -> Difference:
    change: Change = "added" if before is None else "removed" if after is None else "changed"
    return Difference(place[0], place[1], change, before or "", after or "")


def _lines(schema: object, path: str = "") -> Iterator[tuple[tuple[str, str], str]]:
    """Each keyword with its value; being required is told of the property, not of its parent."""
    if not isinstance(schema, dict):
        yield (path, "schema"), _json(schema)
        return
    properties, required = schema.get("properties"), schema.get("required")
    for key, value in schema.items():
        if key == "items" and isinstance(value, dict):
            yield from _lines(value, f"{path}[]")
        elif key not in ("properties", "required"):
            yield (path, key), _json(value)
    for name, inner in _object(properties).items():
        place = f"{path}.{name}".removeprefix(".")
        yield (place, "property"), '""'
        yield from _lines(inner, place)
    for name in required if isinstance(required, list) else ():
        yield (f"{path}.{name}".removeprefix("."), "required"), "true"


def _object(found: object) -> Mapping[str, object]:
    return found if isinstance(found, dict) else {}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
