"""Definitions that cannot be used are refused by field, value and remedy, and nothing is half-written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from unavoce.kernel.clock import FixedClock
from unavoce.kernel.errors import Refusal
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.segment import api
from unavoce.segment.checks import check
from unavoce.segment.conditions import Condition
from unavoce.segment.flips import Changes, changes
from unavoce.segment.parse import parse
from unavoce.segment.spreadsheet import csv_of
from unavoce.segment.store import Held

ORDERS = {"type": "event", "name": "Order Completed", "op": "gte", "value": 1}


def refusal(raw: object) -> dict[str, object]:
    with pytest.raises(api.BadField) as refused:
        check(parse(raw))
    return refused.value.facts


@pytest.mark.parametrize(
    ("raw", "field", "likely"),
    [
        ({"type": "tarit", "key": "age", "op": "eq", "value": 1}, "definition.type", "trait"),
        ({"type": "trait", "key": "age", "op": "eqals", "value": 1}, "definition.op", None),
        ({"type": "all", "of": [ORDERS, {"type": "evnt"}]}, "definition.of[1].type", "event"),
        (ORDERS | {"window": {"kind": "roling", "days": 3}}, "definition.window.kind", "rolling"),
        (ORDERS | {"agg": "summ"}, "definition.agg", "sum"),
    ],
)
def test_a_word_that_is_none_is_named_with_the_likely_one(raw: object, field: str, likely: str | None) -> None:
    facts = refusal(raw)
    assert facts["field"] == field
    assert str(facts["expected"]).startswith("one of ")
    assert facts.get("did_you_mean") == likely


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("buyers", "definition"),
        ({"key": "age"}, "definition.type"),
        ({"type": "trait", "op": "eq", "value": 1}, "definition"),
        ({"type": "trait", "key": "age", "op": "eq", "value": 1, "opp": "eq"}, "definition.opp"),
        ({"type": "trait", "key": "age", "op": "eq"}, "definition.value"),
        ({"type": "trait", "key": " ", "op": "exists"}, "definition.key"),
        ({"type": "trait", "key": "age", "op": "exists", "value": 3}, "definition.value"),
        ({"type": "trait", "key": "age", "op": "in", "value": []}, "definition.value"),
        ({"type": "trait", "key": "age", "op": "in", "value": [1, "a"]}, "definition.value"),
        ({"type": "trait", "key": "age", "op": "contains", "value": 3}, "definition.value"),
        ({"type": "trait", "key": "age", "op": "gt", "value": True}, "definition.value"),
        (ORDERS | {"value": "many"}, "definition.value"),
        (ORDERS | {"op": "contains", "value": "x"}, "definition.op"),
        (ORDERS | {"property": "revenue"}, "definition.property"),
        (ORDERS | {"agg": "sum"}, "definition.property"),
        (ORDERS | {"agg": "sum", "property": "category"}, "definition.property"),
        (ORDERS | {"where": [{"property": "revenue", "op": "gt", "value": "a lot"}]}, "definition.where[0].value"),
        (ORDERS | {"where": [{"property": "", "op": "exists"}]}, "definition.where[0].property"),
        (ORDERS | {"window": {"kind": "rolling"}}, "definition.window"),
        (ORDERS | {"window": {"kind": "rolling", "days": 1, "hours": 1}}, "definition.window"),
        (ORDERS | {"window": {"kind": "rolling", "days": -1}}, "definition.window"),
        (ORDERS | {"window": {"kind": "calendar", "days": 0}}, "definition.window.days"),
        (ORDERS | {"window": {"kind": "between", "from": "2018-01-02", "to": "2018-01-01"}}, "definition.window.to"),
        (ORDERS | {"window": {"kind": "between", "from": "spring", "to": "2018-01-01"}}, "definition.window.from"),
        ({"type": "recency", "name": "Order Completed", "op": "eq", "days": 3}, "definition.op"),
        ({"type": "recency", "name": "Order Completed", "op": "gt", "days": -3}, "definition.days"),
        ({"type": "rfm", "r": [6]}, "definition"),
        (ORDERS | {"agg": "avg", "property": "category"}, "definition.property"),
        (ORDERS | {"agg": "most", "property": "category", "value": 7}, "definition.value"),
        ({"type": "sequence", "steps": []}, "definition.steps"),
        ({"type": "sequence", "steps": [{"name": "Product Viewed"}]}, "definition.steps"),
        ({"type": "sequence", "steps": [{"name": " "}, {"name": "a"}]}, "definition.steps[0].name"),
        (
            {"type": "sequence", "steps": [{"name": "a", "without": [{"name": "b"}]}, {"name": "a"}]},
            "definition.steps[0].without",
        ),
        (
            {"type": "sequence", "steps": [{"name": "a"}, {"name": "a", "without": [{"name": ""}]}]},
            "definition.steps[1].without[0].name",
        ),
        (
            {"type": "sequence", "steps": [{"name": "a"}, {"name": "a"}], "within": {"days": 1, "hours": 2}},
            "definition.within",
        ),
        (
            {"type": "sequence", "steps": [{"name": "a"}], "then_not": {"name": "b", "for": {"hours": 0}}},
            "definition.then_not.for",
        ),
        ({"type": "message", "did": "liked"}, "definition.did"),
        ({"type": "message", "did": "opened", "value": -1}, "definition.value"),
        ({"type": "message", "did": "opened", "op": "contains"}, "definition.op"),
        ({"type": "message", "did": "opened", "channel": ""}, "definition.channel"),
        ({"type": "place"}, "definition"),
        ({"type": "place", "country": ["TW"], "by": "car"}, "definition.by"),
        (
            {"type": "place", "country": ["TW"], "by": "home", "window": {"kind": "rolling", "days": 1}},
            "definition.window",
        ),
        ({"type": "near", "km": 5}, "definition.store"),
        ({"type": "near", "km": 0, "store": "taipei-101"}, "definition.km"),
        ({"type": "near", "km": 5, "latitude": 91, "longitude": 0}, "definition.latitude"),
        ({"type": "near", "km": 5, "store": "taipei-101", "latitude": 25, "longitude": 121}, "definition.store"),
        ({"type": "answer", "survey": "", "question": "q", "op": "gte", "value": 9}, "definition.survey"),
        ({"type": "score", "name": "churn", "op": "contains", "value": 1}, "definition.op"),
        ({"type": "anniversary", "key": "birthday", "from": 7, "to": 0}, "definition.to"),
        ({"type": "since", "key": "created_at", "op": "contains", "days": 3}, "definition.op"),
        ({"type": "since", "key": "created_at", "op": "gt", "days": 99999}, "definition.days"),
        ({"type": "rfm"}, "definition"),
        ({"type": "consent", "channel": "email", "state": "maybe"}, "definition.state"),
        ({"type": "all", "of": [{"type": "any", "of": []}] * 300}, "definition.of[199]"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_place(raw: object, field: str) -> None:
    assert refusal(raw)["field"] == field


def test_conditions_too_deep_inside_each_other_are_refused() -> None:
    raw: object = ORDERS
    for _ in range(30):
        raw = {"type": "not", "of": raw}
    assert "20 inside each other" in str(refusal(raw)["expected"])


def test_conditions_absurdly_deep_inside_each_other_are_refused() -> None:
    raw: object = ORDERS
    for _ in range(5_000):
        raw = {"type": "not", "of": raw}
    assert "inside each other" in str(refusal(raw)["expected"])


def test_a_store_that_nobody_can_find_on_the_map_is_named(desk: Desk, facts: Facts) -> None:
    refused = desk.refused("near", {"type": "near", "km": 5, "store": "taipei-101"})
    assert (refused.facts["field"], refused.facts["value"]) == ("definition.store", "taipei-101")


# What is published.


class Desk:
    """Somebody who writes definitions, for a brand that has seen a few things."""

    def __init__(self, postgres: Postgres, facts: Facts, clock: FixedClock) -> None:
        self.postgres, self.facts, self.clock = postgres, facts, clock

    def publishes(self, key: str, raw: object, **name: str) -> api.Segment:
        draft = api.Draft(key, name or {"en": key}, api.parse(raw))
        return api.publish(self.postgres, self.facts, draft, self.clock.now())

    def refused(self, key: str, raw: object, **name: str) -> Refusal:
        with pytest.raises(Refusal) as refused:
            self.publishes(key, raw, **name)
        with self.postgres.transaction() as tx:
            assert key not in [one.key for one in api.segments(tx) if one.version == 1 and one.key != "a"]
        return refused.value


@pytest.fixture
def desk(postgres: Postgres, facts: Facts, clock: FixedClock) -> Desk:
    at = datetime(2018, 1, 1, tzinfo=UTC)
    facts.insert(
        "collect.event",
        ["event_id", "message_id", "name", "iid", "at", "received_at", "properties"],
        [[b"0" * 16], ["m1"], ["Tasting Booked"], [1], [at], [at], ['{"sorts": 3, "tea": {"origin": "Uji"}}']],
    )
    facts.insert(
        "profile.trait",
        ["iid", "key", "value", "at", "received_at", "source", "priority", "message_id"],
        [[1], ["favourite_tea"], ['"matcha"'], [at], [at], ["web"], [2], ["m1"]],
    )
    facts.insert("profile.identifier", ["iid", "kind", "first_seen"], [[1], ["user_id"], [at]])
    return Desk(postgres, facts, clock)


def test_an_unknown_trait_is_refused_with_the_one_that_was_meant(desk: Desk) -> None:
    refused = desk.refused("tea", {"type": "trait", "key": "favorite_tea", "op": "eq", "value": "matcha"})
    assert refused.facts == {
        "field": "definition.key",
        "value": "favorite_tea",
        "expected": "a trait that was seen",
        "did_you_mean": "favourite_tea",
    }


def test_an_unknown_event_is_refused_with_the_one_that_was_meant(desk: Desk) -> None:
    refused = desk.refused("orders", ORDERS | {"name": "Order completed"})
    assert refused.facts["did_you_mean"] == "Order Completed"
    refused = desk.refused("tasters", ORDERS | {"name": "Tasting Boked"})
    assert refused.facts["did_you_mean"] == "Tasting Booked"


def test_an_unknown_property_is_refused_with_the_one_that_was_meant(desk: Desk) -> None:
    where = [{"property": "sort", "op": "gt", "value": 1}]
    refused = desk.refused("tasters", ORDERS | {"name": "Tasting Booked", "where": where})
    assert refused.facts["field"] == "definition.where[0].property"
    assert refused.facts["did_you_mean"] == "sorts"


def test_what_was_seen_can_be_used(desk: Desk) -> None:
    where = [{"property": "tea.origin", "op": "eq", "value": "Uji"}]
    desk.publishes("tasters", ORDERS | {"name": "Tasting Booked", "where": where})
    with desk.postgres.transaction() as tx:
        assert api.customers_in(tx, "tasters") == [1]


def test_an_unknown_segment_is_refused_with_the_one_that_was_meant(desk: Desk) -> None:
    desk.publishes("buyers", ORDERS)
    refused = desk.refused("others", {"type": "not", "of": {"type": "segment", "id": "byers"}})
    assert refused.facts["field"] == "definition.of.id"
    assert refused.facts["did_you_mean"] == "buyers"


def test_segments_cannot_be_defined_in_a_circle(desk: Desk) -> None:
    desk.publishes("a", ORDERS)
    desk.publishes("b", {"type": "segment", "id": "a"})
    refused = desk.refused("a", {"type": "not", "of": {"type": "segment", "id": "b"}})
    assert isinstance(refused, api.SegmentCycle)
    assert refused.facts == {"circle": "a > b > a"}
    itself = desk.refused("a", {"type": "segment", "id": "a"})
    assert itself.facts == {"circle": "a > a"}


def test_a_segment_that_others_stand_on_is_not_retired(desk: Desk) -> None:
    desk.publishes("a", ORDERS)
    desk.publishes("b", {"type": "segment", "id": "a"})
    with desk.postgres.transaction() as tx, pytest.raises(api.SegmentInUse) as refused:
        api.retire(tx, "a", desk.clock.now())
    assert refused.value.facts == {"key": "a", "used_by": "b"}


@pytest.mark.parametrize(
    ("key", "name", "field"), [("No Spaces", {}, "key"), ("", {}, "key"), ("ok", {"en": " "}, "name")]
)
def test_a_segment_needs_a_key_and_a_name(desk: Desk, key: str, name: dict[str, str], field: str) -> None:
    assert desk.refused(key, ORDERS, **name).facts["field"] == field


def test_a_language_the_console_does_not_speak_is_refused(desk: Desk) -> None:
    assert desk.refused("ok", ORDERS, fr="acheteurs").facts["field"] == "name.fr"


def test_publishing_again_is_the_next_version(desk: Desk) -> None:
    assert desk.publishes("a", ORDERS).version == 1
    assert desk.publishes("a", ORDERS | {"value": 2}).version == 2


def test_counting_says_who_can_be_reached(desk: Desk) -> None:
    at = desk.clock.now()
    desk.facts.insert(
        "profile.identifier", ["iid", "kind", "first_seen"], [[1, 2, 3], ["email", "email", "line_user_id"], [at] * 3]
    )
    columns = ["iid", "channel", "purpose", "granted", "at", "received_at", "message_id"]
    consents = [[1, 2, 3], ["email", "email", "line"], ["marketing"] * 3, [1, 0, 1], [at] * 3, [at] * 3, ["m"] * 3]
    desk.facts.insert("profile.consent", columns, consents)
    everybody: Condition = api.parse({"type": "all", "of": []})
    with desk.postgres.transaction() as tx:
        counted = api.count(tx, desk.facts, everybody, at)
    assert (counted.size, counted.reachable, counted.as_of) == (3, {"email": 1, "line": 1, "sms": 0}, at)


def test_the_examples_can_be_published_and_again_change_nothing(desk: Desk) -> None:
    published = api.publish_examples(desk.postgres, desk.facts, desk.clock.now())
    assert [one.key for one in published] == [
        "vip", "100-baskets-2017", "over-5000-2017", "lapsed-60", "cart-abandoners",
    ]  # fmt: skip
    assert all(set(one.name) == set(one.description) == {"en", "zh-Hant", "zh-Hans"} for one in published)
    assert api.publish_examples(desk.postgres, desk.facts, desk.clock.now()) == []


# Pure parts.


def test_two_memberships_leave_together_her_own_first() -> None:
    kept = [Held(iid=3, segments=[1, 2]), Held(iid=9, segments=[1])]
    moved = changes({}, kept, {3: 9, 9: 9})
    assert moved == Changes((), ((1, 9, (9, 3)), (2, 9, (3,))))


def test_who_is_in_already_does_not_enter() -> None:
    kept = [Held(iid=3, segments=[1])]
    assert changes({3: frozenset({1, 2})}, kept, {3: 3}) == Changes(((2, 3),), ())


@pytest.mark.parametrize("nasty", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_is_never_run_as_a_formula(nasty: str) -> None:
    assert f"'{nasty}" in csv_of([[nasty]])


def test_a_spreadsheet_reads_chinese() -> None:
    assert csv_of([["顧客", "a,b"]]) == '\ufeff顧客,"a,b"\r\n'
