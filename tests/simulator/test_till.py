"""Tills tell the public intake of sales and returns, and ask what to say; the ad platform applies rows."""

import base64
import json
from datetime import timedelta

from starlette.testclient import TestClient

from tests.simulator.conftest import Brand
from unavoce.apps.simulator.world import World
from unavoce.kernel.clock import FixedClock

WHISK = {"product_id": "matcha-whisk", "quantity": 2, "price": 24.5}
SALE = {"store_id": "taipei-101", "loyalty_card": "CARD-1", "products": [WHISK], "order_id": "T1"}


def test_a_sale_becomes_an_order_completed(simulator: TestClient, brand: Brand) -> None:
    assert simulator.post("/till/sale", json=SALE).json()["order_id"] == "T1"
    [heard] = brand.heard
    assert heard.path == "/v1/track"
    assert base64.b64decode(heard.headers["authorization"].removeprefix("Basic ")) == b"wk_till:"
    call = json.loads(heard.body)
    assert (call["type"], call["event"]) == ("track", "Order Completed")
    assert call["context"]["externalIds"][0] == {"type": "loyalty_card", "id": "CARD-1", "collection": "users",
                                                 "encoding": "none"}  # fmt: skip
    assert call["properties"]["revenue"] == 49.0
    assert call["properties"]["store_id"] == "taipei-101"


def test_the_same_order_is_told_once_even_when_the_intake_was_down(
    simulator: TestClient, world: World, brand: Brand, clock: FixedClock
) -> None:
    brand.status = 503
    simulator.post("/till/sale", json=SALE)
    assert simulator.post("/till/sale", json=SALE).json()["is_new"] is False
    brand.status = 200
    clock.passes(timedelta(seconds=10))
    world.pay()
    world.pay()
    assert len(brand.heard) == 2
    assert len({heard.body for heard in brand.heard}) == 1


def test_a_return_is_told_without_revenue_and_once(simulator: TestClient, brand: Brand) -> None:
    simulator.post("/till/sale", json=SALE)
    assert simulator.post("/till/return", json={"order_id": "T1"}).status_code == 200
    assert simulator.post("/till/return", json={"order_id": "T1"}).status_code == 409
    assert simulator.post("/till/return", json={"order_id": "T9"}).status_code == 404
    refund = json.loads(brand.heard[-1].body)
    assert refund["event"] == "Order Refunded"
    assert "revenue" not in refund["properties"]
    assert refund["properties"]["products"] == [WHISK]
    assert refund["context"]["externalIds"][0]["id"] == "CARD-1"


def test_prompts_are_asked_of_the_brand_with_the_tills_key(simulator: TestClient, brand: Brand) -> None:
    brand.answer = b'{"items": []}'
    answer = simulator.get("/till/prompts", params={"loyalty_card": "CARD 1", "store": "taipei-101"})
    assert answer.json() == {"items": []}
    assert brand.heard[0].path == "/api/store/prompts?loyalty_card=CARD+1&store=taipei-101"
    assert brand.heard[0].headers["authorization"] == "Bearer uk_till"


def test_the_ad_platform_holds_whom_the_rows_leave(simulator: TestClient) -> None:
    rows = [
        {"key": "1", "audience": "cart: whisk", "op": "add", "member": "mei", "hashed": {"email_sha256": "aa"}},
        {"key": "2", "audience": "cart: whisk", "op": "add", "member": "bo"},
        {"key": "3", "audience": "cart: whisk", "op": "remove", "member": "mei"},
    ]
    right = {"Authorization": "Bearer ads-token"}
    assert simulator.post("/ads/rows", json={"rows": rows}).status_code == 401
    assert simulator.post("/ads/rows", json={"rows": rows}, headers=right).json() == {"applied": 3}
    assert [each["member"] for each in simulator.get("/ads/cart: whisk").json()["members"]] == ["bo"]
    assert simulator.get("/ads").json() == ["cart: whisk"]
