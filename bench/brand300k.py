"""A brand of 300,000 people out of three files: time to a segment that can be reached, and how right the customers are.

`PEOPLE=3000` for a quick look.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.brand import Brand, Score, make, score
from bench.deployment import Deployment, deployment
from bench.figure import Figure, resident
from unavoce.access import api as access
from unavoce.apps import importing
from unavoce.apps.brand import brand_of
from unavoce.apps.imports.checking import check
from unavoce.apps.imports.command import FileWish, history_of
from unavoce.collect.contract import Options, Totals
from unavoce.kernel.clock import SystemClock
from unavoce.profile import api as profile
from unavoce.runtime.settings import brand_key
from unavoce.sources.files.history import FileHistory

PEOPLE = int(os.environ.get("PEOPLE", "300000"))
OWNER, PASSWORD = "owner@shop.example", "with one voice 2018"
REACHABLE = {"type": "any", "of": [{"type": "reachable", "channel": "line"}, {"type": "reachable", "channel": "email"}]}
CLOCK = SystemClock()


def figures() -> Iterator[Figure]:
    """One run: it takes minutes."""
    with tempfile.TemporaryDirectory(prefix="unavoce-brand-") as folder, deployment() as made:
        brand = make(Path(folder), PEOPLE)
        port = made.run("unavoce.apps.engine")
        began = time.perf_counter()
        going_in = sum(_bring(made, path, preset) for path, preset in _files(brand))
        imported = time.perf_counter()
        size = _reachable(made, port)
        done = time.perf_counter()
        found = _score(made, brand)
        print(f"  {len(brand.records)} records, {found}, {size} reachable", file=sys.stderr, flush=True)
        yield Figure("brand_minutes_to_reachable_segment", (done - began) / 60, "min", "lower", 15)
        yield Figure("brand_import_records_per_second", len(brand.records) / (imported - began), "rows/s", "higher")
        yield Figure("brand_reachable_customers", size, "customers", "higher")
        yield Figure("brand_identity_precision", found.precision, "share", "higher", 0.999)
        yield Figure("brand_identity_recall", found.recall, "share", "higher", 0.97)
        yield Figure("brand_points_missing", abs(brand.points - going_in), "points", "lower", 0)
        yield Figure("brand_engine_resident", resident(made.pids("unavoce.apps.engine")), "MB", "lower")


def _files(brand: Brand) -> Iterator[tuple[Path, str]]:
    yield brand.shop, "91app-members"
    yield brand.till, "till-members"
    yield brand.line, "line-friends"


def _bring(made: Deployment, path: Path, preset: str) -> float:
    """Check a file and bring it in, as the command does; answers with the points that a customer could count on."""
    with made.postgres.transaction() as tx:
        brand = brand_of(tx)
    history = history_of(FileWish(path, preset=preset), brand)
    began = time.perf_counter()
    checked = check(made.postgres, history, brand.pumping, path.with_suffix(".bad.csv"))
    told = time.perf_counter()
    expected = Totals(sum(checked.tally.events.values()))
    sending = FileHistory(path, history.mapping, history.found, expected=expected)
    importing.run(made.postgres, CLOCK, sending, Options())
    print(
        f"  {preset}: {checked.tally.rows} rows, {checked.tally.bad} bad, checked in {told - began:.0f} s, "
        f"brought in in {time.perf_counter() - told:.0f} s",
        file=sys.stderr,
        flush=True,
    )
    return checked.tally.points_once


def _reachable(made: Deployment, port: int) -> int:
    with made.postgres.transaction() as tx:
        access.ensure_owner(tx, OWNER, PASSWORD, "Olivia")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as visitor:
        told = visitor.post("/api/session", json={"email": OWNER, "password": PASSWORD}).raise_for_status().json()
        draft = {"key": "reachable", "name": {"en": "Reachable"}, "description": {}, "definition": REACHABLE}
        headers = {"X-CSRF-Token": told["csrf"], "Cookie": f"unavoce_session={visitor.cookies.get('unavoce_session')}"}
        answer = visitor.post("/api/segments", json=draft, headers=headers)
        return int(answer.raise_for_status().json()["size"])


def _score(made: Deployment, brand: Brand) -> Score:
    with made.postgres.transaction() as tx:
        key, region = brand_key(tx), brand_of(tx).pumping.region
        iids = [profile.identifier_of(kind, value, key, region) for kind, value, _ in brand.records]
        whose = profile.known_of(tx, {one.iid for one in iids if one is not None})
    known = zip(iids, brand.records, strict=True)
    return score([(whose.get(one.iid, one.iid), person) for one, (_, _, person) in known if one is not None])
