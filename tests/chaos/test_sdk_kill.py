"""A shop's server sends through Segment's own SDK, everything of ours is killed meanwhile: each event once."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest
from segment.analytics.client import Client

from unavoce.collect import api as collect
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[2]
EVENTS = 10_000


class Server:
    """`unavoce up` on a folder of its own: supervisor, PostgreSQL, collector and engine, to be killed all at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = [free_port(), free_port()]
        self.address = f"http://127.0.0.1:{self._ports[1]}"
        self._url = f"postgresql://unavoce@/unavoce?host={quote(str(folder / 'run'), safe='')}"
        self._process: subprocess.Popen[bytes] | None = None

    def starts(self) -> None:
        """Start everything and wait until calls are taken and pumped."""
        environment = os.environ | {
            "UNAVOCE_DATA": str(self._folder),
            "UNAVOCE_PORT": str(self._ports[0]),
            "UNAVOCE_COLLECTOR_PORT": str(self._ports[1]),
        }
        command = [sys.executable, "-c", "from unavoce.apps.cli import main; main()", "up", "--quiet"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment)
        for port in self._ports:
            wait(lambda port=port: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200, 120)

    def key(self) -> str:
        """The write key of the shop."""
        postgres = Postgres.connect(self._url, name="test", size=1)
        with postgres.transaction() as tx:
            key = str(collect.ensure_source(tx, "shop", "Shop", "server").write_key)
        postgres.close()
        return key

    def is_killed(self) -> None:
        """Every process gets SIGKILL: the supervisor first, so that it starts nothing again."""
        if self._process is not None:
            family = [psutil.Process(self._process.pid)]
            family += family[0].children(recursive=True)
            for one in family:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            self._process.wait()
            psutil.wait_procs(family)
            self._process = None

    def backlog(self) -> float:
        """How many accepted events wait, as the collector tells."""
        told = httpx.get(f"{self.address}/metrics").text
        return float(next(line for line in told.splitlines() if line.startswith("unavoce_collect_backlog")).split()[1])

    def history(self) -> dict[str, int]:
        """Stop everything and tell how often each message is in history."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(60) == 0
        self._process = None
        postgres = EmbeddedPostgres.start(self._folder)
        command = [
            sys.executable, "-m", "tests.apps.pumping", str(self._folder / "clickhouse"), postgres.url(), "tell",
        ]  # fmt: skip
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
        postgres.stop()
        counts: dict[str, int] = json.loads(told.stdout.splitlines()[-1])["counts"]
        return {message: times for message, times in counts.items() if message.startswith("m-")}


def free_port() -> int:
    """A port nobody uses at the moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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
    running = Server(tmp_path / "data")
    running.starts()
    yield running
    running.is_killed()


def test_the_server_is_killed_while_the_sdk_sends(server: Server) -> None:
    lost: list[object] = []
    sdk = Client(
        server.key(), host=server.address, max_queue_size=EVENTS, upload_size=100, max_retries=100,
        on_error=lambda error, batch: lost.append(error),
    )  # fmt: skip
    wait(lambda: httpx.post(f"{server.address}/v1/batch", json={"batch": []}, auth=(sdk.write_key, "")).is_success)
    for number in range(EVENTS):
        sdk.track(f"user-{number % 500}", "Product Viewed", {"product_id": f"p-{number}"}, message_id=f"m-{number}")
        if number == EVENTS // 2:
            wait(lambda: sdk.queue.qsize() < EVENTS // 2 - 1000)
            server.is_killed()
    server.starts()
    sdk.flush()
    sdk.join()
    assert lost == []
    time.sleep(1.5)  # the collector looks at the backlog once a second
    wait(lambda: server.backlog() == 0, 120)
    assert server.history() == {f"m-{number}": 1 for number in range(EVENTS)}
