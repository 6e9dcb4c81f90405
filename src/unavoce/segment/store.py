"""The tables of segments, and the one place where their statements run."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Json, Transaction
from unavoce.segment.compile import RELATION, RELATION_COLUMNS, Compiled
from unavoce.segment.conditions import Condition
from unavoce.segment.model import (
    Candidate,
    CauseKind,
    Direction,
    Draft,
    Flip,
    Membership,
    Segment,
    Status,
    Terms,
)
from unavoce.segment.parse import parse, plain
from unavoce.segment.values import instant_text

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment as it is kept."""

    id: int
    key: str
    name: dict[str, str]
    description: dict[str, str]
    definition: dict[str, Any]
    version: int
    status: str
    created_at: datetime
    published_at: datetime
    swept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """The memberships of an identifier."""

    iid: Iid
    segments: list[int]


@dataclass(frozen=True, slots=True)
class HeldBy:
    """The memberships of an identifier and whose they are now."""

    iid: Iid
    customer: CustomerId
    segments: list[int]


@dataclass(frozen=True, slots=True)
class Size:
    """How many customers are in a segment."""

    segment: int
    size: int


@dataclass(frozen=True, slots=True)
class SizeAt:
    """How many were, at a moment."""

    at: datetime
    size: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class HourFlips:
    """How many went in and out in an hour."""

    at: datetime
    entered: int
    gone: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a segment."""

    customer: CustomerId
    iid: Iid
    since: datetime
    cause: str
    cause_kind: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far time was followed, and which flips were copied."""

    swept_until: datetime | None
    copied: int
    pinned: int | None


@dataclass(frozen=True, slots=True)
class FlipRow:
    """A flip as it is kept."""

    id: int
    segment: str
    customer: CustomerId
    iid: Iid
    direction: str
    at: datetime
    cause: str
    cause_kind: str


@dataclass(frozen=True, slots=True)
class FlipCopy:
    """A flip as ClickHouse keeps it."""

    id: int
    segment: str
    version: int
    customer: CustomerId
    iid: Iid
    direction: str
    at: datetime
    cause: str
    cause_kind: str


@dataclass(frozen=True, slots=True)
class _MembershipRow:
    key: str
    name: dict[str, str]
    customer: CustomerId
    since: datetime
    cause: str
    cause_kind: str


@dataclass(frozen=True, slots=True)
class _Point:
    key: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class _Owner:
    customer: CustomerId
    iid: Iid


# --- definitions ---


def lock(tx: Transaction) -> None:
    """Memberships and flips are changed by one at a time."""
    tx.lock("segment.flips")


def terms(tx: Transaction) -> Terms:
    """The zone and currency that definitions are meant in."""
    return tx.first(_SQL["terms"], Terms) or Terms()


def put_terms(tx: Transaction, new: Terms) -> bool:
    """Mean definitions in another zone or currency; says whether that is a change."""
    changed = tx.run(_SQL["put_terms"], zone=new.zone, currency=new.currency) > 0
    if changed:
        tx.run(_SQL["forget_sweeps"])
    return changed


def look_again(tx: Transaction) -> None:
    """Everybody is to be looked at again under every live definition."""
    tx.run(_SQL["forget_sweeps"])


def revision(tx: Transaction) -> tuple[object, ...]:
    """Changes whenever a live definition, or what definitions mean, does."""
    return (tx.values(_SQL["revision"]), terms(tx))


def segments(tx: Transaction) -> dict[str, Segment]:
    """Every segment by its key, retired ones too."""
    return {row.key: _segment(row) for row in tx.rows(_SQL["segments"], SegmentRow)}


def put_segment(tx: Transaction, draft: Draft, now: datetime) -> Segment:
    """Publish a definition."""
    row = tx.first(
        _SQL["put_segment"],
        SegmentRow,
        key=draft.key,
        name=Json(dict(draft.name)),
        description=Json(dict(draft.description)),
        definition=Json(plain(draft.condition)),
        now=now,
    )
    if row is None:
        raise RuntimeError("INSERT ... RETURNING returned nothing.")
    return _segment(row)


def retire(tx: Transaction, segment: int) -> None:
    """Nobody is to be looked at for this segment any more."""
    tx.run(_SQL["retire"], segment=segment)


def swept(tx: Transaction, segments: Collection[int], now: datetime) -> None:
    """Everybody was looked at."""
    tx.run(_SQL["swept"], segments=list(segments), now=now)


def unreplayed(tx: Transaction) -> Segment | None:
    """A live segment whose past was not worked out yet."""
    row = tx.first(_SQL["unreplayed"], SegmentRow)
    return None if row is None else _segment(row)


@lru_cache(maxsize=1_000)
def _parsed(written: str) -> Condition:
    return parse(json.loads(written))


def _segment(row: SegmentRow) -> Segment:
    return Segment(
        id=row.id,
        key=row.key,
        name=row.name,
        description=row.description,
        condition=_parsed(json.dumps(row.definition)),
        version=row.version,
        status=Status(row.status),
        created_at=row.created_at,
        published_at=row.published_at,
        swept_at=row.swept_at,
    )


def points(tx: Transaction) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the stores that have them."""
    return {row.key: (row.latitude, row.longitude) for row in tx.rows(_SQL["points"], _Point)}


# --- members ---


def members_among(tx: Transaction, segments: Collection[int], iids: Collection[Iid]) -> list[Held]:
    """Which of these identifiers are in these segments."""
    return tx.rows(_SQL["members_among"], Held, segments=list(segments), iids=list(iids))


def members_with_customers(tx: Transaction, segments: Collection[int]) -> list[HeldBy]:
    """Everybody in these segments."""
    return tx.rows(_SQL["members_with_customers"], HeldBy, segments=list(segments))


def owners(tx: Transaction, iids: Collection[int]) -> dict[int, CustomerId]:
    """Whose these identifiers are now; one that is its own customer is absent."""
    rows = tx.rows(_SQL["owners"], _Owner, iids=list(iids))
    return {row.iid: row.customer for row in rows}


def all_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, list[Iid]]:
    """All identifiers of these customers."""
    found: dict[CustomerId, list[Iid]] = {}
    for row in tx.rows(_SQL["all_of"], _Owner, customers=list(customers)):
        found.setdefault(row.customer, []).append(row.iid)
    return found


def add_members(
    tx: Transaction, entering: Sequence[tuple[int, int, str]], cause_kind: CauseKind, now: datetime
) -> None:
    """(segment, iid, cause): in from now on."""
    if entering:
        segments, iids, causes = _columns(entering, 3)
        tx.run(_SQL["add_members"], segments=segments, iids=iids, causes=causes, cause_kind=str(cause_kind), now=now)


def remove_members(tx: Transaction, leaving: Sequence[tuple[int, int]]) -> None:
    """(segment, iid): out from now on."""
    if leaving:
        segments, iids = _columns(leaving, 2)
        tx.run(_SQL["remove_members"], segments=segments, iids=iids)


def add_flips(
    tx: Transaction, flips: Sequence[tuple[Segment, int, int, Direction, str]], cause_kind: CauseKind, now: datetime
) -> list[Flip]:
    """(segment, customer, iid, direction, cause): written down, in this order."""
    if not flips:
        return []
    ids = tx.values(
        _SQL["add_flips"],
        segments=[segment.id for segment, *_ in flips],
        versions=[segment.version for segment, *_ in flips],
        customers=[flip[1] for flip in flips],
        iids=[flip[2] for flip in flips],
        directions=[str(flip[3]) for flip in flips],
        causes=[flip[4] for flip in flips],
        cause_kind=str(cause_kind),
        now=now,
    )
    return [
        Flip(number, segment.key, CustomerId(customer), Iid(iid), direction, now, cause, cause_kind)
        for number, (segment, customer, iid, direction, cause) in zip(sorted(ids), flips, strict=True)
    ]


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[place] for row in rows] for place in range(width)]


# --- to look at ---


def sizes(tx: Transaction, among: Collection[int] | None = None) -> dict[int, int]:
    """How many customers are in each segment, of those among the given ones; an empty segment is absent."""
    rows = tx.rows(_SQL["sizes"], Size, among=None if among is None else list(among))
    return {row.segment: row.size for row in rows}


def members_page(
    tx: Transaction, segment: int, before: tuple[datetime, int], limit: int, among: Collection[int] | None
) -> list[MemberRow]:
    """Members who entered before that, newest first."""
    return tx.rows(
        _SQL["members_page"],
        MemberRow,
        segment=segment,
        since=before[0],
        iid=before[1],
        limit=limit,
        among=None if among is None else list(among),
    )


def customers_in(tx: Transaction, segment: int) -> list[CustomerId]:
    """Who is in a segment."""
    return [CustomerId(one) for one in tx.values(_SQL["customers_in"], segment=segment)]


def memberships(tx: Transaction, customers: Collection[CustomerId]) -> list[Membership]:
    """The segments these customers are in."""
    rows = tx.rows(_SQL["memberships"], _MembershipRow, customers=list(customers))
    return [
        Membership(row.key, row.name, row.customer, row.since, row.cause, CauseKind(row.cause_kind)) for row in rows
    ]


def flips_of(tx: Transaction, iids: Collection[Iid], before: tuple[datetime, int], limit: int) -> list[Flip]:
    """The ins and outs of these identifiers, latest first."""
    rows = tx.rows(_SQL["flips_of"], FlipRow, iids=list(iids), before=before[0], before_id=before[1], limit=limit)
    return [
        Flip(
            row.id, row.segment, row.customer, row.iid, Direction(row.direction), row.at, row.cause,
            CauseKind(row.cause_kind),
        )
        for row in rows
    ]  # fmt: skip


def put_size_points(tx: Transaction, points: Sequence[tuple[int, datetime, int]], *, replayed: bool = False) -> None:
    """(segment, at, size)."""
    if points:
        segments, ats, counts = _columns(points, 3)
        tx.run(_SQL["put_size_points"], segments=segments, ats=ats, sizes=counts, replayed=replayed)


def put_replay(tx: Transaction, segment: Segment, points: Sequence[tuple[int, datetime, int]], now: datetime) -> None:
    """The past of a segment under this version, in place of an earlier version's."""
    if tx.run(_SQL["replayed"], segment=segment.id, version=segment.version, now=now):
        tx.run(_SQL["drop_replayed"], segment=segment.id)
        put_size_points(tx, points, replayed=True)


def replay_again(tx: Transaction) -> None:
    """Every segment's past is to be worked out again."""
    tx.run(_SQL["replay_again"])


def size_points(tx: Transaction, segment: int, since: datetime) -> list[SizeAt]:
    """How large a segment was, oldest first."""
    return tx.rows(_SQL["size_points"], SizeAt, segment=segment, since=since)


def flips_by_hour(tx: Transaction, segment: int, since: datetime, among: Collection[int] | None) -> list[HourFlips]:
    """How many went in and out, oldest first."""
    return tx.rows(
        _SQL["flips_by_hour"],
        HourFlips,
        segment=segment,
        since=since,
        among=None if among is None else list(among),
    )


# --- progress ---


def progress(tx: Transaction) -> Progress:
    """Where the work on time and copies stands; its row is held to the end of the transaction."""
    found = tx.first(_SQL["progress"], Progress)
    if found is None:
        raise RuntimeError("The row of segment.progress is gone.")
    return found


def followed(tx: Transaction, now: datetime) -> None:
    """Time was followed up to here."""
    tx.run(_SQL["followed"], now=now)


def pin_copy(tx: Transaction, limit: int) -> None:
    """Fix which flips are copied next, unless a batch is under way."""
    tx.run(_SQL["pin_copy"], limit=limit)


def to_copy(tx: Transaction, batch: Progress) -> list[FlipCopy]:
    """The flips of the pinned batch."""
    return tx.rows(_SQL["to_copy"], FlipCopy, copied=batch.copied, pinned=batch.pinned)


def copied(tx: Transaction) -> None:
    """The pinned batch is copied."""
    tx.run(_SQL["copied"])


def insert_copies(facts: Facts, flips: Sequence[FlipCopy], token: str) -> None:
    """Put flips into ClickHouse; doing it again under the same token changes nothing."""
    names = list(FlipCopy.__dataclass_fields__)
    facts.insert("segment.flip", names, [[getattr(flip, name) for flip in flips] for name in names], token=token)


# --- facts ---


def everyone(facts: Facts, statement: Compiled, at: datetime) -> dict[str, list[Any]]:
    """A statement about everybody at one moment."""
    return facts.tree(statement.text, statement.params | {"at": instant_text(at)})


def given(facts: Facts, statement: Compiled, candidates: Iterable[Candidate]) -> dict[str, list[Any]]:
    """A statement about these customers, each at her own moment."""
    rows = [(one.customer, iid, one.at) for one in candidates for iid in one.iids]
    columns: list[list[Any]] = [[row[place] for row in rows] for place in range(len(RELATION_COLUMNS))]
    with facts.temporary(RELATION, RELATION_COLUMNS, columns):
        return facts.tree(statement.text, statement.params)


def customers_at(facts: Facts, stores: Collection[str]) -> list[int]:
    """The customers who ever did something in one of these stores."""
    return facts.values(_FACTS["customers_at"], stores=sorted(stores))


def came_due(facts: Facts, since: datetime, until: datetime) -> list[Iid]:
    """Whose events were received ahead of their time and have happened by now."""
    params = {"since": instant_text(since), "until": instant_text(until)}
    return [Iid(one) for one in facts.values(_FACTS["came_due"], **params)]


def first_event(facts: Facts) -> datetime | None:
    """When the history begins."""
    found: datetime | None = facts.value(_FACTS["first_event"])
    return found


def trait_keys(facts: Facts) -> list[str]:
    """Every trait that was ever told."""
    return facts.values(_FACTS["trait_keys"])


def event_names(facts: Facts) -> list[str]:
    """Every event that ever happened."""
    return facts.values(_FACTS["event_names"])


def list_keys(facts: Facts) -> list[str]:
    """Every list that was uploaded."""
    return facts.values(_FACTS["list_keys"])


def property_names(facts: Facts, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The properties of these events."""
    return {name: frozenset(facts.values(_FACTS["property_names"], name=name)) for name in names}
