"""Which schemas can be in the plan, and what an event is under one: pure, compiled once, quick.

JSON Schema 2020-12 (or the draft a schema names) as jsonschema-rs reads it, with formats checked and regular
expressions of the kind that run in linear time.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jsonschema_rs import RegexOptions, ValidationError, Validator, canonical, validator_for

from unavoce.collect.plan.model import (
    CircularReference,
    Fault,
    FaultKind,
    MatchesNothing,
    NotASchema,
    RemoteReference,
    Schema,
    SchemaTooLarge,
)

LARGEST_SCHEMA = 64 * 1024
DEEPEST, MOST_PROPERTIES = 20, 500
MOST_FAULTS = 20
"""So many faults of one event are told; more would not help to mend it."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_META_SCHEMAS = "https://json-schema.org/", "http://json-schema.org/"
# What stands under these keywords is data, not schema.
_DATA = frozenset({"const", "enum", "default", "examples", "example"})
_LONGEST_EXPECTED = 200
_AN_OBJECT: Schema = {"type": "object"}

KINDS: Mapping[str, FaultKind] = {
    "required": FaultKind.MISSING,
    "type": FaultKind.WRONG_TYPE,
    "enum": FaultKind.NOT_ALLOWED,
    "const": FaultKind.NOT_ALLOWED,
    "minimum": FaultKind.OUT_OF_RANGE,
    "maximum": FaultKind.OUT_OF_RANGE,
    "exclusiveMinimum": FaultKind.OUT_OF_RANGE,
    "exclusiveMaximum": FaultKind.OUT_OF_RANGE,
    "multipleOf": FaultKind.OUT_OF_RANGE,
    "minItems": FaultKind.OUT_OF_RANGE,
    "maxItems": FaultKind.OUT_OF_RANGE,
    "minLength": FaultKind.WRONG_FORM,
    "maxLength": FaultKind.WRONG_FORM,
    "pattern": FaultKind.WRONG_FORM,
    "format": FaultKind.WRONG_FORM,
    "additionalProperties": FaultKind.UNEXPECTED,
    "unevaluatedProperties": FaultKind.UNEXPECTED,
    "falseSchema": FaultKind.UNEXPECTED,
}


def check(schema: object) -> Schema:
    """The schema, if an event can be checked by it; NotASchema with the place and the reason if not."""
    if not isinstance(schema, dict):
        raise NotASchema(field="schema", expected='an object like {"type": "object", "properties": {...}}')
    _small(schema)
    _closed(schema)
    text = written(schema)
    try:
        compiled(text)
        nothing = canonical.find_unsatisfiable(schema)
        # Properties are always an object, whatever else the schema would let through.
        nothing |= canonical.find_unsatisfiable(schema | {"allOf": [*_listed(schema.get("allOf")), _AN_OBJECT]})
    except ValidationError as error:
        place = "/".join(str(part) for part in error.instance_path)
        raise NotASchema(field=f"schema/{place}".rstrip("/"), expected="JSON Schema", reason=error.message) from None
    except ValueError as error:
        raise NotASchema(field="schema", expected="JSON Schema", reason=str(error)[:300]) from None
    for place in nothing:
        if _at(schema, place) is not False:  # a plain `false` says on purpose that a property must not be there
            raise MatchesNothing(field=f"schema{place}", expected="something that can be fulfilled")
    return schema


def written(schema: Mapping[str, object]) -> str:
    """A schema as it is kept; the order of the properties stays."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def compiled(text: str) -> Validator:
    """The validator of a schema's text; made once."""
    return validator_for(text, validate_formats=True, pattern_options=RegexOptions(), retriever=_refuse)


def faults_of(validator: Validator, properties: Mapping[str, object]) -> list[Fault]:
    """What is wrong with an event's properties; empty when nothing is."""
    if validator.is_valid(properties):
        return []
    found = []
    for error in validator.iter_errors(properties):
        found.append(_fault(error))
        if len(found) == MOST_FAULTS:
            break
    return found


def _fault(error: ValidationError) -> Fault:
    word = error.kind.name
    kind = KINDS.get(word, FaultKind.OTHER)
    said = error.kind.as_dict()
    path = list(error.instance_path)
    if word == "required":
        return Fault(kind, path_text([*path, str(said["property"])]), "")
    if kind is FaultKind.UNEXPECTED and (names := said.get("unexpected")):
        return Fault(kind, path_text([*path, str(names[0])]), "")
    # Of a keyword that is not in the table only its name is told: its message may hold the value.
    expected = (
        next((value for key, value in said.items() if key != "name"), "") if kind is not FaultKind.OTHER else word
    )
    text = expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False, default=str)
    return Fault(kind, path_text(path), text[:_LONGEST_EXPECTED])


def path_text(path: list[str | int]) -> str:
    """Where something stands, as people write it: `products[0].price`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _refuse(uri: str) -> Schema:
    raise RemoteReference(field="$ref", value=uri)


def _small(schema: Schema) -> None:
    try:
        size = len(written(schema).encode())
    except (RecursionError, ValueError) as error:
        raise SchemaTooLarge(field="schema", reason=type(error).__name__) from None
    if size > LARGEST_SCHEMA:
        raise SchemaTooLarge(field="schema", bytes=size)
    properties = 0
    for _, part, depth in _parts(schema):
        inner = part.get("properties")
        properties += len(inner) if isinstance(inner, dict) else 0
        if depth > 2 * DEEPEST:  # each level of properties is two of JSON
            raise SchemaTooLarge(field="schema", levels=f"more than {DEEPEST}")
    if properties > MOST_PROPERTIES:
        raise SchemaTooLarge(field="schema", properties=properties)


def _parts(schema: object, place: str = "", depth: int = 0) -> Iterator[tuple[str, Schema, int]]:
    """Every object in a schema that may be schema, with its place and how deep it lies."""
    if isinstance(schema, list):
        for number, inner in enumerate(schema):
            yield from _parts(inner, f"{place}/{number}", depth + 1)
    elif isinstance(schema, dict):
        yield place, schema, depth
        for key, inner in schema.items():
            if key not in _DATA or place.endswith("/properties"):
                yield from _parts(inner, f"{place}/{_escaped(key)}", depth + 1)


def _closed(schema: Schema) -> None:
    """Refuse what points outside, and what points back to what it stands in."""
    points: dict[str, list[str]] = {}
    for place, part, _ in _parts(schema):
        if place.endswith("/properties"):
            continue  # a property may be called $ref
        meta = part.get("$schema")
        if isinstance(meta, str) and not meta.startswith(_META_SCHEMAS):
            raise RemoteReference(field=f"schema{place}/$schema", value=meta[:200])
        if place and "$id" in part:
            raise RemoteReference(field=f"schema{place}/$id", value=str(part["$id"])[:200])
        for word in _REFERENCES:
            if isinstance(target := part.get(word), str):
                if not target.startswith("#") or (len(target) > 1 and target[1] != "/"):
                    raise RemoteReference(field=f"schema{place}/{word}", value=target[:200])
                points.setdefault(place, []).append(target[1:])
    _no_circle(points)


def _no_circle(points: Mapping[str, list[str]]) -> None:
    """Follow the references: from a place one gets to every reference below it, and on to where that points."""
    done: set[str] = set()

    def walk(place: str, way: tuple[str, ...]) -> None:
        if place in way:
            raise CircularReference(field=f"schema{way[-1]}", value=" -> ".join(f"#{step}" for step in (*way, place)))
        if place not in done:
            for target in _reached(points, place):
                walk(target, (*way, place))
            done.add(place)

    for target in _reached(points, ""):
        walk(target, ())


def _reached(points: Mapping[str, list[str]], place: str) -> list[str]:
    """Where the references at a place and below it point to."""
    return [
        target
        for holder, targets in points.items()
        if holder == place or holder.startswith(f"{place}/")
        for target in targets
    ]


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _at(schema: object, pointer: str) -> object:
    """What stands at a JSON Pointer."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(schema, list) and key.isdigit():
            schema = schema[int(key)]
        else:
            schema = schema.get(key) if isinstance(schema, dict) else None
    return schema
