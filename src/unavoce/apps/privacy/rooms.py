"""Every table with rows about people, over all contexts, in the order in which they are erased."""

from __future__ import annotations

from functools import cache

from unavoce.runtime.private import PrivateTable, private_tables

ROOMS = (
    "unavoce.apps.simulator",
    "unavoce.deliver",
    "unavoce.decide",
    "unavoce.segment",
    "unavoce.collect",
    "unavoce.profile",
    "unavoce.access",
    "unavoce.runtime",
    "unavoce.apps.privacy",
)
"""The packages that keep rows about people: who depends on rows of another comes before it."""

CLEARED = {
    "postgres:collect.intake": "the pump takes out what waits, and drops what is hers",
    "clickhouse:profile.link": "this engine deletes no rows: the whole copy is made anew",
    "clickhouse:profile.link_spare": "emptied whenever the copy is made anew",
}
"""Tables without an `erase_` statement, and how they are cleared instead."""


@cache
def tables() -> tuple[PrivateTable, ...]:
    """All of them."""
    return tuple(table for room in ROOMS for table in private_tables(room))
