"""Forward-only migrations of both engines, each recorded with its checksum in PostgreSQL.

PostgreSQL files are one transaction each. ClickHouse has no transactions, so its files hold one idempotent
statement: when we are killed between running and recording one, the next start simply runs it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from unavoce.kernel.errors import Conflict
from unavoce.runtime import failpoint, sql
from unavoce.runtime.postgres import Postgres, Transaction

if TYPE_CHECKING:
    # The supervisor migrates PostgreSQL alone and need not carry ClickHouse in its memory.
    from unavoce.runtime.clickhouse import Facts

Engine = Literal["postgres", "clickhouse"]
Stage = Literal["pre", "post", "all"]
_ENGINES: tuple[Engine, ...] = ("postgres", "clickhouse")
_SQL = sql.load(__package__, "state.sql")


class ChangedMigration(Conflict):
    """A migration that has already run was changed afterwards; put it back and write a new one."""


class NewerDatabase(Conflict):
    """This data was made by a newer Unavoce; install that version or a later one."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    engine: Engine
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """What its text was, in short."""
        return blake2b(self.text.encode(), digest_size=16).hexdigest()

    @property
    def stage(self) -> Stage:
        """Whether it runs before or after the new code is deployed; ClickHouse's always run before."""
        return "post" if self.name.split("_")[1:2] == ["post"] else "pre"


@dataclass(frozen=True, slots=True)
class _Record:
    engine: Engine
    name: str
    checksum: str


def all_migrations(*engines: Engine) -> list[Migration]:
    """Every migration of these engines (of both when none is named), in the order they run."""
    return [migration for engine in engines or _ENGINES for migration in _of(engine)]


def pending(postgres: Postgres) -> list[Migration]:
    """What `migrate` would run."""
    with postgres.transaction() as tx:
        done = _done(tx)
    return [migration for migration in all_migrations() if (migration.engine, migration.name) not in done]


def migrate(postgres: Postgres, facts: Facts | None, *, stage: Stage = "all") -> list[str]:
    """Run what has not run yet and return the names; without `facts`, PostgreSQL's only."""
    engines: tuple[Engine, ...] = ("postgres", "clickhouse") if facts else ("postgres",)
    wanted = [migration for migration in all_migrations(*engines) if stage in ("all", migration.stage)]
    return [f"{one.engine}/{one.name}" for one in wanted if _run(postgres, facts, one)]


def check_nothing_newer(postgres: Postgres) -> None:
    """Refuse data that a newer version has migrated."""
    known = {(migration.engine, migration.name) for migration in all_migrations()}
    with postgres.transaction() as tx:
        unknown = sorted(name for engine, name in _done(tx) if (engine, name) not in known)
    if unknown:
        raise NewerDatabase(unknown=", ".join(unknown))


def _run(postgres: Postgres, facts: Facts | None, migration: Migration) -> bool:
    with postgres.transaction() as tx:
        tx.lock("runtime.migrate")
        recorded = _done(tx).get((migration.engine, migration.name))
        if recorded == migration.checksum:
            return False
        if recorded is not None:
            raise ChangedMigration(migration=f"{migration.engine}/{migration.name}")
        if migration.engine == "postgres":
            tx.script(migration.text)
        elif facts:
            facts.statement(migration.text)
        failpoint.reach(f"migrate.{migration.engine}.{migration.name}")
        tx.run(_SQL["record_migration"], engine=migration.engine, name=migration.name, checksum=migration.checksum)
    return True


def _done(tx: Transaction) -> Mapping[tuple[Engine, str], str]:
    if not tx.value(_SQL["has_migrations"]):
        return {}
    return {(record.engine, record.name): record.checksum for record in tx.rows(_SQL["migrations"], _Record)}


def _of(engine: Engine) -> Iterator[Migration]:
    folder = files("unavoce.migrations").joinpath(engine)
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".sql"):
            yield Migration(engine, file.name.removesuffix(".sql"), file.read_text("utf-8").strip().rstrip(";"))
