"""The front door: publishing definitions, keeping memberships true, and asking who is in and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import asking, copying, defining, keeping, store
from unavoce.segment.asking import CHANNELS
from unavoce.segment.conditions import Condition
from unavoce.segment.examples import publish_examples
from unavoce.segment.insight import lists
from unavoce.segment.keeping import Then
from unavoce.segment.live.keeper import Keeper
from unavoce.segment.model import (
    BadField,
    Candidate,
    CauseKind,
    Count,
    Direction,
    Draft,
    Flip,
    Member,
    Membership,
    NoSuchSegment,
    Point,
    Segment,
    SegmentCycle,
    SegmentInUse,
    Status,
    Terms,
    Verdict,
)
from unavoce.segment.parse import parse, plain

__all__ = [
    "CHANNELS",
    "BadField",
    "Candidate",
    "CauseKind",
    "Condition",
    "Count",
    "Direction",
    "Draft",
    "Flip",
    "Keeper",
    "Member",
    "Membership",
    "NoSuchSegment",
    "Point",
    "Segment",
    "SegmentCycle",
    "SegmentInUse",
    "Status",
    "Terms",
    "Then",
    "Verdict",
    "check",
    "count",
    "customers_in",
    "evaluate",
    "export",
    "flips_of",
    "history",
    "members",
    "parse",
    "plain",
    "publish",
    "publish_examples",
    "reassess",
    "replay_again",
    "replay_history",
    "retire",
    "segment",
    "segments",
    "segments_of",
    "set_terms",
    "sight",
    "sizes",
    "sweep",
    "terms",
    "why",
]

_LATEST = (datetime.max.replace(tzinfo=UTC), (1 << 63) - 1)
"""Before everything that is newer than anything."""


# --- the way of an event ---


def reassess(
    tx: Transaction,
    facts: Facts,
    members: Mapping[CustomerId, Sequence[Iid]],
    causes: Mapping[CustomerId, str],
    now: datetime,
    *,
    cause_kind: CauseKind = CauseKind.EVENT,
) -> list[Flip]:
    """Look at the touched customers again: `members` has all of each one's identifiers, `causes` what touched her.

    Inside the pump's transaction, after the facts of the batch were recorded. After a merge or separation give all
    customers on both sides and `cause_kind=CauseKind.LINK`. Segments by fifths (RFM) follow with the next sweep.
    """
    return keeping.reassess(tx, facts, members, causes, now, cause_kind)


def sweep(postgres: Postgres, facts: Facts, now: datetime, on_flips: Then | None = None) -> list[Flip]:
    """Follow time, new definitions and events whose time has come; call it about once a minute of brand time.

    `on_flips` is called with the flips inside the transaction that makes them.
    """
    lists.catch_up(postgres, facts)
    return keeping.sweep(postgres, facts, now, on_flips)


def export(postgres: Postgres, facts: Facts) -> int:
    """Copy the next flips to ClickHouse; returns how many. Call it until it answers 0."""
    return copying.export(postgres, facts)


# --- definitions ---


def publish(postgres: Postgres, facts: Facts, draft: Draft, now: datetime, on_flips: Then | None = None) -> Segment:
    """Publish a segment, or the next version of it; its members are in when this returns.

    BadField names what cannot be used and what was probably meant; a circle of segments is a SegmentCycle.
    """
    return defining.publish(postgres, facts, draft, now, on_flips)


def retire(tx: Transaction, key: str, now: datetime, on_flips: Then | None = None) -> None:
    """Let everybody leave; SegmentInUse while another segment is defined by it."""
    defining.retire(tx, key, now, on_flips)


def segments(tx: Transaction) -> list[Segment]:
    """The live segments by key."""
    return [one for one in store.segments(tx).values() if one.status is Status.LIVE]


def segment(tx: Transaction, key: str) -> Segment:
    """The live segment of this key, or NoSuchSegment."""
    return defining.live_segment(store.segments(tx), key)


def terms(tx: Transaction) -> Terms:
    """The zone and currency that definitions are meant in."""
    return store.terms(tx)


def set_terms(tx: Transaction, new: Terms) -> bool:
    """Mean definitions in the brand's zone and currency; on a change everybody is looked at with the next sweep."""
    return store.put_terms(tx, new)


# --- to look at ---


def count(
    tx: Transaction, facts: Facts, condition: Condition, now: datetime, stores: Collection[str] | None = None
) -> Count:
    """How many meet a condition now, and can be reached; with `stores`, of those who did something there."""
    return asking.count(tx, facts, condition, now, stores)


def check(tx: Transaction, facts: Facts, condition: Condition) -> None:
    """Refuse (BadField) a condition of somebody else's, like a journey's branch, as publishing a segment would."""
    asking.check(tx, facts, condition)


def evaluate(
    tx: Transaction,
    facts: Facts,
    conditions: Sequence[Condition],
    candidates: Sequence[Candidate],
    *,
    as_known_then: bool = False,
) -> list[frozenset[int]]:
    """For each candidate the numbers of the conditions she meets, at her own moment, in one statement.

    `as_known_then` leaves out what was received after that moment; give the identifiers she had then. Nobody is in a
    segment that is no more.
    """
    return asking.evaluate(tx, facts, conditions, candidates, as_known_then=as_known_then)


def why(tx: Transaction, facts: Facts, segment: Segment, customer: CustomerId, now: datetime) -> list[Verdict]:
    """Every part of a definition, from the outside in, and whether this customer meets it now."""
    return asking.why(tx, facts, segment, customer, now)


def sight(facts: Facts, stores: Collection[str] | None) -> list[CustomerId] | None:
    """The customers that somebody with these stores may see; None is everybody."""
    return asking.among_for(facts, stores)


def sizes(tx: Transaction, among: Collection[CustomerId] | None = None) -> dict[str, int]:
    """How many customers are in each live segment; with `among`, of those."""
    counted = store.sizes(tx, among)
    return {one.key: counted.get(one.id, 0) for one in segments(tx)}


def members(
    tx: Transaction,
    segment: Segment,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
    among: Collection[CustomerId] | None = None,
) -> tuple[list[Member], tuple[datetime, int] | None]:
    """Some members, newest first, and the `before` that asks for the following ones."""
    return asking.members(tx, segment, before or _LATEST, limit, among)


def customers_in(tx: Transaction, key: str) -> list[CustomerId]:
    """Everybody who is in a segment; NoSuchSegment names the key that was probably meant."""
    return store.customers_in(tx, segment(tx, key).id)


def segments_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, list[Membership]]:
    """The segments each of these customers is in, since when and why; who is in none is absent."""
    found: dict[CustomerId, list[Membership]] = {}
    for membership in store.memberships(tx, customers):
        found.setdefault(membership.customer, []).append(membership)
    return found


def flips_of(
    tx: Transaction, iids: Iterable[Iid], *, before: tuple[datetime, int] | None = None, limit: int = 100
) -> list[Flip]:
    """When these identifiers went in and out of segments, latest first; `before` is the last one's (at, id)."""
    return store.flips_of(tx, list(iids), before or _LATEST, limit)


def history(
    tx: Transaction,
    segment: Segment,
    now: datetime,
    since: datetime,
    among: Collection[CustomerId] | None = None,
) -> list[Point]:
    """How large a segment was, oldest first, its past worked out from the events; the last point is now."""
    return asking.history(tx, segment, now, since, among)


def replay_history(postgres: Postgres, facts: Facts, now: datetime) -> bool:
    """Work out the past year of one segment that has none yet; call it, off the hot path, until it answers False."""
    return asking.replay_history(postgres, facts, now)


def replay_again(tx: Transaction) -> None:
    """An import has brought in the past: every segment's history is to be worked out again."""
    store.replay_again(tx)
