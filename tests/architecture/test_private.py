"""Every table either holds nothing about people, and says why, or is found, erased and checked for one person."""

from __future__ import annotations

import psycopg
import pytest

from tests.architecture import reading
from unavoce.apps.privacy.erasing import unclaimed
from unavoce.apps.privacy.rooms import CLEARED, ROOMS, tables
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.private import Engine

HARMLESS = {
    "runtime.migration": "what ran",
    "runtime.settings": "the brand's settings",
    "runtime.job": "what was asked for and counts only; values lie in files that are kept for a week",
    "profile.consent_rule": "the brand's rules",
    "profile.source_rank": "the brand's rules",
    "profile.personal_tag": "names of traits and properties",
    "access.place": "stores and regions",
    "access.person": "the team, not customers",
    "access.session": "the team",
    "access.failed_login": "the team's failed log-ins, for an hour",
    "access.api_key": "programs",
    "collect.source": "sources",
    "collect.lane": "positions",
    "collect.progress": "positions",
    "collect.pinned": "positions",
    "profile.likeness_face": "empty outside the one transaction that looks for duplicates",
    "profile.likeness_pair": "empty outside the one transaction that looks for duplicates",
    "profile.identity_rules": "rules; a value they block identifies nobody",
    "collect.plan": "numbers of versions",
    "collect.plan_rule": "what events should look like",
    "collect.plan_source": "how strictly sources are taken",
    "collect.plan_draft": "what events should look like",
    "collect.failed_job": "which failed events are worked on, by their group, and how far that is",
    "collect.tally": "counts only",
    "collect.violation": "names of properties and what was expected of them, never a value",
    "segment.terms": "the brand's zone and currency",
    "segment.segment": "definitions",
    "segment.size_point": "sizes only",
    "segment.progress": "positions",
    "segment.computed_trait": "definitions",
    "segment.list": "names of lists",
    "segment.draft": "definitions",
    "segment.persona": "counts and shares of groups, none of fewer than ten",
    "content.message": "what the brand says to everybody",
    "content.variant": "what the brand says to everybody",
    "content.brand": "the brand kit",
    "commerce.product": "the catalogue",
    "commerce.store": "stores",
    "commerce.category_rule": "rules",
    "commerce.exposure": "what stores displayed, by week; nobody is in it",
    "decide.policy": "rules",
    "decide.journey": "definitions",
    "decide.journey_version": "definitions",
    "decide.interest": "names of events",
    "decide.position": "positions",
    "decide.step_count": "counts only",
    "decide.export": "positions",
    "deliver.audience": "names of audiences",
    "deliver.channel_settings": "how channels are connected",
    "simulator.setup": "settings",
    "simulator.retry_key": "random keys",
    "simulator.quota": "counts only",
    "privacy.request": "keeps what leads to her only while it runs; a constraint holds it to that",
    "privacy.forgotten": "keyed hashes, kept so that an import does not bring her back",
    "privacy.turned_away": "counts only",
}
"""Tables without rows about customers, and what is in them instead.

Of a new table decide: a line here, or a `find_` and an `erase_` statement in the `private.sql` (of ClickHouse
`facts_private.sql`) beside its context's other SQL.
"""


def _declared(engine: Engine) -> set[str]:
    return {table.name.partition("__")[0] for table in tables() if table.engine is engine}


def _undecided(there: set[str], engine: Engine) -> set[str]:
    return there - _declared(engine) - set(HARMLESS)


def _in_postgres(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables LEFT JOIN pg_inherits ON inhrelid = "
            "format('%I.%I', schemaname, tablename)::regclass "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND inhrelid IS NULL"
        ).fetchall()
    return {str(name) for (name,) in rows}


def _in_clickhouse(engine: ClickHouse) -> set[str]:
    stored = engine.client("api").tree(
        "SELECT concat(database, '.', name) AS name FROM system.tables WHERE engine NOT LIKE '%View' AND NOT "
        "is_temporary AND database NOT IN ('system', 'default') AND database NOT ILIKE 'information_schema'"
    )
    return set(stored["name"])


def test_every_table_of_postgres_is_decided(postgres_server: EmbeddedPostgres, template: str) -> None:
    there = _in_postgres(postgres_server.url(template))
    assert _undecided(there, Engine.STATE) == set(), (
        "say in HARMLESS why it names nobody, or how it is erased in private.sql"
    )
    assert "profile.identifier" in there


def test_every_table_of_clickhouse_is_decided(clickhouse: ClickHouse, template: str) -> None:
    there = _in_clickhouse(clickhouse)
    assert _undecided(there, Engine.FACTS) == set()
    assert "collect.event" in there


def test_what_is_found_is_erased() -> None:
    assert unclaimed() == []
    assert {str(table) for table in tables() if table.erase is None} == set(CLEARED)


def test_nobody_is_both() -> None:
    assert (_declared(Engine.STATE) | _declared(Engine.FACTS)).isdisjoint(HARMLESS)


def test_every_statement_about_people_belongs_to_a_room() -> None:
    folders = {"unavoce." + ".".join(path.parent.relative_to(reading.SOURCE).parts) for path in _files()}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("path", [*reading.SOURCE.rglob("*private.sql")], ids=lambda path: str(path.parent.name))
def test_statements_about_people_are_pairs(path: object) -> None:
    names = sql.parse(path.read_text("utf-8"), str(path)).keys()  # type: ignore[attr-defined]
    assert {name.partition("_")[0] for name in names} <= {"find", "erase"}
    assert {name.removeprefix("erase_") for name in names if name.startswith("erase_")} <= {
        name.removeprefix("find_") for name in names if name.startswith("find_")
    }


def _files() -> list[reading.Path]:
    return [path for path in reading.sql_files() if path.name in ("private.sql", "facts_private.sql")]


def test_an_undecided_table_is_noticed() -> None:
    assert _undecided({"profile.identifier", "loyalty.member"}, Engine.STATE) == {"loyalty.member"}
