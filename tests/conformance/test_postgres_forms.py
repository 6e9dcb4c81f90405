"""No code may know which PostgreSQL it speaks to: the same things hold for every form."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.architecture import reading
from tests.architecture.test_sql_prepares import complaint_of_postgres
from tests.conformance.conftest import Form
from unavoce.runtime import dump
from unavoce.runtime.dump import DatabaseNotEmpty
from unavoce.runtime.listing import Ask, Kind, Listing
from unavoce.runtime.migrate import all_migrations, check_nothing_newer, migrate, pending
from unavoce.runtime.postgres import Json, Postgres
from unavoce.runtime.settings import brand_key, keep_setting, setting
from unavoce.runtime.sql import Query


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the settings."""

    key: str
    value: object


def said(text: str) -> Query:
    """A query of a test's own."""
    return Query("said", "For this test.", text, "test")


@pytest.fixture(scope="module")
def url(form: Form) -> str:
    """The address of one migrated database of this form."""
    url = form.empty()
    postgres = Postgres.connect(url, name="conformance", size=1)
    migrate(postgres, None)
    postgres.close()
    return url


@pytest.fixture
def brand(url: str) -> Iterator[Postgres]:
    """Connections to it."""
    postgres = Postgres.connect(url, name="conformance", size=4)
    yield postgres
    postgres.close()


def test_every_migration_runs_once(brand: Postgres) -> None:
    assert migrate(brand, None) == []
    assert all(migration.engine == "clickhouse" for migration in pending(brand))
    check_nothing_newer(brand)
    assert len(all_migrations("postgres")) > 1


def test_every_named_query_is_understood(url: str) -> None:
    statements = [one for one in reading.statements() if one.dialect == "postgres"]
    assert statements
    with psycopg.connect(url) as connection:
        complaints = {
            str(one): complaint
            for one in statements
            if (complaint := complaint_of_postgres(connection, one.query.text))
        }
    assert complaints == {}


def test_rows_travel_in_every_way(brand: Postgres) -> None:
    with brand.transaction() as tx:
        tx.script("CREATE TEMPORARY TABLE cup (id bigint, name text, tags jsonb) ON COMMIT DROP")
        assert tx.copy(said("COPY cup FROM STDIN"), [(1, "it's\t抹茶", Json({"a": [1]}))]) == 1
        assert tx.copy(said("COPY cup (id, name) FROM STDIN (FORMAT BINARY)"), [(2, "b")], types=["int8", "text"]) == 1
        more = said("INSERT INTO cup (id, name) VALUES (%(id)s, %(name)s)")
        assert tx.many(more, [{"id": number, "name": "x"} for number in (3, 4)]) == 2
        assert tx.values(said("SELECT name FROM cup WHERE id = ANY(%(ids)s) ORDER BY id"), ids=[1, 2]) == [
            "it's\t抹茶",
            "b",
        ]
        assert tx.value(said("SELECT tags FROM cup WHERE id = 1")) == {"a": [1]}


def test_a_list_is_paged(brand: Postgres) -> None:
    base = said("SELECT key, value FROM runtime.settings WHERE key LIKE 'page%%'")
    listing = Listing(base, Kept, {"key": Kind.TEXT}, key="key", sort="-key")
    with brand.transaction() as tx:
        for number in range(5):
            keep_setting(tx, f"page{number}", number)
        first = listing.page(tx, Ask(limit=3))
        second = listing.page(tx, Ask(limit=3, cursor=first.next))
    assert [row.value for row in first.items + second.items] == [4, 3, 2, 1, 0]
    assert second.next is None


def test_locks_savepoints_and_notices(brand: Postgres) -> None:
    with brand.transaction() as one, brand.transaction() as other:
        one.lock("pump")
        assert not other.try_lock("pump")
        other.notify("flips", "yes")


def test_a_dump_fills_an_empty_database_of_the_same_form(form: Form, url: str, brand: Postgres, tmp_path: Path) -> None:
    with brand.transaction() as tx:
        keep_setting(tx, "name", "抹茶")
        key = brand_key(tx)
    dump.dump(url, tmp_path / "dump")
    fresh = form.empty()
    dump.load(fresh, tmp_path / "dump")
    restored = Postgres.connect(fresh, name="restored", size=1)
    with restored.transaction() as tx:
        assert (setting(tx, "name"), brand_key(tx)) == ("抹茶", key)
    assert migrate(restored, None) == []
    restored.close()
    with pytest.raises(DatabaseNotEmpty):
        dump.load(fresh, tmp_path / "dump")
