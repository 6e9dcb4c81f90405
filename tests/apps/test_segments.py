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


def _cause(visitor: TestClient, key: str) -> str:
    [member] = visitor.get(f"/api/segments/{key}/members").json()["items"]
    return str(member["evidence"])


def test_of_several_events_at_once_the_cause_is_one_that_the_definition_speaks_of(shop: Shop) -> None:
    """A look at a page after the order, in the same second, is not why she became a buyer."""
    owner = shop.log_in()
    shop.hears({"type": "identify", "userId": "bob", "traits": {"aunt": False}})
    in_tainan = BUYERS | {"where": [{"property": "store_id", "op": "eq", "value": "tainan"}]}
    aunt = {"type": "trait", "key": "aunt", "op": "eq", "value": True}
    definitions = {"buyers": BUYERS, "tainan": in_tainan, "aunts": aunt, "both": {"type": "all", "of": [BUYERS, aunt]}}
    for key, definition in definitions.items():
        publish(owner, key, definition)
    shop.hears({"type": "track", "event": "Page Viewed", "userId": "ann", "messageId": "first"})

    def said(kind: str, number: str, **what: object) -> dict[str, object]:
        return {"type": kind, "userId": "ann", "messageId": number, **what}

    shop.hears(
        said("track", "in-tainan", event="Order Completed", properties={"revenue": 5, "store_id": "tainan"}),
        said("identify", "an-aunt", traits={"aunt": True}),
        said("track", "in-taipei", event="Order Completed", properties={"revenue": 5, "store_id": "taipei-101"}),
        said("track", "looks", event="Page Viewed"),
    )
    causes = {key: _cause(owner, key) for key in definitions}
    assert causes == {"buyers": "in-taipei", "tainan": "in-tainan", "aunts": "an-aunt", "both": "in-taipei"}


def test_who_becomes_one_with_another_in_a_batch_is_in_because_of_what_said_so(shop: Shop) -> None:
    owner = shop.log_in()
    publish(owner)
    order = {"type": "track", "event": "Order Completed", "properties": {"revenue": 5, "store_id": "tainan"}}
    shop.hears(order | {"anonymousId": "browser-1", "messageId": "order"})
    assert _cause(owner, "buyers") == "order"
    shop.hears(
        {"type": "track", "event": "Page Viewed", "userId": "bea", "messageId": "looks"},
        {"type": "identify", "userId": "bea", "anonymousId": "browser-2", "messageId": "logs-in"},
        order | {"anonymousId": "browser-2", "messageId": "order-2"},
        {"type": "track", "event": "Page Viewed", "userId": "bea", "messageId": "looks-again"},
    )
    [one, other] = sorted(row["evidence"] for row in owner.get("/api/segments/buyers/members").json()["items"])
    assert (one, other) == ("order", "order-2")


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
