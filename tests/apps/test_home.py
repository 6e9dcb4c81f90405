"""Home and a journey's report: figures that are counted again here by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.stage import LIN, MEI, NORTH, iid_of, meets, plays, runs_program
from unavoce.kernel.ids import text_of

TRIAL: dict[str, Any] = {
    "key": "trial",
    "name": {"en": "Trial"},
    "entry": {"type": "event", "event": "Signed Up"},
    "reentry": "never",
    "holdout": {"share": 0.5, "seed": "a coin"},
    "start": "say",
    "steps": {"say": {"type": "send", "message": "welcome", "channels": ["email"]}},
    "goals": [{"event": "Order Completed", "within_days": 14}],
    "exits": [{"event": "Account Deleted"}],
}


def _cards(visitor: TestClient) -> dict[str, tuple[int, int]]:
    return {card["key"]: (card["value"], card["previous"]) for card in visitor.get("/api/home").json()["cards"]}


def test_the_cards_count_thirty_days_and_the_thirty_before(shop: Shop) -> None:
    shop.sells("mei", NORTH, 10.0)
    shop.sells("lin", "tainan", 20.0)
    shop.clock.passes(timedelta(days=31))
    shop.sells("mei", NORTH, 40.0)
    shop.sells("mei", NORTH, 5.0)
    heard = shop.clock.now()
    shop.clock.passes(timedelta(milliseconds=1))
    owner = shop.log_in()
    assert _cards(owner) == {
        "sales_minor": (4500, 3000),
        "orders": (2, 2),
        "customers": (1, 2),
        "messages": (0, 0),
        "opt_outs": (0, 0),
    }
    home = owner.get("/api/home").json()
    assert {card["key"]: card["unit"] for card in home["cards"]}["sales_minor"] == "USD"
    assert datetime.fromisoformat(home["until"]) - datetime.fromisoformat(home["since"]) == timedelta(days=30)
    assert datetime.fromisoformat(home["freshness_at"]) == heard
    nora = shop.joins("nora", "store_manager", ["north"])
    assert _cards(nora)["sales_minor"] == (4500, 1000)


def test_home_tells_what_was_decided_last_and_who_entered_today(shop: Shop) -> None:
    runs_program(shop)
    meets(shop, MEI, LIN)
    plays(shop)
    owner = shop.log_in()
    home = owner.get("/api/home").json()
    decided = home["recent_decisions"]
    assert decided
    assert [one["at"] for one in decided] == sorted((one["at"] for one in decided), reverse=True)
    assert {one["customer_name"] for one in decided} <= {MEI.name, LIN.name}
    entered = {one["key"]: one["entered_today"] for one in home["journeys"]}
    assert (entered["welcome"], entered["cart_reminder"], entered["win_back"]) == (2, 2, 0)
    shop.clock.passes(timedelta(days=1))
    assert {one["entered_today"] for one in owner.get("/api/home").json()["journeys"]} == {0}


def test_home_shows_a_manager_nothing_of_no_store_and_a_viewer_no_names(shop: Shop) -> None:
    runs_program(shop)
    meets(shop, MEI)
    plays(shop)
    narrow = shop.joins("nora", "store_manager", ["north"]).get("/api/home").json()
    assert (narrow["recent_decisions"], narrow["journeys"]) == ([], [])
    viewer = shop.joins("vera", "viewer").get("/api/home")
    assert viewer.json()["recent_decisions"]
    assert MEI.name not in viewer.text
    assert shop.joins("agnes", "agent").get("/api/home").status_code == 403


def test_a_report_counts_each_arm_as_it_was(shop: Shop) -> None:
    """Thirty customers, a coin for each; the goals of either side are what its customers bought."""
    runs_program(shop)
    owner = shop.log_in()
    assert owner.post("/api/journeys", json=TRIAL).status_code == 201
    users = [f"guest-{number:02}" for number in range(30)]
    for user in users:
        shop.hears(
            {"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com"}},
            {"type": "track", "event": "Consent Granted", "userId": user, "properties": {"channel": "email"}},
        )
    shop.hears(*({"type": "track", "event": "Signed Up", "userId": user} for user in users))
    shop.ticks()
    buyers = users[::3]
    for user in buyers:
        shop.sells(user, NORTH)
    shop.ticks()
    shop.sells("guest-99", NORTH)

    held = {user for user in users if "holdout" in _reasons(owner, shop, user)}
    assert 0 < len(held) < 30
    report = owner.get("/api/journeys/trial/report").json()
    for arm, members in (("holdout", held), ("treated", set(users) - held)):
        goals = len(members.intersection(buyers))
        assert report["arms"][arm] == {"n": len(members), "goals": goals, "rate": goals / len(members)}, arm
    lift = report["lift"]
    rates = {arm: told["rate"] for arm, told in report["arms"].items()}
    assert abs(lift["difference"] - (rates["treated"] - rates["holdout"])) < 1e-12
    # Which coin each customer gets hangs on the brand's own key; whatever fell, no verdict without a small p value.
    assert lift["verdict"] == "cannot_say_yet" or lift["p_value"] < 0.05
    assert lift["needs_more"] is None or lift["needs_more"] > 0
    assert [(step["id"], step["type"]) for step in report["steps"]] == [("say", "send")]
    assert report["steps"][0]["passed"] == 30


def _reasons(visitor: TestClient, shop: Shop, user: str) -> set[str]:
    path = f"/api/customers/{text_of(iid_of(shop, 'user_id', user))}/decisions"
    return {row["reason"] for row in visitor.get(path).json()["items"] if row["journey"] == "trial"}


def test_an_unknown_journeys_report_names_it(shop: Shop) -> None:
    answer = shop.log_in().get("/api/journeys/welcom/report")
    assert (answer.status_code, answer.json()["journey"]) == (404, "welcom")


def test_a_segment_that_is_published_lets_its_customers_enter_journeys(shop: Shop) -> None:
    """Who is in at once enters what waits for her, as if she had come in by an event."""
    runs_program(shop)
    owner = shop.log_in()
    journey = TRIAL | {"key": "greet", "entry": {"type": "segment_entered", "segment": "buyers"}}
    assert owner.post("/api/journeys", json=journey).status_code == 201
    shop.sells("mei", NORTH)
    draft = {
        "key": "buyers",
        "name": {"en": "Buyers"},
        "definition": {"type": "event", "name": "Order Completed", "op": "gte", "value": 1},
    }
    assert owner.post("/api/segments", json=draft).status_code == 201
    shop.ticks()
    assert owner.get("/api/journeys/greet").json()["entered"] == 1
