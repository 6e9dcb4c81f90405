"""Text that no engine can store is refused before any route sees it, by the name of its field."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from unavoce.runtime.http import PROBLEM
from unavoce.runtime.storable import Storable


@pytest.fixture
def visitor() -> TestClient:
    """Somebody who speaks to an app that repeats what it heard."""
    app = FastAPI()
    app.add_middleware(Storable, prefix="/api/")

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def repeat(request: Request) -> dict[str, Any]:
        return {"path": request.url.path, "body": (await request.body()).decode(), "query": dict(request.query_params)}

    return TestClient(app)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"name": "a\u0000b"}', "name"),
        (rb'{"steps": [{"title": {"en": "ok"}}, {"title": {"en": "\ud83c"}}]}', "steps.1.title.en"),
        (rb'{"traits": {"a\u0000": 1}}', "traits"),
        (rb'["\udfff"]', "0"),
        (rb'"\u0000"', "body"),
    ],
)
def test_the_field_is_named(visitor: TestClient, body: bytes, field: str) -> None:
    answer = visitor.post("/api/x", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert (answer.json()["code"], answer.json()["field"]) == ("not-storable", field)
    assert "leave it out" in answer.json()["title"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"a": [{"b": 9223372036854775808}]}', "a.0.b"),
        (rb"-9223372036854775809", "body"),
        (b'{"n": 1' + b"0" * 4_000 + b"}", "n"),
    ],
)
def test_a_number_beyond_64_bits_is_named(visitor: TestClient, body: bytes, field: str) -> None:
    answer = visitor.post("/api/x", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "number-too-large", field)
    assert "smaller" in answer.json()["title"]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"card": "1234567890123456789012", "most": 9223372036854775807, "least": -9223372036854775808}',
        rb'{"share": 0.12345678901234567890123, "far": 1e300, "yes": true}',
        rb'{"name": "\u8336 \ud83c\udf75 caf\u00e9"}',
        rb'{"name": "a backslash and words: \\u0000"}',
        rb'{"broken": "\u0000',
        rb"[" * 100_000 + rb'"\u0000"',
        "茶".encode(),
        b"",
    ],
)
def test_everything_else_arrives_as_it_was_sent(visitor: TestClient, body: bytes) -> None:
    answer = visitor.post("/api/x", content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["body"] == body.decode()


def test_a_file_may_hold_any_byte(visitor: TestClient) -> None:
    body = rb"PK\u0000"
    assert (
        visitor.post("/api/x", content=body, headers={"Content-Type": "application/zip"}).json()["body"] == "PK\\u0000"
    )
    assert visitor.post("/hooks/line", json={"text": "\0"}).status_code == 200


def test_addresses_are_looked_at_too(visitor: TestClient) -> None:
    assert visitor.get("/api/customers/%00").json()["field"] == "path"
    assert visitor.get("/api/customers?name.contains=a%00b&x=1").json()["field"] == "name.contains"
    assert visitor.get("/api/customers?name=%25000&x=").json()["query"] == {"name": "%000", "x": ""}
