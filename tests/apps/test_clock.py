"""The demo brand's clock can run ahead; a real brand's cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import OWNER, PASSWORD, Shop
from unavoce.apps.server import api
from unavoce.kernel.clock import FixedClock, OffsetClock, SystemClock
from unavoce.runtime.settings import Settings

OPENING = datetime(2018, 1, 1, tzinfo=UTC)


@pytest.fixture
def demo(shop: Shop) -> Shop:
    """The same shop as a demo, on a clock of its own."""
    settings = Settings(data=shop.door.settings.data, demo=True)
    door = replace(shop.door, settings=settings, clock=OffsetClock(settings.clock_file))
    app = api(door, shop.brand)
    app.state.wall = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
    return replace(shop, door=door, app=app)


def _said(visitor: TestClient) -> tuple[datetime, float]:
    answer = visitor.get("/api/clock").json()
    assert answer["demo"] is True
    return datetime.fromisoformat(answer["now"]), answer["offset_seconds"]


def test_the_demos_clock_runs_ahead_for_every_process(demo: Shop) -> None:
    """What one process is told, another reads from the same file."""
    owner = demo.log_in()
    before, offset = _said(owner)
    assert offset == 0
    moved = owner.post("/api/demo/clock", json={"advance_seconds": 3600})
    assert moved.status_code == 200, moved.text
    assert moved.json()["offset_seconds"] == 3600
    owner.post("/api/demo/clock", json={"advance_seconds": 1800.5})
    after, offset = _said(owner)
    assert offset == 5400.5
    assert timedelta(seconds=5400) < after - before < timedelta(seconds=5460)
    elsewhere = OffsetClock(demo.door.settings.clock_file)
    assert elsewhere.now() - SystemClock().now() > timedelta(seconds=5399)
    session = owner.get("/api/session").json()["clock"]
    assert session["demo"] is True
    assert abs(session["offset_seconds"] - 5400.5) < 5


@pytest.mark.parametrize("seconds", [0, -3600, 10**12, "soon", None])
def test_what_happened_stays_happened(demo: Shop, seconds: object) -> None:
    owner = demo.log_in()
    answer = owner.post("/api/demo/clock", json={"advance_seconds": seconds})
    assert (answer.status_code, answer.json()["field"]) == (400, "advance_seconds")
    assert not demo.door.settings.clock_file.exists()


def test_a_real_brand_lives_in_real_time(shop: Shop) -> None:
    owner = shop.log_in()
    for path, body in (("/api/demo/clock", {"advance_seconds": 60}), ("/api/demo/program", {})):
        answer = owner.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "not-a-demo"), path
    shown = owner.get("/api/clock").json()
    assert (shown["demo"], shown["offset_seconds"]) == (False, 0)
    assert datetime.fromisoformat(shown["now"]) == shop.clock.now()


def test_not_everybody_moves_the_clock(demo: Shop) -> None:
    for name, role in (("vera", "viewer"), ("anna", "analyst"), ("agnes", "agent")):
        answer = demo.joins(name, role).post("/api/demo/clock", json={"advance_seconds": 60})
        assert answer.status_code == 403, role
    stranger = TestClient(demo.app, base_url="https://shop.example")
    assert stranger.get("/api/clock").status_code == 401
    assert stranger.post("/api/demo/clock", json={"advance_seconds": 60}).status_code == 401
    assert not demo.door.settings.clock_file.exists()


def test_a_stranger_page_cannot_move_it_with_her_cookie(demo: Shop) -> None:
    """The cookie comes along from anywhere; the token is known to our own pages alone."""
    visitor = TestClient(demo.app, base_url="https://shop.example")
    assert visitor.post("/api/session", json={"email": OWNER, "password": PASSWORD}).status_code == 200
    answer = visitor.post("/api/demo/clock", json={"advance_seconds": 60})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf-missing")
