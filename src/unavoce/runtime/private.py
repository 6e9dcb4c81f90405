"""Personal data by the table: beside its other SQL each context says how a person's rows are found and erased.

A context's `private.sql` (PostgreSQL) and `facts_private.sql` (ClickHouse) name a table's two statements `find_TABLE`
and `erase_TABLE`, in the order in which they must be erased. One finding serves three purposes: it is what an export
contains, what a dry run counts, and what must come back empty after an erasure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.sql import Query

_FIND, _ERASE = "find_", "erase_"


class Engine(StrEnum):
    """Where a table is."""

    STATE = "postgres"
    FACTS = "clickhouse"


@dataclass(frozen=True, slots=True)
class Traces:
    """All that leads to one person: her identifiers as numbers and as written, and how texts would name her."""

    iids: tuple[int, ...]
    ids: tuple[str, ...]
    """The numbers as sixteen hexadecimal digits."""
    values: tuple[str, ...]
    hashes: tuple[str, ...]
    """SHA-256 of her addresses, as ad platforms take them."""
    patterns: tuple[str, ...]
    """PostgreSQL's regular expressions over bytes in its escape form."""
    sure: str
    """RE2 for texts: a word of hers between two groups of what may stand beside it."""
    keyed: str
    """RE2 for JSON texts: a property that holds one of her shorter identifiers, its name as the first group."""
    events: tuple[bytes, ...] = ()
    """What stands for the ids of her messages."""

    def params(self) -> dict[str, object]:
        """The parameters of every `find_` and `erase_` statement."""
        return {
            "iids": list(self.iids),
            "ids": list(self.ids),
            "values": list(self.values),
            "hashes": list(self.hashes),
            "patterns": list(self.patterns),
            "events": list(self.events),
        }

    def facts_params(self) -> dict[str, object]:
        """The same for ClickHouse."""
        return {"iids": list(self.iids), "sure": self.sure, "keyed": self.keyed}


@dataclass(frozen=True, slots=True)
class PrivateTable:
    """A table with rows about people; `erase` is missing where its owner clears it in another way."""

    name: str
    engine: Engine
    find: Query
    erase: Query | None

    def __str__(self) -> str:
        return f"{self.engine.value}:{self.name}"


def private_tables(package: str, schema: str = "") -> tuple[PrivateTable, ...]:
    """The tables a context declares, in the order in which they are erased; the schema is the context's name."""
    owner = schema or package.rpartition(".")[2]
    return tuple(
        PrivateTable(f"{owner}.{name.removeprefix(_FIND)}", engine, query, queries.get(f"{_ERASE}{name[len(_FIND) :]}"))
        for file, engine in (("private.sql", Engine.STATE), ("facts_private.sql", Engine.FACTS))
        for queries in [_queries(package, file)]
        for name, query in queries.items()
        if name.startswith(_FIND)
    )


def _queries(package: str, file: str) -> Mapping[str, Query]:
    return sql.load(package, file) if files(package).joinpath(file).is_file() else {}


def found(tx: Transaction, facts: Facts, table: PrivateTable, traces: Traces) -> list[dict[str, object]]:
    """Every row about a person in a table."""
    if table.engine is Engine.STATE:
        return tx.values(table.find, **traces.params())
    columns = facts.columns(table.find, **traces.facts_params())
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def erase_state(tx: Transaction, table: PrivateTable, traces: Traces) -> int:
    """Erase a person's rows from a table of PostgreSQL; says how many there were."""
    return tx.run(table.erase, **traces.params()) if table.erase else 0


def erase_facts(facts: Facts, table: PrivateTable, traces: Traces) -> None:
    """Erase a person's rows from a table of ClickHouse and wait until the parts they were in are written anew."""
    if table.erase:
        facts.run(table.erase, **traces.facts_params())
