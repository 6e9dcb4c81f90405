"""The front door of collection: lanes in, events out, history and failures to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple, TypedDict, Unpack

from unavoce.collect import columns, emission, rules, store
from unavoce.collect.arrivals import store as arrived
from unavoce.collect.arrivals.model import Arrival, Failed, Outcome, Sight, Sought, Spot, Told
from unavoce.collect.failed import store as replaying
from unavoce.collect.failed.work import step as work_on_failed
from unavoce.collect.model import (
    LANE_COLLECTOR,
    LANE_IMPORTS,
    LANE_INTERNAL,
    Batch,
    BatchSettledAlready,
    Emission,
    Event,
    EventIids,
    FailedEvent,
    Failure,
    Goods,
    Happening,
    NoSuchEvent,
    Reason,
    Source,
    SourceKind,
)
from unavoce.collect.parsing import Reader
from unavoce.collect.plan import store as plan_store
from unavoce.collect.plan.judge import judge
from unavoce.collect.plan.model import Judged
from unavoce.collect.quality.tally import Tally
from unavoce.collect.sources import store as source_store
from unavoce.collect.sources.care import ensure as ensure_source
from unavoce.collect.sources.care import rotate
from unavoce.collect.wire import SINGLE
from unavoce.kernel.ids import Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction

__all__ = [
    "LANE_COLLECTOR", "LANE_IMPORTS", "LANE_INTERNAL", "Arrival", "Batch", "BatchSettledAlready", "Emission", "Event",
    "EventIids", "Failed", "FailedEvent", "Failure", "Goods", "Happening", "NoSuchEvent", "Outcome", "Place", "Reason",
    "Sight", "Sought", "Source", "SourceKind", "Spot", "Taken", "Told", "accept", "account", "arrival", "arrivals",
    "backlog", "emit", "emit_all", "ensure_source", "event_ids", "events_between",
    "events_of", "events_received", "fail", "failed_events", "failure",
    "forget", "goods_of", "heads", "is_a_key", "keep_failures", "pin", "read", "recent_events", "record",
    "repetitions", "rotate", "settle", "settled_up_to", "sources", "take", "watermark", "work_on_failed",
    "property_names",
]  # fmt: skip

_INTERNAL = 1
_END_OF_TIME = datetime(2299, 12, 31, tzinfo=UTC)


class More(TypedDict, total=False):
    """What may be said beside an event: its context, and traits learnt with it."""

    context: Mapping[str, object] | None
    traits: Mapping[str, object] | None


# In


def accept(tx: Transaction, lane: int, source_id: int, bodies: Sequence[bytes], now: datetime) -> None:
    """Append requests (Segment JSON: one call, or a batch) to a lane, with the caller's transaction."""
    entries = [store.Entry(source_id, "", events, body) for body in bodies if (events := emission.events_in(body))]
    if entries:
        store.append(tx, lane, entries, now)


def emit(
    tx: Transaction,
    name: str,
    identifiers: Sequence[tuple[str, str]],
    properties: Mapping[str, object],
    at: datetime,
    message_id: str,
    now: datetime,
    **more: Unpack[More],
) -> None:
    """Let one of our own modules' events happen; the same message id happens once."""
    emit_all(tx, [Emission(name, identifiers, properties, at, message_id, **more)], now)


def emit_all(tx: Transaction, emissions: Sequence[Emission], now: datetime) -> None:
    """Let many events of our own happen."""
    entries = [store.Entry(_INTERNAL, "", events, body) for body, events in emission.bodies(emissions)]
    if entries:
        store.append(tx, LANE_INTERNAL, entries, now)


# Through: pin, read, record, settle (the pump composes them; see apps/pump.py)


def pin(postgres: Postgres) -> Batch | None:
    """The batch to work on, its bounds committed: an unfinished one first, else the next; None when all is done."""
    with postgres.transaction() as tx:
        return store.unfinished(tx) or store.pin_next(tx)


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch as it was read: the events that enter, what was counted on the way, what was wrong.

    Whoever lets fewer events in hands on a copy with those.
    """

    events: list[Event]
    tally: Tally
    judged: Judged


def take(tx: Transaction, batch: Batch) -> Taken:
    """The batch's events, parsed, each message id once, judged by the plan it was pinned under.

    What is unfit or blocked is kept as a failed event. Taking the same batch again gives the same, minus those
    events that were set aside in between (`fail`).
    """
    known = {source.id: source for source in source_store.sources(tx)}
    aside = store.failed_seqs(tx, batch)
    reader, events, tally = Reader(batch.lane), list[Event](), Tally()
    for row in store.rows(tx, batch):
        source, call = known[row.source_id], row.call if row.call in SINGLE else ""
        found = list(reader.read(row, source))
        if failures := [replace(one, call=call) for one in found if isinstance(one, Failure)]:
            store.keep_failures(tx, row.source_id, failures, row.received_at, lane=batch.lane)
            tally.failed(source.key, failures, row.received_at)
        events += [one for one in found if isinstance(one, Event) and one.seq not in aside]
    new = _new(tx, events)
    if len(new) < len(events):
        first = {event.seq for event in new}
        again = [event for event in events if event.seq not in first]
        store.repeat(tx, batch.lane, [event for event in again if event.source.kind is not SourceKind.IMPORT])
        tally.repeated(again)
    judged = judge(plan_store.plan_at(tx, batch.plan_version), new)
    if judged.blocked:
        _keep_blocked(tx, batch, new, judged, tally)
    return Taken(judged.passed, tally, judged)


def _keep_blocked(tx: Transaction, batch: Batch, events: Sequence[Event], judged: Judged, tally: Tally) -> None:
    by_seq = {event.seq: event for event in events}
    for failure in judged.blocked:
        event = by_seq[failure.seq or 0]
        store.keep_failures(tx, event.source.id, [failure], event.received_at, lane=batch.lane)
    tally.blocked(by_seq[failure.seq or 0] for failure in judged.blocked)


def read(tx: Transaction, batch: Batch) -> list[Event]:
    """The events of a batch that enter history; see `take`."""
    return take(tx, batch).events


def _new(tx: Transaction, events: Sequence[Event]) -> list[Event]:
    if not events:
        return []
    live, imported = _ids(events)
    since = (min(event.received_at for event in events) - rules.SEEN_FOR).date()
    old_live, old_imported = store.seen(tx, live, since), store.seen_import(tx, imported)
    new: dict[tuple[bool, bytes], Event] = {}
    for event in events:
        is_import = event.source.kind is SourceKind.IMPORT
        if event.event_id not in (old_imported if is_import else old_live):
            new.setdefault((is_import, event.event_id), event)
    return list(new.values())


def _ids(events: Sequence[Event]) -> tuple[list[bytes], list[bytes]]:
    live = [event.event_id for event in events if event.source.kind is not SourceKind.IMPORT]
    return live, [event.event_id for event in events if event.source.kind is SourceKind.IMPORT]


def record(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[EventIids]) -> None:
    """Put the events into history; doing it again for the same batch changes nothing."""
    store.insert_events(facts, batch, events, iids)


def account(facts: Facts, batch: Batch, taken: Taken) -> None:
    """Put what was counted and what was wrong among the facts; doing it again changes nothing."""
    taken.tally.entered(taken.events, taken.judged.faulty)
    taken.tally.insert(facts, batch)
    violations = taken.judged.violations
    if violations and len(taken.events) < len(taken.judged.passed):
        turned_away = {one.seq for one in taken.judged.passed} - {one.seq for one in taken.events}
        violations = [one for one in violations if one.event.seq not in turned_away]
    plan_store.insert_violations(facts, batch, violations)


def goods_of(event: Event) -> Goods:
    """The order, store, products and money an event speaks of; empty values where it does not."""
    return columns.goods_of(event)


def fail(tx: Transaction, batch: Batch, failed: Sequence[tuple[Event, str]]) -> None:
    """Set events aside that cannot be pumped, with the reason; the batch is then read without them."""
    for event, detail in failed:
        failure = Failure(
            Reason.NOT_STORABLE, detail, emission.content_of(event), seq=event.seq, name=event.name,
            message_id=event.message_id,
        )  # fmt: skip
        store.keep_failures(tx, event.source.id, [failure], event.received_at, lane=batch.lane)


def settle(tx: Transaction, batch: Batch, events: Sequence[Event]) -> None:
    """The batch is done: remember its ids, move on, clear up. In one transaction with all that it caused."""
    by_day: dict[datetime, list[bytes]] = {}
    for event in events:
        if event.source.kind is not SourceKind.IMPORT:
            by_day.setdefault(event.received_at, []).append(event.event_id)
    days = {received.date() for received in by_day}
    for day in sorted(days):
        store.remember(tx, [one for at, ids in by_day.items() if at.date() == day for one in ids], day)
    store.remember_import(tx, _ids(events)[1])
    if batch.lane != LANE_COLLECTOR:
        replaying.finish(tx, batch, [event.seq for event in events])
    if not store.settle(tx, batch):
        raise BatchSettledAlready(lane=batch.lane, from_seq=batch.from_seq)


def forget(tx: Transaction, now: datetime) -> int:
    """Forget live message ids older than the window; returns how many days were dropped."""
    store.forget_repeated(tx, (now - rules.FORGOTTEN_AFTER).date())
    return store.forget_days(tx, (now - rules.FORGOTTEN_AFTER).date())


def backlog(tx: Transaction, lane: int | None = None) -> int:
    """How many accepted events wait to be pumped, on a lane or on all."""
    return store.backlog(tx, lane)


def watermark(postgres: Postgres, now: datetime) -> datetime:
    """The moment before which every live call is history and after which more may come; at most `now`.

    Imports do not count: the past is brought in whenever it comes.
    """
    with postgres.transaction() as tx:
        store.beat(tx, now)
    with postgres.transaction() as tx:
        return store.watermark(tx, now)


def heads(tx: Transaction) -> dict[int, int]:
    """The number of the last accepted event of each lane."""
    return store.heads(tx)


def settled_up_to(tx: Transaction, heads: Mapping[int, int]) -> bool:
    """Whether every lane has been pumped up to these numbers."""
    return store.settled_up_to(tx, heads)


def event_ids(facts: Facts, iids: Sequence[Iid]) -> list[bytes]:
    """What stands for the ids of the messages kept under these identifiers, by which they are remembered."""
    return store.event_ids(facts, iids)


def property_names(facts: Facts) -> list[str]:
    """The properties that recent events had."""
    return store.property_names(facts)


# Sources


def sources(tx: Transaction) -> list[Source]:
    """Every source."""
    return source_store.sources(tx)


def is_a_key(tx: Transaction, key: str, now: datetime) -> bool:
    """Whether calls with this key would be let in at this moment."""
    return any(key in rules.keys_of(source, now) for source in source_store.sources(tx))


# To look at


class Place(NamedTuple):
    """Where in the list of received events a page ended."""

    received_at: datetime
    event_id: bytes


def events_of(
    facts: Facts,
    iids: Sequence[Iid],
    *,
    before: datetime | None = None,
    limit: int = 50,
    stores: frozenset[str] | None = None,
) -> list[Happening]:
    """What these identifiers did, newest first; with `stores`, only there and where no store was."""
    return store.history(facts, iids, before=before or _END_OF_TIME, most=limit, sight=store.Sight(stores))


def events_between(
    facts: Facts, since: datetime, until: datetime, *, stores: frozenset[str] | None = None
) -> list[Happening]:
    """What happened in a span of time, oldest first; ask for a span that fits in memory, like an hour."""
    return store.events_between(facts, since, until, store.Sight(stores))


def events_received(facts: Facts, source: str, since: datetime) -> int:
    """How many events of a source have become history since a moment: what an import has changed."""
    return store.events_received(facts, source, since)


def recent_events(
    facts: Facts,
    *,
    after: Place | None = None,
    limit: int = 50,
    stores: frozenset[str] | None = None,
    source: str = "",
    name: str = "",
) -> list[Happening]:
    """The events received last, newest first, those that follow `after` in this order; shows whether a source works."""
    before, beyond = after or Place(_END_OF_TIME, b"")
    sight = store.Sight(stores)
    return store.recent(facts, before=before, beyond=beyond, most=limit, sight=sight, source=source, name=name)


def keep_failures(tx: Transaction, source_id: int, failures: Sequence[Failure], now: datetime) -> int:
    """Keep rows that could not become events; the same row again changes nothing. Returns how many are new."""
    return store.keep_failures(tx, source_id, failures, now)


def failed_events(
    tx: Transaction, *, below: int | None = None, limit: int = 50, reason: str | None = None, source: str | None = None
) -> list[FailedEvent]:
    """What could not become an event, newest first."""
    bound = below if below is not None else (1 << 63) - 1
    return store.failed_events(tx, below=bound, most=limit, reason=reason, source=source)


def arrivals(facts: Facts, tx: Transaction, sought: Sought, sight: Sight) -> list[Arrival]:
    """The calls of the last days and what became of each, the one received last first: accepted, repeated, failed."""
    return arrived.page(facts, tx, sought, sight)


def arrival(facts: Facts, event_id: bytes, since: datetime, until: datetime, stores: frozenset[str] | None) -> Told:
    """One event received in this time, with the numbers of its identifiers; NoSuchEvent where it cannot be seen."""
    return arrived.event(facts, event_id, since, until, stores)


def repetitions(tx: Transaction, event_id: bytes) -> list[Arrival]:
    """When an event came again in the last days, latest first."""
    return arrived.repetitions(tx, event_id)


def failure(tx: Transaction, number: int) -> Failed:
    """One call that could not become an event, with all that was sent."""
    return arrived.failure(tx, number)
