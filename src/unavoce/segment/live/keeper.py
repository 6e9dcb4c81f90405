"""Keeps memberships true as events come and time passes, looking only at whom something can have moved.

It remembers the strands of the customers who came lately, so most events are judged without reading anything; the one
statement over the history is asked only where the strands leave a verdict open. Nothing here is the truth: the
memory is a copy of history, the timers follow from it, and a new keeper begins by comparing everybody.
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from unavoce.collect.api import Event
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.api import Absorbed, Interned
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import compile as compiling
from unavoce.segment import keeping, rules, store
from unavoce.segment.conditions import Condition
from unavoce.segment.keeping import Program, Then
from unavoce.segment.live import history
from unavoce.segment.live import store as timing
from unavoce.segment.live.blame import Blame
from unavoce.segment.live.judging import OPEN, YES, Flags, Judge, Told, Verdicts, milliseconds
from unavoce.segment.live.marks import Marks, is_open, speaks_of_her
from unavoce.segment.live.memory import ROW, Memory
from unavoce.segment.live.reading import Reader, Unsure
from unavoce.segment.live.timers import AHEAD, ANY_NAME, Timers, daily, offsets, open_offsets
from unavoce.segment.model import Candidate, CauseKind, Flip

# About 400,000 customers with ten events each.
MOST_BYTES = 160_000_000
HORIZON = timedelta(minutes=10)
# Small enough that the pump never waits long for a look at who came due.
DUES_AT_ONCE = 500
ROUND = timedelta(seconds=30)
# Reading so many customers at once takes about a second; whoever is due beside them is read when she is.
MOST_AHEAD = 20_000
# Definitions are published seldom and looked for often enough that no timer of a new one is missed.
LOOK_BACK = timedelta(seconds=90)
# Publishing a definition compares everybody by itself; asking whether one was published costs a transaction.
LOOK_EVERY = timedelta(seconds=1)
_AT_ONCE = frozenset({0})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(slots=True)
class Batch:
    """What has just come: rows by identifier, who must be read again, and which segments events may move."""

    rows: dict[int, list[tuple[int, int, float]]] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    marked: dict[int, set[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """A program made ready to judge by."""

    revision: object
    program: Program
    judge: Judge
    reader: Reader
    marks: Marks
    fetch: compiling.Compiled | None
    open: Program
    offsets: Mapping[str, frozenset[int]]
    open_offsets: Mapping[str, Mapping[int, list[int]]]


def made_ready(program: Program, revision: object) -> Ready:
    """Everything that follows from the definitions alone."""
    live = program.only(keeping.follows_events)
    judge = Judge(live.conditions, live.terms)
    marks = Marks.of(live.conditions)
    return Ready(
        revision=revision,
        program=live,
        judge=judge,
        reader=Reader(judge.strands, live.terms.currency),
        marks=marks,
        fetch=history.compiled(judge.strands, live.terms) if judge.strands else None,
        open=live.only(lambda _, condition: is_open(condition)),
        offsets=offsets(live.conditions),
        open_offsets={**open_offsets(live.conditions), AHEAD: {0: marks.words}},
    )


class Keeper:
    """Keeps memberships; there is one in a deployment, beside the pump."""

    def __init__(self, facts: Facts, memory: Memory | None = None) -> None:
        self._facts = facts
        self._memory = memory if memory is not None else Memory(MOST_BYTES)
        self._families: dict[CustomerId, tuple[Iid, ...]] = {}
        self._timers = Timers()
        self._ready: Ready | None = None
        self._alone = threading.RLock()
        self._round: datetime | None = None
        self._asked: datetime | None = None
        self._filled_for: object = None
        # How often others moved, how often they had when the last round began, and whether they had before it.
        self._moves, self._moves_seen, self._once_more = 0, 0, True
        self._gone: set[int] = set()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """From before a batch becomes history until it is followed: who reads in between would count it twice."""
        with self._alone:
            yield

    def forget(self) -> None:
        """A batch was not followed to its end: what is remembered may be wrong."""
        with self._alone:
            self._memory.clear()
            self._families.clear()

    def forget_people(self, postgres: Postgres, iids: Collection[int]) -> None:
        """These were erased: nothing of them is remembered or comes due, and whoever was looking at them is done."""
        gone = set(iids)
        with self._alone, postgres.transaction() as tx:
            store.lock(tx)
            self._gone |= gone
            self._memory.forget(gone)
            self._timers.forget(gone)
            hers = [one for one, iids in self._families.items() if one in gone or not gone.isdisjoint(iids)]
            for customer in hers:
                del self._families[customer]

    def others_moved(self) -> None:
        """Customers bought, became one or were parted: that may move others, which the next rounds look at."""
        self._moves += 1  # without a lock: whoever says so may hold those for which we wait

    # --- events ---

    def follow(
        self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], absorbed: Absorbed, now: datetime
    ) -> list[Flip]:
        """Look at whom a batch can have moved, in the transaction that absorbed it."""
        if not absorbed.members:
            return []
        with self._alone:
            store.lock(tx)
            ready = self._up_to_date(tx)
            batch = self._read(ready, events, iids, now)
            if absorbed.links or any(one.name == "Order Completed" for one in events):
                self.others_moved()
            if not ready.program.segments:
                return []
            blame = Blame(ready.judge, ready.reader, ready.marks, events, iids, absorbed)
            return self._follow(tx, ready, batch, blame, now)

    def _follow(self, tx: Transaction, ready: Ready, batch: Batch, blame: Blame, now: datetime) -> list[Flip]:
        self._memory.forget(batch.doubtful)
        members = blame.absorbed.members
        asked, owners = _flat(members)
        missing = self._memory.missing(asked)
        strange = self._strangers(members, asked, owners, missing)
        touched = {strand for rows in batch.rows.values() for _, strand, _ in rows}
        before = ready.judge.held(self._told(asked, owners, len(members)), now, touched)
        for iid, rows in batch.rows.items():
            self._memory.append(iid, np.array(rows, ROW))
        self._fetch(ready, missing)
        after = ready.judge.held(self._told(asked, owners, len(members)), now, touched)
        dirty = ready.judge.moved(before, after)
        place_of = dict(zip(asked, owners.tolist(), strict=True))
        for iid, segments in batch.marked.items():
            if (owner := place_of.get(iid)) is not None:
                dirty[owner, list(segments)] = True
        dirty[strange] = True
        place_in = {number: place for place, number in enumerate(ready.program.ids)}

        def cause(segment: int, customer: CustomerId) -> str | None:
            return blame.message(place_in[segment], customer)

        flips = self._settle(tx, ready, members, dirty, cause, now, CauseKind.EVENT)
        self._memory.shrink()
        return flips

    def _strangers(
        self,
        members: Mapping[CustomerId, Sequence[Iid]],
        asked: Sequence[int],
        owners: NDArray[np.int64],
        missing: Sequence[int],
    ) -> Flags:
        """Those who were not looked at before as they are now: new ones, forgotten ones, merged and parted ones."""
        strange = np.zeros(len(members), np.bool_)
        if missing:
            unknown = set(missing)
            strange[owners[[iid in unknown for iid in asked]]] = True
        if len(self._families) > 2 * len(self._memory) + 100_000:
            self._families.clear()
        for place, (customer, iids) in enumerate(members.items()):
            hers = tuple(sorted(iids))
            if self._families.get(customer) != hers:
                strange[place] = True
                self._families[customer] = hers
        return strange

    def _read(self, ready: Ready, events: Sequence[Event], iids: Sequence[Interned], moment: datetime) -> Batch:
        batch, reader, marks, timers, now = Batch(), ready.reader, ready.marks, self._timers, milliseconds(moment)
        anywhere = ready.offsets.get(ANY_NAME)
        for event, one in zip(events, iids, strict=True):
            iid = int(one.primary)
            if not iid:
                continue
            name = event.name
            after = ready.offsets.get(name)
            at = (event.at - _EPOCH) // _MILLISECOND if after or reader.knows(name) else 0
            try:
                if found := reader.read(event):
                    batch.rows.setdefault(iid, []).extend((at, strand, value) for strand, value in found)
            except Unsure:
                batch.doubtful.add(iid)
            if moved := marks.moved_by(event):
                batch.marked.setdefault(iid, set()).update(moved)
            if after:
                timers.add(iid, name, at, after, now)
            if anywhere or event.at > moment:
                self._read_more(ready, event, iid, now)
        return batch

    def _read_more(self, ready: Ready, event: Event, iid: int, now: int) -> None:
        """What comes due by whereabouts, and by words about her that came ahead of their time."""
        at, anywhere = milliseconds(event.at), ready.offsets.get(ANY_NAME)
        if anywhere and "location" in event.context:
            self._timers.add(iid, ANY_NAME, at, anywhere, now)
        if ready.marks.words and speaks_of_her(event):
            self._timers.add(iid, AHEAD, at, _AT_ONCE, now)

    # --- time ---

    def step(self, postgres: Postgres, now: datetime, on_flips: Then | None = None) -> list[Flip]:
        """Follow time up to now: whoever came due, a new day, others' orders, new definitions. Call it often."""
        if self._round is None or milliseconds(now) > self._timers.horizon + milliseconds(_EPOCH + ROUND):
            return self._begin(postgres, now, on_flips)
        flips: list[Flip] = []
        if now - self._round >= ROUND or self._changed(postgres, now):
            flips += self._go_round(postgres, now, on_flips)
        while dues := self._timers.come(milliseconds(now), DUES_AT_ONCE):
            flips += self._come_due(postgres, dues, now, on_flips)
        if milliseconds(now + ROUND) >= self._timers.horizon:
            self._fill(milliseconds(now - LOOK_BACK), now)
        return flips

    def _begin(self, postgres: Postgres, now: datetime, on_flips: Then | None) -> list[Flip]:
        """Compare everybody: at the start, and when the clock has leapt."""
        flips = keeping.sweep(postgres, self._facts, now, on_flips)
        with self._alone, postgres.transaction() as tx:
            self._up_to_date(tx)
        self._fill(milliseconds(now - LOOK_BACK), now)
        self._round, self._once_more = now, True
        return flips

    def _changed(self, postgres: Postgres, now: datetime) -> bool:
        """Whether definitions are others by now; a step within a second of the last that asked does not ask again."""
        if self._asked is not None and timedelta() < now - self._asked < LOOK_EVERY:
            return False
        self._asked = now
        with postgres.transaction() as tx:
            return self._filled_for != store.revision(tx)

    def _go_round(self, postgres: Postgres, now: datetime, on_flips: Then | None) -> list[Flip]:
        """What needs a look at everybody: new definitions, a new day, fifths after new orders."""
        last, self._round = self._round or now, now
        moves = self._moves
        moved = moves != self._moves_seen
        # ClickHouse learns of links a moment after they are made, so they are looked at in the round after, too.
        others, self._once_more, self._moves_seen = moved or self._once_more, moved, moves
        with postgres.transaction() as tx:
            store.lock(tx)
            flips = keeping.go_round(
                tx, self._facts, now,
                new_hour=_hour(last) != _hour(now),
                wanted=self._wanted(last, now, others=others),
            )  # fmt: skip
            if on_flips is not None and flips:
                on_flips(tx, flips)
        with self._alone, postgres.transaction() as tx:
            changed = self._up_to_date(tx).revision != self._filled_for
        if changed:
            self._fill(milliseconds(now - LOOK_BACK), now)
        return flips

    def _wanted(self, last: datetime, now: datetime, *, others: bool) -> keeping.Wanted:
        def wanted(zone: str, condition: Condition) -> bool:
            new_day = last.astimezone(ZoneInfo(zone)).date() != now.astimezone(ZoneInfo(zone)).date()
            return (others and rules.depends_on_others(condition)) or (new_day and daily(condition))

        return wanted

    def _fill(self, since: int, now: datetime) -> None:
        """Know what comes due until the next horizon, and remember those whom it concerns."""
        ready = self._ready
        if ready is None:
            return
        until = milliseconds(now + HORIZON)
        with self._alone:
            self._timers.horizon, self._gone = until, set()
        found = timing.dues(self._facts, ready.offsets, since, until)
        if ready.marks.words:
            found += [(due, iid, AHEAD, 0) for due, iid in timing.ahead(self._facts, since, until)]
        with self._alone:
            # Whoever was erased meanwhile may have been read before.
            dues = [due for due in found if due[1] not in self._gone]
            self._timers.fill([*dues, *self._timers.come(until, len(self._timers))], until)
            self._fetch(ready, self._memory.missing({iid for _, iid, _, _ in dues[:MOST_AHEAD]}))
            self._memory.shrink()
        self._filled_for = ready.revision

    def _come_due(
        self, postgres: Postgres, dues: Sequence[tuple[int, int, str, int]], now: datetime, on_flips: Then | None
    ) -> list[Flip]:
        with self._alone, postgres.transaction() as tx:
            ready = self._up_to_date(tx)
            dues = [due for due in dues if due[1] not in self._gone]
            if not dues or not ready.program.segments:
                return []
            iids = sorted({Iid(iid) for _, iid, _, _ in dues})
            owners = store.owners(tx, iids)
            members = store.all_of(tx, {CustomerId(owners.get(iid, CustomerId(iid))) for iid in iids})
            dirty = self._due(ready, members, owners, dues, now)
            if not dirty.any():
                return []
            store.lock(tx)
            flips = self._settle(tx, ready, members, dirty, keeping.nothing, now, CauseKind.TIMER)
            self._memory.shrink()
            if on_flips is not None and flips:
                on_flips(tx, flips)
        return flips

    def _due(
        self,
        ready: Ready,
        members: Mapping[CustomerId, Sequence[Iid]],
        owners: Mapping[int, CustomerId],
        dues: Sequence[tuple[int, int, str, int]],
        now: datetime,
    ) -> Flags:
        """Which segments of whom the passing of time from before the first of these to now may have moved."""
        asked, places = _flat(members)
        self._fetch(ready, self._memory.missing(asked))
        told = self._told(asked, places, len(members))
        first = _EPOCH + timedelta(milliseconds=dues[0][0] - 1)
        dirty = ready.judge.moved(ready.judge.held(told, first), ready.judge.held(told, now))
        place_of = {customer: place for place, customer in enumerate(members)}
        for _, iid, name, span in dues:
            segments = ready.open_offsets.get(name, {}).get(span)
            if segments:
                dirty[place_of[owners.get(iid, CustomerId(iid))], segments] = True
        return dirty

    # --- both ---

    def _up_to_date(self, tx: Transaction) -> Ready:
        """The program as it is now; on a change nothing is remembered."""
        revision = store.revision(tx)
        if self._ready is None or self._ready.revision != revision:
            strands = self._ready.judge.strands if self._ready is not None else None
            self._ready = made_ready(keeping.program(tx), revision)
            if self._ready.judge.strands != strands:
                self._memory.clear()
            self._families.clear()
        return self._ready

    def _told(self, asked: Sequence[int], owners: NDArray[np.int64], count: int) -> Told:
        rows, of = self._memory.gather(asked)
        return Told.of(count, rows, owners[of])

    def _fetch(self, ready: Ready, iids: list[int]) -> None:
        if not iids:
            return
        if ready.fetch is None:
            self._memory.put(iids, np.empty(0, ROW), np.empty(0, np.int64))
        else:
            self._memory.put(iids, *history.read(self._facts, ready.fetch, iids))

    def _settle(
        self,
        tx: Transaction,
        ready: Ready,
        members: Mapping[CustomerId, Sequence[Iid]],
        dirty: Flags,
        cause: keeping.Cause,
        now: datetime,
        kind: CauseKind,
    ) -> list[Flip]:
        """Judge what may have moved, and write down who went in or out."""
        places = np.flatnonzero(dirty.any(axis=1))
        if not len(places):
            return []
        customers, judged_of = list(members), dirty[places]
        chosen = {customers[place]: members[customers[place]] for place in places}
        verdicts = ready.judge.verdicts(ready.judge.held(self._told(*_flat(chosen), len(chosen)), now))
        unsettled = judged_of & (verdicts == OPEN)
        if unsettled.any():
            some = [customer for customer, row in zip(chosen, unsettled.any(axis=1), strict=True) if row]
            verdicts = self._ask(ready, {one: chosen[one] for one in some}, list(chosen), verdicts, now)
        numbers = np.array(ready.program.ids)
        judged = {
            customer: (frozenset(numbers[row].tolist()), frozenset(numbers[row & (verdict == YES)].tolist()))
            for customer, row, verdict in zip(chosen, judged_of, verdicts, strict=True)
        }
        return keeping.settle(tx, ready.program, chosen, judged, cause, kind, now)

    def _ask(
        self,
        ready: Ready,
        members: Mapping[CustomerId, Sequence[Iid]],
        customers: Sequence[CustomerId],
        verdicts: Verdicts,
        now: datetime,
    ) -> Verdicts:
        """Put the statement's verdicts where the strands left them open."""
        statement = compiling.given(ready.open.conditions, ready.open.terms)
        found = store.given(self._facts, statement, [Candidate(one, iids, now) for one, iids in members.items()])
        column = {number: place for place, number in enumerate(ready.program.ids)}
        columns = [column[number] for number in ready.open.ids]
        place_of = {customer: place for place, customer in enumerate(customers)}
        told = verdicts.copy()
        for customer in members:
            told[place_of[customer], columns] = 0
        for customer, matched in zip(found["customer"], found["matched"], strict=True):
            told[place_of[CustomerId(customer)], [columns[number] for number in matched]] = YES
        return told


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _flat(members: Mapping[CustomerId, Sequence[Iid]]) -> tuple[list[int], NDArray[np.int64]]:
    """All identifiers, and for each the place of its customer."""
    asked = [int(iid) for hers in members.values() for iid in hers]
    return asked, np.repeat(np.arange(len(members)), [len(hers) for hers in members.values()])
