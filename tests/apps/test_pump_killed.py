"""The pump dies between any two of its steps and starts again: history has each message exactly once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from unavoce.apps.pump import POINTS
from unavoce.collect import api as collect
from unavoce.kernel.clock import SystemClock
from unavoce.runtime.failpoint import EXIT_CODE, SETTING
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[2]


class Shop:
    """A shop that sends calls, some of them twice, and a pump that can be killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self.postgres = Postgres.connect(url, name="shop", size=1)
        migrate(self.postgres, None)
        with self.postgres.transaction() as tx:
            self._web = collect.ensure_source(tx, "web", "Web", "web").id
            self._past = collect.ensure_source(tx, "past", "Past", "import").id
        self.sent: set[str] = set()

    def sends(self, *numbers: int) -> None:
        """Each number once over HTTP, once more as a retry over another lane; and as a piece of the past."""
        now = SystemClock().now()
        with self.postgres.transaction() as tx:
            for number in numbers:
                collect.accept(tx, collect.LANE_COLLECTOR, self._web, [self._call(f"live-{number}", number)], now)
                collect.accept(tx, collect.LANE_INTERNAL, self._web, [self._call(f"live-{number}", number)], now)
                collect.accept(tx, collect.LANE_IMPORTS, self._past, [self._call(f"past-{number}", number)] * 2, now)

    def _call(self, message_id: str, number: int) -> bytes:
        self.sent.add(message_id)
        traits = {"email": f"customer-{number}@shop.example", "size": number}
        call = {"type": "identify", "messageId": message_id, "anonymousId": f"visitor-{number}", "traits": traits}
        return msgspec.json.encode({"batch": [call, {"type": "nonsense", "messageId": f"{message_id}-bad"}]})

    def pumps(self, *words: str, dying_at: str = "") -> subprocess.CompletedProcess[str]:
        """Run the pump until nothing waits, or until it dies."""
        command = [sys.executable, "-m", "tests.apps.pumping", str(self._folder), self._url, *words]
        environment = os.environ | {SETTING: dying_at}
        return subprocess.run(
            command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )


@pytest.fixture
def shop(postgres_server: EmbeddedPostgres, tmp_path: Path) -> Shop:
    return Shop(postgres_server.url(f"pump_{tmp_path.name}"), tmp_path / "clickhouse")


def test_any_moment_is_a_good_one_to_be_killed(shop: Shop) -> None:
    for number, point in enumerate(POINTS):
        shop.sends(number, number + 1)  # every customer but the first is sent in two rounds
        died = shop.pumps(dying_at=f"{point}:{number % 3 + 1}")
        assert died.returncode == EXIT_CODE, f"{point}: {died.stderr[-2000:]}"
    last = shop.pumps("tell")
    assert last.returncode == 0, last.stderr[-2000:]
    told = json.loads(last.stdout.splitlines()[-1])
    assert dict.fromkeys(shop.sent, 1) == told["counts"]
    assert told["doubled"] == 0
    customers = len(POINTS) + 1
    assert told["members"] == customers
    assert told["flips"] == [customers, customers]
    # Each nonsense call failed once: 2 live lanes and 2 copies of the past, 2 numbers, a round per point.
    assert told["failed"] == 4 * 2 * len(POINTS)
    with shop.postgres.transaction() as tx:
        assert collect.backlog(tx) == 0
