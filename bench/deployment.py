"""The parts of a deployment, as real processes in a throw-away folder, for the figures to be measured on."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import psycopg

from unavoce.collect import api as collect
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Deployment:
    """PostgreSQL with its tables and a source with a write key; processes are added as needed."""

    folder: Path
    server: EmbeddedPostgres
    postgres: Postgres
    url: str
    key: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self, module: str, *words: str, **environment: str) -> int:
        """Start a module of ours as a process and wait until it is ready; returns its port."""
        port = free_port()
        told = os.environ | {
            "UNAVOCE_POSTGRES_URL": self.url,
            "UNAVOCE_DATA": str(self.folder),
            "UNAVOCE_COLLECTOR_PORT": str(port),
            "UNAVOCE_PORT": str(port),
            "UNAVOCE_LOG_LEVEL": "warning",
        }
        process = subprocess.Popen([sys.executable, "-m", module, *words], cwd=ROOT, env=told | environment)
        self.processes[module] = process
        wait(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200)
        return port

    def pids(self, module: str) -> list[int]:
        """The process of a module, with its children; "postgres" for the database."""
        pid = self.server.pid if module == "postgres" else self.processes[module].pid
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]

    def waiting(self) -> int:
        """How many accepted events wait to be pumped."""
        with self.postgres.transaction() as tx:
            return collect.backlog(tx)

    def accepted(self) -> int:
        """How many events have ever been accepted."""
        return int(self.ask("SELECT sum(head) FROM collect.lane"))

    def empty_lanes(self) -> None:
        """Forget what waits."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("TRUNCATE collect.intake")
            connection.execute("UPDATE collect.progress p SET settled = head FROM collect.lane l WHERE l.lane = p.lane")
            connection.execute("CHECKPOINT")

    def ask(self, question: str) -> float:
        """One number out of the database."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(question.encode()).fetchone()
        return float(row[0] or 0) if row else 0.0

    def stop(self, module: str) -> None:
        """End a process."""
        process = self.processes.pop(module)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


@contextmanager
def deployment() -> Iterator[Deployment]:
    """A fresh deployment; everything is durable as in real life (fsync on)."""
    with tempfile.TemporaryDirectory(prefix="unavoce-bench-") as name:
        folder = Path(name)
        server = EmbeddedPostgres.start(folder)
        url = server.url()
        postgres = Postgres.connect(url, name="bench", size=2)
        migrate(postgres, None)
        with postgres.transaction() as tx:
            key = str(collect.ensure_source(tx, "bench", "Bench", "server").write_key)
        made = Deployment(folder, server, postgres, url, key)
        try:
            yield made
        finally:
            for module in list(made.processes):
                made.stop(module)
            postgres.close()
            server.stop()


def free_port() -> int:
    """A port nobody uses at the moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait(until: Callable[[], bool], seconds: float = 120, *, look_every: float = 0.05) -> None:
    """Wait until something holds; who does not answer yet is waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if until():
                return
        time.sleep(look_every)
    raise TimeoutError
