"""Reads what became of the calls of the last days, out of history and out of what was set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from unavoce.collect.arrivals.model import LOOKED_BACK, ORDER, Arrival, Failed, Outcome, Sight, Sought, Told
from unavoce.collect.model import NoSuchEvent
from unavoce.collect.store import HappeningRow
from unavoce.kernel.ids import Iid
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

if TYPE_CHECKING:
    from unavoce.runtime.clickhouse import Facts

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")
_READ_BYTES = 40_000  # of a failed call, enough to see its name
_BEHIND_ALL = "~"  # sorts behind every key


class _Called(msgspec.Struct, rename="camel"):
    type: str = ""
    event: str = ""
    message_id: str = ""


class _Accepted(NamedTuple):
    key: str
    event_id: bytes
    message_id: str
    type: str
    name: str
    iid: int
    at: datetime
    received_at: datetime
    clamped: int
    source: str
    store: str


class _Repeated(NamedTuple):
    key: str
    received_at: datetime
    source: str
    name: str
    message_id: str
    event_id: bytes


class _Failed(NamedTuple):
    key: str
    received_at: datetime
    source: str
    reason: str
    detail: str
    content: bytes


def page(facts: Facts, tx: Transaction, sought: Sought, sight: Sight) -> list[Arrival]:
    """The calls behind a spot, latest first; each origin gives a page and the latest of all are kept."""
    origins: dict[Outcome, Callable[[], list[Arrival]]] = {
        Outcome.ACCEPTED: lambda: _accepted(facts, sought, sight),
        Outcome.REPEATED: lambda: _repeated(facts, tx, sought),
        Outcome.FAILED: lambda: _failed(tx, sought),
    }
    found: list[Arrival] = []
    for outcome, ask in origins.items():
        if outcome in sought.outcomes and (outcome is Outcome.ACCEPTED or sight.refused):
            found += ask()
    found.sort(key=lambda one: (ORDER.index(one.outcome), one.key))
    found.sort(key=lambda one: one.received_at, reverse=True)
    return found[: sought.limit]


def event(facts: Facts, event_id: bytes, since: datetime, until: datetime, stores: frozenset[str] | None) -> Told:
    """One event received in this time, if it can be seen from these stores."""
    found = facts.rows(
        _FACTS["event"], HappeningRow, since_64=since, until_64=until, event_id=event_id.hex().upper(),
        everywhere=int(stores is None), stores=sorted(stores or ()),
    )  # fmt: skip
    if not found:
        raise NoSuchEvent(id=event_id.hex())
    return Told(found[0].happening(), tuple(map(Iid, found[0].iids)))


def repetitions(tx: Transaction, event_id: bytes) -> list[Arrival]:
    """When an event came again, latest first."""
    return [_again(row) for row in tx.rows(_SQL["repetitions"], _Repeated, event_id=event_id)]


def failure(tx: Transaction, number: int) -> Failed:
    """One failed call, or NoSuchEvent."""
    found = tx.first(_SQL["failure"], Failed, id=number)
    if found is None:
        raise NoSuchEvent(id=number)
    return found


def _behind(sought: Sought, outcome: Outcome) -> dict[str, object]:
    """The bounds of one origin behind the spot: of the spot's own instant only what is told after it."""
    spot, since = sought.after, sought.until - LOOKED_BACK
    if spot is None:
        return {"since": since, "before": sought.until, "beyond": ""}
    place, last = ORDER.index(outcome), ORDER.index(spot.outcome)
    beyond = spot.key if place == last else (_BEHIND_ALL if place < last else "")
    return {"since": since, "before": spot.received_at, "beyond": beyond}


def _accepted(facts: Facts, sought: Sought, sight: Sight) -> list[Arrival]:
    bounds = _behind(sought, Outcome.ACCEPTED)
    rows = facts.rows(
        _FACTS["accepted"], _Accepted, since_64=bounds["since"], before_64=bounds["before"], beyond=bounds["beyond"],
        everywhere=int(sight.stores is None), stores=sorted(sight.stores or ()), source=sought.source,
        name=sought.name, anybody=int(sought.iids is None), iids=list(sought.iids or ()), most=sought.limit,
    )  # fmt: skip
    flagged = _flagged(facts, rows)
    return [
        Arrival(
            row.key, Outcome.ACCEPTED, row.received_at, row.source, row.type, row.name, row.message_id, row.event_id,
            Iid(row.iid), row.at, bool(row.clamped), row.store, flagged=row.key in flagged,
        )
        for row in rows
    ]  # fmt: skip


def _flagged(facts: Facts, rows: Sequence[_Accepted]) -> set[str]:
    if not rows:
        return set()
    received = [row.received_at for row in rows]
    return set(facts.values(
        _FACTS["flagged"], names=sorted({row.name for row in rows}), since_64=min(received), until_64=max(received),
        event_ids=[row.key for row in rows],
    ))  # fmt: skip


def _repeated(facts: Facts, tx: Transaction, sought: Sought) -> list[Arrival]:
    bounds = _behind(sought, Outcome.REPEATED)
    rows = tx.rows(
        _SQL["repeated"], _Repeated, **bounds, source=sought.source, name=sought.name, most=sought.limit
    )  # fmt: skip
    if sought.iids is not None and rows:
        hers = _first_times(facts, rows, sought.iids)
        rows = [row for row in rows if row.event_id.hex().upper() in hers]
    return [_again(row) for row in rows]


def _first_times(facts: Facts, rows: Sequence[_Repeated], iids: Sequence[Iid]) -> set[str]:
    keys = [row.event_id.hex().upper() for row in rows]
    return set(facts.values(_FACTS["first_times"], event_ids=keys, iids=list(iids)))


def _again(row: _Repeated) -> Arrival:
    return Arrival(
        row.key, Outcome.REPEATED, row.received_at, row.source, "", row.name, row.message_id, event_id=row.event_id
    )


def _failed(tx: Transaction, sought: Sought) -> list[Arrival]:
    rows = tx.rows(
        _SQL["failed"], _Failed, **_behind(sought, Outcome.FAILED), source=sought.source, name=sought.name,
        needle=sought.needle, bytes=_READ_BYTES, most=sought.limit,
    )  # fmt: skip
    return [_failure(row) for row in rows]


def _failure(row: _Failed) -> Arrival:
    try:
        said = msgspec.json.decode(row.content, type=_Called)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        said = _Called()
    return Arrival(
        row.key, Outcome.FAILED, row.received_at, row.source, said.type, said.event or said.type, said.message_id,
        reason=row.reason, detail=row.detail,
    )  # fmt: skip
