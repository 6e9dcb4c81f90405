"""A context's SQL touches its own tables and others' published views, and every named query has a caller."""

from pathlib import Path

import pytest

from tests.architecture import reading
from unavoce.runtime import sql


def _statement(text: str, *, context: str = "profile", dialect: str = "postgres") -> reading.Statement:
    return reading.Statement(context, dialect, sql.Query("q", "Why.", text, "state.sql"))


@pytest.mark.parametrize("statement", reading.statements(), ids=str)
def test_a_query_stays_at_home(statement: reading.Statement) -> None:
    assert reading.trespasses(statement) == []


def test_a_query_is_used_exactly_where_it_belongs() -> None:
    unused, unknown = [], []
    for path in reading.sql_files():
        names = set(sql.parse(path.read_text("utf-8"), str(path)))
        used = _names_used_beside(path)
        unused += [f"{path.parent.name}/{path.name}:{name}" for name in names - used]
        unknown += [f"{path.parent.name}/{path.name}:{name}" for name in used - names]
    assert not unused, f"nobody runs {sorted(unused)}"
    assert not unknown, f"no such query: {sorted(unknown)}"


def test_only_a_store_runs_sql() -> None:
    loading = [
        str(path.relative_to(reading.SOURCE))
        for path in sorted(reading.SOURCE.rglob("*.py"))
        if reading.uses_in(path.read_text("utf-8")) and path.name != "store.py"
    ]
    assert [path for path in loading if not path.startswith("runtime/")] == []


def _names_used_beside(path: Path) -> set[str]:
    if path.name in ("private.sql", "facts_private.sql"):
        # Used by their names' form, whatever the table (runtime/private.py); see test_private.py.
        return set(sql.parse(path.read_text("utf-8"), str(path)))
    return {
        use.query
        for module in path.parent.glob("*.py")
        for use in reading.uses_in(module.read_text("utf-8"))
        if use.file == path.name and use.query is not None
    }


# The tests' own teeth.


def test_another_contexts_table_is_noticed() -> None:
    assert reading.trespasses(_statement("SELECT 1 FROM decide.intent JOIN profile.edge ON true"))


def test_another_contexts_view_is_free() -> None:
    text = "WITH mine AS (SELECT a FROM profile.edge) SELECT 1 FROM mine, collect.v_event"
    assert reading.trespasses(_statement(text)) == []


def test_a_table_without_schema_is_noticed_in_postgres() -> None:
    assert reading.trespasses(_statement("DELETE FROM edge USING unnest(%(ids)s::bigint[]) AS gone(id)"))


def test_a_lock_names_no_new_table() -> None:
    assert not reading.trespasses(_statement("SELECT 1 FROM profile.edge FOR UPDATE OF edge SKIP LOCKED"))


def test_a_copy_is_read_too() -> None:
    assert reading.trespasses(_statement("COPY decide.intent (id) FROM STDIN"))
    assert not reading.trespasses(_statement("COPY profile.edge (a, b) FROM STDIN (FORMAT binary)"))


def test_parameters_of_both_engines_are_read() -> None:
    assert reading.trespasses(_statement("UPDATE deliver.prompt SET a = %(a)s WHERE b LIKE 'x%%'"))
    text = "SELECT x FROM deliver.sent PREWHERE iid IN {ids:Array(UInt64)} FORMAT JSON"
    assert reading.trespasses(_statement(text, dialect="clickhouse"))


def test_an_unused_and_an_unknown_query_are_seen() -> None:
    source = '_SQL = sql.load(__package__, "state.sql")\nrows = tx.rows(_SQL["links_of"], Link)\n'
    assert reading.Use("state.sql", "links_of") in reading.uses_in(source)
    assert reading.Use("state.sql", "(not a literal)") in reading.uses_in(source.replace('"links_of"', "name"))
