"""Whatever is wrong is called by its name, with what to do about it, and leaves nothing half-written behind.

Here is what comes in over the wire and the API. Of the rest: a port in use, a wrong address of an engine and a folder
in use are in test_cli.py and in tests/chaos/test_supervisor.py, a full disk in tests/chaos/test_full_disk.py, the files
of a source in tests/sources, a damaged backup in tests/chaos/test_backup.py.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from tests.apps.conftest import Shop
from tests.apps.stage import NORTH, iid_of, runs_program
from tests.apps.test_importing import Diary, pumping
from unavoce.apps import importing
from unavoce.apps.server import LARGEST_BODY
from unavoce.collect import api as collect
from unavoce.collect.contract import Options
from unavoce.collect.intake import Intake
from unavoce.collect.keyring import Keyring
from unavoce.collect.ledger import Ledger
from unavoce.collect.writer import GroupCommit
from unavoce.kernel.ids import text_of
from unavoce.runtime.http import PROBLEM
from unavoce.runtime.settings import Settings

JOURNEY: dict[str, Any] = {
    "key": "greet",
    "name": {"en": "Greet"},
    "entry": {"type": "event", "event": "Signed Up"},
    "start": "say",
    "steps": {"say": {"type": "send", "message": "welcome", "channels": ["email"]}},
    "exits": [{"event": "Account Deleted"}],
}
MESSAGE: dict[str, Any] = {
    "key": "hello",
    "name": {"en": "Hello"},
    "category": "service",
    "variants": {"line": {"en": {"text": "Hello {{ customer.name | default: 'you' }}"}}},
}
SEGMENT: dict[str, Any] = {
    "key": "locals",
    "name": {"en": "Locals"},
    "definition": {"type": "trait", "key": "city", "op": "eq", "value": "Taipei"},
}


@dataclass
class Call:
    """A request as the collector's server hands it on."""

    path: str
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    query: str = ""

    def header(self, name: str) -> str | None:
        return self.headers.get(name)

    async def body(self, limit: int) -> bytes | None:
        return self.content if len(self.content) <= limit else None


@dataclass
class Till:
    """A till with a write key, calling the shop's collector."""

    shop: Shop
    key: str

    def says(self, path: str, content: object, key: str | None = None, **headers: str) -> tuple[int, dict[str, Any]]:
        """Call, and what was answered; what was taken in is pumped."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        call = Call(path, body, {"x-write-key": self.key if key is None else key, **headers})
        answer = asyncio.run(self._answered(call))
        self.shop.hears()
        return answer

    async def _answered(self, call: Call) -> tuple[int, dict[str, Any]]:
        ledger = Ledger(self.shop.door.postgres.url, collect.LANE_COLLECTOR)
        commit = GroupCommit(ledger.append, self.shop.clock)
        keys = Keyring(lambda: ledger.keys(self.shop.clock.now()))
        await keys.look()
        intake = Intake(commit, keys, self.shop.clock)
        writing = asyncio.create_task(commit.run())
        answer = await intake.answer(call)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await ledger.close()
        if answer.status >= 400:
            assert dict(answer.headers)["content-type"] == PROBLEM
        return answer.status, json.loads(answer.body)


@pytest.fixture
def till(shop: Shop) -> Till:
    """The till of Taipei 101."""
    with shop.door.postgres.transaction() as tx:
        source = collect.ensure_source(tx, "till", "Till", collect.SourceKind.SERVER)
    return Till(shop, str(source.write_key))


def _order(**more: object) -> dict[str, Any]:
    bought = {"order_id": "o-1", "store_id": NORTH, "revenue": 12.5, "currency": "USD"}
    return {"type": "track", "event": "Order Completed", "userId": "mei", "properties": bought, **more}


def _events(visitor: TestClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = visitor.get("/api/events").json()["items"]
    return items


def _failed(visitor: TestClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = visitor.get("/api/failed-events").json()["items"]
    return items


def test_what_the_wire_refuses_it_refuses_whole(till: Till) -> None:
    """Every refusal has a code, says what was expected in words, and of its request nothing is kept."""
    good = json.dumps(_order(messageId="m-1"))
    refused = [
        (till.says("/v1/track", b'{"event": "Order Completed",'), 400, "broken-json", "position"),
        (till.says("/v1/batch", f'{{"batch": [{good}, {{]}}'.encode()), 400, "broken-json", "position"),
        (till.says("/v1/track", b"\xff\xfe"), 400, "broken-json", "position"),
        (till.says("/v1/track", [1, 2]), 400, "not-a-call", ""),
        (till.says("/v1/batch", b"not packed", **{"content-encoding": "gzip"}), 400, "broken-gzip", ""),
        (till.says("/v1/track", _order(), key="wk_guessed"), 401, "unknown-write-key", "expected"),
        (till.says("/v1/track", _order(), key=""), 401, "unknown-write-key", "expected"),
        (till.says("/v1/track", _order(context={"x": "y" * 33_000})), 413, "event-too-large", "limit_bytes"),
        (till.says("/v1/batch", {"batch": [_order(messageId="m-1")] * 30_000}), 413, "batch-too-large", "limit_bytes"),
        (till.says("/v1/batch", {"batch": [{"type": "track"}] * 2501}), 413, "too-many-events", ""),
        (till.says("/v1/batch", gzip.compress(b" " * 9_000_000)), 413, "batch-too-large", "limit_bytes"),
        (till.says("/v1/trck", _order()), 404, "unknown-call", "path"),
    ]  # fmt: skip
    for (status, problem), wanted, code, fact in refused:
        assert (status, problem["code"], problem["success"]) == (wanted, code, False), problem
        assert problem["message"].startswith(problem["title"])
        assert not fact or fact in problem, problem
    owner = till.shop.log_in()
    assert _events(owner) == []
    assert _failed(owner) == []
    assert owner.get("/api/customers").json()["items"] == []
    assert till.says("/v1/track", _order(messageId="m-1")) == (200, {"success": True})
    assert len(_events(owner)) == 1


def test_what_is_wrong_with_one_call_stops_no_other(till: Till) -> None:
    """The good calls of a request become history; each bad one is kept whole, with its reason."""
    bad = {
        "unknown_type": {"type": "dance", "userId": "mei", "messageId": "b-1"},
        "no_name": {"type": "track", "userId": "mei", "messageId": "b-2"},
        "no_identifier": {"type": "identify", "traits": {"city": "Taipei"}, "messageId": "b-3"},
        "identifier_too_long": _order(userId="x" * 3_000, messageId="b-4"),
        "wrong_shape": {**_order(messageId="b-5"), "properties": "none"},
    }
    told = {"batch": [_order(messageId="g-1"), *bad.values(), _order(messageId="g-2")]}
    assert till.says("/v1/batch", told)[0] == 200
    owner = till.shop.log_in()
    assert {event["message_id"] for event in _events(owner)} == {"g-1", "g-2"}
    kept = {failure["reason"]: failure for failure in _failed(owner)}
    assert set(kept) == set(bad)
    for reason, failure in kept.items():
        assert failure["detail"], reason
        assert failure["source"] == "till"
        assert bad[reason]["messageId"] in failure["content"]
    only = owner.get("/api/failed-events", params={"reason": "unknown_type"}).json()["items"]
    assert ["dance" in failure["detail"] or "dance" in failure["content"] for failure in only] == [True]


def test_an_absurd_time_becomes_the_time_of_receipt_and_says_so(till: Till) -> None:
    now = till.shop.clock.now()
    for number, stamp in enumerate(("9999-12-31T00:00:00Z", "1066-10-14T00:00:00Z", "yesterday", -5, None)):
        assert till.says("/v1/track", _order(messageId=f"m-{number}", timestamp=stamp))[0] == 200
    honest = (now - timedelta(days=3)).isoformat()
    assert till.says("/v1/track", _order(messageId="honest", timestamp=honest, sentAt=now.isoformat()))[0] == 200
    owner = till.shop.log_in()
    seen = {event["message_id"]: event for event in _events(owner)}
    assert len(seen) == 6
    for message in ("m-0", "m-1", "m-2", "m-3"):
        assert (seen[message]["clamped"], datetime.fromisoformat(seen[message]["at"])) == (True, now), message
    assert datetime.fromisoformat(seen["m-4"]["at"]) == now
    assert (seen["honest"]["clamped"], datetime.fromisoformat(seen["honest"]["at"])) == (False, now - timedelta(days=3))
    path = f"/api/customers/{text_of(iid_of(till.shop, 'user_id', 'mei'))}/timeline"
    told = owner.get(path).json()["items"]
    assert {row["detail"]["message_id"]: row["detail"]["clamped"] for row in told} == {
        message: event["clamped"] for message, event in seen.items()
    }


def test_what_is_said_twice_happened_once(till: Till) -> None:
    """In one request, in the next, an hour later, with other contents: the first telling counts."""
    assert till.says("/v1/batch", {"batch": [_order(messageId="m-1")] * 3})[0] == 200
    assert till.says("/v1/track", _order(messageId="m-1"))[0] == 200
    till.shop.clock.passes(timedelta(hours=1))
    changed = _order(messageId="m-1")
    changed["properties"] = {"order_id": "o-1", "revenue": 99.0}
    assert till.says("/v1/track", changed)[0] == 200
    owner = till.shop.log_in()
    her = owner.get(f"/api/customers/{text_of(iid_of(till.shop, 'user_id', 'mei'))}").json()
    assert (her["totals"]["orders"], her["totals"]["revenue_minor"]) == (1, 1250)
    assert len(_events(owner)) == 1
    assert _failed(owner) == []


def test_a_row_that_cannot_be_imported_is_kept_with_its_place(shop: Shop) -> None:
    """The others go in; importing again finds the same row and keeps it once."""
    with pumping(shop):
        for _ in range(2):
            importing.run(shop.door.postgres, shop.clock, Diary(), Options())
    owner = shop.log_in()
    [failure] = _failed(owner)
    assert (failure["reason"], failure["place"]) == ("bad_row", "page 3")
    assert failure["detail"] == "coffee was spilt on it"
    assert failure["content"] == '{"page": 3}'
    assert len(_events(owner)) == 2


def _refused(visitor: TestClient, path: str, body: object, method: str = "POST") -> dict[str, Any]:
    """The problem document that a request is refused with."""
    answer = visitor.request(method, path, json=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["title"].endswith("."), "a sentence that says what is wrong or what to do"
    assert problem["again"] is False
    return problem


def _actions(visitor: TestClient) -> list[str]:
    return [entry["action"] for entry in visitor.get("/api/audit").json()["items"]]


def test_a_template_with_an_unknown_variable_is_not_published(shop: Shop) -> None:
    """The word is named with the place it stands at and the one that was meant; what was published before stays."""
    shop.hears({"type": "identify", "userId": "mei", "traits": {"name": "Mei", "city": "Taipei"}})
    owner = shop.log_in()
    assert owner.post("/api/messages", json=MESSAGE).status_code == 201
    for text, word, meant in (
        ("Hi {{ customer.nmae }}", "customer.nmae", "name"),
        ("Hi {% if customer.ctiy %}you{% endif %}", "customer.ctiy", "city"),
        ("Hi {{ custmer.name }}", "custmer.name", "customer"),
    ):
        wrong = MESSAGE | {"variants": {"line": {"en": {"text": text}}}}
        problem = _refused(owner, "/api/messages", wrong)
        assert problem["code"] == "unknown-variable"
        assert problem["variable"] == word
        assert "line" in problem["field"]
        assert "en" in problem["field"]
        assert problem["perhaps"] == meant
    broken = MESSAGE | {"variants": {"line": {"en": {"text": "Hi {{ customer.name "}}}}
    assert _refused(owner, "/api/messages", broken)["code"] == "bad-template"
    kept = owner.get("/api/messages/hello").json()["variants"]["line"]["en"]["text"]
    assert kept == MESSAGE["variants"]["line"]["en"]["text"]
    assert _actions(owner).count("message.publish") == 1


def test_a_segment_on_a_field_nobody_has_is_not_published(shop: Shop) -> None:
    shop.hears({"type": "identify", "userId": "mei", "traits": {"city": "Taipei"}})
    shop.sells("mei", NORTH)
    owner = shop.log_in()
    assert owner.post("/api/segments", json=SEGMENT).status_code == 201
    order = {"type": "event", "name": "Order Completed", "op": "gte", "value": 1}
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"type": "trait", "key": "citty", "op": "eq", "value": "Taipei"}, "definition.key", "city"),
        (order | {"name": "Order Complete"}, "definition.name", "Order Completed"),
        (order | {"agg": "sum", "property": "revenu"}, "definition.property", "revenue"),
        ({"type": "all", "of": [order, {"type": "segment", "id": "local"}]}, "definition.of[1].id", "locals"),
    ]
    for definition, place, meant in wrong:
        problem = _refused(owner, "/api/segments", SEGMENT | {"definition": definition})
        assert (problem["code"], problem["field"], problem["did_you_mean"]) == ("bad-field", place, meant)
        _refused(owner, "/api/segments", SEGMENT | {"key": "other", "definition": definition})
    assert [row["key"] for row in owner.get("/api/segments").json()["items"]] == ["locals"]
    kept = owner.get("/api/segments/locals").json()
    assert (kept["version"], kept["size"], kept["definition"]["key"]) == (1, 1, "city")
    assert _actions(owner).count("segment.published") == 1


@pytest.mark.parametrize(
    ("change", "code", "fact"),
    [
        ({"exits": []}, "journey-without-exit", ("field", "exits")),
        ({"steps": {}}, "journey-without-steps", ("journey", "greet")),
        ({"start": "sya"}, "unknown-step", ("value", "sya")),
        (
            {"steps": {"say": {"type": "send", "message": "welcom", "channels": ["email"]}}},
            "unknown-message",
            ("message", "welcom"),
        ),
        (
            {"steps": {"say": {"type": "action", "do": {"type": "webhook", "url": "example.com/hook"}}}},
            "bad-journey",
            ("value", "example.com/hook"),
        ),
        ({"stepps": {}}, "bad-journey", ("expected", "stepps")),
    ],
)
def test_a_journey_that_cannot_work_does_not_go_live(
    shop: Shop, change: dict[str, Any], code: str, fact: tuple[str, str]
) -> None:
    """The former version goes on as it was, and a new key stays unknown."""
    runs_program(shop)
    owner = shop.log_in()
    assert owner.post("/api/journeys", json=JOURNEY).status_code == 201
    before = owner.get("/api/journeys").json()
    problem = _refused(owner, "/api/journeys", JOURNEY | change)
    assert problem["code"] == code
    assert fact[1] in str(problem[fact[0]])
    _refused(owner, "/api/journeys", JOURNEY | {"key": "other"} | change)
    assert owner.get("/api/journeys").json() == before
    assert owner.get("/api/journeys/other").status_code == 404
    assert _actions(owner).count("journey.publish") == 1


@pytest.mark.parametrize(
    "url", ["example.com/in", "htp://example.com", "https://", "http://a b.example", "http://x:port"]
)
def test_a_wrong_address_is_refused_before_it_is_kept(shop: Shop, url: str) -> None:
    owner = shop.log_in()
    line = {"channel_access_token": "t", "channel_secret": "s"}
    for channel, field_, settings in (
        ("webhook", "url", {"url": url, "secret": "s"}),
        ("ads", "url", {"url": url}),
        ("line", "base_url", {"base_url": url, **line}),
    ):
        problem = _refused(owner, f"/api/channels/{channel}", {"settings": settings}, "PUT")
        assert (problem["code"], problem["field"], problem["value"]) == ("bad-channel-settings", field_, url)
        assert "https://example.com/hook" in problem["expected"]
    connected = {one["name"]: one["connected"] for one in owner.get("/api/channels").json()["items"]}
    assert not connected["webhook"]
    assert not connected["line"]
    assert "channel.connected" not in _actions(owner)


def test_a_body_the_api_cannot_read_is_named(shop: Shop) -> None:
    owner = shop.log_in()
    for content in (b'{"key": ', b"[]", b"\xff\xfe", b""):
        answer = owner.post("/api/journeys", content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), content
        assert answer.json()["code"] == "bad-input"
        assert answer.json()["expected"]
    for more in ({}, {"Idempotency-Key": "again"}):
        large = {"key": "x" * (LARGEST_BODY + 1)}
        answer = owner.post("/api/journeys", json=large, headers=more)
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)
        assert (answer.json()["code"], answer.json()["limit_bytes"]) == ("body-too-large", LARGEST_BODY)
    parts = (b"x" * 1_000_000 for _ in range(8))
    assert owner.post("/api/journeys", content=parts).json()["code"] == "body-too-large"
    assert owner.get("/api/journeys").json()["items"] == []


@pytest.mark.parametrize(
    ("setting", "value", "example"),
    [
        ("UNAVOCE_PUBLIC_URL", "shop.example", "https://example.com"),
        ("UNAVOCE_PUBLIC_URL", "ftp://shop.example", "https://example.com"),
        ("UNAVOCE_CLICKHOUSE_URL", "localhost:8123", "http://user:password@host:8123"),
    ],
)
def test_a_wrong_address_in_the_environment_is_named(
    setting: str, value: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links would lead nowhere, and an address without a scheme would be taken for a folder."""
    monkeypatch.setenv(setting, value)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert setting.removeprefix("UNAVOCE_").lower() in str(refused.value)
    assert value in str(refused.value)
    assert example in str(refused.value)
    assert list(tmp_path.iterdir()) == []
