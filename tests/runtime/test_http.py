"""Refusals become problem documents, once, for every route."""

import asyncio
import io
import logging
import sys
from collections.abc import Iterator
from typing import Annotated

import httpx
import orjson
import pytest
import structlog
from fastapi import Depends, FastAPI

from unavoce.kernel.errors import Conflict, TooMany
from unavoce.runtime import health, http, telemetry
from unavoce.runtime.http import Door, answer_problems, open_door
from unavoce.runtime.process import ASGI


class CouponSpent(Conflict):
    """This coupon has already been used up."""


@pytest.fixture
def app(door: Door) -> FastAPI:
    """A small shop."""
    made = FastAPI()
    answer_problems(made)
    open_door(made, door)

    @made.get("/coupons/{number}")
    def coupon(number: int) -> None:
        raise CouponSpent(coupon=number)

    @made.get("/hurry")
    def hurry() -> None:
        raise TooMany(retry_after=1.2)

    return made


def get(app: ASGI, path: str) -> httpx.Response:
    """Ask the shop."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://shop"
        ) as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_a_refusal_is_a_problem_document(app: FastAPI) -> None:
    answer = get(app, "/coupons/7")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/coupon-spent",
        "title": "This coupon has already been used up.",
        "status": 409,
        "detail": "This coupon has already been used up. (coupon: 7)",
        "code": "coupon-spent",
        "again": False,
        "coupon": 7,
    }


def test_wrong_input_names_field_value_and_expectation(app: FastAPI) -> None:
    document = get(app, "/coupons/seven").json()
    assert (document["code"], document["field"], document["value"]) == ("bad-input", "number", "'seven'")
    assert "integer" in document["expected"]


def test_waiting_is_said_in_whole_seconds(app: FastAPI) -> None:
    assert get(app, "/hurry").headers["retry-after"] == "2"


def test_a_fault_of_ours_is_a_problem_too(app: FastAPI) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the kettle exploded")

    answer = get(app, "/broken")
    assert (answer.status_code, answer.json()["code"], answer.json()["again"]) == (500, "broken", True)
    assert "kettle" not in answer.text


def test_an_unknown_path_is_a_problem_too(app: FastAPI) -> None:
    assert get(app, "/nowhere").json()["code"] == "not-found"


def test_the_door_is_handed_to_routes(app: FastAPI, door: Door) -> None:
    @app.get("/time")
    def now(opened: Annotated[Door, Depends(http.door)]) -> str:
        return opened.clock.now().isoformat()

    assert get(app, "/time").json() == "2018-01-05T12:00:00+00:00"


def _broken() -> None:
    raise OSError("no such luck")


def test_a_process_says_whether_it_is_ready(app: FastAPI) -> None:
    assert get(health.with_health(app, {"luck": lambda: None}), "/readyz").status_code == 200
    unlucky = get(health.with_health(app, {"luck": _broken}), "/readyz")
    assert (unlucky.status_code, unlucky.json()["troubles"]) == (503, {"luck": "OSError: no such luck"})
    assert get(health.with_health(app, {"luck": _broken}), "/healthz").status_code == 200
    assert get(health.with_health(app, {}), "/hurry").status_code == 429


def test_numbers_are_told_in_prometheus_form(app: FastAPI) -> None:
    telemetry.counter("test_cups_total", "Cups drunk.").add(2, tea='"抹\n茶"')
    telemetry.histogram("test_sip_seconds", "Sips.", (0.1, 1.0)).observe(0.5)
    told = get(health.with_health(app, {}), "/metrics").text
    assert 'test_cups_total{tea="\\"抹\\n茶\\""} 2\n' in told
    assert 'test_sip_seconds_bucket{le="0.1"} 0\ntest_sip_seconds_bucket{le="1"} 1\n' in told
    assert 'test_sip_seconds_bucket{le="+Inf"} 1\ntest_sip_seconds_sum 0.5\ntest_sip_seconds_count 1\n' in told
    assert "process_resident_memory_bytes " in told
    with pytest.raises(ValueError, match="already a counter"):
        telemetry.gauge("test_cups_total", "Cups drunk.")


@pytest.fixture
def telling() -> Iterator[None]:
    """Logs that are told as a process tells them; afterwards they are as before."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    telemetry.configure("test")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_log_lines_are_json(capsys: pytest.CaptureFixture[str], telling: None) -> None:
    structlog.get_logger("unavoce.test").info("poured", tea="抹茶")
    said = orjson.loads(capsys.readouterr().err.splitlines()[-1])
    assert (said["event"], said["tea"], said["service"], said["level"]) == ("poured", "抹茶", "test", "info")


def test_log_lines_go_on_when_standard_error_is_replaced(telling: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever captures it for a while closes what she put in its place."""
    for tea in ("抹茶", "煎茶"):
        with io.StringIO() as captured:
            monkeypatch.setattr(sys, "stderr", captured)
            logging.getLogger("library").warning("poured %s", tea)
            assert orjson.loads(captured.getvalue())["event"] == f"poured {tea}"
