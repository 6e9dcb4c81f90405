"""A whole Unavoce as somebody installs it, to be spoken to by clients we did not write, and to be killed."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
_WORDS = {"collector": "unavoce.apps.collector", "engine": "unavoce.apps.engine", "postgres": "postgres -D"}
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
        self._is_ready()

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
            _kill([psutil.Process(self._process.pid)])
            self._process.wait()
            self._process = None

    def loses(self, *roles: str) -> None:
        """These processes get SIGKILL, the embedded ClickHouse with its engine; the supervisor starts them again."""
        assert self._process is not None
        children = {child: " ".join(child.cmdline()) for child in psutil.Process(self._process.pid).children()}
        victims = [child for child, line in children.items() if any(_WORDS[role] in line for role in roles)]
        assert len(victims) == len(roles), children
        _kill(victims)
        self._is_ready()

    def backlog(self) -> float:
        """How many accepted events wait, as the collector tells."""
        return self._measure("unavoce_collect_backlog_events")

    def accepted(self) -> float:
        """How many events the collector has accepted since it started."""
        return self._measure("unavoce_collect_accepted_events")

    def _measure(self, name: str) -> float:
        told = httpx.get(f"{self.address}/metrics").text
        found = [line for line in told.splitlines() if line.startswith(name)]
        return float(found[0].split()[1]) if found else 0.0

    def stops(self) -> None:
        """Stop everything in order."""
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(60) == 0
            self._process = None

    def history(self, by: str = "message_id", seconds: float = 120) -> dict[str, int]:
        """Stop everything and tell how often each message, or each product, is in history."""
        self.stops()
        command = [sys.executable, "-m", "tests.sdk.counting", str(self._folder / "clickhouse"), by]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=seconds)
        counts: dict[str, int] = json.loads(told.stdout.splitlines()[-1])
        return counts

    @contextmanager
    def books(self) -> Iterator[str]:
        """Stop everything; the address of the database of a deployment that stands still."""
        self.stops()
        engine = EmbeddedPostgres.start(self._folder)
        yield engine.url()
        engine.stop()

    def _is_ready(self) -> None:
        for port in self._ports:
            wait(lambda port=port: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200, 120)


def _kill(family: list[psutil.Process]) -> None:
    """With all that they started."""
    family += [child for one in list(family) for child in one.children(recursive=True)]
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(family)


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
