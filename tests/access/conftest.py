"""A small shop's team: Olivia owns it, the stores lie in two regions, and everybody comes in over HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from unavoce.access import api, web, wire
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.http import Door, answer_problems, open_door

PASSWORD = "with one voice 2018"
OLIVIA = "olivia@shop.example"
BRAND = wire.Brand(name="Shop", zone="Asia/Taipei", currency="TWD", languages=["en", "zh-Hant"])
TREE = (
    api.Place("tw", None, api.PlaceKind.REGION, "Taiwan"),
    api.Place("north", "tw", api.PlaceKind.REGION, "North"),
    api.Place("south", "tw", api.PlaceKind.REGION, "South"),
    api.Place("taipei-101", "north", api.PlaceKind.STORE, "Taipei 101"),
    api.Place("ximending", "north", api.PlaceKind.STORE, "Ximending"),
    api.Place("tainan", "south", api.PlaceKind.STORE, "Tainan"),
)


@dataclass
class Team:
    """The shop's app, its wall clock, and a way to come in as somebody."""

    app: FastAPI
    wall: FixedClock
    door: Door

    def visitor(self, *, ip: str = "10.0.0.1") -> TestClient:
        """Somebody who has not logged in."""
        return TestClient(self.app, base_url="https://shop.example", client=(ip, 1))

    def log_in(self, email: str = OLIVIA, password: str = PASSWORD) -> TestClient:
        """Somebody logged in, whose writes carry the token."""
        visitor = self.visitor()
        answer = visitor.post("/api/session", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        visitor.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return visitor

    def joins(self, name: str, role: api.Role, places: list[str] | None = None) -> TestClient:
        """A colleague, taken in by Olivia and logged in."""
        body = {"name": name, "email": f"{name}@shop.example", "password": PASSWORD, "role": role, "places": places}
        assert self.log_in().post("/api/people", json=body).status_code == 201
        return self.log_in(f"{name}@shop.example")


@pytest.fixture
def team(door: Door) -> Team:
    """The shop with its owner and its tree."""
    app = FastAPI()
    open_door(app, door)
    answer_problems(app)
    app.include_router(web.routes(BRAND))
    _add_a_window(app)
    wall = FixedClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
    app.state.wall = wall
    with door.postgres.transaction() as tx:
        api.put_places(tx, TREE)
        api.ensure_owner(tx, OLIVIA, PASSWORD, "Olivia")
    return Team(app, wall, door)


def _add_a_window(app: FastAPI) -> None:
    @app.post("/api/window", dependencies=[api.requires("customers:write")])
    def open_window(request: Request) -> dict[str, str]:
        return {"by": api.current(request).name}

    @app.get("/api/menu", dependencies=[api.public()])
    def menu() -> dict[str, str]:
        return {"tea": "matcha"}
