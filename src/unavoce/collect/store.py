"""The only file of this context that runs SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from unavoce.collect import columns, rules
from unavoce.collect.model import (
    LANE_IMPORTS,
    Batch,
    Event,
    EventIids,
    FailedEvent,
    Failure,
    Happening,
    Reason,
)
from unavoce.collect.parsing import IntakeRow
from unavoce.kernel.ids import Iid, digest16
from unavoce.runtime import sql
from unavoce.runtime.lane import LaneConnection
from unavoce.runtime.postgres import Json, Transaction

if TYPE_CHECKING:  # the collector runs this file, too, and has no use for ClickHouse's 60 MB of libraries
    from unavoce.runtime.clickhouse import Facts

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")
_EVENT = "collect.event"
_NO_CALL = '""'  # an empty word in PostgreSQL's text form of an array
_SHOWN_BYTES = 4_000  # of a failed event's content in a list


class Entry(NamedTuple):
    """One request to be put on a lane."""

    source_id: int
    call: str
    events: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Head:
    lane: int
    head: int


@dataclass(frozen=True, slots=True)
class _FailedRow:
    id: int
    source: str
    reason: str
    detail: str
    place: str | None
    received_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the history may be seen: these stores' events and those of no store; None means all."""

    stores: frozenset[str] | None

    @property
    def everywhere(self) -> int:
        """1 when all may be seen."""
        return int(self.stores is None)

    @property
    def listed(self) -> list[str]:
        """The stores by name."""
        return sorted(self.stores or ())


def _placed(lane: int, entries: Sequence[Entry], now: datetime) -> dict[str, object]:
    # All bodies in one value and the numbers as PostgreSQL's own array text: a list is dumped element by element,
    # which took a tenth of the collector's time.
    sources, calls, events, bodies = zip(*entries, strict=True)
    sizes = [len(body) for body in bodies]
    firsts, begins = list(accumulate(events, initial=1))[:-1], list(accumulate(sizes, initial=1))[:-1]
    return {
        "lane": lane,
        "now": now,
        "total": sum(events),
        "firsts": _array(firsts),
        "events": _array(events),
        "sources": _array(sources),
        "calls": f"{{{','.join([call or _NO_CALL for call in calls])}}}",
        "begins": _array(begins),
        "bytes": _array(sizes),
        "bodies": b"".join(bodies),
    }


def _array(numbers: Iterable[int]) -> str:
    """Numbers as an array in PostgreSQL's text form."""
    return f"{{{','.join(map(str, numbers))}}}"


def append(tx: Transaction, lane: int, entries: Sequence[Entry], now: datetime) -> None:
    """Put requests on a lane inside the caller's transaction, which holds the lane until it ends."""
    tx.run(_SQL["append"], **_placed(lane, entries, now))


async def append_now(connection: LaneConnection, lane: int, entries: Sequence[Entry], now: datetime) -> None:
    """Put requests on a lane and commit: one statement, one round trip, one fsync for all of them."""
    await connection.run(_SQL["append"], **_placed(lane, entries, now))


async def backlog_now(connection: LaneConnection) -> int:
    """How many events wait, over the collector's own connection."""
    return int((await connection.values(_SQL["backlog"], lane=None))[0])


def backlog(tx: Transaction, lane: int | None = None) -> int:
    """How many events wait on a lane, or on all."""
    return int(tx.value(_SQL["backlog"], lane=lane))


def unfinished(tx: Transaction) -> Batch | None:
    """The batch that was pinned and not settled."""
    return tx.first(_SQL["unfinished"], Batch)


def pin_next(tx: Transaction) -> Batch | None:
    """Fix the bounds of the next batch, if anything waits."""
    lane = tx.value(_SQL["waiting_lane"], imports=LANE_IMPORTS)
    if lane is None:
        return None
    return tx.first(
        _SQL["pin"],
        Batch,
        lane=lane,
        most=rules.BATCH_EVENTS,
        bytes=rules.BATCH_BYTES,
    )


def rows(tx: Transaction, batch: Batch) -> list[IntakeRow]:
    """The requests of a batch in their order."""
    return tx.rows(_SQL["rows"], IntakeRow, lane=batch.lane, from_seq=batch.from_seq, to_seq=batch.to_seq)


def failed_seqs(tx: Transaction, batch: Batch) -> set[int]:
    """The numbers of the batch's events that have failed already."""
    return set(tx.values(_SQL["failed_seqs"], lane=batch.lane, from_seq=batch.from_seq, to_seq=batch.to_seq))


# Ids are asked for and kept in their order: neighbours lie on the same pages of the index (half the time).


def seen(tx: Transaction, ids: Sequence[bytes], since: date) -> set[bytes]:
    """Which of these live ids were received on this day or later."""
    return set(tx.values(_SQL["seen"], ids=sorted(ids), since=since)) if ids else set()


def seen_import(tx: Transaction, ids: Sequence[bytes]) -> set[bytes]:
    """Which of these imported ids were ever received."""
    return set(tx.values(_SQL["seen_import"], ids=sorted(ids))) if ids else set()


def remember(tx: Transaction, ids: Sequence[bytes], day: date) -> None:
    """Remember live ids received on a day."""
    tx.run(_SQL["open_day"], day=day)
    tx.run(_SQL["remember"], ids=sorted(ids), day=day)


def remember_import(tx: Transaction, ids: Sequence[bytes]) -> None:
    """Remember imported ids for ever."""
    if ids:
        tx.run(_SQL["remember_import"], ids=sorted(ids))


def forget_days(tx: Transaction, before: date) -> int:
    """Drop the live ids received before a day; returns how many days went."""
    return int(tx.value(_SQL["forget_days"], before=before))


def settle(tx: Transaction, batch: Batch) -> bool:
    """Move the lane's position over the batch and clear up after it; False when that was done before."""
    bounds = {"lane": batch.lane, "from_seq": batch.from_seq, "to_seq": batch.to_seq}
    if tx.run(_SQL["advance"], **bounds) == 0:
        return False
    tx.run(_SQL["clear_rows"], **bounds)
    tx.run(_SQL["unpin"], lane=batch.lane, from_seq=batch.from_seq)
    return True


def keep_failures(
    tx: Transaction, source_id: int, failures: Iterable[Failure], received_at: datetime, *, lane: int | None = None
) -> int:
    """Keep failures once each; a second time they change nothing. Returns how many are new."""
    return tx.many(
        _SQL["keep_failure"],
        [
            asdict(failure)
            | {
                "fingerprint": _fingerprint(source_id, lane, failure),
                "source_id": source_id,
                "lane": lane,
                "received_at": received_at,
                "faults": Json(failure.faults),
            }
            for failure in failures
        ],
    )


def _fingerprint(source_id: int, lane: int | None, failure: Failure) -> bytes:
    if failure.reason is Reason.AGAINST_PLAN:
        # The sender tries again with the same id, and it is still the same event.
        return digest16(f"{source_id}\0message\0{failure.message_id}".encode())
    if failure.seq is not None:
        return digest16(f"{lane}:{failure.seq}".encode())
    return digest16(f"{source_id}\0{failure.place}\0".encode() + failure.content)


def failed_events(
    tx: Transaction, *, below: int, most: int, reason: str | None = None, source: str | None = None
) -> list[FailedEvent]:
    """Failures with a number under `below`, newest first, their content cut to what a list can show."""
    found = tx.rows(
        _SQL["failed_events"], _FailedRow, below=below, most=most, reason=reason, source=source, bytes=_SHOWN_BYTES
    )
    return [FailedEvent(**(asdict(row) | {"content": row.content.decode("utf-8", "replace")})) for row in found]


def beat(tx: Transaction, now: datetime) -> None:
    """Let no live lane stamp anything earlier than `now` from here on."""
    tx.run(_SQL["beat"], now=now, imports=LANE_IMPORTS)


def watermark(tx: Transaction, now: datetime) -> datetime:
    """The moment before which every live call is history."""
    found: datetime = tx.value(_SQL["watermark"], now=now, imports=LANE_IMPORTS)
    return found


def repeat(tx: Transaction, lane: int, events: Sequence[Event]) -> None:
    """Write down live calls that came again; a second time this changes nothing."""
    if events:
        tx.run(
            _SQL["repeat"],
            lane=lane,
            seqs=[event.seq for event in events],
            event_ids=[event.event_id for event in events],
            message_ids=[event.message_id for event in events],
            sources=[event.source.id for event in events],
            names=[event.name for event in events],
            times=[event.received_at for event in events],
        )


def forget_repeated(tx: Transaction, before: date) -> int:
    """Forget the calls that came again before a day."""
    return tx.run(_SQL["forget_repeated"], before=before)


def insert_events(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[EventIids]) -> None:
    """Put events into history; a replay of the same batch is dropped by its token."""
    if events:
        data = columns.columns_of(events, iids)
        facts.insert(_EVENT, columns.COLUMNS, data, token=batch.token(_EVENT))


class HappeningRow(NamedTuple):
    """An event as every question to the history answers it; the numbers of all its identifiers only where asked."""

    event_id: bytes
    message_id: str
    type: str
    name: str
    iid: int
    at: datetime
    received_at: datetime
    clamped: int
    source: str
    source_kind: str
    channel: str
    store: str
    order_id: str
    revenue_minor: int
    currency: str
    campaign: str
    utm_source: str
    product_ids: list[str]
    categories: list[str]
    properties: str
    context: str
    iids: Sequence[int] = ()

    def happening(self) -> Happening:
        """The row in our words."""
        said = self._asdict() | {
            "iid": Iid(self.iid),
            "clamped": bool(self.clamped),
            "properties": msgspec.json.decode(self.properties),
            "context": msgspec.json.decode(self.context),
        }
        del said["iids"]
        return Happening(**said)


def history(facts: Facts, iids: Sequence[int], *, before: datetime, most: int, sight: Sight) -> list[Happening]:
    """What these identifiers did before a moment, newest first."""
    found = facts.rows(
        _FACTS["history"], HappeningRow, iids=list(iids), before_64=before, most=most,
        everywhere=sight.everywhere, stores=sight.listed,
    )  # fmt: skip
    return [row.happening() for row in found]


def events_between(facts: Facts, since: datetime, until: datetime, sight: Sight) -> list[Happening]:
    """What happened in a span of time, oldest first."""
    found = facts.rows(
        _FACTS["events_between"], HappeningRow, since_64=since, until_64=until, everywhere=sight.everywhere,
        stores=sight.listed,
    )  # fmt: skip
    return [row.happening() for row in found]


def events_received(facts: Facts, source: str, since: datetime) -> int:
    """How many events of a source have become history since a moment."""
    return int(facts.value(_FACTS["events_received"], source=source, since_64=since) or 0)


def recent(
    facts: Facts, *, before: datetime, beyond: bytes, most: int, sight: Sight, source: str = "", name: str = ""
) -> list[Happening]:
    """The events received last before a moment, of those of that very moment the ones beyond an event id."""
    found = facts.rows(
        _FACTS["recent"], HappeningRow, before_64=before, beyond=beyond.hex().upper(), most=most, source=source,
        name=name, everywhere=sight.everywhere, stores=sight.listed,
    )  # fmt: skip
    return [row.happening() for row in found]


def event_ids(facts: Facts, iids: Sequence[Iid]) -> list[bytes]:
    """What stands for the ids of the messages kept under these identifiers."""
    return [bytes(one) for one in facts.values(_FACTS["event_ids"], iids=list(iids))]


def heads(tx: Transaction) -> dict[int, int]:
    """The number of the last accepted event of each lane."""
    return {row.lane: row.head for row in tx.rows(_SQL["heads"], _Head)}


def settled_up_to(tx: Transaction, heads: Mapping[int, int]) -> bool:
    """Whether every lane has been pumped up to a number."""
    return not tx.value(_SQL["behind"], lanes=list(heads), heads=list(heads.values()))


def property_names(facts: Facts) -> list[str]:
    """The properties of recent events."""
    return facts.values(_FACTS["property_names"])
