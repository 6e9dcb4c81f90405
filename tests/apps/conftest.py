"""A whole Unavoce in one test: the API on real engines, the pump, the tick; people come in over HTTP."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from unavoce.access import api as access
from unavoce.apps.brand import Brand, brand_of
from unavoce.apps.follow import Follower
from unavoce.apps.privacy import asking
from unavoce.apps.privacy.gate import Gate
from unavoce.apps.pump import Pump
from unavoce.apps.server import api
from unavoce.collect import api as collect
from unavoce.content import api as content
from unavoce.decide import api as decide
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.http import Door
from unavoce.runtime.settings import Settings
from unavoce.segment import api as segment

PASSWORD = "with one voice 2018"
OWNER = "olivia@shop.example"
NOBODY_LISTENS = 9  # the discard port
TREE = (
    access.Place("north", None, access.PlaceKind.REGION, "North"),
    access.Place("south", None, access.PlaceKind.REGION, "South"),
    access.Place("taipei-101", "north", access.PlaceKind.STORE, "Taipei 101"),
    access.Place("tainan", "south", access.PlaceKind.STORE, "Tainan"),
)


@dataclass
class Shop:
    """A brand whose events are pumped when a test says so."""

    door: Door
    clock: FixedClock
    wall: FixedClock
    brand: Brand
    app: FastAPI
    pump: Pump
    keeper: segment.Keeper
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def hears(self, *calls: dict[str, object]) -> None:
        """Segment calls arrive and are pumped, and so is everything that follows from them."""
        self.accepts(*calls)
        while self.pump.step():
            pass

    def accepts(self, *calls: dict[str, object]) -> None:
        """Segment calls arrive and wait."""
        stamped = [
            {
                "messageId": f"m-{next(self.numbers)}",
                "timestamp": self.clock.now().isoformat(),
                "sentAt": self.clock.now().isoformat(),
                **call,
            }
            for call in calls
        ]
        with self.door.postgres.transaction() as tx:
            source = collect.ensure_source(tx, "web", "Website", collect.SourceKind.WEB)
            bodies = [json.dumps(call).encode() for call in stamped]
            collect.accept(tx, collect.LANE_COLLECTOR, source.id, bodies, self.clock.now())

    def sells(self, user: str, store: str, revenue: float = 10.0, product: str = "whisk") -> None:
        """Somebody buys in a store."""
        order = f"o-{next(self.numbers)}"
        line = {"product_id": product, "quantity": 1, "price": revenue, "category": "TEA WARE"}
        said = {"order_id": order, "store_id": store, "revenue": revenue, "currency": "USD", "products": [line]}
        self.hears(
            {
                "type": "track",
                "event": "Order Completed",
                "userId": user,
                "properties": said,
                "context": {"channel": "store" if store else "web"},
            }
        )

    def sweeps(self) -> None:
        """Time is followed once."""
        segment.sweep(self.door.postgres, self.door.facts, self.clock.now())

    def ticks(self, after: timedelta = timedelta(seconds=1)) -> None:
        """Time passes and what is due is decided."""
        self.clock.passes(after)
        while decide.tick(self.door.postgres, self.door.facts, self.clock.now()).busy:
            self.clock.passes(timedelta(seconds=1))

    def keeps_promises(self) -> None:
        """What people asked about their data is done, as far as it is confirmed."""
        work = asking.worker(self.door, self.brand.name, self.keeper)
        while work():
            self.hears()

    def log_in(self, email: str = OWNER) -> TestClient:
        """Somebody of the team, logged in."""
        visitor = TestClient(self.app, base_url="https://shop.example")
        answer = visitor.post("/api/session", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        visitor.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return visitor

    def joins(self, name: str, role: str, places: list[str] | None = None) -> TestClient:
        """A colleague, taken in by the owner and logged in."""
        body = {"name": name, "email": f"{name}@shop.example", "password": PASSWORD, "role": role, "places": places}
        answer = self.log_in().post("/api/people", json=body)
        assert answer.status_code == 201, answer.text
        return self.log_in(f"{name}@shop.example")


@pytest.fixture
def shop(door: Door, clock: FixedClock) -> Shop:
    """A brand in Taipei's zone with two stores in two regions; no simulator runs beside it."""
    door = replace(door, settings=Settings(data=door.settings.data, simulator_port=NOBODY_LISTENS))
    door.settings.folder.mkdir(parents=True)
    with door.postgres.transaction() as tx:
        content.put_brand(tx, {"name": "Shop", "zone": "Asia/Taipei", "currency": "USD"}, clock.now())
        segment.set_terms(tx, segment.Terms("Asia/Taipei", "USD"))
        access.put_places(tx, TREE)
        access.ensure_owner(tx, OWNER, PASSWORD, "Olivia")
        brand = brand_of(tx)
    pump_facts = door.clickhouse.client("pump")
    keeper = segment.Keeper(pump_facts)
    app = api(door, brand, keeper)
    wall = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
    app.state.wall = wall
    follower = Follower(pump_facts, keeper, clock, door.settings.secret(), "https://shop.example")
    pump = Pump(door.postgres, pump_facts, clock, brand.pumping, lambda: None, follower, Gate(door.settings.secret()))
    return Shop(door, clock, wall, brand, app, pump, keeper)
