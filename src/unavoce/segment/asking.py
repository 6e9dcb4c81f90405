"""What people want to know of segments: how many, who, since when, why, and how it was."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from unavoce.kernel.ids import CustomerId
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import checks, defining, evidence, keeping, rules, store
from unavoce.segment import compile as compiling
from unavoce.segment.conditions import All, Condition, Reachable
from unavoce.segment.model import (
    Candidate,
    CauseKind,
    Count,
    Member,
    Point,
    Segment,
    Terms,
    Verdict,
)

CHANNELS = ("email", "line", "sms")
"""The channels for which it is said how many of a segment can be reached."""

REPLAYED_WEEKS = 53
_WEEK = timedelta(days=7)


def count(
    tx: Transaction, facts: Facts, condition: Condition, now: datetime, stores: Collection[str] | None = None
) -> Count:
    """How many meet a condition now and can be reached; of those seen in the given stores when there are such."""
    checks.check(condition, defining.catalogue(facts, condition))
    written = defining.check_named(store.segments(tx), store.points(tx), condition)
    asked = (written, *(All((written, Reachable(channel))) for channel in CHANNELS))
    sizes = _sizes(facts, asked, store.terms(tx), now, stores)
    return Count(sizes[0], dict(zip(CHANNELS, sizes[1:], strict=True)), now)


def usable(tx: Transaction, facts: Facts, condition: Condition, key: str | None = None) -> Condition:
    """A condition written out; refused as publishing it under this key would."""
    checks.check(condition, defining.catalogue(facts, condition))
    return defining.check_named(store.segments(tx), store.points(tx), condition, key)


def sizes(
    tx: Transaction,
    facts: Facts,
    conditions: tuple[Condition, ...],
    at: datetime,
    stores: Collection[str] | None,
    *,
    born: bool = False,
) -> list[int]:
    """How many meet each of these conditions, which are written out; with `born`, of those met by that moment."""
    return _sizes(facts, conditions, store.terms(tx), at, stores, born=born)


def check(tx: Transaction, facts: Facts, condition: Condition) -> None:
    """Refuse a condition that makes no sense or speaks of what nobody has seen, as publishing would."""
    checks.check(condition, defining.catalogue(facts, condition))
    defining.check_named(store.segments(tx), store.points(tx), condition)


def _sizes(
    facts: Facts,
    asked: tuple[Condition, ...],
    terms: Terms,
    now: datetime,
    stores: Collection[str] | None,
    *,
    born: bool = False,
) -> list[int]:
    if stores is None:
        found = store.everyone(facts, compiling.counted(asked, terms, born=born), now)
        return [int(size) for size in found["sizes"][0]]
    among = set(store.customers_at(facts, stores))
    rows = store.everyone(facts, compiling.everyone(asked, terms, born=born), now)
    hers = [matched for customer, matched in zip(rows["customer"], rows["matched"], strict=True) if customer in among]
    return [sum(number in matched for matched in hers) for number in range(len(asked))]


def evaluate(
    tx: Transaction,
    facts: Facts,
    conditions: Sequence[Condition],
    candidates: Sequence[Candidate],
    *,
    as_known_then: bool = False,
) -> list[frozenset[int]]:
    """For each candidate, which of the conditions (by number) she meets at her own moment.

    A journey may outlive a segment that its branch asks for: nobody is in that segment then.
    """
    if not candidates or not conditions:
        return [frozenset() for _ in candidates]
    known, points = store.segments(tx), store.points(tx)
    written = tuple(keeping.written_out(condition, known, points, strictly=False) for condition in conditions)
    statement = compiling.given(written, store.terms(tx), as_known_then=as_known_then)
    found = store.given(facts, statement, candidates)
    answers = {
        (customer, at): frozenset(matched)
        for customer, at, matched in zip(found["customer"], found["at"], found["matched"], strict=True)
    }
    return [answers.get((one.customer, _to_the_millisecond(one.at)), frozenset()) for one in candidates]


def why(tx: Transaction, facts: Facts, segment: Segment, customer: CustomerId, now: datetime) -> list[Verdict]:
    """Every part of a definition, whether she meets it, on what, and whether it alone decides; from the outside in."""
    parts = [(path, one) for path, _, one in rules.walk(segment.condition)]
    iids = store.all_of(tx, [customer]).get(customer, [])
    found = evaluate(tx, facts, [one for _, one in parts], [Candidate(customer, iids, now)])[0]
    met = {path: number in found for number, (path, _) in enumerate(parts)}
    decisive, terms = rules.decisive(segment.condition, met), store.terms(tx)
    verdicts = []
    for path, one in parts:
        count, events = evidence.behind(facts, one, iids, now, terms) or (None, ())
        verdicts.append(Verdict(path, one, met[path], path in decisive, events, count))
    return verdicts


def members(
    tx: Transaction,
    segment: Segment,
    before: tuple[datetime, int],
    limit: int,
    among: Collection[CustomerId] | None,
) -> tuple[list[Member], tuple[datetime, int] | None]:
    """Members who entered before that, newest first, and where the list goes on."""
    rows = store.members_page(tx, segment.id, before, limit + 1, among)
    shown = rows[:limit]
    page = [Member(row.customer, row.since, row.cause, CauseKind(row.cause_kind)) for row in shown]
    return page, (shown[-1].since, shown[-1].iid) if len(rows) > limit else None


def history(
    tx: Transaction,
    segment: Segment,
    now: datetime,
    since: datetime,
    among: Collection[CustomerId] | None = None,
) -> list[Point]:
    """How large the segment was at the end of each day in the brand's zone, oldest first; the last point is now.

    For somebody who sees only some customers it is added up from their own ins and outs.
    """
    flips = store.flips_by_hour(tx, segment.id, since, among)
    size = store.sizes(tx, among).get(segment.id, 0)
    noted = _added_up(flips, size) if among is not None else store.size_points(tx, segment.id, since)
    zone = ZoneInfo(store.terms(tx).zone)
    known = {_day(point.at, zone): point for point in noted if point.at <= now}
    known[_day(now, zone)] = store.SizeAt(now, size, replayed=False)
    moved: dict[date, tuple[int, int]] = {}
    for flip in flips:
        entered, left = moved.get(_day(flip.at, zone), (0, 0))
        moved[_day(flip.at, zone)] = (entered + flip.entered, left + flip.gone)
    return [
        Point(point.at, point.size, *moved.get(day, (0, 0)), point.replayed) for day, point in sorted(known.items())
    ]


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _added_up(flips: Sequence[store.HourFlips], size: int) -> list[store.SizeAt]:
    points = []
    for flip in reversed(flips):
        points.append(store.SizeAt(flip.at, size, replayed=False))
        size = max(0, size - flip.entered + flip.gone)
    return points[::-1]


def replay_history(postgres: Postgres, facts: Facts, now: datetime) -> bool:
    """Work out the past year of one segment that has none yet, week by week; says whether there was one."""
    with postgres.transaction() as tx:
        segment = store.unreplayed(tx)
        if segment is None:
            return False
        written = keeping.written_out(segment.condition, store.segments(tx), store.points(tx))
        terms = store.terms(tx)
    statement = compiling.counted((written,), terms, born=True)
    begin = store.first_event(facts)
    points = [
        (segment.id, at, int(store.everyone(facts, statement, at)["sizes"][0][0]))
        for at in _weeks_before(segment.published_at, begin)
    ]
    with postgres.transaction() as tx:
        store.put_replay(tx, segment, points, now)
    return True


def _weeks_before(end: datetime, begin: datetime | None) -> list[datetime]:
    hour = end.replace(minute=0, second=0, microsecond=0)
    weeks = [hour - _WEEK * number for number in range(1, REPLAYED_WEEKS)]
    return [week for week in weeks if begin is not None and week >= begin]


def _to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def among_for(facts: Facts, stores: Collection[str] | None) -> list[CustomerId] | None:
    """The customers somebody with these stores may see; None for everybody."""
    return None if stores is None else [CustomerId(one) for one in store.customers_at(facts, stores)]
