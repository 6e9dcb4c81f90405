"""Which schemas may be in the plan: absurd ones are refused with the place and the reason."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unavoce.collect.plan import infer, rules
from unavoce.collect.plan.diff import differences
from unavoce.collect.plan.model import (
    CircularReference,
    Fault,
    FaultKind,
    MatchesNothing,
    NotASchema,
    RemoteReference,
    SchemaTooLarge,
)

_DEEP: dict[str, Any] = {"type": "object"}
for _ in range(50):
    _DEEP = {"type": "object", "properties": {"inner": _DEEP}}


@pytest.mark.parametrize(
    ("schema", "refusal", "place"),
    [
        ([], NotASchema, "schema"),
        ({"type": "strin"}, NotASchema, "schema/type"),
        ({"properties": {"a": {"pattern": "(?=a)b"}}}, NotASchema, "schema/properties/a/pattern"),
        ({"properties": {"a": {"pattern": "("}}}, NotASchema, "schema/properties/a/pattern"),
        ({"$ref": "#/$defs/nowhere"}, NotASchema, "schema"),
        ({"$ref": "https://shop.example/order.json"}, RemoteReference, "schema/$ref"),
        ({"properties": {"enum": {"$ref": "file:///etc/passwd"}}}, RemoteReference, "schema/properties/enum/$ref"),
        ({"$schema": "https://shop.example/meta"}, RemoteReference, "schema/$schema"),
        ({"$ref": "#"}, CircularReference, "schema"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
            CircularReference,
            "schema/$defs/b",
        ),
        (
            {"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}},
            CircularReference,
            "schema/$defs/a",
        ),
        ({"not": {}}, MatchesNothing, "schema"),
        ({"type": "string"}, MatchesNothing, "schema"),
        ({"properties": {"a": {"enum": []}}}, MatchesNothing, "schema/properties/a"),
        ({"properties": {"a": {"minimum": 5, "maximum": 2, "type": "number"}}}, MatchesNothing, "schema/properties/a"),
        ({"required": ["a"], "properties": {"a": False}}, MatchesNothing, "schema"),
        ({"description": "x" * 70_000}, SchemaTooLarge, "schema"),
        ({"properties": {f"p{number}": {} for number in range(501)}}, SchemaTooLarge, "schema"),
        (_DEEP, SchemaTooLarge, "schema"),
    ],
)
def test_an_absurd_schema_is_refused_by_name(schema: object, refusal: type[NotASchema], place: str) -> None:
    with pytest.raises(refusal) as refused:
        rules.check(schema)
    assert refused.value.facts["field"] == place


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": {"gone": False}},
        {"properties": {"$ref": {"type": "string"}}},
        {"properties": {"a": {"$ref": "#/$defs/a"}, "b": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}},
        {"enum": [{"$ref": "https://shop.example"}, {}]},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"},
    ],
)
def test_an_unusual_schema_may_well_be_right(schema: dict[str, object]) -> None:
    assert rules.check(schema) == schema


def test_each_fault_says_where_and_what_but_never_the_value() -> None:
    schema = {
        "properties": {
            "email": {"type": "string", "format": "email"},
            "products": {"type": "array", "items": {"required": ["product_id"]}},
            "size": {"enum": ["S", "M"]},
            "note": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
        },
        "required": ["order_id"],
        "additionalProperties": False,
    }
    told = {"email": "secret-word", "products": [{}], "size": "secret-word", "note": "secret-word", "secret": 1}
    faults = rules.faults_of(rules.compiled(rules.written(schema)), told)
    assert set(faults) == {
        Fault(FaultKind.WRONG_FORM, "email", "email"),
        Fault(FaultKind.MISSING, "products[0].product_id", ""),
        Fault(FaultKind.NOT_ALLOWED, "size", '["S", "M"]'),
        Fault(FaultKind.OTHER, "note", "anyOf"),
        Fault(FaultKind.UNEXPECTED, "secret", ""),
        Fault(FaultKind.MISSING, "order_id", ""),
    }
    assert "secret-word" not in repr(faults)
    assert "missing products[].product_id" in {fault.what for fault in faults}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "email", "products"]), _VALUES, max_size=4), min_size=1))
def test_what_was_inferred_lets_everything_through_that_it_was_inferred_from(samples: list[dict[str, object]]) -> None:
    schema = rules.check(infer.schema_of(infer.shape_of(samples)))
    validator = rules.compiled(rules.written(schema))
    assert [rules.faults_of(validator, sample) for sample in samples] == [[] for _ in samples]


def test_a_draft_says_what_was_seen() -> None:
    samples = [
        {"size": "SML"[number % 3], "price": number, "email": f"{number % 2}@shop.example", "lines": [{"id": "a"}]}
        for number in range(60)
    ]
    del samples[0]["price"]
    shape = infer.shape_of(samples)
    assert infer.schema_of(shape) == {
        "type": "object",
        "properties": {
            "size": {"type": "string", "enum": ["S", "M", "L"]},
            "price": {"type": "integer"},
            "email": {"type": "string", "x-personal": True},
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"id": {"type": "string", "enum": ["a"]}},
                    "required": ["id"],
                },
            },
        },
        "required": ["size", "email", "lines"],
    }
    seen = {one.property: one for one in shape.observed(of=60)}
    assert (seen["price"].seen, seen["price"].of) == (59, 60)
    assert (seen["email"].values, seen["email"].examples) == ({}, ())
    assert seen["lines[].id"].values == {"a": 60}


def test_a_diff_names_what_changed() -> None:
    before = {"properties": {"a": {"type": "string"}, "b": {"type": "number"}}, "required": ["a"]}
    after = {"properties": {"a": {"type": "string", "enum": ["x"]}, "c": {}}, "required": ["c"]}
    told = [(one.change, one.property, one.keyword) for one in differences(before, after)]
    assert sorted(told) == [
        ("added", "a", "enum"),
        ("added", "c", "property"),
        ("added", "c", "required"),
        ("removed", "a", "required"),
        ("removed", "b", "property"),
        ("removed", "b", "type"),
    ]
    assert differences(before, before) == []
