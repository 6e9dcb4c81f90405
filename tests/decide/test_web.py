"""What the console and other programs are told about journeys, messages, decisions and the rules of contact."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.decide.conftest import Shop
from unavoce.access import api as access
from unavoce.access import web as access_web
from unavoce.access.wire import Brand
from unavoce.apps.demo.journeys import publish_examples
from unavoce.content import web as content_web
from unavoce.decide import api
from unavoce.decide import web as decide_web
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import text_of
from unavoce.runtime.http import Door, answer_problems, open_door

OWNER, PASSWORD = "owner@shop.example", "a long pass phrase that nobody guesses"
KINDS = ("user_id", "email", "line_user_id", "loyalty_card")


@pytest.fixture
def visitor(door: Door, shop: Shop) -> TestClient:
    """The owner, logged in, with the examples published."""
    with door.postgres.transaction() as tx:
        access.ensure_owner(tx, OWNER, PASSWORD, "Olivia")
        publish_examples(tx, None, shop.now)
    app = FastAPI()
    answer_problems(app)
    open_door(app, door)
    app.state.wall = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
    app.include_router(access_web.routes(Brand(name="Shop", zone="UTC", currency="USD", languages=["en"])))
    app.include_router(content_web.routes(lambda *_: True))
    app.include_router(decide_web.routes())
    visitor = TestClient(app, base_url="https://shop.example")
    session = visitor.post("/api/session", json={"email": OWNER, "password": PASSWORD}).json()
    visitor.headers["X-CSRF-Token"] = session["csrf"]
    return visitor


def _get(visitor: TestClient, path: str, **params: str) -> Mapping[str, object]:
    answer = visitor.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: Mapping[str, object] = answer.json()
    return found


def test_the_journeys_and_where_people_stand(visitor: TestClient, shop: Shop) -> None:
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="matcha-whisk", name="Matcha whisk")
    shop.passes()
    listed = {each["key"]: each for each in _get(visitor, "/api/journeys")["items"]}  # type: ignore[attr-defined]
    assert listed["cart_reminder"]["active"] == 1
    assert listed["cart_reminder"]["status"] == "live"
    whole = _get(visitor, "/api/journeys/cart_reminder")
    steps = {step["id"]: step for step in whole["steps"]}  # type: ignore[attr-defined]
    assert (steps["think"]["type"], steps["think"]["title"]) == ("wait", "1 h")
    assert steps["think"]["next"] == [{"to": "remind", "label": ""}]
    assert (steps["think"]["waiting"], steps["think"]["passed"]) == (1, 0)
    assert whole["counts"] == {"entered": 1, "active": 1, "completed": 0, "exited": 0}
    assert whole["definition"]["about"] == "event.product_id"  # type: ignore[index]


def test_a_journey_is_paused_and_resumed_once(visitor: TestClient) -> None:
    assert visitor.post("/api/journeys/welcome/pause").json() == {"key": "welcome", "status": "paused"}
    assert visitor.post("/api/journeys/welcome/pause").status_code == 409
    assert visitor.post("/api/journeys/welcome/resume").json() == {"key": "welcome", "status": "live"}
    assert visitor.post("/api/journeys/nothing/pause").status_code == 404


def test_a_journey_without_an_exit_is_refused_with_a_remedy(visitor: TestClient) -> None:
    document = dict(_get(visitor, "/api/journeys/welcome")["definition"])  # type: ignore[call-overload]
    answer = visitor.post("/api/journeys", json=document | {"exits": []})
    assert answer.status_code == 400
    assert answer.json()["code"] == "journey-without-exit"
    assert "add at least one" in answer.json()["title"]
    assert _get(visitor, "/api/journeys/welcome")["version"] == 1
    assert visitor.post("/api/journeys", json=document).json()["version"] == 2


def test_a_condition_on_nothing_known_is_refused_at_its_place(visitor: TestClient) -> None:
    document = {
        "key": "branchy", "name": {"en": "B"}, "entry": {"event": "Signed Up"}, "exits": [{"event": "Left"}],
        "start": "b", "steps": {"b": {"type": "branch", "paths": [{"if": {"type": "moon"}}]}},
    }  # fmt: skip
    answer = visitor.post("/api/journeys", json=document)
    assert answer.status_code == 400
    assert answer.json()["field"] == "steps.b.paths.0.if"


def test_decisions_are_paged_and_say_why(visitor: TestClient, shop: Shop) -> None:
    for name in ("ann", "eva", "mei"):
        shop.happens(shop.knows(name, *KINDS, consents=()), "Signed Up")
    shop.passes()
    first = _get(visitor, "/api/decisions", limit="2")
    rest = _get(visitor, "/api/decisions", limit="2", cursor=str(first["next"]))
    rows = [*first["items"], *rest["items"]]  # type: ignore[misc]
    assert len({row["id"] for row in rows}) == 3
    assert {row["reason"] for row in rows} == {"no_consent"}
    assert rows[0]["detail"]["tried"][0]["rule"] == "consent:email:marketing"
    assert rest["next"] is None
    assert visitor.get("/api/decisions", params={"cursor": "nonsense"}).status_code == 400


def test_the_rules_of_contact_are_read_and_replaced(visitor: TestClient) -> None:
    policy = dict(_get(visitor, "/api/policy"))
    assert policy["purchase_rule"] is True
    answer = visitor.put("/api/policy", json=policy | {"purchase_rule": False})
    assert answer.json()["purchase_rule"] is False
    assert visitor.put("/api/policy", json=policy | {"zone": "Mars"}).json()["field"] == "zone"
    assert visitor.put("/api/policy", json=policy | {"post_purchase_journey": "nothing"}).status_code == 404
    assert _get(visitor, "/api/policy")["purchase_rule"] is False


def test_messages_are_listed_and_previewed_in_each_language(visitor: TestClient, shop: Shop) -> None:
    listed = {each["key"]: each for each in _get(visitor, "/api/messages")["items"]}  # type: ignore[attr-defined]
    assert listed["cart_reminder"]["channels"] == ["email", "line"]
    assert listed["cart_reminder"]["languages"] == ["en", "zh-Hans", "zh-Hant"]
    wanted = {"channel": "line", "language": "zh-Hant"}
    said = visitor.post("/api/messages/cart_reminder/preview", json=wanted).json()
    assert "購物車" in said["text"]
    mei = shop.knows("mei", *KINDS)
    said = visitor.post("/api/messages/cart_reminder/preview", json=wanted | {"customer": text_of(mei)})
    assert said.status_code == 200
    assert visitor.post("/api/messages/cart_prompt/preview", json=wanted).status_code == 404


def test_a_message_with_an_unknown_variable_is_refused_with_the_right_word(visitor: TestClient) -> None:
    document = {
        "key": "hi", "name": {"en": "Hi"},
        "variants": {"line": {each: {"text": "Hi {{ customer.frist_name }}"} for each in ("en", "zh-Hans", "zh-Hant")}},
    }  # fmt: skip
    answer = visitor.post("/api/messages", json=document)
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown-variable"
    assert answer.json()["perhaps"] == "first_name"
    assert visitor.get("/api/messages/hi").status_code == 404


def test_entered_today_is_counted(visitor: TestClient, shop: Shop) -> None:
    shop.happens(shop.knows("mei", *KINDS), "Signed Up")
    shop.passes()
    with shop.postgres.transaction() as tx:
        assert api.entered_since(tx, shop.now - timedelta(hours=1)) == {"welcome": 1}
