"""Hands on the engines while nothing runs: for backup, restore, upgrade and the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from unavoce.kernel.errors import Conflict
from unavoce.runtime import folder
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings

if TYPE_CHECKING:
    from unavoce.runtime.clickhouse import ClickHouse


class StillRunning(Conflict):
    """Unavoce is running on this data folder; stop it first, so that both engines are of the same moment."""


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """The data folder for us alone; StillRunning names who has it."""
    try:
        lock = folder.hold(settings.folder)
    except folder.FolderInUse as in_use:
        raise StillRunning(**in_use.facts) from in_use
    try:
        yield
    finally:
        lock.release()


@contextmanager
def postgres_url(settings: Settings, at: Path) -> Iterator[str]:
    """The address of PostgreSQL: the deployment's server, or an embedded one run from the folder `at` meanwhile."""
    if settings.postgres_url:
        yield settings.postgres_url
        return
    server = EmbeddedPostgres.start(at)
    try:
        yield server.url()
    finally:
        server.stop()


@contextmanager
def connected(url: str) -> Iterator[Postgres]:
    """One connection, closed afterwards."""
    postgres = Postgres.connect(url, name="offline", size=1)
    try:
        yield postgres
    finally:
        postgres.close()


@contextmanager
def clickhouse(settings: Settings) -> Iterator[ClickHouse]:
    """The engine of the facts, closed afterwards."""
    # Here, because its driver takes half a second and 40 MB, which `unavoce up` and `version` do without.
    from unavoce.runtime.clickhouse import ClickHouse

    engine = ClickHouse.open(settings.clickhouse)
    try:
        yield engine
    finally:
        engine.close()
