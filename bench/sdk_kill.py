"""Everything of ours is killed again and again while a vendor's client flushes: how many ids are lost or doubled.

`IDS=20000 ONLY=sdk_kill python -m bench` for a short run; the whole one takes minutes and is done once.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from segment.analytics.client import Client

from bench.figure import Figure
from tests.sdk.server import Server, wait

IDS = int(os.environ.get("IDS", "1000000"))
KILLS = 5
_BATCH = 100


def figures() -> Iterator[Figure]:
    """Lost, doubled, and how long it took with all the restarts."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="unavoce-kill-") as name:
        server = Server(Path(name) / "data")
        try:
            server.starts()
            _send(server)
            server.drained(seconds=1800)
            seen = server.history(seconds=600)
        finally:
            server.is_killed()
    seconds = time.perf_counter() - began
    yield Figure("sdk_kill_ids", IDS, "ids", "higher")
    yield Figure("sdk_kill_lost", IDS - len(seen), "ids", "lower", 0)
    yield Figure("sdk_kill_doubled", sum(times - 1 for times in seen.values()), "ids", "lower", 0)
    yield Figure("sdk_kill_seconds", seconds, "s", "lower")


def _send(server: Server) -> None:
    """Say every id once, with kills evenly between; what the client itself gives up counts as lost."""
    client = Client(server.key(), host=server.address, max_queue_size=IDS + 1, upload_size=_BATCH, max_retries=1000)
    server.knows(client.write_key)
    every = IDS // (KILLS + 1)
    for number in range(IDS):
        client.track(f"user-{number % 5000}", "Product Viewed", {"product_id": f"p-{number}"}, message_id=f"m-{number}")
        if number % every == every - 1 and number < every * KILLS:
            wait(lambda: client.queue.qsize() < every // 2, 600)
            server.is_killed()
            server.starts()
    client.flush()
    client.join()
