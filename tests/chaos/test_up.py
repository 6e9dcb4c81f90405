"""`unavoce up`, the real one: ready, killed here and there, ready again, drained, backed up, destroyed, back."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.chaos.test_supervisor import eventually, free_port

_ROLES = ("collector", "engine", "simulator")


class Shop:
    """A deployment that is started as a person starts it."""

    def __init__(self, data: Path) -> None:
        self.ports = dict(zip(_ROLES, (free_port() for _ in _ROLES), strict=True))
        ours = {
            "DATA": data, "PORT": self.ports["engine"], "COLLECTOR_PORT": self.ports["collector"],
            "SIMULATOR_PORT": self.ports["simulator"], "SMTP_SINK_PORT": free_port(), "LOG_LEVEL": "error",
        }  # fmt: skip
        bare = {name: value for name, value in os.environ.items() if not name.startswith("UNAVOCE_")}
        self._environment = bare | {f"UNAVOCE_{name}": str(value) for name, value in ours.items()}
        self.process: subprocess.Popen[str] | None = None

    def up(self) -> str:
        """Start it and return the first line it says."""
        self.process = subprocess.Popen(self._command("up", "--simulator"), env=self._environment, stdout=-1, text=True)
        assert self.process.stdout
        return self.process.stdout.readline()

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run another command on the same folder."""
        return subprocess.run(self._command(*words), env=self._environment, capture_output=True, text=True, check=False)

    def ready(self, role: str) -> bool:
        """Whether a process says it is ready."""
        line = http.client.HTTPConnection("127.0.0.1", self.ports[role], timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def children(self) -> dict[str, psutil.Process]:
        """Its processes by role."""
        assert self.process
        lines = {child: " ".join(child.cmdline()) for child in psutil.Process(self.process.pid).children()}
        words = {role: f"unavoce.apps.{role}" for role in _ROLES} | {"postgres": "postgres -D"}
        return {role: child for role, word in words.items() for child, line in lines.items() if word in line}

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self.process
        children = list(self.children().values())
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=90)
        _, left = psutil.wait_procs(children, timeout=10)
        assert left == []
        return self.process.returncode

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "unavoce.apps.cli", *words]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop, stopped afterwards."""
    made = Shop(tmp_path / "抹茶 shop")
    yield made
    if made.process and made.process.poll() is None:
        made.stop()


def test_a_life_of_a_deployment(shop: Shop, tmp_path: Path) -> None:
    assert shop.up().startswith(f"Unavoce is ready: http://127.0.0.1:{shop.ports['engine']}")
    assert all(shop.ready(role) for role in _ROLES)
    found = [json.loads(line) for line in shop.run("doctor", "--json").stdout.splitlines()]
    assert [one for one in found if one["state"] == "ill"] == []
    for role in ("engine", "postgres"):
        victim = shop.children()[role]
        victim.kill()
        assert eventually(lambda gone=victim: not gone.is_running())
        assert eventually(lambda: all(shop.ready(one) for one in _ROLES)), role
    assert shop.run("backup", str(tmp_path / "backup")).returncode == 3
    assert shop.stop() == 0
    assert shop.run("backup", str(tmp_path / "backup")).returncode == 0
    again = Shop(tmp_path / "again")
    assert again.run("restore", str(tmp_path / "backup")).returncode == 0
    assert again.up().startswith("Unavoce is ready")
    assert again.stop() == 0
