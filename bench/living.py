"""Fifty live segments over ten million events of a million customers, on a running deployment.

How soon somebody enters and leaves at a thousand events a second, by an event and by the passing of time; what the
parts hold in memory; and what they do when nothing happens. `CUSTOMERS=20000` for a quick look.
"""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from statistics import quantiles

import httpx
import msgspec
import psutil
import psycopg

from bench.deployment import Deployment, deployment, wait
from bench.figure import Figure, Reference, resident
from bench.watching import Flip, watching
from unavoce.apps.brand import brand_of
from unavoce.kernel.clock import SystemClock
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.migrate import migrate
from unavoce.segment import api as segment

CUSTOMERS, EVENTS = int(os.environ.get("CUSTOMERS", "1_000_000")), 10
SEGMENTS, SECONDS, REQUESTS, IN_A_REQUEST = 50, 30, 50, 20
LEAVES_AFTER, IDLE_SECONDS = 12.0, 120.0
COLLECTOR, ENGINE = "unavoce.apps.collector", "unavoce.apps.engine"
_CLOCK = SystemClock()
_HOUR = timedelta(hours=1)

_LAY_IIDS = "CREATE TABLE bench_iid (number UInt64, iid UInt64) ENGINE = Join(ANY, LEFT, number)"
_LAY_EVENTS = """
    INSERT INTO collect.event (event_id, message_id, name, iid, iids, at, received_at, revenue, store, properties)
    SELECT
        reinterpretAsFixedString(toUInt128(number)), toString(number),
        if(number = 0, 'Store Visited',
            ['Product Viewed', 'Product Added', 'Order Completed', 'Page Viewed'][1 + cityHash64(number, 1) % 4]),
        joinGet('bench_iid', 'iid', cityHash64(number, 2) % {customers:UInt64}) AS whose, [whose],
        now64(3) - toIntervalSecond(7200 + cityHash64(number, 3) % 31536000), now64(3),
        cityHash64(number, 4) % 10000, toString(cityHash64(number, 5) % 20), '{"color":"red","quantity":2}'
    FROM numbers({events:UInt64})
"""
_LAY_KNOWN = """
    INSERT INTO profile.identifier (iid, kind, value, rank, first_seen)
    SELECT iid, 'user_id', 'u' || (place - 1), 0, now() - interval '1 year'
    FROM unnest(%(iids)s::bigint[]) WITH ORDINALITY AS one (iid, place)
"""
_TIDYING = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
_LAY_SIGHTINGS = "INSERT INTO profile.sighting (iid, last_seen) SELECT iid, now() FROM profile.identifier"


def figures() -> Iterator[Figure]:
    """One run; laying the history takes a few minutes."""
    with deployment() as made:
        iids = _lay_down(made)
        port = made.run(COLLECTOR)
        began = time.monotonic()
        made.run(ENGINE)
        wait(lambda: _idle(made), 600, look_every=1.0)
        yield Figure("living_engine_ready", time.monotonic() - began, "s", "lower")
        for name, megabytes in _memory(made):
            yield Figure(f"living_memory_{name}", megabytes, "MB", "lower")
        for name, share in _doing_nothing(made):
            yield Figure(f"living_idle_{name}", share, "% of a core", "lower", 2.0 if name == "all" else None)
        seen = _Steady(made, f"http://127.0.0.1:{port}", iids).run()
        yield Figure("living_flips_missing", seen.missing, "flips", "lower", 0)
        load = Reference("events/s accepted meanwhile", seen.rate)
        for name, waits in (("enter", seen.entered), ("leave_by_event", seen.left), ("leave_by_time", seen.lapsed)):
            cuts = quantiles(waits, n=100)
            yield Figure(f"living_{name}_p50", 1000 * max(cuts[49], 0), "ms", "lower", None, load)
            yield Figure(f"living_{name}_p99", 1000 * cuts[98], "ms", "lower", 1_000, load)
        for name, megabytes in _memory(made):
            yield Figure(f"living_memory_{name}_after", megabytes, "MB", "lower")


def _lay_down(made: Deployment) -> Sequence[int]:
    with made.postgres.transaction() as tx:
        brand = brand_of(tx).pumping
    found = (profile.identifier_of("user_id", f"u{n}", brand.key, brand.region) for n in range(CUSTOMERS))
    iids = [int(one.iid) for one in found if one is not None]
    with psycopg.connect(made.url, autocommit=True) as connection:
        connection.execute(_LAY_KNOWN, {"iids": iids})
        connection.execute(_LAY_SIGHTINGS)
        connection.execute("ANALYZE")
    engine = ClickHouse.open(str(made.folder / "clickhouse"))
    facts = engine.client("pump")
    migrate(made.postgres, facts)
    _lay_facts(facts, iids)
    for number in range(SEGMENTS - 2):
        _publish(made, facts, f"s{number}", _definition(number))
    signed = {"type": "event", "name": "Signed Up", "op": "eq", "value": 1}
    _publish(made, facts, "marked", signed)
    visited = {
        "type": "event",
        "name": "Store Visited",
        "op": "gte",
        "value": 1,
        "window": {"kind": "rolling", "hours": 1},
    }
    _publish(made, facts, "fresh", visited)
    engine.close()
    return iids


def _lay_facts(facts: Facts, iids: Sequence[int]) -> None:
    facts.statement(_LAY_IIDS)
    facts.insert("bench_iid", ["number", "iid"], [list(range(len(iids))), list(iids)])
    facts.statement(_LAY_EVENTS, {"customers": CUSTOMERS, "events": CUSTOMERS * EVENTS})
    moments = [_CLOCK.now() - timedelta(days=365)] * len(iids)
    facts.insert("profile.identifier", ["iid", "kind", "first_seen"], [list(iids), ["user_id"] * len(iids), moments])
    facts.statement("DROP TABLE bench_iid")


def _publish(made: Deployment, facts: Facts, key: str, raw: object) -> None:
    draft = segment.Draft(key, {"en": key}, segment.parse(raw))
    segment.publish(made.postgres, facts, draft, _CLOCK.now())


def _definition(number: int) -> object:
    """What a shop asks for, of some percent of its customers each: repeats, lapses, money, stores."""
    ordered = {"type": "event", "name": "Order Completed", "op": "gte", "value": 1}
    return (
        {"type": "event", "name": "Product Viewed", "op": "gte", "value": 2, "window": _rolling(1 + number % 10)},
        {"type": "all", "of": [
            ordered | {"window": _rolling(2 + number % 5)},
            {"type": "not_done", "name": "Page Viewed", "window": _rolling(3)},
        ]},
        {
            "type": "event", "name": "Order Completed", "agg": "sum", "property": "revenue", "op": "gt",
            "value": 250 + 5 * number,
        },
        ordered | {
            "window": _rolling(30), "where": [{"property": "store_id", "op": "eq", "value": str(number % 20)}],
        },
    )[number % 4]  # fmt: skip


def _rolling(days: int) -> dict[str, object]:
    return {"kind": "rolling", "days": days}


def _parts(made: Deployment) -> dict[str, list[int]]:
    return {"collector": made.pids(COLLECTOR), "engine": made.pids(ENGINE), "postgres": made.pids("postgres")}


def _memory(made: Deployment) -> Iterator[tuple[str, float]]:
    for name, pids in _parts(made).items():
        yield name, resident(pids)


def _worked(made: Deployment) -> dict[str, float]:
    """The processor seconds that each part has used so far."""
    return {name: sum(map(_seconds_of, pids)) for name, pids in _parts(made).items()}


def _seconds_of(pid: int) -> float:
    """What a process has used; PostgreSQL's helpers come and go."""
    try:
        return sum(psutil.Process(pid).cpu_times()[:2])
    except psutil.NoSuchProcess:
        return 0.0


def _idle(made: Deployment) -> bool:
    """Whether what a start has to do is done: for two seconds nothing much was worked, and no table is tidied up."""
    if made.ask(_TIDYING):
        return False
    before = sum(_worked(made).values())
    time.sleep(2)
    return sum(_worked(made).values()) - before < 0.2


def _doing_nothing(made: Deployment) -> Iterator[tuple[str, float]]:
    before = _worked(made)
    time.sleep(IDLE_SECONDS)
    shares = {name: 100 * (now - before[name]) / IDLE_SECONDS for name, now in _worked(made).items()}
    yield from shares.items()
    yield "all", sum(shares.values())


@dataclass(slots=True)
class _Seen:
    rate: float
    missing: int
    entered: list[float] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    lapsed: list[float] = field(default_factory=list)


class _Steady:
    """A thousand events a second: views of anybody, and some that make somebody enter a segment or leave it."""

    def __init__(self, made: Deployment, collector: str, iids: Sequence[int]) -> None:
        self._made, self._collector, self._iids = made, collector, iids
        # Whoever should enter (False) or leave (True), and when the call that makes her was answered.
        self._answered: dict[tuple[int, bool], float] = {}
        self._due: dict[int, float] = {}
        self._next = count(0)
        self._waiting: list[tuple[float, int]] = []

    def run(self) -> _Seen:
        """Send, and wait for everybody to have entered and left."""
        with watching(self._made.url, ("marked", "fresh")) as flips, httpx.Client(base_url=self._collector) as http:
            http.auth = (self._made.key, "")
            began = time.monotonic()
            for number in range(SECONDS * REQUESTS):
                time.sleep(max(0.0, began + number / REQUESTS - time.monotonic()))
                calls = self._calls(number)
                http.post("/v1/batch", content=msgspec.json.encode({"batch": calls})).raise_for_status()
                self._answered |= dict.fromkeys(self._moved(calls), time.monotonic())
            rate = SECONDS * REQUESTS * IN_A_REQUEST / (time.monotonic() - began)
            with suppress(TimeoutError):
                wait(lambda: self._missing(flips) == 0, 60)
        return self._told(flips, rate)

    def _calls(self, number: int) -> list[dict[str, object]]:
        now = time.monotonic()
        calls = [self._call("Signed Up", next(self._next), "first") for _ in range(2)]
        self._waiting += [(now, int(str(call["userId"])[1:])) for call in calls]
        while self._waiting and self._waiting[0][0] < now - LEAVES_AFTER:
            calls.append(self._call("Signed Up", self._waiting.pop(0)[1], "second"))
        for _ in range(2):
            at = _CLOCK.now() - _HOUR + timedelta(seconds=LEAVES_AFTER)
            person = next(self._next)
            self._due[self._iids[person % CUSTOMERS]] = now + LEAVES_AFTER
            calls.append(self._call("Store Visited", person, "visit") | {"timestamp": at.isoformat()})
        anybody = (number * 7919 * IN_A_REQUEST + n * 104_729 for n in range(IN_A_REQUEST - len(calls)))
        return calls + [self._call("Page Viewed", one, f"view-{number}-{n}") for n, one in enumerate(anybody)]

    def _call(self, name: str, person: int, what: str) -> dict[str, object]:
        user = f"u{person % CUSTOMERS}"
        return {"type": "track", "event": name, "messageId": f"{what}-{user}", "userId": user}

    def _missing(self, flips: Sequence[Flip]) -> int:
        """How many should have entered or left and have not."""
        moved = {(flip.iid, flip.left) for flip in flips if flip.segment == "marked"}
        lapsed = {flip.iid for flip in flips if flip.left and flip.segment == "fresh"}
        return len(self._answered.keys() - moved) + len(self._due.keys() - lapsed)

    def _moved(self, calls: Sequence[Mapping[str, object]]) -> Iterator[tuple[int, bool]]:
        for call in calls:
            if call["event"] == "Signed Up":
                person = int(str(call["userId"])[1:])
                yield self._iids[person], str(call["messageId"]).startswith("second")

    def _told(self, flips: Sequence[Flip], rate: float) -> _Seen:
        seen = _Seen(rate, self._missing(flips))
        for flip in flips:
            if flip.segment == "fresh" and flip.left:
                seen.lapsed.append(flip.seen - self._due[flip.iid])
            elif flip.segment == "marked" and (at := self._answered.get((flip.iid, flip.left))) is not None:
                (seen.left if flip.left else seen.entered).append(flip.seen - at)
        told = f"{len(seen.entered)} entered, {len(seen.left)} left by an event, {len(seen.lapsed)} by time"
        print(f"  {told}", file=sys.stderr, flush=True)
        return seen
