"""LINE as LINE is: keys, limits, blocks, signed webhooks, reply tokens."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.testclient import TestClient

from tests.simulator.conftest import BO, MEI, SECRET, TOKEN, Brand
from unavoce.apps.simulator import store
from unavoce.apps.simulator.world import World
from unavoce.kernel.clock import FixedClock

HELLO = {"type": "text", "text": "您好，美美"}


def _say(
    simulator: TestClient, body: object, *, kind: str = "push", key: str | None = None, token: str = TOKEN
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} | ({"X-Line-Retry-Key": key} if key else {})
    return simulator.post(f"/line/v2/bot/message/{kind}", json=body, headers=headers)


def _texts(simulator: TestClient, user: str) -> list[str]:
    return [message["text"] for message in simulator.get(f"/phones/{user}").json()["messages"]]


def test_a_message_arrives_on_the_phone(simulator: TestClient) -> None:
    answer = _say(simulator, {"to": MEI, "messages": [HELLO]})
    assert answer.status_code == 200
    assert len(answer.json()["sentMessages"]) == 1
    assert _texts(simulator, MEI) == ["您好，美美"]


def test_the_same_retry_key_twice_is_one_message(simulator: TestClient) -> None:
    key = str(uuid4())
    first = _say(simulator, {"to": MEI, "messages": [HELLO]}, key=key)
    second = _say(simulator, {"to": MEI, "messages": [HELLO]}, key=key)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert len(_texts(simulator, MEI)) == 1


def test_a_blocked_phone_gets_nothing_and_line_says_200(simulator: TestClient) -> None:
    simulator.post(f"/phones/{MEI}/follow", json={"name": "Mei"})
    simulator.post(f"/phones/{MEI}/block")
    assert _say(simulator, {"to": MEI, "messages": [HELLO]}).status_code == 200
    assert _texts(simulator, MEI) == []


def test_everybody_in_a_multicast_gets_it(simulator: TestClient) -> None:
    answer = _say(simulator, {"to": [MEI, BO], "messages": [HELLO]}, kind="multicast")
    assert (answer.status_code, answer.json()) == (200, {})
    assert _texts(simulator, MEI) == _texts(simulator, BO) == ["您好，美美"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"messages": [HELLO]}, "to"),
        ({"to": "nobody", "messages": [HELLO]}, "to"),
        ({"to": MEI, "messages": []}, "messages"),
        ({"to": MEI, "messages": [HELLO] * 6}, "messages"),
        ({"to": MEI, "messages": [{"type": "text", "text": ""}]}, "messages[0].text"),
        ({"to": MEI, "messages": [{"type": "text", "text": "長" * 5001}]}, "messages[0].text"),
        ({"to": MEI, "messages": [{"type": "telegram"}]}, "messages[0].type"),
        ({"to": MEI, "messages": [{"type": "flex", "altText": "a"}]}, "messages[0].contents"),
    ],
)
def test_a_malformed_message_is_refused_and_says_where(simulator: TestClient, body: Any, place: str) -> None:
    answer = _say(simulator, body)
    assert answer.status_code == 400
    assert place in json.dumps(answer.json())


def test_a_broken_body_a_wrong_token_and_a_wrong_key_are_refused(simulator: TestClient) -> None:
    assert _say(simulator, {"to": MEI, "messages": [HELLO]}, token="wrong").status_code == 401
    assert _say(simulator, {"to": MEI, "messages": [HELLO]}, key="not-a-uuid").status_code == 400
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert simulator.post("/line/v2/bot/message/push", content=b"{", headers=headers).status_code == 400


def test_a_used_up_quota_says_so(simulator: TestClient, world: World) -> None:
    with world.postgres.transaction() as tx:
        setup = store.setup(tx)
        assert setup is not None
        store.put_setup(tx, type(setup)(**{**_fields(setup), "monthly_quota": 1}))
    assert _say(simulator, {"to": MEI, "messages": [HELLO]}).status_code == 200
    refused = _say(simulator, {"to": MEI, "messages": [HELLO]})
    assert (refused.status_code, refused.json()["message"]) == (429, "You have reached your monthly limit.")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert simulator.get("/line/v2/bot/message/quota/consumption", headers=headers).json() == {"totalUsage": 1}


def _fields(setup: Any) -> dict[str, Any]:
    return {name: getattr(setup, name) for name in setup.__slots__}


def test_a_planned_fault_is_played_as_often_as_planned(simulator: TestClient) -> None:
    simulator.post("/faults", json={"line_500_after": 1})
    key = str(uuid4())
    assert _say(simulator, {"to": MEI, "messages": [HELLO]}, key=key).status_code == 500
    assert _say(simulator, {"to": MEI, "messages": [HELLO]}, key=key).status_code == 409
    assert len(_texts(simulator, MEI)) == 1


def test_what_she_writes_reaches_the_brand_signed(simulator: TestClient, world: World, brand: Brand) -> None:
    simulator.post(f"/phones/{MEI}/follow", json={"name": "Mei"})
    simulator.post(f"/phones/{MEI}/reply", json={"text": "還有貨嗎？"})
    world.pay()
    follow, message = brand.heard
    assert follow.path == message.path == "/hooks/line"
    for heard in brand.heard:
        expected = base64.b64encode(hmac.digest(SECRET.encode(), heard.body, hashlib.sha256)).decode()
        assert heard.headers["x-line-signature"] == expected
    event = json.loads(message.body)["events"][0]
    assert (event["type"], event["message"]["text"]) == ("message", "還有貨嗎？")
    assert event["source"] == {"type": "user", "userId": MEI}


def test_a_webhook_that_nobody_took_comes_again(
    simulator: TestClient, world: World, brand: Brand, clock: FixedClock
) -> None:
    brand.status = 503
    simulator.post(f"/phones/{MEI}/follow", json={})
    world.pay()
    brand.status = 200
    clock.passes(timedelta(seconds=5))
    world.pay()
    world.pay()
    first, second = brand.heard
    assert first.body == second.body


def test_a_reply_token_is_good_once_and_for_a_minute(
    simulator: TestClient, world: World, brand: Brand, clock: FixedClock
) -> None:
    simulator.post(f"/phones/{MEI}/follow", json={})
    world.pay()
    token = json.loads(brand.heard[0].body)["events"][0]["replyToken"]
    answer = {"replyToken": token, "messages": [HELLO]}
    assert _say(simulator, answer, kind="reply").status_code == 200
    assert _say(simulator, answer, kind="reply").status_code == 400
    simulator.post(f"/phones/{MEI}/reply", json={"text": "嗨"})
    world.pay()
    late = json.loads(brand.heard[1].body)["events"][0]["replyToken"]
    clock.passes(timedelta(minutes=2))
    assert _say(simulator, {"replyToken": late, "messages": [HELLO]}, kind="reply").status_code == 400


def test_she_can_press_only_what_is_in_the_message(simulator: TestClient, brand: Brand) -> None:
    url = f"{brand.url}/t/c/abc"
    bubble = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [
        {"type": "text", "text": "Your whisk is waiting"},
        {"type": "button", "action": {"type": "uri", "label": "See it", "uri": url}},
    ]}}  # fmt: skip
    _say(simulator, {"to": MEI, "messages": [{"type": "flex", "altText": "whisk", "contents": bubble}]})
    message = simulator.get(f"/phones/{MEI}").json()["messages"][0]
    assert message["blocks"][1] == {"type": "button", "text": "See it", "label": "See it", "url": url}
    assert simulator.post(f"/phones/{MEI}/click", json={"message_id": message["id"], "url": url}).status_code == 200
    assert [heard.path for heard in brand.heard] == ["/t/c/abc"]
    elsewhere = {"message_id": message["id"], "url": "http://169.254.169.254/"}
    assert simulator.post(f"/phones/{MEI}/click", json=elsewhere).status_code == 400
    assert simulator.get(f"/phones/{MEI}").json()["messages"][0]["read"] is True
