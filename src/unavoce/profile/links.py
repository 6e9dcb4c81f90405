"""ClickHouse's copy of the links: written after the commit, compared at start, replaced when it differs."""

from collections.abc import Sequence

from unavoce.profile import resolver, store
from unavoce.profile.model import LinkChange
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction


def publish(tx: Transaction, facts: Facts, changed: Sequence[LinkChange]) -> None:
    """Write what these links are by now in one insert, because the engine keeps one file for each."""
    if changed:
        store.lock(tx)
        iids = dict.fromkeys(link.iid for link in changed)
        store.add_links(facts, [LinkChange(*link) for link in resolver.customers_of(tx, iids).items()])


def check(tx: Transaction, facts: Facts) -> bool:
    """Replace the copy when it differs from PostgreSQL; answers whether it did."""
    store.lock(tx)
    if store.links_checksum(tx) == store.facts_checksum(facts):
        return False
    store.replace_links(facts, store.link_rows(tx))
    return True


def replace(tx: Transaction, facts: Facts) -> None:
    """Write the copy afresh while no resolver works, so that nothing is published in between."""
    store.lock(tx)
    store.replace_links(facts, store.link_rows(tx))
