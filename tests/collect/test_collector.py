"""The collector as a process, from outside: durable before 200, and a clear answer to everything it refuses."""

import gzip
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from unavoce.collect import api as collect
from unavoce.collect.sources import care
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.sql import Query

CALL = {"userId": "mei", "event": "Hi"}
_HEAD = Query("head", "Pretend.", "UPDATE collect.lane SET head = head + %(more)s WHERE lane = 2", "")
_CUT = Query(
    "cut",
    "Cut.",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%%collector'",
    "",
)
_LOCK = Query("lock", "Hold.", "LOCK TABLE collect.source IN ACCESS EXCLUSIVE MODE", "")
_BODIES = Query("bodies", "See.", "SELECT body FROM collect.intake ORDER BY lane, seq", "")


@dataclass(frozen=True)
class Desk:
    """A running collector, a visitor with the right key, and the database behind it."""

    http: httpx.Client
    postgres: Postgres
    source: collect.Source

    def posts(self, path: str, **what: Any) -> httpx.Response:
        return self.http.post(path, **what)

    def kept(self) -> list[bytes]:
        with self.postgres.transaction() as tx:
            return [bytes(body) for body in tx.values(_BODIES)]

    def does(self, query: Query, **params: object) -> None:
        with self.postgres.transaction() as tx:
            tx.run(query, **params)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError


@contextmanager
def begun(postgres: Postgres, source: collect.Source) -> Iterator[Desk]:
    """A collector that lives, whether it is ready or not."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"UNAVOCE_POSTGRES_URL": postgres.url, "UNAVOCE_COLLECTOR_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "unavoce.apps.collector"], env=environment)
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=(str(source.write_key), ""))
    try:
        _until(lambda: http.get("/healthz").status_code == 200)
        yield Desk(http, postgres, source)
    finally:
        http.close()
        process.terminate()
        assert process.wait(20) == 0


@pytest.fixture
def source(postgres: Postgres) -> collect.Source:
    with postgres.transaction() as tx:
        return collect.ensure_source(tx, "shop", "Shop", "server")


@pytest.fixture
def desk(postgres: Postgres, source: collect.Source) -> Iterator[Desk]:
    with begun(postgres, source) as found:
        _until(lambda: found.http.get("/readyz").status_code == 200)
        yield found


def test_what_clients_send_is_durable_before_200(desk: Desk) -> None:
    key = str(desk.source.write_key)
    batch = {"batch": [{"type": "track", **CALL}] * 2}
    packed = gzip.compress(b'{"batch":[{}]}')
    as_form = {"content-type": "application/x-www-form-urlencoded"}
    answers = [
        desk.posts("/v1/track", json=CALL),
        desk.posts("/v1/t", content=b'{"userId":"mei"}', headers={"content-type": "text/plain"}),
        desk.posts("/v1/batch/", json=batch),
        desk.posts("/v1/import", content=packed, headers={"content-encoding": "gzip"}),
        desk.posts("/v1/b", content=packed, headers=as_form),
        desk.posts("/v1/i", json=CALL | {"writeKey": key}, auth=None),
        desk.posts("/v1/g", json=CALL, auth=None, headers={"x-write-key": f"{key}:secret"}),
        desk.posts(f"/v1/p?writeKey={key}", json=CALL, auth=None),
        desk.posts("/v1/batch", content=(part for part in [b'{"batch":', b"[{}]}"])),
        desk.posts("/v1/batch", json={"batch": []}),
    ]  # fmt: skip
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"success": True})] * 10
    assert len(desk.kept()) == 9  # an empty batch is no request worth keeping
    with desk.postgres.transaction() as tx:
        assert collect.backlog(tx) == 10
    assert b'{"userId":"mei"}' in desk.kept()


def test_what_is_refused_is_refused_clearly(desk: Desk) -> None:
    refusals = [
        (desk.posts("/v1/track", content=b'{"userId":'), 400, "broken-json"),
        (desk.posts("/v1/track", content=b"[]"), 400, "not-a-call"),
        (desk.posts("/v1/batch", content=b"plain", headers={"content-encoding": "gzip"}), 400, "broken-gzip"),
        (desk.posts("/v1/track", json=CALL, auth=("wrong", "")), 401, "unknown-write-key"),
        (desk.posts("/v1/track", json=CALL, auth=None), 401, "unknown-write-key"),
        (desk.posts("/v1/track", content=b'{"a":"' + b"x" * 32_768 + b'"}'), 413, "event-too-large"),
        (desk.posts("/v1/batch", content=b'{"a":"' + b"x" * 4_096_000 + b'"}'), 413, "batch-too-large"),
        (desk.posts("/v1/batch", content=(b"x" * 1_000_000 for _ in range(5))), 413, "batch-too-large"),
        (desk.posts("/v1/batch", content=gzip.compress(b" " * 9_000_000)), 413, "batch-too-large"),
        (desk.posts("/v1/batch", json={"batch": [{}] * 2501}), 413, "too-many-events"),
        (desk.posts("/v1/dance", json=CALL), 404, "unknown-call"),
        (desk.http.get("/v1/track"), 404, "unknown-call"),
    ]
    for answer, status, code in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["message"]
    assert refusals[0][0].json()["position"] == 10
    assert desk.kept() == []


def test_a_page_may_call_from_anywhere(desk: Desk) -> None:
    asked = desk.http.options("/v1/t", headers={"origin": "https://shop.example"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "https://shop.example")
    assert {"authorization", "content-type", "x-retry-count", "anonymousid"} <= set(
        asked.headers["access-control-allow-headers"].split(", ")
    )
    more = {"origin": "https://shop.example", "access-control-request-headers": "anonymousid,sentat, rsa-retry-attempt"}
    told = desk.http.options("/v1/t", headers=more).headers["access-control-allow-headers"]
    assert {"authorization", "sentat", "rsa-retry-attempt"} <= {name.strip() for name in told.split(",")}
    odd = more | {"access-control-request-headers": "x; evil"}
    assert "evil" not in desk.http.options("/v1/t", headers=odd).headers["access-control-allow-headers"]
    answer = desk.posts("/v1/t", json=CALL, headers={"origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-expose-headers"] == "Retry-After"
    settings = desk.http.get(f"/v1/projects/{desk.source.write_key}/settings").json()
    assert settings["integrations"]["Segment.io"]["apiKey"] == desk.source.write_key


def test_too_long_a_queue_asks_to_wait(desk: Desk) -> None:
    desk.does(_HEAD, more=3_000_000)
    _until(lambda: desk.posts("/v1/track", json=CALL).status_code == 429)
    answer = desk.posts("/v1/track", json=CALL)
    assert (answer.json()["code"], answer.headers["retry-after"]) == ("backlogged", "5")
    desk.does(_HEAD, more=-3_000_000)
    _until(lambda: desk.posts("/v1/track", json=CALL).status_code == 200)


def test_a_rotated_key_stops_working(desk: Desk) -> None:
    assert desk.posts("/v1/track", json=CALL).status_code == 200
    with desk.postgres.transaction() as tx:
        fresh = collect.rotate(tx, desk.source.id)
    _until(lambda: desk.posts("/v1/track", json=CALL).status_code == 401)
    assert desk.posts("/v1/track", json=CALL, auth=(str(fresh.write_key), "")).status_code == 200


def test_an_old_key_is_taken_until_its_time(desk: Desk) -> None:
    now = datetime.now(UTC)
    with desk.postgres.transaction() as tx:
        fresh = collect.rotate(tx, desk.source.id, old_until=now + timedelta(seconds=6))
    _until(lambda: desk.posts("/v1/track", json=CALL, auth=(str(fresh.write_key), "")).status_code == 200)
    assert desk.posts("/v1/track", json=CALL).status_code == 200
    _until(lambda: desk.posts("/v1/track", json=CALL).status_code == 401)
    assert datetime.now(UTC) >= now + timedelta(seconds=6)
    assert desk.posts("/v1/track", json=CALL, auth=(str(fresh.write_key), "")).status_code == 200


def test_a_paused_source_is_told_so_and_its_neighbour_goes_on(desk: Desk) -> None:
    with desk.postgres.transaction() as tx:
        other = collect.ensure_source(tx, "till", "Till", "server")
        care.pause(tx, desk.source.id, datetime.now(UTC))
    _until(lambda: desk.posts("/v1/track", json=CALL).status_code == 403)
    assert desk.posts("/v1/track", json=CALL).json()["code"] == "source-paused"
    kept = len(desk.kept())
    assert desk.posts("/v1/track", json=CALL, auth=(str(other.write_key), "")).status_code == 200
    assert len(desk.kept()) == kept + 1
    with desk.postgres.transaction() as tx:
        care.resume(tx, desk.source.id)
    _until(lambda: desk.posts("/v1/track", json=CALL).status_code == 200)


def test_only_the_noisy_source_is_slowed(desk: Desk) -> None:
    with desk.postgres.transaction() as tx:
        quiet = collect.ensure_source(tx, "till", "Till", "server")
        care.change(tx, desk.source.id, name="Shop", events_per_second=10, measurement_id=None)
    burst = {"batch": [{"type": "track", **CALL}] * 500}
    _until(lambda: desk.posts("/v1/batch", json=burst).status_code == 429)
    answer = desk.posts("/v1/batch", json=burst)
    assert (answer.status_code, answer.json()["code"]) == (429, "source-too-fast")
    assert int(answer.headers["retry-after"]) > 5
    for _ in range(20):
        assert desk.posts("/v1/batch", json=burst, auth=(str(quiet.write_key), "")).status_code == 200
    with desk.postgres.transaction() as tx:
        care.change(tx, desk.source.id, name="Shop", events_per_second=None, measurement_id=None)
    _until(lambda: desk.posts("/v1/batch", json=burst).status_code == 200)


def _dialects(key: str) -> list[tuple[str, str, dict[str, Any], int]]:
    """A call in every dialect, with a key, and what its clients hear when it is the right one."""
    told = {"client_id": "1.2", "events": [{"name": "purchase", "params": {"value": 9, "currency": "USD"}}]}
    pair = [{"type": "email", "value": "mei@example.com"}, {"type": "phone", "value": "+886912345678"}]
    hog = {"event": "Tea Tasted", "distinct_id": "mei"}
    measured = "G-TEA123" if key.startswith("wk_") else "G-NOBODY"
    return [
        ("POST", "/v1/track", {"json": CALL, "auth": (key, "")}, 200),
        ("POST", "/v1/merge", {"json": {"mergeProperties": pair}, "auth": (key, "")}, 200),
        ("POST", "/beacon/v1/batch", {"params": {"writeKey": key}, "content": b'{"batch":[{}]}'}, 200),
        ("GET", "/pixel/v1/track", {"params": {"writeKey": key, "userId": "mei", "event": "Opened"}}, 200),
        ("GET", "/pixel/v1/page", {"params": {"writeKey": key, "userId": "mei"}}, 200),
        ("GET", "/sourceConfig/", {"params": {"writeKey": key}}, 200),
        ("POST", "/api/s/track", {"json": CALL, "headers": {"x-write-key": key}}, 200),
        ("POST", "/api/s/s2s/identify", {"json": CALL, "headers": {"x-write-key": f"{key}:secret"}}, 200),
        ("POST", "/mp/collect", {"params": {"measurement_id": "G-X", "api_secret": key}, "json": told}, 204),
        ("POST", "/g/collect", {"params": {"tid": measured, "cid": "1.2", "en": "scroll"}}, 204),
        ("GET", "/g/collect", {"params": {"tid": measured, "cid": "1.2", "en": "scroll"}}, 200),
        ("POST", "/batch/", {"json": {"api_key": key, "batch": [hog]}}, 200),
        ("POST", "/capture/", {"json": {"api_key": key, **hog}}, 200),
        ("POST", "/i/v0/e/", {"json": {"api_key": key, **hog}}, 200),
    ]  # fmt: skip


def test_every_dialect_is_taken_with_the_right_key_and_no_other(desk: Desk) -> None:
    key = str(desk.source.write_key)
    with desk.postgres.transaction() as tx:
        care.change(tx, desk.source.id, name="Shop", events_per_second=None, measurement_id="G-TEA123")
    anybody = httpx.Client(base_url=desk.http.base_url)
    _until(lambda: anybody.get("/g/collect?tid=G-TEA123&cid=1&en=hello").status_code == 200)
    before = len(desk.kept())
    for method, path, what, _ in _dialects("wrong"):
        answer = anybody.request(method, path, **what)
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown-write-key"), path
    assert len(desk.kept()) == before
    for method, path, what, status in _dialects(key):
        answer = anybody.request(method, path, **what)
        assert answer.status_code == status, f"{path}: {answer.text}"
    assert len(desk.kept()) == before + len(_dialects(key)) - 1  # asking for the settings is no event
    anybody.close()


def test_what_is_broken_in_a_dialect_is_told_and_nothing_kept(desk: Desk) -> None:
    key = str(desk.source.write_key)
    at = f"/mp/collect?api_secret={key}"
    refusals = [
        (desk.posts(at, content=b'{"client_id":'), 400, "broken-json", "body"),
        (desk.posts(at, content=b"[]"), 400, "not-a-call", "body"),
        (desk.posts(at, json={"client_id": "1"}), 400, "not-this-dialect", "events"),
        (desk.posts(at, json={"client_id": "1", "events": [{}]}), 400, "not-this-dialect", "events[0].name"),
        (desk.posts("/batch/", json={"batch": [{}]}), 400, "not-this-dialect", "batch[0].event"),
        (desk.posts("/v1/merge", json={}), 400, "not-this-dialect", "mergeProperties"),
        (desk.http.get("/g/collect?cid=1"), 400, "not-this-dialect", "en"),
    ]
    for answer, status, code, field in refusals:
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (status, code, field)
    assert desk.posts(at, json={"client_id": "1", "events": [{"name": "x"}] * 2501}).json()["code"] == "too-many-events"
    assert desk.posts(at, content=gzip.compress(b" " * 9_000_000)).json()["code"] == "batch-too-large"
    assert desk.posts("/v1/track", json=CALL | {"properties": {"a": "x" * 3_000_000}}).status_code == 413
    assert desk.kept() == []


def test_a_cut_line_is_an_honest_503_and_heals(desk: Desk) -> None:
    desk.does(_CUT)
    answers = [desk.posts("/v1/track", json=CALL) for _ in range(3)]
    assert answers[-1].status_code == 200
    for answer in answers:
        assert answer.status_code == 200 or answer.json()["code"] == "not-durable"
    assert len(desk.kept()) == sum(answer.status_code == 200 for answer in answers)


def test_before_the_keys_are_known_nobody_is_told_that_his_is_wrong(postgres: Postgres, source: collect.Source) -> None:
    """A client that hears of a wrong key throws away what it holds, so it is asked to come again."""
    key = str(source.write_key)
    with ExitStack() as locked:
        locked.enter_context(postgres.transaction()).run(_LOCK)
        with begun(postgres, source) as desk:
            answers = [
                desk.posts("/v1/track", json=CALL),
                desk.posts("/v1/batch", json={"batch": [CALL | {"type": "track"}], "writeKey": key}, auth=None),
                desk.posts("/mp/collect", params={"api_secret": key}, json={"client_id": "1", "events": []}, auth=None),
                desk.http.get(f"/v1/projects/{key}/settings", auth=None),
            ]
            assert [(one.status_code, one.json()["code"]) for one in answers] == [(503, "keys-not-known-yet")] * 4
            assert answers[0].headers["retry-after"] == "1"
            assert desk.http.get("/readyz").status_code == 503
            locked.close()
            _until(lambda: desk.http.get("/readyz").status_code == 200)
            assert desk.posts("/v1/track", json=CALL).status_code == 200
            assert len(desk.kept()) == 1


def test_a_key_that_was_made_a_moment_ago_opens_at_once(postgres: Postgres, desk: Desk) -> None:
    """Whoever has just made a source sends at once; nobody waits for the collector's next look."""
    said = {"client_id": "1", "events": [{"name": "x"}]}
    answers = (
        lambda key: desk.posts("/v1/track", json=CALL, auth=(key, "")),
        lambda key: desk.posts("/v1/batch", json={"batch": [CALL | {"type": "track"}], "writeKey": key}, auth=None),
        lambda key: desk.posts("/mp/collect", params={"api_secret": key}, json=said, auth=None),
        lambda key: desk.http.get(f"/v1/projects/{key}/settings", auth=None),
    )
    for number, answer in enumerate(answers):
        with postgres.transaction() as tx:
            made = collect.ensure_source(tx, f"new_{number}", "New", collect.SourceKind.SERVER)
        assert answer(str(made.write_key)).status_code in (200, 204)
    assert desk.posts("/v1/track", json=CALL, auth=("made-up", "")).json()["code"] == "unknown-write-key"


def test_numbers_are_told(desk: Desk) -> None:
    desk.posts("/v1/track", json=CALL)
    assert "unavoce_collect_accepted_events 1" in desk.http.get("/metrics").text
    assert desk.http.get("/healthz").json() == {"alive": True}
