"""Segments over HTTP: what is published, who is in and why, and that nobody sees past her own stores."""

from __future__ import annotations

from datetime import timedelta

from fastapi.testclient import TestClient

from tests.apps.conftest import Shop

BUYERS = {"type": "event", "name": "Order Completed", "op": "gte", "value": 1}
NAME = {"en": "Buyers", "zh-Hant": "買家", "zh-Hans": "买家"}


def publish(visitor: TestClient, key: str = "buyers", definition: dict[str, object] | None = None) -> dict:
    body = {"key": key, "name": NAME, "definition": definition or BUYERS}
    answer = visitor.post("/api/segments", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_published_segment_has_its_members_at_once(shop: Shop) -> None:
    shop.sells("mei", "taipei-101")
    owner = shop.log_in()
    published = publish(owner)
    assert (published["size"], published["version"], published["name"]) == (1, 1, NAME)
    assert published["definition"] == BUYERS
    assert [row["key"] for row in owner.get("/api/segments").json()["items"]] == ["buyers"]
    [member] = owner.get("/api/segments/buyers/members").json()["items"]
    assert member["cause"] == "definition"


def test_a_sale_at_the_till_lets_her_in_and_says_why(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    shop.sells("mei", "taipei-101")
    [member] = owner.get("/api/segments/buyers/members").json()["items"]
    assert member["cause"] == "event"
    assert member["evidence"].startswith("m-")
    why = owner.get(f"/api/segments/buyers/customers/{member['id']}").json()
    assert (why["member"], why["cause"]) == (True, "event")
    [part] = why["parts"]
    assert (part["path"], part["condition"], part["met"], part["decisive"]) == ("definition", BUYERS, True, True)
    assert (part["count"], [one["message_id"] for one in part["events"]]) == (1, [member["evidence"]])


def test_a_definition_is_tried_before_it_is_kept(shop: Shop) -> None:
    shop.sells("mei", "taipei-101")
    owner = shop.log_in()
    tried = owner.post("/api/segments/preview", json={"definition": BUYERS}).json()
    assert (tried["size"], tried["reachable"]) == (1, {"email": 0, "line": 0, "sms": 0})
    assert owner.get("/api/segments").json()["items"] == []


def test_a_wrong_definition_is_a_problem_with_a_remedy(shop: Shop) -> None:
    answer = shop.log_in().post("/api/segments/preview", json={"definition": BUYERS | {"name": "Order complete"}})
    problem = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["code"], problem["field"]) == ("bad-field", "definition.name")
    assert problem["did_you_mean"] == "Order Completed"


def test_an_unknown_segment_is_not_found(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    problem = owner.get("/api/segments/byers").json()
    assert (problem["status"], problem["code"], problem["did_you_mean"]) == (404, "no-such-segment", "buyers")


def test_a_manager_sees_no_other_stores_customer(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    shop.sells("mei", "taipei-101")
    shop.sells("ann", "tainan")
    shop.sells("bo", "tainan")
    tom = shop.joins("tom", "store_manager", ["tainan"])
    seen = {row["name"] for row in tom.get("/api/segments/buyers/members").json()["items"]}
    assert seen == {"ann", "bo"}
    assert tom.get("/api/segments/buyers").json()["size"] == 2
    assert [row["size"] for row in tom.get("/api/segments").json()["items"]] == [2]
    assert tom.get("/api/segments/buyers/history").json()["points"][-1]["size"] == 2
    [mei] = [row for row in owner.get("/api/segments/buyers/members").json()["items"] if row["name"] == "mei"]
    assert tom.get(f"/api/segments/buyers/customers/{mei['id']}").status_code == 404
    export = tom.get("/api/segments/buyers/export.csv")
    if export.status_code == 200:
        assert "mei" not in export.text
        assert "ann" in export.text
    assert owner.get("/api/segments/buyers").json()["size"] == 3


def test_a_manager_of_an_empty_store_sees_nobody(shop: Shop) -> None:
    publish(shop.log_in())
    shop.sells("mei", "taipei-101")
    eve = shop.joins("eve", "store_manager", ["tainan"])
    assert eve.get("/api/segments/buyers/members").json()["items"] == []
    assert eve.get("/api/segments/buyers").json()["size"] == 0


def test_an_export_is_audited_and_safe_for_spreadsheets(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    shop.sells("=cmd()", "taipei-101")
    text = owner.get("/api/segments/buyers/export.csv").text
    assert "'=cmd()" in text
    assert any(line["action"] == "segment.exported" for line in owner.get("/api/audit").json()["items"])


def test_the_list_of_members_goes_on(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    names = [f"customer {number}" for number in range(7)]
    for name in names:
        shop.clock.passes(timedelta(seconds=1))
        shop.sells(name, "taipei-101")
    seen, cursor = [], None
    while True:
        params = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = owner.get("/api/segments/buyers/members", params=params).json()
        seen += [row["name"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == names[::-1]
    assert owner.get("/api/segments/buyers/members", params={"cursor": "nonsense"}).status_code == 400


def test_a_viewer_may_look_but_not_publish(shop: Shop) -> None:
    viewer = shop.joins("vic", "viewer")
    answer = viewer.post("/api/segments", json={"key": "x", "name": NAME, "definition": BUYERS})
    assert answer.status_code == 403
    assert viewer.get("/api/segments").status_code == 200


def test_a_retired_segment_is_gone(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    assert owner.delete("/api/segments/buyers").status_code == 204
    assert owner.get("/api/segments/buyers").status_code == 404
