"""The sources as they are kept, and how much each of them sends."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from unavoce.collect.model import Source, SourceKind
from unavoce.runtime import sql
from unavoce.runtime.lane import LaneConnection
from unavoce.runtime.postgres import Transaction

if TYPE_CHECKING:  # the collector runs this file, too, and has no use for ClickHouse's 60 MB of libraries
    from unavoce.runtime.clickhouse import Facts

_SQL = sql.load(__package__, "sources.sql")
_FACTS = sql.load(__package__, "facts.sql")


class Volume(NamedTuple):
    """What a source has sent: events since the asked moment, and when the last one ever came."""

    source: str
    events: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class _SourceRow:
    id: int
    key: str
    name: str
    kind: str
    write_key: str | None
    old_write_key: str | None
    old_key_until: datetime | None
    paused_at: datetime | None
    events_per_second: int | None
    measurement_id: str | None

    def source(self) -> Source:
        return Source(**asdict(self) | {"kind": SourceKind(self.kind)})


async def sources_now(connection: LaneConnection) -> list[Source]:
    """Every source, over the collector's own connection."""
    return [row.source() for row in await connection.rows(_SQL["sources"], _SourceRow)]


def sources(tx: Transaction) -> list[Source]:
    """Every source."""
    return [row.source() for row in tx.rows(_SQL["sources"], _SourceRow)]


def add_source(tx: Transaction, key: str, name: str, kind: SourceKind, write_key: str | None) -> Source:
    """The source with this key, made if it was not there."""
    tx.run(_SQL["add_source"], key=key, name=name, kind=kind.value, write_key=write_key)
    return next(row.source() for row in tx.rows(_SQL["source_with_key"], _SourceRow, key=key))


def source(tx: Transaction, source_id: int) -> Source | None:
    """One source, held until the transaction ends."""
    row = tx.first(_SQL["source"], _SourceRow, id=source_id)
    return row.source() if row else None


def measured_by(tx: Transaction, source: Source) -> str | None:
    """The key of another source that goes by this one's measurement id."""
    found = tx.values(_SQL["measured_by"], id=source.id, measurement_id=source.measurement_id)
    return str(found[0]) if found else None


def change(tx: Transaction, source: Source) -> None:
    """Keep the source as it is now."""
    tx.run(_SQL["change"], **{name: value for name, value in asdict(source).items() if name not in ("key", "kind")})


def volumes(facts: Facts, since: datetime, stores: frozenset[str] | None) -> list[Volume]:
    """What each source has sent; with `stores`, only there and where no store was."""
    everywhere, listed = int(stores is None), sorted(stores or ())
    return facts.rows(_FACTS["volume"], Volume, since_64=since, everywhere=everywhere, stores=listed)
