"""A developer watches her events arrive and sees what became of each; others see what they may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.stage import MEI, NORTH, SOUTH, WEN, meets, plays, runs_program


def _arrivals(team: TestClient, **asked: object) -> list[dict[str, Any]]:
    answer = team.get("/api/arrivals", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def _opened(team: TestClient, name: str, **asked: object) -> dict[str, Any]:
    """The newest arrival of this name, opened."""
    found = _arrivals(team, name=name, **asked)[0]
    answer = team.get(f"/api/arrivals/{found['id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _track(user: str, event: str, **more: object) -> dict[str, object]:
    return {"type": "track", "userId": user, "event": event, **more}


def test_accepted_repeated_and_failed_are_told_apart(shop: Shop) -> None:
    shop.hears(_track("mei", "Tea Tasted", messageId="m-a"))
    shop.clock.passes(timedelta(seconds=1))
    shop.hears(_track("mei", "Tea Tasted", messageId="m-a"))
    shop.clock.passes(timedelta(seconds=1))
    shop.hears({"type": "dance", "userId": "mei"})
    team = shop.log_in()
    told = [(one["outcome"], one["name"], one["reason"], bool(one["customer"])) for one in _arrivals(team)]
    assert told == [
        ("failed", "dance", "unknown_type", False), ("repeated", "Tea Tasted", "", False),
        ("accepted", "Tea Tasted", "", True),
    ]  # fmt: skip
    failed, again, first = (team.get(f"/api/arrivals/{one['id']}").json() for one in _arrivals(team))
    assert failed["payload"]["type"] == "dance"
    assert (again["outcome"], again["message_id"], len(again["again_at"])) == ("repeated", "m-a", 1)
    assert first["again_at"] == again["again_at"]
    assert [one["outcome"] for one in _arrivals(team, outcome="failed")] == ["failed"]


def test_what_the_plan_flags_says_so(shop: Shop) -> None:
    owner = shop.log_in()
    body = {"type": "object", "properties": {"cups": {"type": "number"}}}
    wish = {"name": "Tea Tasted", "body": body, "mode": "warn"}
    drafted = owner.put("/api/tracking-plan/draft", json=wish).json()
    owner.post("/api/tracking-plan/publish", json={"name": "Tea Tasted", "seen": drafted["changed_at"]})
    for number, cups in enumerate((2, "two", 3)):
        shop.hears(_track("mei", "Tea Tasted", messageId=f"m-{number}", properties={"cups": cups}))
        shop.clock.passes(timedelta(seconds=1))
    told = {one["message_id"]: one["flagged"] for one in _arrivals(owner)}
    assert told == {"m-0": False, "m-1": True, "m-2": False}


def test_the_chain_runs_from_the_event_to_its_decisions(shop: Shop) -> None:
    runs_program(shop)
    meets(shop, MEI)
    plays(shop)
    team = shop.log_in()
    identified = _opened(team, "Identify")["chain"]
    assert identified["customer_name"] == MEI.name
    assert {one["kind"]: one["value"] for one in identified["identifiers"]}["email"] == MEI.email
    assert {one["key"]: one["value"] for one in identified["traits"]}["phone"] == MEI.phone
    assert {(one["one"]["kind"], one["other"]["kind"]) for one in identified["joins"]}
    consented = _opened(team, "Consent Granted")["chain"]
    assert [(one["purpose"], one["granted"]) for one in consented["consents"]] == [("marketing", True)]
    added = _opened(team, "Product Added")
    assert added["payload"]["properties"]["product_id"] == "whisk"
    journeys = {one["journey"] for one in added["chain"]["moves"]}
    assert journeys
    assert {one["journey"] for one in added["chain"]["decisions"]} <= journeys
    assert added["chain"]["decisions"]
    flipped = [
        one for name in ("Signed Up", "Product Added", "Identify") for one in _opened(team, name)["chain"]["flips"]
    ]
    assert "entered" in {one["direction"] for one in flipped}


def test_she_is_found_by_any_of_her_identifiers(shop: Shop) -> None:
    meets(shop, MEI, WEN)
    shop.hears({"type": "dance", "userId": MEI.user}, {"type": "dance", "userId": WEN.user})
    team = shop.log_in()
    hers = _arrivals(team, who=MEI.email)
    assert {one["customer_name"] for one in hers} == {MEI.name}
    assert {one["id"] for one in _arrivals(team, who=MEI.card)} == {one["id"] for one in hers}
    by_user = _arrivals(team, who=MEI.user)
    assert [one["outcome"] for one in by_user].count("failed") == 1
    assert _arrivals(team, who="nobody@example.com") == []


def test_a_page_follows_the_other_without_gap(shop: Shop) -> None:
    for number in range(3):
        shop.hears(*(_track("mei", "Tea Tasted", messageId=f"m-{number}-{cup}") for cup in range(3)), {"type": "dance"})
        shop.hears(_track("mei", "Tea Tasted", messageId="m-0-0"))
        shop.clock.passes(timedelta(milliseconds=number))
    team, seen, cursor = shop.log_in(), [], None
    while True:
        asked: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = team.get("/api/arrivals", params=asked).json()
        seen += [(one["received_at"], one["outcome"], one["id"]) for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    everything = [(one["received_at"], one["outcome"], one["id"]) for one in _arrivals(team, limit=200)]
    assert seen == everything
    assert len(everything) == 9 + 3 + 3


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_who_may_not_know_her_sees_only_what(shop: Shop, role: str) -> None:
    meets(shop, MEI)
    shop.hears({"type": "dance", "userId": MEI.user})
    team = shop.joins("ana", role)
    text = team.get("/api/arrivals").text
    for one in _arrivals(team):
        text += team.get(f"/api/arrivals/{one['id']}").text
    for word in (MEI.name, MEI.email, MEI.phone, MEI.card, MEI.line):
        assert word not in text
    assert ("failed" in {one["outcome"] for one in _arrivals(team)}) == (role == "analyst")


def test_what_is_hidden_cannot_be_guessed_by_searching(shop: Shop) -> None:
    shop.hears({"type": "dance", "userId": MEI.user, "event": "Secret Dance"})
    analyst = shop.joins("ana", "analyst")
    assert len(_arrivals(analyst, outcome="failed")) == 1
    for guess in ({"who": MEI.user[:3]}, {"who": MEI.user}, {"name": "Secret"}):
        assert _arrivals(analyst, outcome="failed", **guess) == []
        assert len(_arrivals(shop.log_in(), outcome="failed", **guess)) == 1


def test_a_store_sees_its_own(shop: Shop) -> None:
    shop.sells("mei", NORTH)
    shop.sells("lin", SOUTH)
    shop.hears({"type": "dance"})
    manager = shop.joins("max", "store_manager", [NORTH])
    assert {one["store"] for one in _arrivals(manager)} == {NORTH}
    (foreign,) = [one for one in _arrivals(shop.log_in()) if one["store"] == SOUTH]
    assert manager.get(f"/api/arrivals/{foreign['id']}").status_code == 404
    failed = _arrivals(shop.log_in(), outcome="failed")[0]
    assert manager.get(f"/api/arrivals/{failed['id']}").status_code == 404


@pytest.mark.parametrize("wrong", ["x", "1-zz", "failed-x", "failed-99999999999999999999", "again-", f"{10**30}-ab"])
def test_an_id_that_is_none_is_refused(shop: Shop, wrong: str) -> None:
    assert shop.log_in().get(f"/api/arrivals/{wrong}").status_code in (400, 404)
    assert shop.log_in().get("/api/arrivals", params={"cursor": wrong}).status_code == 400
