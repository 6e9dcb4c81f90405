"""Work on failed events dies between any two of its steps: each event is sent again once, and none is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from unavoce.collect import api as collect
from unavoce.collect.failed import store, work
from unavoce.collect.failed.model import Which, Work
from unavoce.collect.plan import desk
from unavoce.collect.plan.model import Mode
from unavoce.kernel.clock import SystemClock
from unavoce.runtime.failpoint import EXIT_CODE, SETTING
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[2]
POINTS = (*work.POINTS, "pump.after_read", "pump.after_account", "pump.before_commit")
EACH = 3


class Shop:
    """A shop whose orders were all blocked, and a process that repairs that and can be killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self.postgres = Postgres.connect(url, name="shop", size=1)
        migrate(self.postgres, None)

    def plans(self, schema: object, *names: str) -> None:
        """Schemas are published."""
        with self.postgres.transaction() as tx:
            for name in names:
                desk.save(tx, name, schema, Mode.BLOCK, by="Olivia", now=SystemClock().now())
                desk.publish(tx, name, seen=None, by="Olivia", now=SystemClock().now())

    def sells(self, *names: str) -> None:
        """Orders without what the plan wants, live and out of the past."""
        with self.postgres.transaction() as tx:
            for kind, lane in (("server", collect.LANE_COLLECTOR), ("import", collect.LANE_IMPORTS)):
                source = collect.ensure_source(tx, kind, kind, kind)
                calls = [
                    {"type": "track", "event": name, "userId": "mei", "messageId": f"{kind}-{name}-{number}"}
                    for name in names
                    for number in range(EACH)
                ]
                collect.accept(tx, lane, source.id, [msgspec.json.encode({"batch": calls})], SystemClock().now())

    def found(self) -> dict[str, set[tuple[str, str | None, str]]]:
        """How the failed events of each name stand, what became of them, and what is wrong with them."""
        told: dict[str, set[tuple[str, str | None, str]]] = {}
        with self.postgres.transaction() as tx:
            for one in store.listed(tx, Which(), "", below=None, most=500):
                told.setdefault(one.name, set()).add((one.state, one.result, one.what))
        return told

    def asks(self, name: str) -> None:
        """Everything of a name is to be sent again."""
        with self.postgres.transaction() as tx:
            work.ask(tx, Work.REPLAY, Which(name=name), (), by="Olivia", now=SystemClock().now())

    def works(self, *words: str, dying_at: str = "") -> subprocess.CompletedProcess[str]:
        """Pump and work until nothing is left to do, or until it dies."""
        command = [sys.executable, "-m", "tests.apps.pumping", str(self._folder), self._url, *words]
        environment = os.environ | {SETTING: dying_at}
        return subprocess.run(
            command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )

    def tells(self) -> dict[str, int]:
        """Work until nothing is left to do; how often each message is in history then."""
        told = self.works("tell")
        assert told.returncode == 0, told.stderr[-2000:]
        counts: dict[str, int] = json.loads(told.stdout.splitlines()[-1])["counts"]
        return counts


@pytest.fixture
def shop(postgres_server: EmbeddedPostgres, tmp_path: Path) -> Shop:
    return Shop(postgres_server.url(f"failed_{tmp_path.name}"), tmp_path / "clickhouse")


def test_any_moment_is_a_good_one_to_be_killed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"Order {point}" for point in POINTS]
    shop.plans({"type": "object", "required": ["order_id"]}, *names)
    shop.sells(*names)
    first = shop.works("tell")
    assert first.returncode == 0, first.stderr[-2000:]
    assert json.loads(first.stdout.splitlines()[-1])["failed"] == 2 * EACH * len(POINTS)
    shop.plans({"type": "object"}, *names)
    for name, point in zip(names, POINTS, strict=True):
        shop.asks(name)
        died = shop.works(dying_at=point)
        assert died.returncode == EXIT_CODE, f"{point}: {died.stderr[-2000:]}"
    counts = shop.tells()
    sent = {f"{kind}-{name}-{number}" for kind in ("server", "import") for name in names for number in range(EACH)}
    assert counts == dict.fromkeys(sent, 1)
    with shop.postgres.transaction() as tx:
        found = store.listed(tx, Which(), "", below=None, most=500)
        assert {job.state for job in store.jobs(tx)} == {"done"}
    assert {(one.state, one.result) for one in found} == {("replayed", "entered")}


def test_a_rule_that_is_published_after_a_kill_holds_for_what_was_not_begun(shop: Shop) -> None:
    """A batch that was begun is ended under the plan it was begun with, or it would be in history and failed, too."""
    begun, sent, asked = "Order begun", "Order sent", "Order asked"
    points = {begun: "pump.after_account", sent: "failed.after_commit", asked: "failed.before_commit"}
    shop.plans({"type": "object", "required": ["order_id"]}, *points)
    shop.sells(*points)
    assert shop.works().returncode == 0
    shop.plans({"type": "object"}, *points)
    for name, point in points.items():
        shop.asks(name)
        died = shop.works(dying_at=point)
        assert died.returncode == EXIT_CODE, f"{point}: {died.stderr[-2000:]}"
        shop.plans({"type": "object", "required": ["store_id"]}, name)
    assert shop.tells() == {f"server-{begun}-{number}": 1 for number in range(EACH)}
    entered, refused = ("replayed", "entered", "missing order_id"), ("open", "failed", "missing store_id")
    assert shop.found() == {begun: {entered, refused}, sent: {refused}, asked: {("open", None, "missing store_id")}}
    shop.plans({"type": "object"}, *points)
    for name in points:
        shop.asks(name)
    every = {f"{kind}-{name}-{number}" for kind in ("server", "import") for name in points for number in range(EACH)}
    assert shop.tells() == dict.fromkeys(every, 1)
    assert {(state, result) for told in shop.found().values() for state, result, _ in told} == {("replayed", "entered")}
