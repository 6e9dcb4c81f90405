"""The catalogue and the stores over HTTP."""

from __future__ import annotations

import pytest

from tests.apps.conftest import Shop
from unavoce.commerce import api as commerce
from unavoce.commerce.api import Product, Store


@pytest.fixture(autouse=True)
def stocked(shop: Shop) -> None:
    now = shop.clock.now()
    with shop.door.postgres.transaction() as tx:
        commerce.put_products(
            tx, [Product("whisk", "Matcha whisk", "TEA WARE"), Product("p9", "Product 9", known=False)], now
        )
        commerce.put_stores(tx, [Store("taipei-101", "Taipei 101", "north"), Store("tainan", "Tainan", "south")], now)


def test_products_are_found_by_a_part_of_their_name(shop: Shop) -> None:
    found = shop.log_in().get("/api/products", params={"name.contains": "matcha"}).json()
    assert [product["id"] for product in found["items"]] == ["whisk"]
    assert found["next"] is None


def test_products_nobody_catalogued_can_be_listed(shop: Shop) -> None:
    found = shop.log_in().get("/api/products", params={"known": "false"}).json()
    assert [product["id"] for product in found["items"]] == ["p9"]


def test_one_product_and_one_that_is_not_there(shop: Shop) -> None:
    owner = shop.log_in()
    assert owner.get("/api/products/whisk").json()["category"] == "TEA WARE"
    gone = owner.get("/api/products/gone")
    assert (gone.status_code, gone.json()["code"], gone.json()["id"]) == (404, "no-such-product", "gone")


def test_an_unknown_filter_is_named(shop: Shop) -> None:
    answer = shop.log_in().get("/api/products", params={"colour": "red"})
    assert (answer.status_code, answer.json()["field"]) == (400, "colour")


def test_a_manager_sees_her_store_alone(shop: Shop) -> None:
    assert [one["key"] for one in shop.log_in().get("/api/stores").json()["items"]] == ["tainan", "taipei-101"]
    tom = shop.joins("tom", "store_manager", ["tainan"])
    assert [one["key"] for one in tom.get("/api/stores").json()["items"]] == ["tainan"]


def test_a_category_is_made_durable_and_like_any_other_again(shop: Shop) -> None:
    owner = shop.log_in()
    rule = {"kind": "durable", "days": 180}
    assert owner.put("/api/category-rules/TEA WARE", json=rule).json() == {"category": "TEA WARE", **rule}
    assert owner.get("/api/category-rules").json()["items"] == [{"category": "TEA WARE", **rule}]
    assert owner.delete("/api/category-rules/TEA WARE").status_code == 204
    assert owner.get("/api/category-rules").json()["items"] == []
    lines = [line["action"] for line in owner.get("/api/audit").json()["items"]]
    assert {"category_rule.changed", "category_rule.dropped"} <= set(lines)


def test_who_may_not_change_settings_may_not_change_rules(shop: Shop) -> None:
    vic = shop.joins("vic", "viewer")
    assert vic.put("/api/category-rules/TEA", json={"kind": "durable", "days": 3}).status_code == 403
    assert vic.get("/api/products").status_code == 200


def test_nobody_sees_products_without_logging_in(shop: Shop) -> None:
    visitor = shop.log_in()
    visitor.cookies.clear()
    assert visitor.get("/api/products").status_code == 401


def test_a_store_is_put_on_the_map(shop: Shop) -> None:
    owner = shop.log_in()
    placed = owner.put("/api/stores/tainan/place", json={"latitude": 22.99, "longitude": 120.21}).json()
    assert (placed["key"], placed["latitude"], placed["longitude"]) == ("tainan", 22.99, 120.21)
    with shop.door.postgres.transaction() as tx:
        commerce.put_stores(tx, [Store("tainan", "Tainan West", "south")], shop.clock.now())
        assert commerce.stores(tx, ["tainan"])["tainan"].latitude == 22.99
    gone = owner.put("/api/stores/gone/place", json={"latitude": 1, "longitude": 1})
    assert (gone.status_code, gone.json()["code"]) == (404, "no-such-store")
    assert owner.put("/api/stores/tainan/place", json={"latitude": 91, "longitude": 1}).status_code == 400
