"""What a batch brought, counted by source, hour, event name and store: the raw material of the data quality report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from unavoce.collect.model import Batch, Event, Failure

if TYPE_CHECKING:
    from unavoce.runtime.clickhouse import Facts

TABLE = "collect.tally"
_COLUMNS = (
    "source", "hour", "name", "store", "accepted", "repeated", "failed", "blocked", "faulty", "clamped",
    "last_received",
)  # fmt: skip
_ACCEPTED, _REPEATED, _FAILED, _BLOCKED, _FAULTY, _CLAMPED = range(6)
Key = tuple[str, datetime, str, str]


@dataclass(slots=True)
class Tally:
    """Counts while a batch is read."""

    _counts: dict[Key, list[int]]
    _last: dict[Key, datetime]
    _hours: dict[datetime, datetime]

    def __init__(self) -> None:
        self._counts, self._last, self._hours = {}, {}, {}

    def entered(self, events: Iterable[Event], faulty: Mapping[int, object]) -> None:
        """Count what enters history."""
        for event in events:
            counts = self._of(event)
            counts[_ACCEPTED] += 1
            counts[_CLAMPED] += event.clamped
            counts[_FAULTY] += event.seq in faulty

    def repeated(self, events: Iterable[Event]) -> None:
        """Count what had been received before."""
        for event in events:
            self._of(event)[_REPEATED] += 1

    def blocked(self, events: Iterable[Event]) -> None:
        """Count what the plan kept out."""
        for event in events:
            counts = self._of(event)
            counts[_BLOCKED] += 1
            counts[_FAULTY] += 1

    def failed(self, source: str, failures: Sequence[Failure], received_at: datetime) -> None:
        """Count what could not be read; of such a call neither name nor store is known."""
        if failures:
            self._at(source, received_at, "", "")[_FAILED] += len(failures)

    def _of(self, event: Event) -> list[int]:
        return self._at(event.source.key, event.received_at, event.name, event.goods.store if event.goods else "")

    def _at(self, source: str, received_at: datetime, name: str, store: str) -> list[int]:
        hour = self._hours.get(received_at)
        if hour is None:
            hour = self._hours[received_at] = received_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        key = (source, hour, name, store)
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * 6
        self._last[key] = received_at  # a lane's times never go back
        return counts

    def insert(self, facts: Facts, batch: Batch) -> None:
        """Put the counts among the facts; a replay of the same batch is dropped by its token."""
        if self._counts:
            rows = [(*key, *counts, self._last[key]) for key, counts in self._counts.items()]
            facts.insert(TABLE, _COLUMNS, list(zip(*rows, strict=True)), token=batch.token(TABLE))
