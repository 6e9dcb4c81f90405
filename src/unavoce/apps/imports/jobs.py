"""Imports as jobs: checked, then started by a person's word, resumed after a restart, stopped when asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import structlog

from unavoce.apps import importing
from unavoce.apps.brand import Brand
from unavoce.apps.imports import checking
from unavoce.apps.imports.uploads import NoSuchFile, Shelf
from unavoce.collect import api as collect
from unavoce.collect.contract import Options, Totals
from unavoce.kernel.errors import Refusal
from unavoce.runtime import jobs
from unavoce.runtime.http import Door
from unavoce.runtime.jobs import Interrupted, Job, JobState, Stopped
from unavoce.runtime.postgres import Transaction
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.mapping import mapping_of
from unavoce.sources.files.tables import look

KIND = "import"
REPORT, BAD_ROWS = "report.json", "bad-rows.csv"
_log = structlog.get_logger("unavoce.imports")


class Unforeseen(Refusal):
    """Something went wrong on our side while the file was read; the log says what."""

    status = 500
    again = True


def shelf_of(folder: Path) -> Shelf:
    """Where a deployment keeps the files of its imports."""
    return Shelf(folder / "imports")


class Importer:
    """Works off the imports people ask for, one after the other."""

    def __init__(self, door: Door, brand: Brand) -> None:
        self._door, self._brand = door, brand
        self._shelf = shelf_of(door.settings.folder)

    def step(self) -> bool:
        """Do the next import, if one waits; says whether there was one."""
        now = self._door.clock.now()
        with self._door.postgres.transaction() as tx:
            job = jobs.claim(tx, KIND, now)
        if job is None:
            self._shelf.sweep()
            return False
        try:
            self._do(job)
        except Interrupted:
            return False
        except Stopped:
            self._end(job, JobState.CANCELLED, {})
        except Refusal as refusal:
            self._fail(job, refusal)
        except Exception as error:
            _log.exception("an import failed", job=job.id)
            self._fail(job, Unforeseen(reason=type(error).__name__))
        return True

    def _do(self, job: Job) -> None:
        mapping = mapping_of(cast("Mapping[str, object]", job.wish["mapping"]))
        usual = {"region": self._brand.pumping.region, "zone": self._brand.zone, "currency": self._brand.currency}
        path = self._shelf.path(str(job.wish["file"]))
        kept = replace(mapping.with_brand(**usual), title=str(job.wish.get("title") or mapping.title))
        found = look(path, kept.reading)
        if job.wish.get("stage") == "run":
            self._run(job, FileHistory(path, kept, found, expected=Totals(int(str(job.outcome["to_send"])))))
        else:
            self._check(job, FileHistory(path, kept, found))

    def _check(self, job: Job, history: FileHistory) -> None:
        bad_rows = self._shelf.of_job(job.id, BAD_ROWS, new=True)

        def tell(rows: int) -> None:
            with self._door.postgres.transaction() as tx:
                jobs.tell(tx, job.id, {"rows": rows})

        checked = checking.check(self._door.postgres, history, self._brand.pumping, bad_rows, tell)
        report = checked.report()
        self._shelf.of_job(job.id, REPORT, new=True).write_text(json.dumps(report, ensure_ascii=False), "utf-8")
        told = {
            "rows": checked.tally.rows,
            "bad_rows": checked.tally.bad,
            "to_send": sum(checked.tally.events.values()),
        }
        self._end(job, JobState.ASKING, told)

    def _run(self, job: Job, history: FileHistory) -> None:
        keeper = Sending(job)

        def tell(settled: int, total: int) -> None:
            keeper.settled, keeper.total = settled, total
            with self._door.postgres.transaction() as tx:
                keeper.say(tx)

        done = importing.run(self._door.postgres, self._door.clock, history, Options(), tell, keeper)
        self._end(job, JobState.DONE, {
            "sent": done.events, "bad_rows": history.tally.bad, "new_events": self._events(job),
            "products_changed": done.products_changed,
        })  # fmt: skip
        self._shelf.let_go(str(job.wish["file"]))

    def _events(self, job: Job) -> int:
        since = job.began_at or self._door.clock.now()
        return collect.events_received(self._door.facts, str(job.wish["source"]), since)

    def _end(self, job: Job, state: JobState, outcome: Mapping[str, object]) -> None:
        with self._door.postgres.transaction() as tx:
            jobs.end(tx, job.id, state, self._door.clock.now(), outcome)

    def _fail(self, job: Job, refusal: Refusal) -> None:
        with self._door.postgres.transaction() as tx:
            jobs.fail(tx, job.id, refusal, self._door.clock.now())


class Sending:
    """How far an import is; kept together with what it sends."""

    def __init__(self, job: Job) -> None:
        self._job = job.id
        self.chunks = int(str(job.progress.get("chunks", 0)))
        self.settled, self.total = 0, 0

    def keep(self, tx: Transaction, chunks: int) -> None:
        """So many chunks are sent now."""
        self.chunks = chunks
        self.say(tx)

    def say(self, tx: Transaction) -> None:
        """Write it down; Stopped when somebody wants the import stopped."""
        jobs.tell(tx, self._job, {"chunks": self.chunks, "done": self.settled, "of": self.total})


def report_of(shelf: Shelf, job: Job) -> dict[str, object] | None:
    """What the check of an import found, as long as it is kept."""
    try:
        found: dict[str, object] = json.loads(shelf.of_job(job.id, REPORT).read_text("utf-8"))
    except NoSuchFile:
        return None
    return found
