"""What comes back: openings, clicks, unsubscribing, bounces, and what customers write."""

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.deliver.shop import Shop, line_id
from unavoce.channels.line.adapter import channel as line_channel
from unavoce.channels.line.inbound import signature
from unavoce.deliver import api, registry, store, web
from unavoce.deliver.contract import Unknown
from unavoce.runtime.http import answer_problems, open_door

PITCH = "Dear {{ customer.name }}, your whisk waits: https://shop.test/whisk?a=1&b=2"
ACCOUNT = {"channel_access_token": "token", "channel_secret": "secret"}


@pytest.fixture
def visitor(shop: Shop) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(web.routes())
    open_door(app, shop.door)
    answer_problems(app)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def _mei_has_a_letter(shop: Shop) -> str:
    """Her letter's token."""
    shop.knows("mei", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("mei", "pitch-email")
    shop.sends()
    [letter] = shop.wires["email"].said
    shop.pumps()
    return letter.headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]


def _names(shop: Shop) -> list[str]:
    return [event.name for event in shop.pumps()]


def test_a_click_leads_on_and_is_told_once(shop: Shop, visitor: TestClient) -> None:
    token = _mei_has_a_letter(shop)
    for _ in range(2):
        answer = visitor.get(f"/t/c/{token}00")
        assert (answer.status_code, answer.headers["location"]) == (302, "https://shop.test/whisk?a=1&b=2")
    [event] = shop.pumps()
    assert (event.name, event.properties["url"]) == ("Message Clicked", "https://shop.test/whisk?a=1&b=2")
    assert ("email", "mei@example.com") in event.identifiers


def test_an_opening_is_told_and_a_machines_is_marked(shop: Shop, visitor: TestClient) -> None:
    token = _mei_has_a_letter(shop)
    answer = visitor.get(f"/t/o/{token}.gif", headers={"User-Agent": "Mozilla/5.0"})
    assert answer.headers["content-type"] == "image/gif"
    [event] = shop.pumps()
    assert (event.name, event.properties["machine"]) == ("Message Opened", True)


def test_a_link_nobody_made_is_not_found(shop: Shop, visitor: TestClient) -> None:
    assert visitor.get("/t/c/nonsense").status_code == 404
    assert visitor.get("/u/nonsense").status_code == 404
    assert visitor.post("/u/nonsense").json()["code"] == "unknown-link"


def test_looking_at_the_page_unsubscribes_nobody(shop: Shop, visitor: TestClient) -> None:
    token = _mei_has_a_letter(shop)
    page = visitor.get(f"/u/{token}")
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert "mei@example.com" not in page.text
    assert _names(shop) == []


def test_who_unsubscribed_is_not_written_to_even_before_the_event_is_worked_through(
    shop: Shop, visitor: TestClient
) -> None:
    token = _mei_has_a_letter(shop)
    shop.asks("mei", "pitch-email")
    answer = visitor.post(f"/u/{token}", content=b"List-Unsubscribe=One-Click")
    assert answer.status_code == 200
    sent = shop.sends()
    assert (sent.accepted, len(shop.wires["email"].said)) == (0, 1)
    assert "Unsubscribed" in _names(shop)
    shop.decides()
    shop.sends()
    assert len(shop.wires["email"].said) == 1
    assert shop.intents("mei")[-1].settled_reason == "opted_out"


def test_a_transactional_letter_still_comes(shop: Shop, visitor: TestClient) -> None:
    token = _mei_has_a_letter(shop)
    shop.says("receipt", "Your receipt, {{ customer.name }}", purpose="transactional")
    shop.runs("receipt", "email")
    visitor.post(f"/u/{token}")
    shop.pumps()
    shop.asks("mei", "receipt-email")
    shop.sends()
    assert [each.subject for each in shop.wires["email"].said] == ["about pitch", "about receipt"]
    assert "List-Unsubscribe" not in shop.wires["email"].said[1].headers


def _hook(visitor: TestClient, *events: dict[str, object], secret: str = "secret") -> int:
    body = json.dumps({"destination": "U" + "0" * 32, "events": list(events)}).encode()
    said = {"X-Line-Signature": signature(body, secret)}
    return visitor.post("/hooks/line", content=body, headers=said).status_code


def _event(kind: str, number: int, **more: object) -> dict[str, object]:
    return {"type": kind, "timestamp": 1515153600000 + number, "webhookEventId": f"W{number}", "mode": "active",
            "source": {"type": "user", "userId": line_id("mei")}, "deliveryContext": {"isRedelivery": False},
            **more}  # fmt: skip


@pytest.fixture
def line(shop: Shop, visitor: TestClient) -> TestClient:
    """LINE itself is connected, to hear what it says."""
    registry.channels()["line"] = line_channel
    with shop.door.postgres.transaction() as tx:
        api.connect(tx, "line", ACCOUNT, settings=shop.door.settings, by="owner", now=shop.clock.now())
    return visitor


def test_what_she_writes_on_line_is_told_once(shop: Shop, line: TestClient) -> None:
    shop.knows("mei")
    said = {"id": "1", "type": "text", "text": "還有貨嗎？"}
    assert _hook(line, _event("message", 1, message=said)) == 200
    assert _hook(line, _event("message", 1, message=said)) == 200
    heard = [event for event in shop.pumps() if event.name == "Message Received"]
    assert [event.properties["text"] for event in heard] == ["還有貨嗎？"]


def test_following_is_consent_and_blocking_ends_it(shop: Shop, line: TestClient) -> None:
    shop.knows("mei")
    _hook(line, _event("follow", 1))
    assert _names(shop) == ["Subscribed"]
    shop.says("pitch", PITCH)
    shop.runs("pitch", "line")
    shop.asks("mei", "pitch-line")
    _hook(line, _event("unfollow", 2))
    assert shop.sends().accepted == 0
    assert "Unsubscribed" in _names(shop)


def test_the_word_stop_is_understood(shop: Shop, line: TestClient) -> None:
    shop.knows("mei", "line")
    _hook(line, _event("message", 1, message={"id": "1", "type": "text", "text": " 退訂 "}))
    assert _names(shop) == ["Message Received", "Unsubscribed"]


def test_a_forged_and_a_broken_call_are_refused(shop: Shop, line: TestClient) -> None:
    assert _hook(line, _event("follow", 1), secret="guessed") == 401
    broken = b'{"events": [{"type": 7}]}'
    answer = line.post("/hooks/line", content=broken, headers={"X-Line-Signature": signature(broken, "secret")})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable-hook")
    assert line.post("/hooks/telepathy", content=b"").status_code == 404
    assert _names(shop) == []


def test_a_channel_that_is_not_connected_hears_nothing(shop: Shop, visitor: TestClient) -> None:
    registry.channels()["line"] = line_channel
    assert _hook(visitor, _event("follow", 1)) == 409


def test_an_unknown_end_is_told_by_a_later_receipt(shop: Shop, visitor: TestClient) -> None:
    shop.knows("mei", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("mei", "pitch-email")
    shop.wires["email"].answers = [Unknown("timed out")]
    shop.sends()
    [letter] = shop.wires["email"].said
    token = letter.headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    visitor.get(f"/t/c/{token}00")
    [kept] = shop.keyed(lambda tx: list(store.messages(tx, [letter.key]).values()))
    assert (kept.state, kept.word) == ("unknown", "clicked")
