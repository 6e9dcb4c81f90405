"""The pump: takes accepted calls out of their lanes and makes them history, customers, segments and decisions.

One batch at a time, its bounds committed before anything is done with it. Whatever the moment it is killed at, the
next start does the same batch again and every part of it counts once: facts by their insert tokens, state because
one transaction holds all of it together with the lane's position.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import compress
from time import monotonic
from typing import Protocol

import structlog

from unavoce.collect import api as collect
from unavoce.collect.api import Batch, Event, Taken
from unavoce.kernel.clock import Clock
from unavoce.profile import api as profile
from unavoce.profile.api import Absorbed, Interned, LinkChange
from unavoce.runtime import telemetry
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.failpoint import reach
from unavoce.runtime.postgres import Postgres, Transaction

POINTS = (
    "pump.after_pin",
    "pump.after_read",
    "pump.after_history",
    "pump.after_account",
    "pump.after_record",
    "pump.after_absorb",
    "pump.after_follow",
    "pump.before_commit",
    "pump.after_commit",
    "pump.after_links",
)
"""Where a test may kill the pump: between every two steps."""

_BUSY_SECONDS, _IDLE_SECONDS = 0.02, 0.1
# Three kinds of facts are written at once; each insert mostly waits for the disk.
_WRITERS = 3
# So often a batch may fail as a whole before its events are tried one by one.
_TRIES = 3
# If more of a batch than this fails alone, it is not the events that are bad.
_MOST_BAD_SHARE, _ALWAYS_BAD = 0.5, 3

_log = structlog.get_logger("unavoce.pump")
_EVENTS = telemetry.counter("unavoce_pump_events_total", "Events made history.")
_SECONDS = telemetry.histogram("unavoce_pump_step_seconds", "How long each step of a batch took.")
_LAG = telemetry.gauge("unavoce_pump_lag_seconds", "From the last batch's first receipt to its commit.")
_FAILED = telemetry.counter("unavoce_pump_failed_events_total", "Events set aside because they could not be pumped.")


@dataclass(frozen=True, slots=True)
class Brand:
    """What identifiers are read with: the brand's secret key, and the region of phones without a country code."""

    key: bytes
    region: str


class Follows(Protocol):
    """What else follows from a batch in its transaction: segments, and what the decision point should know."""

    def follow(self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], absorbed: Absorbed) -> None:
        """Change whatever the events change."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Held from before a batch becomes history until what follows from it is committed."""
        ...

    def forget(self) -> None:
        """What followed from a batch was undone."""
        ...


class Gates(Protocol):
    """What keeps events out of history that must not come in."""

    def passing(self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> list[bool]:
        """For each event, whether it may become history."""
        ...

    def count(self, tx: Transaction, turned_away: Sequence[Event], now: datetime) -> None:
        """Keep how many were turned away."""
        ...


class _Undo(Exception):
    """Undoes a trial."""


class Pump:
    """Pumps batches; there is one in a deployment, because customers are resolved one batch after the other."""

    def __init__(
        self,
        postgres: Postgres,
        facts: Facts,
        clock: Clock,
        brand: Brand,
        wake: Callable[[], None],
        follower: Follows | None = None,
        gate: Gates | None = None,
    ) -> None:
        self._postgres, self._facts, self._clock, self._brand = postgres, facts, clock, brand
        self._wake, self._follower, self._gate = wake, follower, gate
        self._beside = ThreadPoolExecutor(_WRITERS, thread_name_prefix="pump-facts")
        self._tries: dict[Batch, int] = {}
        self._unpublished: list[LinkChange] = []
        self._forgotten_on: date | None = None

    def step(self) -> bool:
        """Do one batch; says whether there was one."""
        self._publish()
        self._forget()
        batch = collect.pin(self._postgres)
        if batch is None:
            return False
        try:
            self._pump(batch)
        except Exception:
            self._forget_follower()
            self._tries[batch] = self._tries.get(batch, 0) + 1
            if self._tries[batch] < _TRIES or not self._set_aside(batch):
                raise
        self._tries.pop(batch, None)
        return True

    def run(self, stop: threading.Event) -> None:
        """Do batch after batch until told to stop; rests a little when nothing waits."""
        busy_until = 0.0
        while not stop.is_set():
            if self.step():
                busy_until = monotonic() + 1.0
            else:
                stop.wait(_BUSY_SECONDS if monotonic() < busy_until else _IDLE_SECONDS)

    def _pump(self, batch: Batch) -> None:
        reach("pump.after_pin")
        with _SECONDS.time(step="read"), self._postgres.transaction() as tx:
            taken = collect.take(tx, batch)
            rules = profile.rules_now(tx)
        events = taken.events
        reach("pump.after_read")
        iids = profile.intern(events, self._brand.key, self._brand.region, rules)
        events, iids, turned_away = self._let_in(events, iids)
        with self._follower.alone() if self._follower is not None else nullcontext():
            links = self._make_history(batch, replace(taken, events=events), iids, turned_away)
        reach("pump.after_commit")
        self._unpublished += links
        self._publish()
        reach("pump.after_links")
        self._wake()
        self._measure(events)

    def _let_in(
        self, events: Sequence[Event], iids: Sequence[Interned]
    ) -> tuple[list[Event], list[Interned], list[Event]]:
        """Without what must not become history, and that."""
        if self._gate is None or not events:
            return list(events), list(iids), []
        with self._postgres.transaction() as tx:
            may = self._gate.passing(tx, events, iids)
        away = [event for event, passes in zip(events, may, strict=True) if not passes]
        return list(compress(events, may)), list(compress(iids, may)), away

    def _make_history(
        self, batch: Batch, taken: Taken, iids: Sequence[Interned], turned_away: Sequence[Event]
    ) -> tuple[LinkChange, ...]:
        """Write the facts, and all that follows from them in one transaction.

        ClickHouse writes while PostgreSQL works out the customers; segments and the commit come after both.
        """
        with self._recorder(batch, taken, iids) as recorded, self._postgres.transaction() as tx:
            absorbed = self._absorb(tx, taken.events, iids)
            recorded()
            links = self._follow(tx, taken.events, iids, absorbed)
            with _SECONDS.time(step="settle"):
                collect.settle(tx, batch, taken.events)
            if self._gate is not None and turned_away:
                self._gate.count(tx, turned_away, self._clock.now())
            reach("pump.before_commit")
        return links

    def _publish(self) -> None:
        """Tell ClickHouse of new links; after a failure again with the next step, after a crash at the next start."""
        if self._unpublished:
            with _SECONDS.time(step="links"), self._postgres.transaction() as tx:
                profile.publish_links(tx, self._facts, self._unpublished)
            self._unpublished = []

    @contextmanager
    def _recorder(self, batch: Batch, taken: Taken, iids: Sequence[Interned]) -> Iterator[Callable[[], None]]:
        """Writes the facts beside what is done meanwhile; the answer waits for them. On leaving they are written.

        The same facts are never written by two threads at once, so nothing is tried again before this is over.
        """
        writers = (self._history, self._account, self._record)
        writing = [self._beside.submit(write, batch, taken, iids) for write in writers]

        def written() -> None:
            for one in writing:
                one.result()

        try:
            yield written
        finally:
            wait(writing)

    def _history(self, batch: Batch, taken: Taken, iids: Sequence[Interned]) -> None:
        with _SECONDS.time(step="history"):
            collect.record(self._facts, batch, taken.events, iids)
        reach("pump.after_history")

    def _account(self, batch: Batch, taken: Taken, _: Sequence[Interned]) -> None:
        with _SECONDS.time(step="account"):
            collect.account(self._facts, batch, taken)
        reach("pump.after_account")

    def _record(self, batch: Batch, taken: Taken, iids: Sequence[Interned]) -> None:
        with _SECONDS.time(step="record"):
            profile.record(self._facts, batch, taken.events, iids)
        reach("pump.after_record")

    def _absorb(self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> Absorbed:
        with _SECONDS.time(step="absorb"):
            absorbed = profile.absorb(tx, events, iids, self._clock.now())
        reach("pump.after_absorb")
        return absorbed

    def _follow(
        self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], absorbed: Absorbed
    ) -> tuple[LinkChange, ...]:
        """All that follows from the customers, in the caller's transaction."""
        if self._follower is not None:
            with _SECONDS.time(step="follow"):
                self._follower.follow(tx, events, iids, absorbed)
        reach("pump.after_follow")
        return absorbed.links

    def _set_aside(self, batch: Batch) -> bool:
        """Find the events that cannot be pumped and make them failed events; False when it is not the events."""
        with self._postgres.transaction() as tx:
            events = collect.read(tx, batch)
        if (trouble := self._trouble(())) is not None:
            _log.error("the batch is not the trouble", batch=str(batch), trouble=trouble)
            return False
        bad = self._bad(events)
        if not bad or len(bad) > max(_ALWAYS_BAD, len(events) * _MOST_BAD_SHARE):
            return False
        with self._postgres.transaction() as tx:
            collect.fail(tx, batch, bad)
        _FAILED.add(len(bad))
        _log.error("events were set aside", batch=str(batch), events=len(bad), first=bad[0][1])
        return True

    def _bad(self, events: Sequence[Event]) -> list[tuple[Event, str]]:
        trouble = self._trouble(events)
        if trouble is None:
            return []
        if len(events) == 1:
            return [(events[0], trouble)]
        half = len(events) // 2
        return self._bad(events[:half]) + self._bad(events[half:])

    def _trouble(self, events: Sequence[Event]) -> str | None:
        """What goes wrong when only these are pumped; nothing of it stays."""
        try:
            iids = profile.intern(events, self._brand.key, self._brand.region)
            with self._postgres.transaction() as tx:
                self._follow(tx, events, iids, self._absorb(tx, events, iids))
                raise _Undo
        except _Undo:
            return None
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            self._forget_follower()

    def _forget_follower(self) -> None:
        if self._follower is not None:
            self._follower.forget()

    def _forget(self) -> None:
        today = self._clock.now().date()
        if today != self._forgotten_on:
            with self._postgres.transaction() as tx:
                collect.forget(tx, self._clock.now())
            self._forgotten_on = today

    def _measure(self, events: Sequence[Event]) -> None:
        _EVENTS.add(len(events))
        if events:
            _LAG.set((self._clock.now() - events[0].received_at).total_seconds())
