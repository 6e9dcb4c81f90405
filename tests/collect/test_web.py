"""What the team sees of collection, and what it does not."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from unavoce.access import api as access
from unavoce.access.web import routes
from unavoce.access.wire import Brand
from unavoce.collect import api as collect
from unavoce.collect import web
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import Iid
from unavoce.runtime.http import Door, answer_problems, open_door

OLIVIA, PASSWORD = "olivia@shop.example", "with one voice 2018"
MEI = Iid(41)
Visitors = Callable[..., TestClient]


@pytest.fixture
def comes(door: Door) -> Visitors:
    """Somebody of the team, by role and stores, with an API key."""
    app = FastAPI()
    open_door(app, door)
    answer_problems(app)
    app.include_router(routes(Brand(name="Shop", zone="UTC", currency="TWD", languages=["en"])))
    app.include_router(web.routes())
    with door.postgres.transaction() as tx:
        access.put_places(tx, [access.Place(key, None, access.PlaceKind.STORE, key) for key in ("taipei", "tainan")])
        access.ensure_owner(tx, OLIVIA, PASSWORD, "Olivia")
    owner = TestClient(app, base_url="https://shop.example")
    said = owner.post("/api/session", json={"email": OLIVIA, "password": PASSWORD}).json()
    owner.headers["X-CSRF-Token"] = said["csrf"]

    def visitor(role: access.Role, *stores: str) -> TestClient:
        body = {"name": role.value, "role": role.value, "places": list(stores) or None}
        secret = owner.post("/api/keys", json=body).json()["secret"]
        return TestClient(app, headers={"Authorization": f"Bearer {secret}"})

    return visitor


def _happens(door: Door, clock: FixedClock, *stores: str) -> None:
    """A sale in each store (none is online), received one second after the other, two of them at once."""
    with door.postgres.transaction() as tx:
        till = collect.ensure_source(tx, "till", "Till", "server")
        for store in stores:
            calls = [
                {"type": "track", "event": "Order Completed", "userId": "mei", "messageId": f"{store}-{number}",
                 "properties": {"store_id": store, "email": "mei@shop.example"}}
                for number in range(2)
            ]  # fmt: skip
            collect.accept(tx, 1, till.id, [msgspec.json.encode({"batch": [*calls, {"type": "dance"}]})], clock.now())
            clock.passes(timedelta(seconds=1))
    while batch := collect.pin(door.postgres):
        with door.postgres.transaction() as tx:
            events = collect.read(tx, batch)
            collect.record(door.facts, batch, events, [collect.EventIids(MEI, (MEI,)) for _ in events])
            collect.settle(tx, batch, events)


def test_a_source_is_made_and_its_key_rotated(comes: Visitors) -> None:
    owner = comes(access.Role.OWNER)
    made = owner.post("/api/sources", json={"key": "shop", "name": "Shop", "kind": "server"})
    assert made.status_code == 201
    assert made.json()["write_key"].startswith("wk_")
    fresh = owner.post(f"/api/sources/{made.json()['id']}/rotate").json()
    assert fresh["write_key"] != made.json()["write_key"]
    assert [one["key"] for one in owner.get("/api/sources").json()["items"]] == ["internal", "shop"]
    assert owner.post("/api/sources/9/rotate").status_code == 404
    taken = owner.post("/api/sources", json={"key": "shop", "name": "Shop", "kind": "web"})
    assert (taken.status_code, taken.json()["code"]) == (409, "source-key-taken")
    assert owner.post("/api/sources", json={"key": "A shop", "name": "x"}).status_code in (400, 422)


def test_a_source_is_looked_after(comes: Visitors, clock: FixedClock) -> None:
    owner = comes(access.Role.OWNER)
    made = owner.post("/api/sources", json={"key": "shop", "name": "Shop"}).json()
    at = f"/api/sources/{made['id']}"
    changed = owner.patch(at, json={"events_per_second": 50, "measurement_id": "G-TEA123"}).json()
    assert (changed["name"], changed["events_per_second"], changed["measurement_id"]) == ("Shop", 50, "G-TEA123")
    assert owner.patch(at, json={"name": "Tea shop"}).json()["events_per_second"] == 50
    assert owner.patch(at, json={"events_per_second": None}).json()["events_per_second"] is None
    assert owner.post(f"{at}/pause").json()["paused_at"] == "2018-01-05T12:00:00Z"
    clock.passes(timedelta(hours=1))
    assert owner.post(f"{at}/pause").json()["paused_at"] == "2018-01-05T12:00:00Z"
    assert owner.post(f"{at}/resume").json()["paused_at"] is None
    rotated = owner.post(f"{at}/rotate", json={"grace_hours": 24}).json()
    assert rotated["old_key_until"] == "2018-01-06T13:00:00Z"
    assert rotated["write_key"] != made["write_key"]


def test_what_a_source_cannot_be_is_refused(comes: Visitors) -> None:
    owner = comes(access.Role.OWNER)
    shop, till = (owner.post("/api/sources", json={"key": key, "name": key}).json()["id"] for key in ("shop", "till"))
    owner.patch(f"/api/sources/{shop}", json={"measurement_id": "G-TEA123"})
    taken = owner.patch(f"/api/sources/{till}", json={"measurement_id": "G-TEA123"})
    assert (taken.status_code, taken.json()["code"], taken.json()["source"]) == (409, "measurement-id-taken", "shop")
    for wrong in ({"events_per_second": 0}, {"measurement_id": "UA-1"}, {"name": ""}, {"name": None}, {}):
        assert owner.patch(f"/api/sources/{till}", json=wrong).status_code in (400, 422), wrong
    assert owner.post(f"/api/sources/{till}/rotate", json={"grace_hours": 1000}).status_code in (400, 422)
    assert owner.post("/api/sources/1/rotate").json()["code"] == "source-has-no-key"
    assert owner.post("/api/sources/1/pause").json()["code"] == "source-has-no-key"
    assert owner.patch("/api/sources/999", json={"name": "x"}).status_code == 404
    viewer = comes(access.Role.VIEWER)
    assert {viewer.post(f"/api/sources/{till}/{word}").status_code for word in ("pause", "resume", "rotate")} == {403}
    assert viewer.patch(f"/api/sources/{till}", json={"name": "x"}).status_code == 403


def test_how_much_a_source_sends(comes: Visitors, door: Door, clock: FixedClock) -> None:
    _happens(door, clock, "taipei", "tainan", "")
    owner = comes(access.Role.OWNER)
    assert owner.get("/api/sources/volume").json() == {
        "items": [{"source": "till", "events": 6, "last_at": "2018-01-05T12:00:02Z"}], "since": "2018-01-04T12:00:03Z",
    }  # fmt: skip
    clock.passes(timedelta(days=2))
    assert owner.get("/api/sources/volume").json()["items"][0]["events"] == 0
    assert comes(access.Role.VIEWER).get("/api/sources/volume").status_code == 403


def test_a_call_that_comes_again_is_written_down_once(door: Door, clock: FixedClock) -> None:
    _happens(door, clock, "taipei")
    clock.passes(timedelta(minutes=1))
    _happens(door, clock, "taipei")
    sought = collect.Sought(clock.now() + timedelta(seconds=1), 50, outcomes=(collect.Outcome.REPEATED,))
    with door.postgres.transaction() as tx:
        again = collect.arrivals(door.facts, tx, sought, collect.Sight(None, refused=True))
        assert [(one.message_id, one.source, one.name) for one in again] == [
            ("taipei-0", "till", "Order Completed"), ("taipei-1", "till", "Order Completed"),
        ]  # fmt: skip
        assert len(collect.repetitions(tx, again[0].event_id or b"")) == 1
        collect.forget(tx, clock.now() + timedelta(days=6))
        assert collect.arrivals(door.facts, tx, sought, collect.Sight(None, refused=True)) == []


def test_a_write_key_is_not_for_everybody(comes: Visitors) -> None:
    comes(access.Role.OWNER).post("/api/sources", json={"key": "shop", "name": "Shop"})
    viewer = comes(access.Role.VIEWER)
    assert {one["write_key"] for one in viewer.get("/api/sources").json()["items"]} == {None}
    assert viewer.post("/api/sources", json={"key": "mine", "name": "Mine"}).status_code == 403
    assert viewer.get("/api/failed-events").status_code == 403


def test_events_are_paged_without_losing_one(comes: Visitors, door: Door, clock: FixedClock) -> None:
    _happens(door, clock, "taipei", "tainan", "")
    owner, seen, cursor = comes(access.Role.OWNER), [], None
    while True:
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = owner.get("/api/events", params=asked).json()
        seen += [one["message_id"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == ["-0", "-1", "tainan-0", "tainan-1", "taipei-0", "taipei-1"]
    assert [name.partition("-")[0] for name in seen] == ["", "", "tainan", "tainan", "taipei", "taipei"]
    assert owner.get("/api/events", params={"cursor": "x"}).status_code == 400
    assert owner.get("/api/events", params={"source": "web"}).json()["items"] == []


def test_a_store_manager_sees_no_other_stores_event(comes: Visitors, door: Door, clock: FixedClock) -> None:
    _happens(door, clock, "taipei", "tainan", "")
    manager = comes(access.Role.STORE_MANAGER, "taipei")
    assert {one["store"] for one in manager.get("/api/events").json()["items"]} == {"taipei", ""}


def test_an_analyst_sees_what_but_not_who(comes: Visitors, door: Door, clock: FixedClock) -> None:
    _happens(door, clock, "taipei")
    analyst = comes(access.Role.ANALYST)
    assert "mei@shop.example" not in analyst.get("/api/events").text
    assert "mei@shop.example" in comes(access.Role.OWNER).get("/api/events").text
    (failure,) = analyst.get("/api/failed-events").json()["items"]
    assert "dance" not in failure["content"]


def test_failures_are_told(comes: Visitors, door: Door, clock: FixedClock) -> None:
    _happens(door, clock, "taipei", "tainan")
    owner = comes(access.Role.OWNER)
    first = owner.get("/api/failed-events", params={"limit": 1}).json()
    (failure,) = first["items"]
    assert (failure["reason"], failure["source"]) == ("unknown_type", "till")
    rest = owner.get("/api/failed-events", params={"limit": 5, "cursor": first["next"]}).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert owner.get("/api/failed-events", params={"reason": "no_name"}).json()["items"] == []
    assert owner.get("/api/failed-events", params={"cursor": "x"}).status_code == 400
