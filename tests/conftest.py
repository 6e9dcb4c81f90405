"""What every test can ask for: real embedded engines, migrated, fresh, and a clock that stands still."""

import itertools
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from unavoce.kernel.clock import FixedClock
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.http import Door
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.runtime.settings import Settings

_NUMBERS = itertools.count(1)
_STORED = """
    SELECT database, name FROM system.tables
    WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema', 'default')
      AND (engine LIKE '%MergeTree' OR engine IN ('Join', 'Set', 'Memory'))
"""


@pytest.fixture(scope="session")
def engines_folder() -> Iterator[Path]:
    """The one folder in which this process keeps its embedded engines."""
    with tempfile.TemporaryDirectory(prefix="unavoce-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def clickhouse(engines_folder: Path) -> Iterator[ClickHouse]:
    """The embedded ClickHouse of this process: it can only ever have one."""
    engine = ClickHouse.open(str(engines_folder / "clickhouse"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def postgres_server(engines_folder: Path) -> Iterator[EmbeddedPostgres]:
    """The embedded PostgreSQL of this process; without fsync, because nothing here must survive."""
    server = EmbeddedPostgres.start(engines_folder, fsync="off", full_page_writes="off", max_connections="200")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(postgres_server: EmbeddedPostgres, clickhouse: ClickHouse) -> str:
    """The name of a migrated database that every test copies; both engines are migrated along the way."""
    migrating = Postgres.connect(postgres_server.url("template_unavoce"), name="migrate", size=1)
    migrate(migrating, clickhouse.client("api"))
    migrating.close()
    return "template_unavoce"


@pytest.fixture
def postgres(postgres_server: EmbeddedPostgres, template: str) -> Iterator[Postgres]:
    """A fresh, migrated database for this test alone."""
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as maintenance:
        identifiers = map(psycopg.sql.Identifier, (name, template))
        statement = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*identifiers)
        maintenance.execute(statement)
        pool = Postgres.connect(postgres_server.url(name), name="test", size=8)
        yield pool
        pool.close()
        maintenance.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(psycopg.sql.Identifier(name)))


@pytest.fixture
def tx(postgres: Postgres) -> Iterator[Transaction]:
    """An open transaction on a fresh database."""
    with postgres.transaction() as transaction:
        yield transaction


@pytest.fixture
def facts(clickhouse: ClickHouse, template: str) -> Facts:
    """The migrated facts, emptied."""
    client = clickhouse.client("api")
    stored = client.tree(_STORED)
    for database, table in zip(stored["database"], stored["name"], strict=True):
        client.statement(f"TRUNCATE TABLE {database}.{table}")
    return client


@pytest.fixture
def clock() -> FixedClock:
    """Noon of 5 January 2018, UTC, until the test lets time pass."""
    return FixedClock(datetime(2018, 1, 5, 12, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a deployment in a folder of this test's own."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
def door(postgres: Postgres, clickhouse: ClickHouse, facts: Facts, clock: FixedClock, settings: Settings) -> Door:
    """What a route is handed: the engines, the clock and the settings."""
    return Door(postgres=postgres, clickhouse=clickhouse, facts=facts, clock=clock, settings=settings)
