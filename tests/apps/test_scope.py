"""A store manager sees no other store's row: in no list, no export, no answer."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.apps.conftest import Shop

NORTH, SOUTH = "taipei-101", "tainan"


def _both_stores_sell(shop: Shop) -> None:
    for user, store in (("mei", NORTH), ("lin", SOUTH), ("both", NORTH), ("both", SOUTH)):
        shop.hears({"type": "identify", "userId": user, "traits": {"name": user, "email": f"{user}@example.com"}})
        shop.sells(user, store)


def _rows(visitor: TestClient, path: str) -> list[dict[str, Any]]:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_the_list_shows_only_customers_of_her_stores(shop: Shop) -> None:
    _both_stores_sell(shop)
    manager = shop.joins("nora", "store_manager", ["north"])
    assert {row["name"] for row in _rows(manager, "/api/customers")} == {"mei", "both"}
    assert {row["name"] for row in _rows(shop.log_in(), "/api/customers")} == {"mei", "lin", "both"}


def test_another_stores_customer_does_not_exist_for_her(shop: Shop) -> None:
    _both_stores_sell(shop)
    manager = shop.joins("nora", "store_manager", ["north"])
    lin = next(row["id"] for row in _rows(shop.log_in(), "/api/customers?q=lin"))
    for path in ("", "/timeline", "/decisions", "/graph"):
        assert manager.get(f"/api/customers/{lin}{path}").status_code == 404, path


def test_a_shared_customers_other_purchases_are_hidden(shop: Shop) -> None:
    _both_stores_sell(shop)
    manager = shop.joins("nora", "store_manager", ["north"])
    row = next(row for row in _rows(manager, "/api/customers?q=both"))
    assert (row["orders"], row["revenue_minor"]) == (1, 1000)
    timeline = _rows(manager, f"/api/customers/{row['id']}/timeline?kinds=event")
    assert {moment["store"] for moment in timeline} <= {NORTH, ""}
    assert manager.get(f"/api/customers/{row['id']}").json()["totals"]["orders"] == 1


def test_exports_and_reports_keep_to_her_stores(shop: Shop) -> None:
    _both_stores_sell(shop)
    manager = shop.joins("nora", "store_manager", ["north"])
    sheet = manager.get("/api/customers.csv")
    assert sheet.status_code == 200
    assert "lin@" not in sheet.text
    assert "mei@" in sheet.text
    assert manager.get("/api/reports/overview").json()["totals"]["orders"] == 2
    assert shop.log_in().get("/api/reports/overview").json()["totals"]["orders"] == 4
    assert "4" not in manager.get("/api/reports/overview.csv").text.splitlines()[1].split(",")[4]


def test_sorting_by_revenue_keeps_to_her_stores(shop: Shop) -> None:
    _both_stores_sell(shop)
    shop.sells("both", SOUTH, revenue=500.0)
    shop.sells("mei", NORTH, revenue=50.0)
    manager = shop.joins("nora", "store_manager", ["north"])
    seen = [(row["name"], row["revenue_minor"]) for row in _rows(manager, "/api/customers?sort=revenue")]
    assert seen == [("mei", 6000), ("both", 1000)]


def test_recent_events_and_segments_keep_to_her_stores(shop: Shop) -> None:
    _both_stores_sell(shop)
    manager = shop.joins("nora", "store_manager", ["north"])
    assert {row["store"] for row in _rows(manager, "/api/events")} <= {NORTH, ""}
    assert {row["key"] for row in _rows(manager, "/api/stores")} <= {NORTH}
    draft = {
        "key": "buyers",
        "name": {"en": "Buyers"},
        "definition": {"type": "event", "name": "Order Completed", "agg": "count", "op": "gte", "value": 1},
    }
    answer = shop.log_in().post("/api/segments", json=draft)
    assert answer.status_code in (200, 201), answer.text
    names = {row["name"] for row in _rows(manager, "/api/segments/buyers/members")}
    assert names == {"mei", "both"}
    assert "lin" not in manager.get("/api/segments/buyers/export.csv").text
