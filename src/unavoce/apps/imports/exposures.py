"""Where products were shown, by store and week: facts of stores that the engine takes in as a job."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Protocol, runtime_checkable

import structlog

from unavoce.apps import importing
from unavoce.apps.imports.jobs import Unforeseen
from unavoce.collect.contract import ExposureSource
from unavoce.commerce import api as commerce
from unavoce.kernel.clock import Clock
from unavoce.kernel.errors import Refusal, Unprocessable
from unavoce.runtime import jobs
from unavoce.runtime.http import Door
from unavoce.runtime.jobs import Asker, Interrupted, Job, JobState, Stopped
from unavoce.runtime.postgres import Postgres

KIND = "exposures"
_LOOK_EVERY_SECONDS = 0.5
_COMMAND = Asker("command", "command line")
_log = structlog.get_logger("unavoce.exposures")


class ShowsNothing(Unprocessable):
    """This source knows nothing of displays and mailers."""


class ExposuresFailed(Unprocessable):
    """The displays and mailers could not be taken in."""


@runtime_checkable
class _Shows(ExposureSource, Protocol):
    """A source that can be asked at run time whether it shows anything."""


def source_of(name: str) -> ExposureSource:
    """The installed source of this name, if it knows what was shown."""
    found = importing.history(name)
    if not isinstance(found, _Shows):
        raise ShowsNothing(source=name)
    return found


class ExposureTaker:
    """Takes in what was shown, a batch at a time; after a restart it goes on where it was."""

    def __init__(self, door: Door) -> None:
        self._door, self._facts = door, door.clickhouse.client("export")

    def step(self) -> bool:
        """Do the next job, if one waits."""
        with self._door.postgres.transaction() as tx:
            job = jobs.claim(tx, KIND, self._door.clock.now())
        if job is None:
            return False
        try:
            facts = self._take(job)
        except Interrupted:
            return False
        except Stopped:
            self._end(job, JobState.CANCELLED, 0)
        except Exception as error:
            _log.exception("exposures failed", job=job.id)
            refusal = error if isinstance(error, Refusal) else Unforeseen(reason=type(error).__name__)
            with self._door.postgres.transaction() as tx:
                jobs.fail(tx, job.id, refusal, self._door.clock.now())
        else:
            self._end(job, JobState.DONE, facts)
        return True

    def _take(self, job: Job) -> int:
        source = source_of(str(job.wish["source"]))
        total, before, done = source.exposure_total(), int(str(job.progress.get("batches", 0))), 0
        for number, shown in enumerate(source.exposures(), 1):
            done += len(shown.stores)
            if number > before:
                exposures = commerce.Exposures(shown.stores, shown.weeks, shown.products, shown.displays, shown.mailers)
                commerce.put_exposures(self._facts, source.name, exposures, batch=number)
            with self._door.postgres.transaction() as tx:
                jobs.tell(tx, job.id, {"batches": max(number, before), "done": done, "of": total})
        return commerce.exposure_totals(self._facts, source.name).facts

    def _end(self, job: Job, state: JobState, facts: int) -> None:
        with self._door.postgres.transaction() as tx:
            jobs.end(tx, job.id, state, self._door.clock.now(), {"facts": facts})


def bring(postgres: Postgres, clock: Clock, name: str, tell: Callable[[int, int], object]) -> int:
    """Ask the engine to take in what a source's stores showed, and wait; answers with how many facts are known."""
    source = source_of(name)
    with postgres.transaction() as tx:
        job = jobs.ask(tx, KIND, name, _COMMAND, {"source": source.name}, clock.now())
    while job.state in (JobState.WAITING, JobState.RUNNING):
        sleep(_LOOK_EVERY_SECONDS)
        with postgres.transaction() as tx:
            job = jobs.job(tx, KIND, job.id)
        tell(int(str(job.progress.get("done", 0))), int(str(job.progress.get("of", 0))))
    if job.state != JobState.DONE:
        raise ExposuresFailed(source=name, **({} if job.trouble is None else {"reason": job.trouble["detail"]}))
    return int(str(job.outcome["facts"]))
