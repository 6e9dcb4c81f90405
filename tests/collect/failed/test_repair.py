"""Mending a payload by rule."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unavoce.collect.failed.model import BadStep
from unavoce.collect.failed.repair import CONVERSIONS, OPS, Op, Step, check, mended

_CALL = {"event": "Order Completed", "properties": {"Revenue": "1,280.50", "products": [{"price": "3"}, {}]}}


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        (Step("rename", "properties.Revenue", to="revenue"), "properties", {"revenue": "1,280.50"}),
        (Step("convert", "properties.Revenue", to="number"), "properties", {"Revenue": 1280.5}),
        (Step("convert", "properties.products[].price", to="integer"), "properties", {"products": [{"price": 3}, {}]}),
        (Step("set", "properties.products[].currency", "TWD"), "properties",
         {"products": [{"price": "3", "currency": "TWD"}, {"currency": "TWD"}]}),
        (Step("set", "context.channel", "web"), "context", {"channel": "web"}),
        (Step("set", "event", "Paid", only_missing=True), "event", "Order Completed"),
        (Step("set", "userId", "mei", only_missing=True), "userId", "mei"),
    ],
)  # fmt: skip
def test_a_step_changes_its_field_and_nothing_else(step: Step, field: str, value: object) -> None:
    found = mended(_CALL, check([step]))
    if isinstance(value, dict) and isinstance(found[field], dict):
        assert {key: found[field][key] for key in value} == value
    else:
        assert found[field] == value
    assert _CALL["properties"]["Revenue"] == "1,280.50"


def test_what_cannot_be_converted_stays() -> None:
    for to in CONVERSIONS:
        found = mended({"a": {"b": [1]}, "c": "twelve"}, [Step("convert", "a.b", to=to), Step("convert", "c", to=to)])
        assert found["a"] in ({"b": [1]}, {"b": [[1]]})
        assert str(found["c"]).strip("[']").lower() == "twelve"


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step("set", "", 1), "steps.0.field"),
        (Step("set", "a..b", 1), "steps.0.field"),
        (Step("remove", "a[]"), "steps.0.field"),
        (Step("rename", "a", to=""), "steps.0.to"),
        (Step("rename", "a", to="b.c"), "steps.0.to"),
        (Step("convert", "a", to="date"), "steps.0.to"),
    ],
)
def test_a_step_that_makes_no_sense_is_named(step: Step, field: str) -> None:
    with pytest.raises(BadStep) as refused:
        check([step])
    assert refused.value.facts["field"] == field
    with pytest.raises(BadStep):
        check([])


_KEYS = st.sampled_from(["a", "b", "c"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_KEYS, inner, max_size=2),
    max_leaves=6,
)
_STEPS = st.builds(
    Step, st.sampled_from(OPS), st.sampled_from(["a", "a.b", "a[].b", "c.a[].b"]), _JSON,
    st.sampled_from(list(CONVERSIONS)), st.booleans(),
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_KEYS, _JSON), st.lists(_STEPS, min_size=1, max_size=3))
def test_a_repair_never_breaks_and_never_touches_the_original(content: dict[str, object], steps: list[Step]) -> None:
    before = repr(content)
    check([step for step in steps if step.op in OPS])
    mended(content, steps)
    assert repr(content) == before


@pytest.mark.parametrize("op", ["convert", "remove", "rename"])
def test_a_second_time_changes_nothing_more(op: Op) -> None:
    step = Step(op, "properties.Revenue", to={"convert": "number", "rename": "revenue"}.get(op, ""))
    once = mended(_CALL, [step])
    assert mended(once, [step]) == once
