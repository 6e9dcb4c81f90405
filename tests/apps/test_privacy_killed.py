"""The engine dies between any two steps of an erasure: the next start goes on, and the receipt is true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from unavoce.apps.privacy.erasing import POINTS
from unavoce.collect import api as collect
from unavoce.kernel.clock import SystemClock
from unavoce.runtime.failpoint import EXIT_CODE, SETTING
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

ROOT = Path(__file__).parents[2]


def _runs(folder: Path, url: str, *words: str, dying_at: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.apps.erasing_child", str(folder), url, *words]
    environment = os.environ | {SETTING: dying_at}
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def shop(postgres_server: EmbeddedPostgres, tmp_path: Path) -> tuple[Postgres, str]:
    url = postgres_server.url(f"erasing_{tmp_path.name}")
    postgres = Postgres.connect(url, name="shop", size=1)
    migrate(postgres, None)
    return postgres, url


def test_any_moment_of_an_erasure_is_a_good_one_to_be_killed(shop: tuple[Postgres, str], tmp_path: Path) -> None:
    """Six customers, each erased by an engine that dies at another moment and is started again."""
    postgres, url = shop
    now = SystemClock().now()
    with postgres.transaction() as tx:
        web = collect.ensure_source(tx, "web", "Web", "web").id
        for number in range(len(POINTS) + 1):
            traits = {"email": f"customer-{number}@shop.example", "name": f"Name {number}"}
            call: dict[str, Any] = {
                "type": "identify",
                "messageId": f"m-{number}",
                "userId": f"u-{number}",
                "traits": traits,
            }
            collect.accept(tx, collect.LANE_COLLECTOR, web, [msgspec.json.encode(call)], now)
    for number, point in enumerate(POINTS):
        died = _runs(tmp_path, url, "ask", f"customer-{number}@shop.example", dying_at=point)
        assert died.returncode == EXIT_CODE, f"{point}: {died.stderr[-2000:]}"
    last = _runs(tmp_path, url)
    assert last.returncode == 0, last.stderr[-2000:]
    told = json.loads(last.stdout.splitlines()[-1])
    assert told["states"] == ["done"] * len(POINTS)
    assert told["holds"] == [True] * len(POINTS)
    # The seventh is whole, and of the six there is nothing.
    assert [json.loads(one)["email"] for one in told["events"]] == [f"customer-{len(POINTS)}@shop.example"]
    assert told["identifiers"] == 2
