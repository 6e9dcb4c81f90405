"""The collector's one connection to the intake log, opened again whenever it breaks."""

from collections.abc import Sequence
from datetime import datetime

from unavoce.collect import rules, store
from unavoce.collect.model import Source
from unavoce.collect.sources import store as source_store
from unavoce.collect.store import Entry
from unavoce.runtime.lane import LaneConnection


class Ledger:
    """Writes one lane; every call is a transaction of its own."""

    def __init__(self, url: str, lane: int) -> None:
        self._url, self._lane = url, lane
        self._connection: LaneConnection | None = None

    async def append(self, entries: Sequence[Entry], now: datetime) -> None:
        """Put the entries on the lane and commit."""
        await store.append_now(await self._open(), self._lane, entries, now)

    async def keys(self, now: datetime) -> dict[str, Source]:
        """Every source by each key that opens it now: its write key, its old one, its measurement id."""
        found = await source_store.sources_now(await self._open())
        return {key: source for source in found for key in rules.keys_of(source, now)}

    async def backlog(self) -> int:
        """How many events wait on all lanes."""
        return await store.backlog_now(await self._open())

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _open(self) -> LaneConnection:
        if self._connection is None or not self._connection.usable:
            self._connection = await LaneConnection.open(self._url, name="collector")
        return self._connection
