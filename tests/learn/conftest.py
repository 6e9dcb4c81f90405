"""The reports alone: their routes, the log-in before them, and a history that is written straight down."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from unavoce.access import api as access
from unavoce.access import web as access_web
from unavoce.access.wire import Brand
from unavoce.collect import api as collect
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import Iid, digest16
from unavoce.learn import web as learn_web
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.http import Door, answer_problems, open_door

PASSWORD = "with one voice 2018"
OWNER = "olivia@shop.example"
STORES = ("taipei-101", "tainan", "taichung")
SOURCES = {
    key: collect.Source(number, key, key, kind)
    for number, (key, kind) in enumerate(
        [("web", collect.SourceKind.WEB), ("till", collect.SourceKind.SERVER), ("old", collect.SourceKind.IMPORT)], 10
    )
}
_BATCHES = itertools.count(1)


@dataclass(frozen=True)
class Said:
    """One thing that happened, as the test remembers it; revenue in cents."""

    name: str
    at: datetime
    iid: int = 1
    revenue: int = 0
    store: str = ""
    channel: str = ""
    source: str = "web"


def happens(facts: Facts, said: Sequence[Said]) -> None:
    """Write a history down through collection's front door."""
    number = next(_BATCHES)
    events = [_event(number, seq, one) for seq, one in enumerate(said, 1)]
    batch = collect.Batch(collect.LANE_COLLECTOR, number * 1_000_000, number * 1_000_000 + len(said), 1)
    collect.record(facts, batch, events, [collect.EventIids(Iid(one.iid), (Iid(one.iid),)) for one in said])


def _event(number: int, seq: int, one: Said) -> collect.Event:
    message = f"{number}-{seq}"
    properties: dict[str, object] = {"revenue": one.revenue / 100, "currency": "USD"} if one.revenue else {}
    return collect.Event(
        event_id=digest16(message.encode()),
        message_id=message,
        type="track",
        name=one.name,
        identifiers=(("user_id", str(one.iid)),),
        properties=properties | ({"store_id": one.store} if one.store else {}),
        context={"channel": one.channel} if one.channel else {},
        at=one.at,
        received_at=datetime(2018, 1, 5, 12, tzinfo=UTC),
        source=SOURCES[one.source],
        lane=collect.LANE_COLLECTOR,
        seq=seq,
    )


Visits = Callable[..., TestClient]


@pytest.fixture
def visits(door: Door, clock: FixedClock) -> Visits:
    """Somebody of the team opens the reports of a brand in some zone; with places, she sees only those."""
    with door.postgres.transaction() as tx:
        access.put_places(tx, [access.Place(store, None, access.PlaceKind.STORE, store.title()) for store in STORES])
        access.ensure_owner(tx, OWNER, PASSWORD, "Olivia")
        access.add_person(
            tx,
            email="nora@shop.example",
            password=PASSWORD,
            name="Nora",
            role=access.Role.STORE_MANAGER,
            places=["taipei-101"],
        )

    def visit(zone: str, email: str = OWNER) -> TestClient:
        app = FastAPI()
        answer_problems(app)
        open_door(app, door)
        app.state.wall = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
        app.include_router(access_web.routes(Brand(name="Shop", zone=zone, currency="USD", languages=["en"])))
        app.include_router(learn_web.routes(zone=zone, currency="USD"))
        visitor = TestClient(app, base_url="https://shop.example")
        assert visitor.post("/api/session", json={"email": email, "password": PASSWORD}).status_code == 200
        return visitor

    return visit
