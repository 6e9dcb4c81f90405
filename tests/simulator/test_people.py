"""Live customers use public addresses only, walk as the seed says, and come back when the shop was closed."""

import json
import threading

import pytest
from starlette.testclient import TestClient

from tests.simulator.conftest import Brand
from unavoce.apps.simulator import people
from unavoce.runtime.client import Visitor


class _Through(Visitor):
    """A visitor of the simulator in this process."""

    def __init__(self, simulator: TestClient) -> None:
        self._http = simulator
        self._csrf = ""

    def close(self) -> None:
        """The simulator stays."""


@pytest.fixture
def places(brand: Brand, simulator: TestClient, monkeypatch: pytest.MonkeyPatch) -> people.Places:
    monkeypatch.setattr(people, "Visitor", lambda _: _Through(simulator))
    brand.answer = b'{"items": []}'
    return people.Places(brand.url, "http://simulator", {"web": "wk_web"})


def _walks(brand: Brand) -> list[tuple[str, str]]:
    calls = [json.loads(heard.body) for heard in brand.heard if heard.path.startswith("/v1/")]
    return [(call.get("event", call["type"]), call.get("anonymousId", "")) for call in calls]


def _run(places: people.Places, *, seed: int, steps: int) -> int:
    return people.run(places, seed=seed, stop=threading.Event(), pace_seconds=0, crowd=6, steps=steps)


def test_they_look_sign_up_buy_and_visit_stores(places: people.Places, brand: Brand) -> None:
    assert _run(places, seed=1, steps=150) == 150
    walked = {event for event, _ in _walks(brand)}
    assert {"Product Viewed", "Product Added", "identify", "Signed Up", "Order Completed"} <= walked
    assert {heard.path.split("?")[0] for heard in brand.heard} <= {
        "/v1/track", "/v1/identify", "/hooks/line", "/api/store/prompts",
    }  # fmt: skip
    calls = [json.loads(heard.body) for heard in brand.heard if heard.path.startswith("/v1/")]
    assert len(calls) == len({call["messageId"] for call in calls})
    assert {call["context"]["channel"] for call in calls if call["type"] == "track"} == {"web", "store"}


def test_the_same_seed_walks_the_same_ways(places: people.Places, brand: Brand) -> None:
    _run(places, seed=7, steps=40)
    first, brand.heard[:] = _walks(brand), []
    _run(places, seed=7, steps=40)
    second, brand.heard[:] = _walks(brand), []
    _run(places, seed=8, steps=40)
    assert first == second != _walks(brand)


def test_a_closed_shop_is_waited_for_and_they_stop_when_told(places: people.Places, brand: Brand) -> None:
    brand.status = 500
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    assert people.run(places, seed=1, stop=stop, pace_seconds=0.05) >= 1
