"""Whatever is killed, everything comes back, and nothing runs twice."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 45.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(true: Callable[[], bool]) -> bool:
    """Wait until it is true, for a while."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Brand:
    """One deployment of tiny processes on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port, self.collector_port = free_port(), free_port()
        self.pids: dict[str, int] = {}
        self.process: subprocess.Popen[str] | None = None

    def up(self) -> str:
        """Start it; returns the first line it says, and remembers the pids when it is ready."""
        ports = {"UNAVOCE_PORT": str(self.port), "UNAVOCE_COLLECTOR_PORT": str(self.collector_port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.tiny_supervisor"],
            cwd=_ROOT, env=os.environ | ports | {"UNAVOCE_DATA": str(self.data)},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        line = self.process.stdout.readline().strip()
        if line.startswith("ready"):
            self.pids = {name: int(pid) for name, _, pid in (word.partition("=") for word in line.split()[1:])}
            self.pids["supervisor"] = self.process.pid
        return line

    def visit(self, path: str = "/") -> int:
        """Look in at the engine; -1 when nobody answers."""
        return self._ask(self.port, path)

    def drop_in(self) -> int:
        """Look in at the collector; -1 when nobody answers."""
        return self._ask(self.collector_port, "/")

    def _ask(self, port: int, path: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return int(answer.read()) if answer.status == 200 else -1
        except (OSError, ValueError, http.client.HTTPException):
            return -1
        finally:
            line.close()

    def kill(self, *names: str) -> None:
        """kill -9."""
        for name in names:
            os.kill(self.pids[name], signal.SIGKILL)

    def kill_again(self, name: str) -> None:
        """kill -9 of the process that plays this role now, whichever it is."""
        module = {"postgres": "postgres -D"}.get(name, f"tests.chaos.tiny_{name}")
        children = psutil.Process(self.pids["supervisor"]).children()
        victim = next(one for one in children if module in " ".join(one.cmdline()))
        self.pids[f"{name} {victim.pid}"] = victim.pid
        victim.kill()

    def stopped(self) -> str:
        """Ask the supervisor to leave and return what it says to the end."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=_PATIENCE_SECONDS)[0]

    def gone(self) -> bool:
        """Whether no process of it is left."""
        return not any(_running(pid) for pid in self.pids.values())


def _running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def deployed(place: Path) -> Iterator[Brand]:
    """A deployment in a folder with a space and Chinese in its name, ended afterwards."""
    made = Brand(place / "抹茶 shop")
    yield made
    if made.process and made.process.poll() is None:
        made.stopped()
    if made.process and made.process.stdout:
        made.process.stdout.close()
    assert eventually(made.gone)


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Brand]:
    """A deployment of this test's own, not yet started."""
    yield from deployed(tmp_path)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brand]:
    """A running deployment that these tests share."""
    for made in deployed(tmp_path_factory.mktemp("running")):
        assert made.up().startswith("ready")
        yield made


def test_sigterm_lets_requests_under_way_finish(brand: Brand) -> None:
    assert brand.up().startswith("ready")
    line = http.client.HTTPConnection("127.0.0.1", brand.port, timeout=30)
    line.request("GET", "/slow")
    time.sleep(0.3)
    said = brand.stopped()
    assert line.getresponse().read() == b"1"
    assert said.split() == ["drained", "drained", "stopped"]
    assert brand.gone()


def test_what_was_written_is_there_after_a_stop_and_a_start(brand: Brand) -> None:
    brand.up()
    assert (brand.visit(), brand.drop_in()) == (1, 2)
    brand.stopped()
    assert brand.up().startswith("ready")
    assert (brand.visit(), brand.drop_in()) == (2, 4)


@pytest.mark.parametrize("victim", ["collector", "engine", "postgres"])
def test_a_killed_process_comes_back(running: Brand, victim: str) -> None:
    before, dropped_in = running.visit(), running.drop_in()
    assert min(before, dropped_in) > 0
    running.kill_again(victim)
    assert eventually(lambda: running.visit() > before)
    assert eventually(lambda: running.drop_in() > dropped_in)


def test_the_children_die_with_the_supervisor_and_the_next_start_recovers(brand: Brand) -> None:
    brand.up()
    brand.visit()
    brand.kill("supervisor")
    assert brand.up().startswith("ready")
    assert brand.visit() == 2


def test_everything_killed_at_once_recovers(brand: Brand) -> None:
    brand.up()
    brand.visit()
    brand.kill("supervisor", "collector", "engine", "postgres")
    assert brand.up().startswith("ready")
    assert brand.visit() == 2


def test_a_second_start_on_the_same_folder_is_refused(running: Brand) -> None:
    before = running.visit()
    other = Brand(running.data)
    said = other.up()
    assert said.startswith("refused Another Unavoce is already running on this data folder")
    assert f"pid: {running.pids['supervisor']}" in said
    assert running.visit() == before + 1
    assert other.process
    other.process.communicate()
    assert other.process.returncode == 3


def test_a_taken_port_is_named_with_its_setting(brand: Brand) -> None:
    with socket.socket() as squatter, contextlib.closing(squatter):
        squatter.bind(("127.0.0.1", brand.port))
        squatter.listen()
        said = brand.up()
    assert str(brand.port) in said
    assert "UNAVOCE_PORT" in said
