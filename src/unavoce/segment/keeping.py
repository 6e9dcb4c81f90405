"""Keeps memberships true: for the customers an event touched, for everybody when time passes or rules change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import compile as compiling
from unavoce.segment import rules, store
from unavoce.segment.conditions import Any, Condition
from unavoce.segment.flips import Changes, changes
from unavoce.segment.model import Candidate, CauseKind, Direction, Flip, NoSuchSegment, Segment, Status, Terms

Then = Callable[[Transaction, Sequence[Flip]], object]
"""What is to be done with the flips, inside the transaction that makes them."""
Cause = Callable[[int, CustomerId], str | None]
"""The message that moved a customer in a segment (by its id); None when none did."""
Wanted = Callable[[str, Condition], bool]
"""Whether everybody is to be compared with a condition, in the brand's zone."""


@dataclass(frozen=True, slots=True)
class Program:
    """The live segments with their definitions written out, in the brand's terms."""

    segments: tuple[Segment, ...]
    conditions: tuple[Condition, ...]
    terms: Terms

    def only(self, wanted: Callable[[Segment, Condition], bool]) -> "Program":
        """The part of it that is wanted."""
        chosen = [pair for pair in zip(self.segments, self.conditions, strict=True) if wanted(*pair)]
        return Program(tuple(one for one, _ in chosen), tuple(condition for _, condition in chosen), self.terms)

    @property
    def ids(self) -> list[int]:
        """The segments' numbers."""
        return [segment.id for segment in self.segments]


def program(tx: Transaction) -> Program:
    """What is live now."""
    known = store.segments(tx)
    live = tuple(segment for segment in known.values() if segment.status is Status.LIVE)
    points = store.points(tx)
    written = tuple(written_out(segment.condition, known, points, (segment.key,)) for segment in live)
    return Program(live, written, store.terms(tx))


def written_out(
    condition: Condition,
    known: Mapping[str, Segment],
    points: rules.Points,
    around: tuple[str, ...] = (),
    *,
    strictly: bool = True,
) -> Condition:
    """The condition with other segments' definitions in place of their keys, and stores' places.

    A segment that is no more is a NoSuchSegment, or, unless `strictly`, one that nobody is in.
    """

    def definition_of(key: str) -> Condition:
        if key in known and known[key].status is Status.LIVE:
            return known[key].condition
        if strictly:
            raise NoSuchSegment(key=key)
        return Any(())

    return rules.inlined(condition, definition_of, around, points)


def nothing(segment: int, customer: CustomerId) -> None:
    """A cause for what no message has caused."""


def reassess(
    tx: Transaction,
    facts: Facts,
    members: Mapping[CustomerId, Sequence[Iid]],
    causes: Mapping[CustomerId, str],
    now: datetime,
    cause_kind: CauseKind,
) -> list[Flip]:
    """Look at these customers again and write down who went in or out of what."""
    if not members:
        return []
    store.lock(tx)
    live = program(tx).only(follows_events)
    if not live.segments:
        return []
    candidates = [Candidate(customer, iids, now) for customer, iids in members.items()]
    found = store.given(facts, compiling.given(live.conditions, live.terms), candidates)
    meeting = _meeting(live, found["customer"], found["matched"])
    customer_of = {iid: customer for customer, iids in members.items() for iid in iids}
    kept = store.members_among(tx, live.ids, list(customer_of))
    return _write(
        tx, live, changes(meeting, kept, customer_of), lambda _, customer: causes.get(customer), cause_kind, now
    )


def sweep(postgres: Postgres, facts: Facts, now: datetime, on_flips: Then | None) -> list[Flip]:
    """Follow time: whoever a window, a definition or others' doing moves in or out without an event of her own."""
    with postgres.transaction() as tx:
        store.lock(tx)
        since = store.progress(tx).swept_until
        live = program(tx)
        flips = _definitions(tx, facts, live, now)
        flips += look_at_everybody(tx, facts, live.only(_follows_time), now, CauseKind.TIMER)
        if since is not None and since < now:
            flips += _come_due(tx, facts, since, now)
        store.followed(tx, now)
        _note_sizes(tx, live, now)
        if on_flips is not None and flips:
            on_flips(tx, flips)
    return flips


def go_round(tx: Transaction, facts: Facts, now: datetime, *, new_hour: bool, wanted: Wanted) -> list[Flip]:
    """Compare everybody with new definitions and with what is wanted; needs the lock."""
    live = program(tx)
    flips = _definitions(tx, facts, live, now)
    chosen = live.only(lambda segment, one: segment.swept_at is not None and wanted(live.terms.zone, one))
    flips += look_at_everybody(tx, facts, chosen, now, CauseKind.TIMER)
    store.swept(tx, live.only(follows_events).ids, now)
    store.followed(tx, now)
    if new_hour:
        _note_sizes(tx, live, now)
    return flips


def settle(
    tx: Transaction,
    live: Program,
    members: Mapping[CustomerId, Sequence[Iid]],
    judged: Mapping[CustomerId, tuple[frozenset[int], frozenset[int]]],
    cause: Cause,
    cause_kind: CauseKind,
    now: datetime,
) -> list[Flip]:
    """Write down who went in or out; `judged` has each customer's segments that were judged, and those she meets."""
    customer_of = {iid: customer for customer, iids in members.items() for iid in iids}
    kept = store.members_among(tx, live.ids, list(customer_of))
    held: dict[CustomerId, set[int]] = {}
    for membership in kept:
        held.setdefault(customer_of[membership.iid], set()).update(membership.segments)
    meeting = {one: frozenset((held.get(one, set()) - asked) | met) for one, (asked, met) in judged.items()}
    return _write(tx, live, changes(meeting, kept, customer_of), cause, cause_kind, now)


def look_at_everybody(tx: Transaction, facts: Facts, live: Program, now: datetime, cause_kind: CauseKind) -> list[Flip]:
    """Compare everybody with these segments; needs the lock."""
    if not live.segments:
        return []
    found = store.everyone(facts, compiling.everyone(live.conditions, live.terms), now)
    # The copied links may be a moment behind; PostgreSQL has the last word on whose an identifier is.
    owners = store.owners(tx, found["customer"])
    customers = [owners.get(one, one) for one in found["customer"]]
    kept = store.members_with_customers(tx, live.ids)
    customer_of = {one.iid: one.customer for one in kept}
    moved = changes(_meeting(live, customers, found["matched"]), kept, customer_of)
    flips = _write(tx, live, moved, nothing, cause_kind, now)
    store.swept(tx, live.ids, now)
    return flips


def empty(tx: Transaction, segment: Segment, now: datetime) -> list[Flip]:
    """Let everybody leave a segment that is no more; needs the lock."""
    kept = store.members_with_customers(tx, [segment.id])
    moved = changes({}, kept, {one.iid: one.customer for one in kept})
    alone = Program((segment,), (segment.condition,), Terms())
    return _write(tx, alone, moved, nothing, CauseKind.DEFINITION, now)


def _definitions(tx: Transaction, facts: Facts, live: Program, now: datetime) -> list[Flip]:
    unseen = live.only(lambda segment, _: segment.swept_at is None)
    return look_at_everybody(tx, facts, unseen, now, CauseKind.DEFINITION)


def _come_due(tx: Transaction, facts: Facts, since: datetime, now: datetime) -> list[Flip]:
    """Clocks of devices run ahead: an event may be received before its time, and counts when its time has come."""
    iids = store.came_due(facts, since, now)
    if not iids:
        return []
    owners = store.owners(tx, iids)
    customers = {CustomerId(owners.get(iid, CustomerId(iid))) for iid in iids}
    return reassess(tx, facts, store.all_of(tx, customers), {}, now, CauseKind.TIMER)


def _note_sizes(tx: Transaction, live: Program, now: datetime) -> None:
    sizes = store.sizes(tx)
    hour = now.replace(minute=0, second=0, microsecond=0)
    store.put_size_points(tx, [(number, hour, sizes.get(number, 0)) for number in live.ids])


def follows_events(segment: Segment, condition: Condition) -> bool:
    """Whether her own events and time can move somebody, once everybody was compared."""
    # A segment that nobody was compared with yet would call its first members' next event the cause.
    return segment.swept_at is not None and not rules.depends_on_others(condition)


def _follows_time(segment: Segment, condition: Condition) -> bool:
    moves = rules.depends_on_time(condition) or rules.depends_on_others(condition)
    return segment.swept_at is not None and moves


def _meeting(
    live: Program, customers: Iterable[int], matched: Iterable[Sequence[int]]
) -> dict[CustomerId, frozenset[int]]:
    ids = live.ids
    found: dict[CustomerId, frozenset[int]] = {}
    for customer, numbers in zip(customers, matched, strict=True):
        hers = CustomerId(customer)
        met = frozenset([ids[number] for number in numbers])
        found[hers] = found[hers] | met if hers in found else met
    return found


def _write(
    tx: Transaction,
    live: Program,
    moved: Changes,
    cause: Cause,
    cause_kind: CauseKind,
    now: datetime,
) -> list[Flip]:
    by_id = {segment.id: segment for segment in live.segments}

    def why(segment: int, customer: CustomerId) -> str:
        other = f"{by_id[segment].key}@{by_id[segment].version}" if cause_kind is CauseKind.DEFINITION else ""
        return cause(segment, customer) or other or now.isoformat()

    entering = [(segment, customer, why(segment, customer)) for segment, customer in moved.entering]
    store.add_members(tx, entering, cause_kind, now)
    store.remove_members(tx, [(segment, iid) for segment, _, iids in moved.leaving for iid in iids])
    flips = [(by_id[segment], customer, int(customer), Direction.ENTERED, told) for segment, customer, told in entering]
    leaving = [
        [(by_id[segment], customer, int(iid), Direction.LEFT, why(segment, customer)) for iid in iids]
        for segment, customer, iids in moved.leaving
    ]
    # She leaves once; the log also has it of the other identifiers she was in under, or after an undo they seemed in.
    flips += [first for first, *_ in leaving]
    others = [other for _, *others in leaving for other in others]
    return store.add_flips(tx, [*flips, *others], cause_kind, now)[: len(flips)]
