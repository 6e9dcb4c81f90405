"""What is known about segments, over HTTP: funnel, effect, lists, overlap, RFM, stages and personas."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.test_segments import BUYERS, publish

TAIPEI = {"type": "trait", "key": "city", "op": "eq", "value": "Taipei"}
BOTH = {"type": "all", "of": [BUYERS, TAIPEI]}


def lives(shop: Shop, *users: str, city: str, **traits: object) -> None:
    shop.hears(*({"type": "identify", "userId": user, "traits": {"city": city, **traits}} for user in users))


def ids(owner: TestClient) -> dict[str, str]:
    return {row["name"]: row["id"] for row in owner.get("/api/customers", params={"limit": 200}).json()["items"]}


def test_every_rule_takes_some_away(shop: Shop) -> None:
    lives(shop, "mei", "ann", "bo", city="Taipei")
    lives(shop, "tom", city="Tainan")
    for user in ("mei", "ann", "tom"):
        shop.sells(user, "taipei-101")
    owner = shop.log_in()
    found = owner.post("/api/segment-builder/funnel", json={"definition": BOTH}).json()
    assert (found["everybody"], found["size"]) == (4, 2)
    assert found["rungs"] == [
        {"path": "definition.of[0]", "alone": 3, "left": 3},
        {"path": "definition.of[1]", "alone": 3, "left": 2},
    ]
    assert found["reachable"] == {"email": 0, "line": 0, "sms": 0}
    assert found["newest"] is not None
    sample = owner.post("/api/segment-builder/sample", json={"definition": BOTH}).json()["items"]
    assert {row["name"] for row in sample} == {"mei", "ann"}


def test_a_manager_counts_her_own_stores_customers(shop: Shop) -> None:
    lives(shop, "mei", "ann", city="Taipei")
    shop.sells("mei", "taipei-101")
    shop.sells("ann", "tainan")
    tom = shop.joins("tom", "store_manager", ["tainan"])
    found = tom.post("/api/segment-builder/funnel", json={"definition": BOTH}).json()
    assert (found["everybody"], found["size"]) == (1, 1)
    sample = tom.post("/api/segment-builder/sample", json={"definition": BOTH}).json()["items"]
    assert [row["name"] for row in sample] == ["ann"]
    mei = ids(shop.log_in())["mei"]
    body = {"definition": BOTH, "customer": mei}
    assert tom.post("/api/segment-builder/try", json=body).status_code == 404
    assert sum(cell["customers"] for cell in tom.get("/api/rfm").json()["cells"]) == 1


def test_a_customer_is_tried_part_by_part(shop: Shop) -> None:
    lives(shop, "mei", city="Tainan")
    shop.sells("mei", "taipei-101")
    owner = shop.log_in()
    body = {"definition": BOTH, "customer": ids(owner)["mei"]}
    tried = owner.post("/api/segment-builder/try", json=body).json()
    assert tried["met"] is False
    assert [(part["path"], part["met"]) for part in tried["parts"]] == [
        ("definition", False),
        ("definition.of[0]", True),
        ("definition.of[1]", False),
    ]


def test_an_error_names_the_part_it_stands_at(shop: Shop) -> None:
    wrong = {"type": "all", "of": [BUYERS, {"type": "stage", "stages": ["asleep"]}]}
    problem = shop.log_in().post("/api/segment-builder/funnel", json={"definition": wrong}).json()
    assert (problem["status"], problem["field"]) == (400, "definition.of[1].stages[0]")
    assert "won_back" in problem["expected"]


def test_publishing_tells_who_would_come_and_go_and_what_moves_with_them(shop: Shop) -> None:
    lives(shop, "mei", "ann", city="Taipei")
    lives(shop, "tom", city="Tainan")
    shop.sells("tom", "tainan")
    shop.sells("mei", "tainan")
    owner = shop.log_in()
    publish(owner)
    publish(owner, "fans", {"type": "segment", "id": "buyers"})
    body = {"key": "buyers", "definition": TAIPEI}
    effect = owner.post("/api/segment-builder/effect", json=body).json()
    assert (effect["stay"], effect["enter"], effect["leave"]) == (1, 1, 1)
    assert [(user["kind"], user["key"]) for user in effect["users"]] == [("segment", "fans")]
    assert owner.post("/api/segment-builder/effect", json=body | {"key": "new"}).json()["enter"] == 2


def test_words_and_values_come_from_the_data_and_name_nobody(shop: Shop) -> None:
    lives(shop, "mei", "ann", city="Taipei", name="Mei Lin")
    lives(shop, "tom", city="Tainan", name="Mei Lin")
    shop.sells("mei", "taipei-101", product="whisk")
    owner = shop.log_in()
    words = owner.get("/api/segment-builder/words").json()
    assert "city" in words["traits"]
    assert "Order Completed" in words["events"]
    asked = {"event": "Order Completed"}
    assert "products" in owner.get("/api/segment-builder/properties", params=asked).json()["properties"]
    values = owner.get("/api/segment-builder/values", params={"trait": "city"}).json()["values"]
    assert values == [{"value": "Taipei", "count": 2}]
    assert owner.get("/api/segment-builder/values", params={"trait": "name"}).json()["values"] == []
    stores = owner.get("/api/segment-builder/values", params=asked | {"property": "store_id"}).json()["values"]
    assert stores == [{"value": "taipei-101", "count": 1}]
    assert owner.get("/api/segment-builder/values").status_code == 400


def test_a_draft_is_kept_while_it_makes_no_sense_yet(shop: Shop) -> None:
    owner = shop.log_in()
    draft = {"name": {"en": "Tea people"}, "definition": {"type": "all", "of": []}}
    assert owner.put("/api/segment-drafts/tea", json=draft).status_code == 200
    assert owner.put("/api/segment-drafts/Tea People", json=draft).json()["field"] == "key"
    assert [one["key"] for one in owner.get("/api/segment-drafts").json()["items"]] == ["tea"]
    assert owner.get("/api/segment-drafts/tea").json()["saved_by"] == "Olivia"
    assert owner.delete("/api/segment-drafts/tea").status_code == 204
    assert owner.get("/api/segment-drafts/tea").json()["code"] == "no-such-draft"


def test_a_retired_segment_comes_back(shop: Shop) -> None:
    shop.sells("mei", "taipei-101")
    owner = shop.log_in()
    publish(owner)
    assert owner.post("/api/segments/buyers/restore").json()["code"] == "not-retired"
    assert owner.delete("/api/segments/buyers").status_code == 204
    assert owner.post("/api/segments/buyers/restore").status_code == 204
    assert owner.get("/api/segments/buyers").json()["size"] == 1


def test_a_list_lets_people_in_by_any_identifier_and_takes_them_out_again(shop: Shop) -> None:
    lives(shop, "mei", "ann", city="Taipei")
    shop.hears({"type": "identify", "userId": "mei", "traits": {"email": "mei@example.com"}})
    owner = shop.log_in()
    text = "email,phone\nMEI@example.com,\nnobody@example.com,0912345678\nnot an address,\nmei@example.com,\n"
    report = owner.post("/api/segment-lists", json={"key": "guests", "name": "Guests", "text": text}).json()
    assert (report["list"]["size"], report["list"]["matched"], report["list"]["customers"]) == (3, 1, 1)
    assert (report["repeated"], report["unusable"], report["unmatched"]) == (1, 1, 2)
    assert [(line["line"], line["reason"]) for line in report["bad"]] == [(4, "no email")]
    publish(owner, "guests", {"type": "list", "id": "guests"})
    assert [row["name"] for row in owner.get("/api/segments/guests/members").json()["items"]] == ["mei@example.com"]
    shop.hears({"type": "identify", "userId": "late", "traits": {"email": "nobody@example.com"}})
    members = owner.get("/api/segments/guests/members").json()["items"]
    assert {row["name"] for row in members} == {"mei@example.com", "nobody@example.com"}
    shop.clock.passes(timedelta(minutes=1))
    owner.post("/api/segment-lists", json={"key": "guests", "name": "Guests", "text": "ann", "kind": "user_id"})
    assert [row["name"] for row in owner.get("/api/segments/guests/members").json()["items"]] == ["ann"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"key": "The Guests"}, "key"), ({"name": " "}, "name"), ({"text": " \n"}, "text"), ({"text": "@@"}, "text")],
)
def test_a_list_that_cannot_be_used_leaves_nothing_behind(shop: Shop, change: dict[str, str], field: str) -> None:
    owner = shop.log_in()
    body = {"key": "guests", "name": "Guests", "text": "a@b.example", "kind": "email"} | change
    problem = owner.post("/api/segment-lists", json=body).json()
    assert (problem["code"], problem["field"]) == ("bad-list", field)
    assert owner.get("/api/segment-lists").json()["items"] == []


def test_a_list_nobody_uploaded_is_named(shop: Shop) -> None:
    owner = shop.log_in()
    owner.post("/api/segment-lists", json={"key": "guests", "name": "Guests", "text": "a@b.example"})
    wrong = {"definition": {"type": "list", "id": "gests"}}
    problem = owner.post("/api/segment-builder/funnel", json=wrong).json()
    assert (problem["field"], problem["did_you_mean"]) == ("definition.id", "guests")


def test_segments_lie_over_each_other(shop: Shop) -> None:
    lives(shop, "mei", "ann", "bo", city="Taipei")
    shop.sells("mei", "taipei-101")
    shop.sells("tom", "taipei-101")
    owner = shop.log_in()
    publish(owner)
    publish(owner, "taipei", TAIPEI)
    found = owner.get("/api/segment-overlap", params={"key": ["buyers", "taipei"]}).json()
    assert found["sizes"] == {"buyers": 2, "taipei": 3}
    regions = {tuple(one["keys"]): one["size"] for one in found["regions"]}
    assert regions == {("taipei",): 2, ("buyers",): 1, ("buyers", "taipei"): 1}
    assert owner.get("/api/segment-overlap", params={"key": ["buyers"]}).json()["field"] == "key"


def test_a_cell_of_the_grid_is_the_segment_of_its_fifths(shop: Shop) -> None:
    for number in range(6):
        for _ in range(number + 1):
            shop.sells(f"c{number}", "taipei-101")
        shop.clock.passes(timedelta(days=1))
    owner = shop.log_in()
    cells = owner.get("/api/rfm").json()["cells"]
    assert len(cells) == 25
    assert sum(cell["orders"] for cell in cells) == 21
    for cell in cells:
        condition = {"type": "rfm", "r": [cell["r"]], "f": [cell["f"]]}
        tried = owner.post("/api/segments/preview", json={"definition": condition}).json()
        assert tried["size"] == cell["customers"]
    before = owner.get("/api/rfm", params={"at": "2018-01-06T12:30:00Z"}).json()["cells"]
    assert sum(cell["customers"] for cell in before) == 2


def test_stages_are_counted_now_and_before(shop: Shop) -> None:
    lives(shop, "ann", city="Taipei")
    shop.sells("mei", "taipei-101")
    shop.clock.passes(timedelta(days=100))
    shop.sells("bo", "taipei-101")
    points = shop.log_in().get("/api/segment-stages", params={"months": 3}).json()["points"]
    assert len(points) == 4
    assert (points[0]["counts"]["lead"], points[0]["counts"]["first_time"]) == (1, 1)
    assert (points[-1]["counts"]["at_risk"], points[-1]["counts"]["first_time"]) == (1, 1)
    assert [sum(point["counts"].values()) for point in points] == [2, 2, 2, 3]


def test_a_persona_says_what_sets_its_people_apart_and_names_nobody(shop: Shop) -> None:
    """Of forty in Taipei most own their home and buy whisks; of forty in Tainan hardly anybody does."""
    for number in range(40):
        owns = "yes" if number % 8 else "no"
        lives(shop, f"north-{number}", city="Taipei", home=owns, name=f"North {number}", age=20 + number)
        lives(shop, f"south-{number}", city="Tainan", home="no" if number % 8 else "yes", age=20 + number)
        shop.sells(f"north-{number}", "taipei-101", 20.0, "whisk")
        shop.sells(f"south-{number}", "tainan", 10.0, "bowl")
    owner = shop.log_in()
    publish(owner, "taipei", TAIPEI)
    assert owner.get("/api/segments/taipei/persona").json()["code"] == "no-such-persona"
    drawn = owner.post("/api/segments/taipei/persona")
    assert drawn.status_code == 200, drawn.text
    persona = drawn.json()["persona"]
    assert (persona["size"], persona["rest"]) == (40, 40)
    said = {(one["key"], one["value"]): one["compared"]["verdict"] for one in persona["traits"]}
    assert said[("home", "yes")] == "over"
    assert said[("city", "Tainan")] == "under"
    assert not any(key == "name" for key, _ in said)
    assert [one["value"] for one in persona["products"]] == ["whisk"]
    assert (persona["bought"]["orders"], persona["bought"]["sales_minor"]) == (40, 80_000)
    assert persona["rest_bought"]["sales_minor"] == 40_000
    assert sum(persona["hours"]) == 40
    assert [(one["value"], one["inside"]) for one in persona["channels"]] == [("store", 40)]
    assert "North" not in drawn.text
    assert owner.get("/api/segments/taipei/persona").json() == drawn.json()
    tom = shop.joins("tom", "store_manager", ["tainan"])
    assert tom.get("/api/segments/taipei/persona").status_code == 404
    assert tom.post("/api/segments/taipei/persona").json()["persona"]["size"] == 0


def test_what_uses_a_segment_is_listed(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    publish(owner, "fans", {"type": "not", "of": {"type": "segment", "id": "buyers"}})
    assert [(one["kind"], one["key"]) for one in owner.get("/api/segments/buyers/users").json()["items"]] == [
        ("segment", "fans")
    ]
