"""What has no client that runs here is said as its clients say it, to the front address, which passes it on."""

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from tests.sdk.server import Server, wait
from tests.sdk.told import arrived

SOLD = {"transaction_id": "訂單-7", "value": 49.5, "currency": "TWD",
        "items": [{"item_id": "whisk", "item_name": "抹茶刷", "price": 24.75, "quantity": 2}]}  # fmt: skip


@pytest.fixture(scope="module")
def team(running: Server) -> Iterator[httpx.Client]:
    """Olivia, who looks at what arrived."""
    http = running.team()
    yield http
    http.close()


@pytest.fixture(scope="module")
def anybody(running: Server) -> Iterator[httpx.Client]:
    """Somebody on the internet, who knows the address of the console only."""
    http = httpx.Client(base_url=running.front, timeout=30)
    yield http
    http.close()


def test_googles_measurement_protocol_and_tag(running: Server, team: httpx.Client, anybody: httpx.Client) -> None:
    key = running.key("google", "web", measurement_id="G-TEA2018")
    shared = {"v": "2", "tid": "G-TEA2018", "cid": "11.22", "dl": "https://shop.example/春茶", "_p": "1"}
    asked = f"/g/collect?{urlencode(shared)}"
    wait(lambda: anybody.get(f"{asked}&en=hello").status_code == 200)
    told = {"client_id": "11.22", "user_id": "mei-google", "events": [{"name": "purchase", "params": SOLD}]}
    assert anybody.post(f"/mp/collect?measurement_id=G-TEA2018&api_secret={key}", json=told).status_code == 204
    hits = [{"en": "page_view", "dt": "茶"}, {"en": "add_to_cart", "pr1": "idwhisk~nm抹茶刷~qt2"}]
    beacon = anybody.post(asked, content="\n".join(map(urlencode, hits)), headers={"content-type": "text/plain"})
    assert (beacon.status_code, beacon.content) == (204, b"")
    found = arrived(running, team, "google")
    order = found.says("Order Completed")
    assert (order["order_id"], order["revenue"], order["products"][0]["name"]) == ("訂單-7", 49.5, "抹茶刷")
    assert found.shows("Order Completed") == {("user_id", "mei-google"), ("anonymous_id", "11.22")}
    assert found.one("Order Completed")["payload"]["context"]["original"]["call"]["params"] == SOLD
    assert found.says("Page Viewed") == {"url": "https://shop.example/春茶", "title": "茶"}
    added = found.says("Product Added")
    assert {"product_id": "whisk", "name": "抹茶刷", "quantity": 2}.items() <= added.items()


def test_a_pixel_a_beacon_and_a_merge(running: Server, team: httpx.Client, anybody: httpx.Client) -> None:
    key = running.key("letters")
    running.knows(key)
    opened = {"writeKey": key, "userId": "mei-letters", "event": "Letter Opened", "properties.letter": "春茶"}
    image = anybody.get(f"/pixel/v1/track?{urlencode(opened)}")
    assert (image.headers["content-type"], image.content[:6]) == ("image/gif", b"GIF89a")
    assert anybody.get(f"/pixel/v1/page?{urlencode(opened | {'name': '信'})}").status_code == 200
    call = {"type": "track", "event": "Left", "userId": "mei-letters", "properties": {"after": "三分鐘"}}
    assert anybody.post(f"/beacon/v1/batch?writeKey={key}", json={"batch": [call]}).json() == {"success": True}
    pair = [{"type": "email", "value": "mei.letters@example.com"}, {"type": "loyalty_card", "value": "C-77"}]
    assert anybody.post("/v1/merge", json={"mergeProperties": pair}, auth=(key, "")).json() == {"success": True}
    found = arrived(running, team, "letters")
    assert found.says("Letter Opened") == {"letter": "春茶"}
    assert found.says("Page Viewed")["name"] == "信"
    assert found.says("Left") == {"after": "三分鐘"}
    assert found.shows("Identify") == {("email", "mei.letters@example.com"), ("loyalty_card", "C-77")}


def test_the_front_address_passes_on_what_clients_ask_first(running: Server, anybody: httpx.Client) -> None:
    key = running.key("pages", "web")
    running.knows(key)
    segment = anybody.get(f"/v1/projects/{key}/settings").json()
    assert segment["integrations"]["Segment.io"]["apiKey"] == key
    rudder = anybody.get("/sourceConfig/", params={"writeKey": key}).json()
    assert (rudder["source"]["writeKey"], rudder["source"]["enabled"]) == (key, True)
    asked = {"origin": "https://shop.example", "access-control-request-headers": "x-write-key"}
    answer = anybody.options("/api/s/track", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    wrong = anybody.post("/api/s/track", json={}, headers={"x-write-key": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "unknown-write-key")
