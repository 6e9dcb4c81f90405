"""Migrations that are killed at any statement are taken up again, and end as if nothing had happened."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import psycopg.sql
import pytest

from unavoce.runtime import failpoint
from unavoce.runtime import migrate as migrations
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import ChangedMigration, Migration, NewerDatabase, check_nothing_newer, migrate, pending
from unavoce.runtime.postgres import Postgres

_ROOT = Path(__file__).parents[2]
_KILLED = failpoint.EXIT_CODE
_SCHEMA = """
    SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """The address of an empty database."""
    yield postgres_server.url("half_migrated")
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as maintenance:
        maintenance.execute("DROP DATABASE half_migrated WITH (FORCE)")


def run(url: str, clickhouse: Path, *, until: str = "") -> int:
    """Migrate in a process of its own, which dies at the failpoint `until`."""
    command = [sys.executable, "-m", "tests.chaos.migrating", url, str(clickhouse)]
    return subprocess.run(command, cwd=_ROOT, env=os.environ | {"UNAVOCE_FAILPOINT": until}, check=False).returncode


def schema_of(url: str) -> list[tuple[str, ...]]:
    """Every column of every table."""
    with psycopg.connect(url) as brand:
        return brand.execute(_SCHEMA).fetchall()


def killed_at_each(url: str, clickhouse: Path, steps: Sequence[Migration]) -> None:
    """Kill the migration right after each of these statements, taking up again in between."""
    for step in steps:
        assert run(url, clickhouse, until=f"migrate.{step.engine}.{step.name}") == _KILLED


def test_a_few_kills(empty: str, template: str, postgres_server: EmbeddedPostgres, tmp_path: Path) -> None:
    every = migrations.all_migrations()
    clickhouse = [one for one in every if one.engine == "clickhouse"]
    killed_at_each(empty, tmp_path / "facts", [every[0], every[1], clickhouse[0], clickhouse[-1]])
    assert run(empty, tmp_path / "facts") == 0
    assert schema_of(empty) == schema_of(postgres_server.url(template))


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_kill_at_every_statement(
    empty: str, template: str, postgres_server: EmbeddedPostgres, tmp_path: Path
) -> None:
    killed_at_each(empty, tmp_path / "facts", migrations.all_migrations())
    assert run(empty, tmp_path / "facts") == 0
    assert schema_of(empty) == schema_of(postgres_server.url(template))


def test_migrations_run_once(postgres: Postgres) -> None:
    assert pending(postgres) == []
    assert migrate(postgres, None) == []


def test_a_changed_migration_is_refused(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    first = migrations.all_migrations("postgres")[0]
    edited = Migration("postgres", first.name, first.text + "\n-- one more word")
    monkeypatch.setattr(migrations, "all_migrations", lambda *_: [edited])
    with pytest.raises(ChangedMigration, match="0001_pre_runtime"):
        migrate(postgres, None)


def test_data_of_a_newer_version_is_refused(postgres: Postgres) -> None:
    check_nothing_newer(postgres)
    with postgres.transaction() as tx:
        tx.script("INSERT INTO runtime.migration (engine, name, checksum) VALUES ('postgres', '9999_pre_future', '')")
    with pytest.raises(NewerDatabase, match="9999_pre_future"):
        check_nothing_newer(postgres)


def test_every_migration_says_its_order_and_stage() -> None:
    for one in migrations.all_migrations():
        words = one.name.split("_")
        assert len(words[0]) == 4
        assert words[0].isdigit()
        assert one.engine == "clickhouse" or words[1] in ("pre", "post")
