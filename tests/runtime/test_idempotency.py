"""A write that comes twice is done once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI, Response
from starlette.requests import Request

from unavoce.kernel.clock import FixedClock
from unavoce.kernel.errors import Conflict
from unavoce.runtime.http import answer_problems
from unavoce.runtime.idempotency import Idempotent
from unavoce.runtime.postgres import Postgres

Call = Callable[..., httpx.Response]


class CouponSpent(Conflict):
    """This coupon has already been used up."""


@pytest.fixture
def done() -> list[str]:
    """What the shop did."""
    return []


@pytest.fixture
def call(postgres: Postgres, clock: FixedClock, done: list[str]) -> Call:
    """Send one request to a small shop."""
    app = FastAPI()
    answer_problems(app)

    @app.post("/orders", status_code=201)
    def order(request: Request) -> dict[str, int]:
        done.append("order")
        return {"order": len(done)}

    @app.post("/refused")
    def refused() -> None:
        done.append("refused")
        raise CouponSpent(coupon="MEI10")

    @app.post("/broken")
    def broken() -> Response:
        done.append("broken")
        return Response("out of order", 503)

    def who(request: Request) -> str | None:
        return request.headers.get("authorization")

    shop = Idempotent(app, postgres=postgres, clock=clock, who=who)

    def send(path: str, body: object = None, *, key: str | None = "k1", person: str | None = "mei") -> httpx.Response:
        headers = {"idempotency-key": key, "authorization": person}
        return asyncio.run(_send(shop, path, body, {name: text for name, text in headers.items() if text}))

    return send


async def _send(shop: Idempotent, path: str, body: object, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(shop)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        return await client.post(path, json=body, headers=headers)


def test_the_first_answer_is_replayed(call: Call, done: list[str]) -> None:
    first, second = call("/orders", {"sku": 1}), call("/orders", {"sku": 1})
    assert (second.status_code, second.json()) == (first.status_code, first.json()) == (201, {"order": 1})
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert done == ["order"]


def test_another_body_or_path_under_the_same_key_is_refused(call: Call, done: list[str]) -> None:
    call("/orders", {"sku": 1})
    for answer in (call("/orders", {"sku": 2}), call("/refused", {"sku": 1})):
        assert answer.status_code == 409
        assert answer.json()["code"] == "key-reused"
        assert answer.headers["content-type"] == "application/problem+json"
    assert done == ["order"]


def test_keys_are_each_persons_own(call: Call, done: list[str]) -> None:
    call("/orders", person="mei")
    call("/orders", person="bo")
    call("/orders", person=None)
    call("/orders", key=None)
    assert len(done) == 4


def test_a_refusal_is_an_answer_too(call: Call, done: list[str]) -> None:
    assert call("/refused").json() == call("/refused").json()
    assert done == ["refused"]


def test_a_fault_may_be_tried_again(call: Call, done: list[str]) -> None:
    assert call("/broken").status_code == call("/broken").status_code == 503
    assert done == ["broken", "broken"]


def test_a_request_still_under_way_is_not_started_twice(
    call: Call, postgres: Postgres, clock: FixedClock, done: list[str]
) -> None:
    with postgres.transaction() as tx:
        tx.script("INSERT INTO runtime.idempotency VALUES ('k1', 'mei', '', NULL, NULL, NULL, '2018-01-05 11:59:30Z')")
    assert call("/orders").status_code == 409
    clock.passes(timedelta(minutes=1))
    assert call("/orders").status_code == 201
    assert done == ["order"]


def test_answers_are_forgotten_after_a_week(call: Call, clock: FixedClock, done: list[str]) -> None:
    call("/orders")
    clock.passes(timedelta(days=8))
    call("/orders")
    assert done == ["order", "order"]


def test_an_absurd_key_is_refused(call: Call) -> None:
    assert call("/orders", key="k" * 201).json()["field"] == "Idempotency-Key"
