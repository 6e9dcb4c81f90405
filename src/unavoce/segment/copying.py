"""Copies flips to ClickHouse: a batch is pinned before it is copied, so that a crash copies the same again."""

from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.failpoint import reach
from unavoce.runtime.postgres import Postgres
from unavoce.segment import store

# Few enough to pass through memory at once, many enough that an import's flips are copied in a few inserts.
AT_ONCE = 50_000


def export(postgres: Postgres, facts: Facts) -> int:
    """Copy the next flips; returns how many."""
    with postgres.transaction() as tx:
        store.pin_copy(tx, AT_ONCE)
    with postgres.transaction() as tx:
        batch = store.progress(tx)
        if batch.pinned is None:
            return 0
        flips = store.to_copy(tx, batch)
        store.insert_copies(facts, flips, f"segment.flip:{batch.copied}:{batch.pinned}")
        reach("export.after_flips")
        store.copied(tx)
    return len(flips)
