"""Everything of ours is killed again and again while the vendors' clients flush: how many ids are lost or doubled.

A million message ids: seven eighths through Segment's client for Python, the rest through each client for Node, one
after the other. `IDS=20000 ONLY=sdk_kill python -m bench` for a short run; the whole one takes minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

from bench.deployment import ROOT, wait
from bench.figure import Figure, resident
from tests.sdk.conftest import HERE, driving, installed
from tests.sdk.server import Server
from unavoce.kernel.ids import digest16

IDS = int(os.environ.get("IDS", "1000000"))
NODE = ("segment", "customerio", "rudder", "jitsu_again")
EACH = IDS // (8 * len(NODE))
PYTHON = IDS - EACH * len(NODE)
_PATIENCE_SECONDS = 1800
_BOOKS = """
    SELECT (SELECT head FROM collect.lane WHERE lane = 1), (SELECT settled FROM collect.progress WHERE lane = 1),
        (SELECT count(*) FROM collect.intake), (SELECT count(*) FROM collect.repeated WHERE lane = 1),
        (SELECT count(*) FROM collect.failed_event)
"""


def _everything(server: Server) -> None:
    server.is_killed()
    server.starts()


# Each while clients send. ClickHouse is in the engine's process; the other times the supervisor puts things right.
CUTS: tuple[Callable[[Server], None], ...] = (
    _everything,
    lambda server: server.loses("collector", "engine"),
    _everything,
    lambda server: server.loses("postgres"),
    _everything,
    lambda server: server.loses("collector", "engine", "postgres"),
)


@dataclass
class Crowd:
    """The clients that are sending, and how much memory they have taken at the most."""

    folder: Path
    sending: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    peak_mb: float = 0.0

    cuts: int = 0

    def begins(self, name: str, start: Callable[[IO[bytes]], subprocess.Popen[bytes]]) -> None:
        """Start a client that writes what it says into a file: a pipe that nobody reads yet would hold it up."""
        with (self.folder / f"{name}.jsonl").open("wb") as said:
            self.sending[name] = start(said)

    def told(self, name: str) -> dict[str, Any]:
        """Wait for a client's end; what it has said."""
        self.sending[name].wait(_PATIENCE_SECONDS)
        said: dict[str, Any] = json.loads((self.folder / f"{name}.jsonl").read_bytes().splitlines()[-1])
        return said

    def look(self) -> bool:
        """Measure them; says whether any is still sending. One that has failed ends everything."""
        here = [one for one in self.sending.values() if one.poll() is None]
        if failed := [name for name, one in self.sending.items() if one.returncode]:
            raise RuntimeError(f"{failed} failed")
        with suppress(FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
            self.peak_mb = max(self.peak_mb, resident(one.pid for one in here))
        return bool(here)


def figures() -> Iterator[Figure]:
    """Lost and doubled, in history and in the books of the intake, and how long it took with all the restarts."""
    packages = installed()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="unavoce-kill-") as name:
        server = Server(Path(name) / "data")
        try:
            server.starts()
            crowd, told = _send(server, packages, Path(name))
            sent = time.perf_counter() - began
            server.drained(_PATIENCE_SECONDS)
            drained = time.perf_counter() - began
            said = _said(told)
            seen = server.history(seconds=_PATIENCE_SECONDS)
            with server.books() as url:
                books = list(_audit(url, said))
        finally:
            server.is_killed()
    if foreign := len(seen.keys() - said):
        raise RuntimeError(f"{foreign} messages are in history that nobody said")
    yield Figure("sdk_kill_ids", len(said), "ids", "higher", IDS)
    yield Figure("sdk_kill_cuts", crowd.cuts, "cuts", "higher", len(CUTS))
    yield Figure("sdk_kill_given_up", sum(len(one.get("lost", ())) for one in told.values()), "ids", "lower", 0)
    yield Figure("sdk_kill_lost", len(said - seen.keys()), "ids", "lower", 0)
    yield Figure("sdk_kill_doubled", sum(times - 1 for times in seen.values()), "ids", "lower", 0)
    yield from books
    yield Figure("sdk_kill_client_memory", crowd.peak_mb, "MB", "lower", 3000)
    yield Figure("sdk_kill_sending_seconds", sent, "s", "lower")
    yield Figure("sdk_kill_seconds", drained, "s", "lower", 600)


def _send(server: Server, packages: Path, folder: Path) -> tuple[Crowd, dict[str, dict[str, Any]]]:
    """Say every id once, with cuts evenly between; what each client says at its end."""
    key, crowd = server.key(), Crowd(folder)
    server.knows(key)
    command = [sys.executable, "-m", "bench.sdk_client", server.address, key, str(PYTHON)]
    crowd.begins("python", lambda said: subprocess.Popen(command, cwd=ROOT, stdout=said))
    # What is accepted between a cut and the next look is not counted, so a part is left over for that.
    every = IDS // (len(CUTS) + 2)
    for number, cut in enumerate(CUTS):
        before = server.accepted()
        _accepts(server, crowd, before + every // 2)
        if number < len(NODE):
            words = (NODE[number], server.address, key, str(HERE / "story.json"), str(EACH), f"{NODE[number]}-")
            crowd.begins(NODE[number], lambda said, words=words: driving(packages, *words, stdout=said))
        if not _accepts(server, crowd, before + every):
            continue  # a short run has nothing left to cut into; the other clients still say theirs
        print(f"  cut {number + 1} of {len(CUTS)}, {server.backlog():,.0f} waiting", file=sys.stderr, flush=True)
        cut(server)
        crowd.cuts += 1
    return crowd, {name: crowd.told(name) for name in crowd.sending}


def _accepts(server: Server, crowd: Crowd, events: float) -> bool:
    """Wait until the collector has accepted so many since it started; False when everybody has said all before."""
    sending = True

    def reached() -> bool:
        nonlocal sending
        sending = crowd.look()
        return not sending or server.accepted() >= events

    wait(reached, _PATIENCE_SECONDS, look_every=0.2)
    return sending


def _said(told: dict[str, dict[str, Any]]) -> set[str]:
    """Every message id; Jitsu's client makes its own and tells them."""
    ids = {f"m-{number}" for number in range(PYTHON)}
    ids |= {f"m-{name}-{number}" for name in NODE if name != "jitsu_again" for number in range(EACH)}
    return ids | set(told["jitsu_again"]["answered"].values())


def _audit(url: str, said: set[str]) -> Iterator[Figure]:
    """What the books of the intake say: each id remembered once, and every accepted event accounted for."""
    with psycopg.connect(url) as connection:
        ids = [bytes(row[0]) for row in connection.execute("SELECT id FROM collect.seen")]
        (head, settled, waiting, repeated, failed) = connection.execute(_BOOKS).fetchone() or ()
    expected = {digest16(one.encode()) for one in said}
    yield Figure("sdk_kill_not_remembered", len(expected - set(ids)), "ids", "lower", 0)
    yield Figure("sdk_kill_remembered_twice", len(ids) - len(set(ids)), "ids", "lower", 0)
    yield Figure("sdk_kill_said_again", repeated, "ids", "lower")
    yield Figure("sdk_kill_left_in_the_log", head - settled + waiting, "events", "lower", 0)
    yield Figure("sdk_kill_unaccounted", abs(head - len(said) - repeated) + failed, "events", "lower", 0)
