"""A whole Unavoce as somebody installs it, to be spoken to by clients we did not write, and to be killed."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil

from unavoce.access import api as access
from unavoce.collect import api as collect
from unavoce.collect.sources import care
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[2]
OWNER, PASSWORD = "olivia@shop.example", "with one voice 2018"


class Server:
    """`unavoce up` on a folder of its own: supervisor, PostgreSQL, collector and engine, to be killed all at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = [free_port(), free_port()]
        self.front = f"http://127.0.0.1:{self._ports[0]}"
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

    def key(self, source: str = "shop", kind: str = "server", measurement_id: str | None = None) -> str:
        """The write key of a source, made if it is not there."""
        postgres = Postgres.connect(self._url, name="test", size=1)
        with postgres.transaction() as tx:
            made = collect.ensure_source(tx, source, source, kind)
            if measurement_id:
                care.change(tx, made.id, name=source, events_per_second=None, measurement_id=measurement_id)
        postgres.close()
        return str(made.write_key)

    def knows(self, key: str) -> None:
        """Wait until the collector has learnt a key."""
        wait(lambda: httpx.post(f"{self.address}/v1/batch", json={"batch": []}, auth=(key, "")).is_success)

    def team(self) -> httpx.Client:
        """The owner, logged in at the API."""
        postgres = Postgres.connect(self._url, name="test", size=1)
        with postgres.transaction() as tx:
            access.ensure_owner(tx, OWNER, PASSWORD, "Olivia")
        postgres.close()
        http = httpx.Client(base_url=self.front, timeout=30)
        answer = http.post("/api/session", json={"email": OWNER, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return http

    def drained(self, seconds: float = 120) -> None:
        """Wait until everything that was accepted is history."""
        time.sleep(1.5)  # the collector looks at the backlog once a second
        wait(lambda: self.backlog() == 0, seconds)

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
        return self._measure("unavoce_collect_backlog_events")

    def accepted(self) -> float:
        """How many events the collector has accepted since it started."""
        return self._measure("unavoce_collect_accepted_events")

    def _measure(self, name: str) -> float:
        told = httpx.get(f"{self.address}/metrics").text
        return float(next(line for line in told.splitlines() if line.startswith(name)).split()[1])

    def history(self, seconds: float = 120) -> dict[str, int]:
        """Stop everything and tell how often each message is in history."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(60) == 0
        self._process = None
        postgres = EmbeddedPostgres.start(self._folder)
        command = [
            sys.executable, "-m", "tests.apps.pumping", str(self._folder / "clickhouse"), postgres.url(), "tell",
        ]  # fmt: skip
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=seconds)
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
