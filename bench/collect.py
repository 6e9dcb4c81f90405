"""Accepted and durable before 200: single calls a second, and events a second in batches of a hundred."""

import time
from collections.abc import Iterator
from itertools import count

from bench.deployment import Deployment, deployment
from bench.figure import Figure, Reference, medians, resident
from bench.wrk import Wrk

COLLECTOR, BARE = "unavoce.apps.collector", "bench.bare"
_rounds = count(1)


def figures() -> Iterator[Figure]:
    """Single requests, their p99, batched events, and the collector's memory."""
    with deployment() as here:
        bare = Wrk(f"http://127.0.0.1:{here.run(BARE)}", here.key)
        answered = medians(lambda: {"bare": bare.single("bare", seconds=3).per_second}, 1)["bare"]
        here.stop(BARE)
        wrk = Wrk(f"http://127.0.0.1:{here.run(COLLECTOR)}", here.key)
        _load(here, wrk)  # once without counting
        found = medians(lambda: _load(here, wrk))
        memory = resident(here.pids(COLLECTOR))
    nothing_kept = Reference("the same server keeping nothing, requests/s", answered)
    published = Reference("RudderStack's published figure for 2 cores, requests/s", 1_700)
    yield Figure("collect_single_requests", found["requests"], "requests/s", "higher", 10_000, nothing_kept)
    yield Figure("collect_single_p99", found["p99"], "ms", "lower", 25)
    yield Figure("collect_batched_events", found["events"], "events/s", "higher", 90_000, published)
    yield Figure("collect_memory", memory, "MB", "lower")


def _load(here: Deployment, wrk: Wrk) -> dict[str, float]:
    round_name = f"r{next(_rounds)}"
    _begin_empty(here)
    before = here.accepted()
    single = wrk.single(round_name)
    _check(here, before + single.requests)
    _begin_empty(here)
    before = here.accepted()
    # Nobody pumps: longer, and a fast machine reaches the two million waiting events at which calls are refused.
    batches = wrk.batches(f"{round_name}b", seconds=3)
    _check(here, before + 100 * batches.requests)
    _begin_empty(here)
    return {"requests": single.per_second, "p99": single.p99_ms, "events": 100 * batches.per_second}


def _begin_empty(here: Deployment) -> None:
    """Forget what waits, and give the collector time to know: it looks once a second."""
    here.empty_lanes()
    time.sleep(2)


def _check(here: Deployment, answered: int) -> None:
    """Everything that was answered must be there; a request under way at the end may be there, too."""
    if here.accepted() < answered:
        raise RuntimeError("an answered event was not kept")
