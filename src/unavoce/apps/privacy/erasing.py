"""Erasing a person from every table, so that it can be stopped at any moment and goes on where it was.

First nothing of hers comes in any more (apps/privacy/gate.py), then the pump finishes what it had, then PostgreSQL
forgets her in one transaction, then ClickHouse, then the memory that segments are kept from, then every table is
asked whether anything of her is left. Whatever other loops wrote about her meanwhile is found there and erased in
another round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from unavoce.apps.privacy import files, store
from unavoce.apps.privacy.model import Request, State, Tally
from unavoce.apps.privacy.person import Person, gathered, person_of
from unavoce.apps.privacy.receipt import forgotten_hash, signed
from unavoce.apps.privacy.rooms import CLEARED, tables
from unavoce.collect import api as collect
from unavoce.profile import api as profile
from unavoce.runtime import private
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.failpoint import reach
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.private import Engine, Traces
from unavoce.segment import api as segment

POINTS = (
    "privacy.after_begin",
    "privacy.after_gather",
    "privacy.after_state",
    "privacy.after_links",
    "privacy.after_facts",
    "privacy.before_finish",
)
"""Where a test may kill an erasure: between every two steps."""

# Other loops may write about her between erasing and looking; more rounds than this mean that something else is wrong.
ROUNDS = 10
AGAIN = "again "
"""Begins the name of a step that repeats an erasing."""
BACKUPS = "Backups made before keep her until they are thrown away; after restoring one, ask for this erasure again."
_log = structlog.get_logger("unavoce.privacy")


@dataclass(frozen=True, slots=True)
class Erasure:
    """Erases people with one engine's clients; `brand` is the name on the receipt."""

    here: Door
    facts: Facts
    brand: str
    keeper: segment.Keeper

    def step(self, request: Request) -> bool:
        """Go on with a request; False while it has to wait for the pump."""
        if request.state is State.CONFIRMED:
            self._begin(request)
            return True
        with self.here.postgres.transaction() as tx:
            if not collect.settled_up_to(tx, store.heads(tx, request.id)):
                return False
            known = person_of(store.traces(tx, request.id))
            person = gathered(tx, self.facts, known)
            if not person.iids <= known.iids:
                # Somebody else became one with her while we waited: what is hers stops, too, and waits once more.
                store.note_traces(tx, request.id, person.kept(), collect.heads(tx))
                return True
            store.note_traces(tx, request.id, person.kept(), {})
            if request.progress == 0:
                self._count(tx, request, person.traces)
        reach("privacy.after_gather")
        self._round(request, person)
        return True

    def _begin(self, request: Request) -> None:
        with self.here.postgres.transaction() as tx:
            person = gathered(tx, self.facts, person_of(store.traces(tx, request.id)))
            store.begin(tx, request.id, self.here.clock.now())
            store.note_traces(tx, request.id, person.kept(), {})
        # Only after the commit does the gate know; what was accepted or begun before that must be through.
        with self.here.postgres.transaction() as tx:
            store.note_traces(tx, request.id, person.kept(), collect.heads(tx))
            store.advance(tx, request.id, "waiting", 0)
        reach("privacy.after_begin")

    def _count(self, tx: Transaction, request: Request, traces: Traces) -> None:
        store.note_tables(tx, request.id, tallies(tx, self.facts, self.here.settings.folder, traces))
        store.advance(tx, request.id, "erasing", 10)

    def _round(self, request: Request, person: Person) -> None:
        traces = person.traces
        self._erase_state(request, person, traces)
        self._erase_facts(traces)
        # Nobody may judge by what is gone: who looked at her before is done when this returns, and found below.
        self.keeper.forget_people(self.here.postgres, traces.iids)
        left = self._left(traces)
        if not left:
            self._finish(request, person)
            return
        number = int(request.step.removeprefix(AGAIN) if request.step.startswith(AGAIN) else 0) + 1
        _log.info("something of an erased person is left", request=request.id, round=number, tables=list(left))
        with self.here.postgres.transaction() as tx:
            if number >= ROUNDS:
                store.fail(tx, request.id, f"still found in {', '.join(left)}")
                return
            store.note_traces(tx, request.id, person.kept(), collect.heads(tx))
            store.advance(tx, request.id, f"{AGAIN}{number}", 80)

    def _erase_state(self, request: Request, person: Person, traces: Traces) -> None:
        now = self.here.clock.now()
        with self.here.postgres.transaction() as tx:
            profile.hold(tx)
            for table in tables():
                if table.engine is Engine.STATE:
                    private.erase_state(tx, table, traces)
            store.forget(tx, self._hashes(person), request.id, now)
            store.forget_reasons(tx, self._hashes(person))
        reach("privacy.after_state")

    def _erase_facts(self, traces: Traces) -> None:
        with self.here.postgres.transaction() as tx:
            profile.compact_links(tx, self.facts)
        reach("privacy.after_links")
        for table in tables():
            if table.engine is Engine.FACTS and table.erase:
                private.erase_facts(self.facts, table, traces)
        files.erase(self.here.settings.folder, traces)
        reach("privacy.after_facts")

    def _left(self, traces: Traces) -> dict[str, int]:
        with self.here.postgres.transaction() as tx:
            counted = tallies(tx, self.facts, self.here.settings.folder, traces)
        return {one.table: one.rows for one in counted if one.rows}

    def _finish(self, request: Request, person: Person) -> None:
        now = self.here.clock.now()
        reach("privacy.before_finish")
        with self.here.postgres.transaction() as tx:
            known = store.request(tx, request.id) or request
            said = {
                "request": request.id,
                "brand": self.brand,
                "asked_at": request.asked_at.isoformat(),
                "begun_at": known.begun_at.isoformat() if known.begun_at else "",
                "done_at": now.isoformat(),
                "identifiers": sorted(one.hex() for one in self._hashes(person)),
                "tables": [{"table": one.table, "rows": one.rows, "left": 0} for one in known.tables],
                "backups": BACKUPS,
            }
            store.finish(tx, request.id, known.tables, signed(self.here.settings.secret(), said), now)

    def _hashes(self, person: Person) -> list[bytes]:
        return [forgotten_hash(self.here.settings.secret(), iid) for iid in sorted(person.iids)]


def tallies(tx: Transaction, facts: Facts, folder: Path, traces: Traces) -> list[Tally]:
    """How many rows about a person every table has, and how many files in the deployment's folder name her."""
    counted = [Tally(str(table), len(private.found(tx, facts, table, traces))) for table in tables()]
    return [*counted, Tally(files.TALLY, len(files.about(folder, traces)))]


def unclaimed() -> Sequence[str]:
    """Tables that nobody erases; there must be none."""
    return [str(table) for table in tables() if table.erase is None and str(table) not in CLEARED]
