"""Facts are inserted exactly once and survive power loss: the settings that make it so are on every table."""

import re
from dataclasses import dataclass

import pytest

from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.sql import Query

# Below this a replayed batch could be older than what the engine still remembers; the default is 0: nothing.
SMALLEST_WINDOW = 10_000
DURABLE = ("fsync_after_insert", "fsync_part_directory")
# Events have no other home; every other fact can be derived from them again.
ONLY_HOME = frozenset({"collect"})

_TABLES = Query(
    "tables",
    "Every table of ours that keeps parts.",
    "SELECT database, name, engine_full FROM system.tables"
    " WHERE engine LIKE '%MergeTree' AND database NOT IN ('system', 'default')",
    "",
)


@dataclass(frozen=True)
class FactTable:
    """One table as ClickHouse describes it."""

    database: str
    name: str
    engine_full: str


def setting(table: FactTable, name: str) -> int:
    """The value of a table's setting, 0 when it is not set."""
    found = re.search(rf"\b{name} = (\d+)", table.engine_full)
    return int(found[1]) if found else 0


def complaints(table: FactTable) -> list[str]:
    """What would let an event be lost or counted twice."""
    where, found = f"{table.database}.{table.name}", []
    windows = ("non_replicated_deduplication_window", "replicated_deduplication_window")
    if all(setting(table, name) < SMALLEST_WINDOW for name in windows):
        found.append(f"{where} forgets insert tokens")
    if table.database in ONLY_HOME:
        found += [f"{where} lacks {name}" for name in DURABLE if not setting(table, name)]
    return found


def test_every_fact_table_remembers_and_survives(clickhouse: ClickHouse, template: str) -> None:
    tables = clickhouse.client("api").rows(_TABLES, FactTable)
    assert "collect.event" in {f"{table.database}.{table.name}" for table in tables}
    assert [complaint for table in tables for complaint in complaints(table)] == []


@pytest.mark.parametrize(
    ("database", "settings", "complaining"),
    [
        ("decide", "SETTINGS index_granularity = 8192", 1),
        ("decide", "SETTINGS non_replicated_deduplication_window = 100", 1),
        ("decide", "SETTINGS non_replicated_deduplication_window = 10000", 0),
        ("collect", "SETTINGS non_replicated_deduplication_window = 10000", 2),
        ("collect", "SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1", 1),
    ],
)
def test_a_careless_table_is_noticed(database: str, settings: str, complaining: int) -> None:
    table = FactTable(database, "t", f"MergeTree ORDER BY a {settings}")
    assert len(complaints(table)) == complaining
