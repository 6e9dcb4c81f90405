"""A shop's server sends through Segment's own SDK, everything of ours is killed meanwhile: each event once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from segment.analytics.client import Client

from unavoce.collect import api as collect
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[2]
EVENTS = 10_000


class Server:
    """PostgreSQL, the collector and a pump, as processes that can be killed all at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._processes: list[subprocess.Popen[bytes]] = []

    def starts(self) -> None:
        """Start everything and wait until calls are taken."""
        self._postgres = EmbeddedPostgres.start(self._folder)
        self._url = self._postgres.url()
        self.state = Postgres.connect(self._url, name="test", size=1)
        migrate(self.state, None)
        with self.state.transaction() as tx:
            self.key = str(collect.ensure_source(tx, "shop", "Shop", "server").write_key)
        self._run("unavoce.apps.collector")
        self._run("tests.apps.pumping", str(self._folder / "clickhouse"), self._url, "forever")
        wait(lambda: httpx.get(f"{self.address}/readyz").status_code == 200)

    def is_killed(self) -> None:
        """Every process gets SIGKILL."""
        self.state.close()
        for process in self._processes:
            process.kill()
            process.wait()
        os.kill(self._postgres.pid, signal.SIGKILL)
        wait(lambda: not self._postgres.alive())
        self._processes = []

    def backlog(self) -> int:
        """How many accepted events wait."""
        with self.state.transaction() as tx:
            return collect.backlog(tx)

    def stops(self) -> dict[str, int]:
        """Stop everything and tell how often each message is in history."""
        for process in self._processes:
            process.terminate()
            process.wait(20)
        command = [sys.executable, "-m", "tests.apps.pumping", str(self._folder / "clickhouse"), self._url, "tell"]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        self.state.close()
        self._postgres.stop()
        counts: dict[str, int] = json.loads(told.stdout.splitlines()[-1])["counts"]
        return counts

    def _run(self, *words: str) -> None:
        environment = os.environ | {"UNAVOCE_POSTGRES_URL": self._url, "UNAVOCE_COLLECTOR_PORT": str(self._port)}
        self._processes.append(subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=environment))


def wait(until: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; a server that does not answer yet is waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if until():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    running.starts()
    yield running
    for process in running._processes:
        process.kill()
        process.wait()
    if running._postgres.alive():
        running._postgres.stop()


def test_the_server_is_killed_while_the_sdk_sends(server: Server) -> None:
    lost: list[object] = []
    sdk = Client(
        server.key, host=server.address, max_queue_size=EVENTS, upload_size=100, max_retries=40,
        on_error=lambda error, batch: lost.append(error),
    )  # fmt: skip
    for number in range(EVENTS):
        sdk.track(f"user-{number % 500}", "Product Viewed", {"product_id": f"p-{number}"}, message_id=f"m-{number}")
        if number == EVENTS // 2:
            wait(lambda: sdk.queue.qsize() < EVENTS // 2 - 1000)
            server.is_killed()
    server.starts()
    sdk.flush()
    sdk.join()
    wait(lambda: server.backlog() == 0)
    assert lost == []
    assert server.stops() == {f"m-{number}": 1 for number in range(EVENTS)}
