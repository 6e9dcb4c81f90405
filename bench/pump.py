"""End to end: from accepted over HTTP to history, customers and fifty live segments; and how soon a segment flips."""

import statistics
import time
from collections.abc import Iterator
from itertools import count

import httpx
import msgspec

from bench.deployment import Deployment, deployment, wait
from bench.figure import Figure, Reference, medians, resident
from bench.watching import watching
from bench.wrk import Wrk
from unavoce.kernel.clock import SystemClock
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.migrate import migrate
from unavoce.segment import api as segment

COLLECTOR, ENGINE = "unavoce.apps.collector", "unavoce.apps.engine"
SEGMENTS = 50
STEADY_EVENTS, STEADY_SECONDS, STEADY_REQUESTS = 1_000, 10, 50  # a second, how long, a second
_rounds = count(1)


def figures() -> Iterator[Figure]:
    """Events a second sustained, accept-to-flip at a thousand events a second, memory of every process."""
    with deployment() as here:
        _publish(here)
        collector = f"http://127.0.0.1:{here.run(COLLECTOR)}"
        here.run(ENGINE)
        _sustain(here, collector)  # once without counting
        sustained = medians(lambda: _sustain(here, collector))
        memory = {name: resident(here.pids(name)) for name in (COLLECTOR, ENGINE, "postgres")}
        soon = medians(lambda: _flip(here, collector))
    prototype = Reference("a prototype of decode, hash, columns and insert alone, events/s", 18_600)
    yield Figure("pump_end_to_end_events", sustained["events"], "events/s", "higher", 20_000, prototype)
    yield Figure("pump_accept_to_flip_p50", soon["p50"], "ms", "lower")
    yield Figure("pump_accept_to_flip_p99", soon["p99"], "ms", "lower", 1_000)
    for name, megabytes in memory.items():
        yield Figure(f"memory_{name.rpartition('.')[2]}", megabytes, "MB", "lower")


def _publish(here: Deployment) -> None:
    """Fifty segments over counts, sums and traits; ClickHouse is opened here before the engine owns it."""
    engine = ClickHouse.open(str(here.folder / "clickhouse"))
    facts = engine.client("pump")
    migrate(here.postgres, facts)
    now = SystemClock().now()
    for number in range(SEGMENTS - 1):
        draft = segment.Draft(f"s{number}", {"en": f"s{number}"}, segment.parse(_definition(number)))
        segment.publish(here.postgres, facts, draft, now)
    marked = {"type": "event", "name": "Signed Up", "agg": "count", "op": "gte", "value": 1, "window": None}
    segment.publish(here.postgres, facts, segment.Draft("marked", {"en": "Marked"}, segment.parse(marked)), now)
    engine.close()


def _definition(number: int) -> dict[str, object]:
    viewed = {"type": "event", "name": "Product Viewed", "agg": "count", "op": "gte"}
    bought = {"type": "event", "name": "Order Completed", "agg": "sum", "property": "revenue", "op": "gt"}
    return [
        viewed | {"value": number % 20 + 2, "window": {"kind": "rolling", "days": number % 30 + 1}},
        bought | {"value": 100 * number, "window": None},
        {"type": "trait", "key": "city", "op": "eq", "value": f"city {number}"},
    ][number % 3]


def _sustain(here: Deployment, collector: str) -> dict[str, float]:
    """A second of full load, then how fast it is worked off; from the first request to the last segment."""
    wrk = Wrk(collector, here.key, customers=50_000)
    before, began = here.accepted(), time.monotonic()
    wrk.batches(f"p{next(_rounds)}", seconds=1)
    wait(lambda: here.waiting() == 0, 600)
    return {"events": (here.accepted() - before) / (time.monotonic() - began)}


def _flip(here: Deployment, collector: str) -> dict[str, float]:
    answered: dict[str, float] = {}
    round_number = next(_rounds)
    with watching(here.url, ["marked"]) as flips, httpx.Client(base_url=collector, auth=(here.key, "")) as http:
        every = 1 / STEADY_REQUESTS
        began = time.monotonic()
        for number in range(STEADY_SECONDS * STEADY_REQUESTS):
            time.sleep(max(0.0, began + number * every - time.monotonic()))
            names = [f"f{round_number}-{number}-{n}" for n in range(STEADY_EVENTS // STEADY_REQUESTS)]
            calls = [{"type": "track", "event": "Signed Up", "messageId": name, "userId": name} for name in names]
            http.post("/v1/batch", content=msgspec.json.encode({"batch": calls})).raise_for_status()
            answered |= dict.fromkeys(names, time.monotonic())
        wait(lambda: len(flips) >= len(answered), 60)
    flipped = {flip.cause: flip.seen for flip in flips}
    waits = [1000 * (flipped[name] - at) for name, at in answered.items()]
    cuts = statistics.quantiles(waits, n=100)
    return {"p50": max(cuts[49], 0.0), "p99": cuts[98]}
