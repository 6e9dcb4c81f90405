"""The customers' screens: found, sorted, masked, followed, taken apart and put together again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.stage import BOTH, LIN, MEI, NORTH, WEN, iid_of, meets, plays, runs_program
from unavoce.kernel.ids import text_of

NAMES = [one.name for one in (MEI, LIN, WEN, BOTH)]


@pytest.fixture
def owner(shop: Shop) -> TestClient:
    """The owner, looking at four customers who came a minute apart; three bought, one brought it back."""
    for one, revenue in ((MEI, 30.0), (LIN, 10.0), (WEN, None), (BOTH, 80.0)):
        shop.hears({"type": "identify", "userId": one.user, "traits": one.traits()})
        if revenue is not None:
            shop.sells(one.user, NORTH, revenue)
        shop.clock.passes(timedelta(minutes=1))
    shop.sells(LIN.user, NORTH, 15.0)
    shop.hears(
        {
            "type": "track",
            "event": "Order Refunded",
            "userId": BOTH.user,
            "properties": {"order_id": "o-back", "store_id": NORTH, "revenue": 70.0, "currency": "USD"},
        }
    )
    return shop.log_in()


def _pages(visitor: TestClient, path: str, limit: int, **asked: str) -> list[dict[str, Any]]:
    """All rows of a list, page by page; no page is longer than asked for."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = visitor.get(path, params={**asked, **cursor, "limit": str(limit)})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        assert page["items"], "a page that leads on has rows"
        cursor = {"cursor": page["next"]}


def _names(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def test_she_is_found_by_whatever_is_known_of_her(owner: TestClient) -> None:
    for said in (MEI.name, "mei north", MEI.email, MEI.email.upper(), MEI.phone, "0912 000 001", MEI.card, MEI.user):
        assert _names(owner.get("/api/customers", params={"q": said}).json()["items"]) == [MEI.name], said
    assert owner.get("/api/customers", params={"q": "zebra"}).json() == {"items": [], "next": None}


def test_every_order_shows_everybody_once_on_pages_of_any_size(owner: TestClient) -> None:
    """Money counts as it is shown, what was brought back taken off; who bought nothing comes last and is there."""
    wanted = {
        "first_seen": [BOTH.name, WEN.name, LIN.name, MEI.name],
        "revenue": [MEI.name, LIN.name, BOTH.name, WEN.name],
    }
    for sort in ("last_seen", "first_seen", "revenue", "orders"):
        whole = _pages(owner, "/api/customers", 200, sort=sort)
        assert sorted(_names(whole)) == sorted(NAMES)
        assert _names(whole) == wanted.get(sort, _names(whole))
        for limit in (1, 2, 3):
            assert _pages(owner, "/api/customers", limit, sort=sort) == whole
    by_orders = _names(_pages(owner, "/api/customers", 2, sort="orders"))
    assert (by_orders[0], by_orders[-1]) == (LIN.name, WEN.name)


def test_revenue_is_what_the_rows_say(owner: TestClient) -> None:
    rows = _pages(owner, "/api/customers", 2, sort="revenue")
    assert {row["name"]: (row["orders"], row["revenue_minor"]) for row in rows} == {
        MEI.name: (1, 3000),
        LIN.name: (2, 2500),
        BOTH.name: (1, 1000),
        WEN.name: (0, 0),
    }
    assert {row["currency"] for row in rows} == {"USD"}


def test_a_segment_narrows_the_list_in_every_order(shop: Shop, owner: TestClient) -> None:
    draft = {
        "key": "spenders",
        "name": {"en": "Spenders"},
        "definition": {
            "type": "event", "name": "Order Completed", "agg": "sum", "property": "revenue", "op": "gte", "value": 25,
        },
    }  # fmt: skip
    assert owner.post("/api/segments", json=draft).status_code == 201
    for sort in ("last_seen", "first_seen", "revenue", "orders"):
        rows = _pages(owner, "/api/customers", 2, sort=sort, segment="spenders")
        assert sorted(_names(rows)) == sorted([MEI.name, LIN.name, BOTH.name])
        assert all("spenders" in row["segments"] for row in rows)
        assert _names(_pages(owner, "/api/customers", 2, sort=sort, segment="spenders", q="lin")) == [LIN.name]
    wrong = owner.get("/api/customers", params={"segment": "spender"})
    assert (wrong.status_code, wrong.json()["did_you_mean"]) == (404, "spenders")


def test_a_made_up_cursor_is_refused(owner: TestClient) -> None:
    for sort in ("last_seen", "revenue"):
        answer = owner.get("/api/customers", params={"sort": sort, "cursor": "tomorrow"})
        assert (answer.status_code, answer.json()["field"]) == (400, "cursor"), sort


def test_the_sheet_has_the_rows_of_the_list_and_is_written_down(owner: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(owner.get("/api/customers.csv", params={"sort": "revenue"}).text)))
    assert [(row["name"], row["email"], row["phone"]) for row in rows] == [
        # A phone number's plus would be a formula to a spreadsheet.
        (one.name, one.email, f"'{one.phone}")
        for one in (MEI, LIN, BOTH, WEN)
    ]
    trail = owner.get("/api/audit", params={"action": "customers.exported"}).json()["items"]
    assert [entry["detail"]["rows"] for entry in trail] == [4]


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_who_counts_people_does_not_read_their_names(shop: Shop, owner: TestClient, role: str) -> None:
    visitor = shop.joins("vera", role)
    row = visitor.get("/api/customers", params={"q": MEI.name}).json()["items"][0]
    assert (row["name"], row["email"], row["phone"]) == ("M••• N•••", "m•••@example.com", "•••001")
    assert (row["orders"], row["revenue_minor"]) == (1, 3000)
    page = visitor.get(f"/api/customers/{row['id']}")
    assert not [word for word in MEI.words if word in page.text]
    assert {one["kind"] for one in page.json()["identifiers"]} == set(MEI.identifiers())
    assert page.json()["totals"]["orders"] == 1
    assert MEI.email in owner.get(f"/api/customers/{row['id']}").text


def test_a_timeline_is_the_same_on_pages_of_any_size(shop: Shop) -> None:
    """A busy day, most of it within the same moments: nothing is lost between pages and nothing comes twice."""
    runs_program(shop)
    meets(shop, MEI)
    plays(shop)
    shop.hears(
        *(
            {"type": "track", "event": "Product Viewed", "userId": MEI.user, "properties": {"product_id": f"p{number}"}}
            for number in range(30)
        )
    )
    shop.sells(MEI.user, NORTH)
    plays(shop)
    owner = shop.log_in()
    path = f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}/timeline"
    whole = _pages(owner, path, 200)
    assert {row["kind"] for row in whole} == {"event", "decision", "delivery", "transition", "flip"}
    assert len({row["id"] for row in whole}) == len(whole)
    assert [row["at"] for row in whole] == sorted((row["at"] for row in whole), reverse=True)
    assert sum(row["title"] == "Product Viewed" for row in whole) == 30
    for limit in (1, 7, 50):
        assert _pages(owner, path, limit) == whole
    for kind in ("event", "decision", "delivery", "transition", "flip"):
        assert _pages(owner, path, 4, kinds=kind) == [row for row in whole if row["kind"] == kind]
    wrong = owner.get(path, params={"kinds": "event,gossip"})
    assert (wrong.status_code, wrong.json()["value"]) == (400, "gossip")
    assert "decision" in wrong.json()["expected"]


def test_every_decision_says_why(shop: Shop) -> None:
    """Mei is reminded and then buys; Lin never allowed anything."""
    runs_program(shop)
    meets(shop, MEI)
    shop.hears(
        {"type": "identify", "userId": LIN.user, "traits": LIN.traits()},
        {"type": "track", "event": "Product Added", "userId": LIN.user, "properties": {"product_id": "whisk"}},
    )
    plays(shop)
    shop.sells(MEI.user, NORTH, product="whisk")
    plays(shop, 0.1)
    owner = shop.log_in()
    mei = _decided(owner, iid_of(shop, "user_id", MEI.user))
    assert ("cart_pitch", "email", "planned", "planned") in mei
    assert ("cart_pitch", "email", "cancelled", "bought") in mei
    lin = _decided(owner, iid_of(shop, "user_id", LIN.user))
    assert ("cart_reminder", "line", "denied", "no_consent") in lin
    assert not [row for row in lin if row[2] == "planned" and row[1] in ("email", "line")]
    path = f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}/decisions"
    assert _pages(owner, path, 1) == _pages(owner, path, 200)
    cancelled = next(row for row in _pages(owner, path, 200) if row["reason"] == "bought")
    assert cancelled["journey"] == "cart_reminder"
    assert cancelled["rule"]
    page = owner.get(path.removesuffix("/decisions")).json()
    assert "whisk" in {one["product_id"] for one in page["suppressions"]}


def _decided(visitor: TestClient, iid: int) -> set[tuple[str, str, str, str]]:
    rows = _pages(visitor, f"/api/customers/{text_of(iid)}/decisions", 200)
    return {(row["message"], row["channel"], row["verdict"], row["reason"]) for row in rows}


def _titles(visitor: TestClient, iid: int) -> dict[str, str]:
    rows = _pages(visitor, f"/api/customers/{text_of(iid)}/timeline", 50, kinds="event")
    return {row["id"]: row["title"] for row in rows}


def test_what_is_taken_apart_takes_its_history_along_and_comes_back_with_it(shop: Shop) -> None:
    """Mei's laptop turns out to be her brother's, and then it is hers after all."""
    shop.hears(
        {"type": "track", "event": "Product Viewed", "anonymousId": "laptop-1", "properties": {"product_id": "x"}}
    )
    shop.hears({"type": "identify", "userId": MEI.user, "anonymousId": "laptop-1", "traits": MEI.traits()})
    shop.sells(MEI.user, NORTH)
    owner = shop.log_in()
    mei, laptop = iid_of(shop, "user_id", MEI.user), iid_of(shop, "anonymous_id", "laptop-1")
    before = _titles(owner, mei)
    assert sorted(before.values()) == ["Identify", "Order Completed", "Product Viewed"]
    picture = owner.get(f"/api/customers/{text_of(mei)}/graph").json()
    assert {(node["kind"], node["value"]) for node in picture["nodes"]} >= {("anonymous_id", "laptop-1")}
    assert all(edge["active"] for edge in picture["edges"])

    body = {"identifiers": [text_of(laptop)], "reason": "her brother's laptop"}
    apart = owner.post(f"/api/customers/{text_of(mei)}/separate", json=body)
    assert apart.status_code == 200, apart.text
    assert sorted(_titles(owner, mei).values()) == ["Identify", "Order Completed"]
    assert list(_titles(owner, laptop).values()) == ["Product Viewed"]
    assert owner.get(f"/api/customers/{text_of(laptop)}").json()["totals"]["orders"] == 0
    assert "laptop-1" not in owner.get(f"/api/customers/{text_of(mei)}").text
    assert len(_pages(owner, "/api/customers", 1)) == 2

    separation = apart.json()["separation"]["id"]
    back = owner.post(f"/api/customers/separations/{separation}/undo")
    assert back.status_code == 200, back.text
    assert _titles(owner, mei) == before == _titles(owner, laptop)
    assert (
        owner.get(f"/api/customers/{text_of(laptop)}").json()["id"]
        == owner.get(f"/api/customers/{text_of(mei)}").json()["id"]
    )
    assert len(_pages(owner, "/api/customers", 1)) == 1
    twice = owner.post(f"/api/customers/separations/{separation}/undo")
    assert (twice.status_code, twice.json()["code"]) == (409, "separation-undone")


def test_segments_follow_a_merge_and_its_undoing(shop: Shop) -> None:
    """Two orders under two accounts are one customer's two orders once somebody says so."""
    draft = {
        "key": "twice",
        "name": {"en": "Bought twice"},
        "definition": {"type": "event", "name": "Order Completed", "op": "gte", "value": 2},
    }
    for user in (MEI.user, LIN.user):
        shop.hears({"type": "identify", "userId": user, "traits": {"name": user}})
        shop.sells(user, NORTH)
    owner = shop.log_in()
    assert owner.post("/api/segments", json=draft).status_code == 201
    mei, lin = (text_of(iid_of(shop, "user_id", user)) for user in (MEI.user, LIN.user))

    def size() -> int:
        answer: dict[str, int] = owner.get("/api/segments/twice").json()
        return answer["size"]

    assert size() == 0
    merged = owner.post(f"/api/customers/{mei}/merge", json={"other": lin, "reason": "the same person"})
    assert merged.status_code == 200, merged.text
    assert size() == 1
    assert owner.get(f"/api/customers/{mei}").json()["totals"]["orders"] == 2
    apart = owner.post(f"/api/customers/{mei}/separate", json={"identifiers": [lin], "reason": "no"})
    assert apart.status_code == 200, apart.text
    assert size() == 0


def test_looking_at_her_leaves_a_line(shop: Shop, owner: TestClient) -> None:
    """Who looked, at whom, and when by the brand's clock."""
    agent = shop.joins("agnes", "agent")
    her = text_of(iid_of(shop, "user_id", MEI.user))
    assert agent.get(f"/api/customers/{her}").status_code == 200
    assert agent.get(f"/api/customers/{her}/graph").status_code == 200
    trail = owner.get("/api/audit", params={"person.contains": "agnes"}).json()["items"]
    looks = [entry for entry in trail if entry["subject"].startswith("customer:")]
    assert {entry["action"] for entry in looks} == {"customer.looked_at", "customer.graph_looked_at"}
    [customer] = {entry["subject"].removeprefix("customer:") for entry in looks}
    assert owner.get(f"/api/customers/{customer}").json()["name"] == MEI.name
    assert {entry["at"][:16] for entry in looks} == {shop.clock.now().isoformat()[:16]}


def test_a_customer_who_is_nobody_is_a_problem_with_a_name(owner: TestClient) -> None:
    for number, status in (("0" * 16, 404), ("12", 400), ("zz" * 8, 400), ("f" * 16, 400)):
        for path in ("", "/timeline", "/decisions", "/graph"):
            answer = owner.get(f"/api/customers/{number}{path}")
            assert answer.status_code == status, (number, path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert number in answer.text
