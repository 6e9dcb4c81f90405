"""Consent with evidence and history, asked twice where the brand wants it, and whether she can be reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.stage import LIN, MEI, iid_of
from unavoce.collect import api as collect
from unavoce.collect.api import Emission
from unavoce.deliver import store as delivering
from unavoce.deliver.model import AddressState
from unavoce.kernel.ids import text_of


@pytest.fixture
def owner(shop: Shop) -> TestClient:
    """The owner; Mei has signed up."""
    shop.hears({"type": "identify", "userId": MEI.user, "traits": MEI.traits()})
    return shop.log_in()


def _page(shop: Shop, visitor: TestClient) -> dict[str, Any]:
    shop.hears()
    found: dict[str, Any] = visitor.get(f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}").json()
    return found


def _state(shop: Shop, visitor: TestClient, channel: str = "email") -> str | None:
    return next((one["state"] for one in _page(shop, visitor)["consents"] if one["channel"] == channel), None)


def _reach(shop: Shop, visitor: TestClient) -> dict[str, str]:
    return {one["channel"]: one["reason"] for one in _page(shop, visitor)["reachability"]}


def _subscribes(shop: Shop) -> None:
    shop.clock.passes(timedelta(minutes=1))
    said = {"channel": "email", "purpose": "marketing", "evidence": "the form in the footer"}
    shop.hears({"type": "track", "event": "Subscribed", "userId": MEI.user, "properties": said,
                "context": {"traits": {"email": MEI.email}}})  # fmt: skip


def _reachable(visitor: TestClient) -> int:
    answer = visitor.post("/api/segments/preview", json={"definition": {"type": "reachable", "channel": "email"}})
    assert answer.status_code == 200, answer.text
    size: int = answer.json()["size"]
    return size


def test_where_a_brand_asks_twice_only_the_second_yes_counts(shop: Shop, owner: TestClient) -> None:
    assert owner.put("/api/privacy/consent-rules", json={"channel": "email", "link_days": 3}).status_code == 200
    _subscribes(shop)
    assert (_state(shop, owner), _reach(shop, owner)["email"], _reachable(owner)) == ("pending", "pending", 0)
    path = f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}"
    rows = owner.get(f"{path}/timeline?kinds=event").json()["items"]
    asked = next(row for row in rows if row["title"] == "Consent Confirmation Requested")
    link = asked["detail"]["properties"]["confirm_url"].removeprefix("https://shop.example")
    page = owner.get(link, headers={"Accept-Language": "zh-TW"})
    assert "請確認" in page.text
    assert _state(shop, owner) == "pending"
    assert owner.post(link, headers={"X-CSRF-Token": ""}).status_code == 200
    assert (_state(shop, owner), _reach(shop, owner)["email"], _reachable(owner)) == ("granted", "reachable", 1)
    _subscribes(shop)
    assert _state(shop, owner) == "granted"
    shop.clock.passes(timedelta(minutes=1))
    shop.hears({"type": "track", "event": "Unsubscribed", "userId": MEI.user, "properties": {"channel": "email"}})
    assert (_state(shop, owner), _reachable(owner)) == ("denied", 0)
    _subscribes(shop)
    assert _state(shop, owner) == "pending"
    shop.clock.passes(timedelta(days=4))
    assert owner.get(link).json()["code"] == "bad-link"
    assert owner.get(link[:-2] + "xx").json()["code"] == "bad-link"


def test_what_was_allowed_before_stays_allowed(shop: Shop, owner: TestClient) -> None:
    _subscribes(shop)
    shop.clock.passes(timedelta(days=1))
    assert owner.put("/api/privacy/consent-rules", json={"channel": "email", "link_days": 3}).status_code == 200
    assert (_state(shop, owner), _reachable(owner)) == ("granted", 1)
    assert owner.get("/api/privacy/consent-rules").json()["items"][0]["link_days"] == 3
    assert owner.delete("/api/privacy/consent-rules/email").json()["items"] == []


def test_who_bounced_is_reached_by_no_segment_until_she_has_another_address(shop: Shop, owner: TestClient) -> None:
    """Her page and every segment agree: the dead address counts for nothing, and a second one does."""
    _subscribes(shop)
    draft = {"key": "by_email", "name": {"en": "By e-mail"}, "definition": {"type": "reachable", "channel": "email"}}
    assert owner.post("/api/segments", json=draft).status_code == 201

    def reached() -> tuple[str, int, int]:
        page, size = _reach(shop, owner)["email"], owner.get("/api/segments/by_email").json()["size"]
        return page, _reachable(owner), size

    assert reached() == ("reachable", 1, 1)
    now = shop.clock.passes(timedelta(minutes=1))
    with shop.door.postgres.transaction() as tx:
        delivering.close_address(tx, "email", MEI.email, AddressState.BOUNCED, "550 5.1.1", now)
        told = {"channel": "email", "reason": "550 5.1.1", "permanent": True}
        collect.emit_all(tx, [Emission("Message Bounced", [("email", MEI.email)], told, now, "deliver:1:failed")], now)
    assert reached() == ("bounced", 0, 0)
    shop.clock.passes(timedelta(minutes=1))
    shop.hears({"type": "identify", "userId": MEI.user, "traits": {"email": "mei.lin.new@example.com"}})
    assert reached() == ("reachable", 1, 1)


def test_what_she_says_at_the_counter_is_written_down_with_its_evidence(shop: Shop, owner: TestClient) -> None:
    path = f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}/consents"
    assert _reach(shop, owner) == {"email": "unasked", "sms": "unasked", "line": "unasked"}
    body = {"channel": "sms", "granted": True, "evidence": "paper form 17"}
    assert owner.post(path, json=body).status_code == 202
    assert _reach(shop, owner)["sms"] == "reachable"
    log = owner.get(path).json()["items"]
    assert [(one["state"], one["evidence"]) for one in log] == [("granted", "Consent Granted: paper form 17 (Olivia)")]
    assert owner.post(path, json=body | {"evidence": ""}).status_code == 400
    shop.clock.passes(timedelta(minutes=1))
    assert owner.post(path, json=body | {"granted": False, "evidence": "she called"}).status_code == 202
    assert _reach(shop, owner)["sms"] == "denied"
    assert [one["state"] for one in owner.get(path).json()["items"]] == ["denied", "granted"]


def test_a_merge_takes_the_stricter_word_and_missing_is_no_word(shop: Shop, owner: TestClient) -> None:
    shop.hears({"type": "identify", "userId": LIN.user, "traits": {"consents": {"email": False}}})
    _subscribes(shop)
    mei, lin = (text_of(iid_of(shop, "user_id", one.user)) for one in (MEI, LIN))
    assert _state(shop, owner) == "granted"
    owner.post(f"/api/customers/{mei}/merge", json={"other": lin, "reason": "one person"})
    assert (_state(shop, owner), _state(shop, owner, "sms")) == ("denied", None)
    owner.post(f"/api/customers/{mei}/separate", json={"identifiers": [lin], "reason": "two"})
    assert _state(shop, owner) == "granted"


def test_the_brand_says_whom_it_believes_and_any_past_day_can_be_asked_for(shop: Shop, owner: TestClient) -> None:
    path = f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}/traits"
    told = [("M", {}), ("L", {"channel": "store"}), ("S", {})]
    days = []
    for size, context in told:
        shop.clock.passes(timedelta(days=1))
        days.append(shop.clock.now().isoformat())
        shop.hears({"type": "identify", "userId": MEI.user, "traits": {"size": size}, "context": context})

    def then(at: str) -> list[str]:
        return [one["value"] for one in owner.get(path, params={"key": "size", "at": at}).json()["then"]]

    assert [then(day) for day in days] == [["M"], ["L"], ["L"]]
    history = owner.get(path, params={"key": "size"}).json()["items"]
    assert [(one["value"], one["source"]) for one in history] == [("S", "web"), ("L", "web"), ("M", "web")]
    assert owner.put("/api/privacy/source-ranks", json={"ranks": {"web": 5}}).status_code == 200
    assert then(days[2]) == ["S"]
    assert {one["key"]: one["value"] for one in _page(shop, owner)["traits"]}["size"] == "S"
    refused = owner.put("/api/privacy/source-ranks", json={"ranks": {"web": 0}})
    assert (refused.status_code, refused.json()["field"]) == (400, "web")
