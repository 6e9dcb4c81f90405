"""Long work that people ask for: kept in PostgreSQL, so that it shows how far it is, can be stopped, and survives."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.errors import BadInput, Conflict, NotFound, Refusal
from unavoce.runtime import sql
from unavoce.runtime.listing import Page
from unavoce.runtime.postgres import Json, Transaction
from unavoce.runtime.process import draining

_SQL = sql.load(__package__, "jobs.sql")


class JobState(StrEnum):
    """Where a job stands; `asking` waits for a person's word."""

    WAITING = "waiting"
    RUNNING = "running"
    ASKING = "asking"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class NoSuchJob(NotFound):
    """There is no such job."""


class NotAsking(Conflict):
    """This job waits for nobody's word: it runs, or it has ended."""


class AlreadyEnded(Conflict):
    """This job has ended already."""


class Stopped(Exception):
    """Somebody wants the job stopped."""


class Interrupted(Exception):
    """The process is about to leave; the job goes on after the restart."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work: what was asked, how far it is, and what came of it."""

    id: str
    kind: str
    state: JobState
    title: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    wish: dict[str, object] = field(default_factory=dict)
    progress: dict[str, object] = field(default_factory=dict)
    outcome: dict[str, object] = field(default_factory=dict)
    trouble: dict[str, object] | None = None
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a job."""

    id: str
    name: str


def ask(tx: Transaction, kind: str, title: str, by: Asker, wish: Mapping[str, object], now: datetime) -> Job:
    """Ask for a piece of work; it waits for its turn."""
    added = tx.value(_SQL["ask"], **_asked(kind, title, by, wish, now))
    return job(tx, kind, added)


def note(
    tx: Transaction,
    kind: str,
    title: str,
    by: Asker,
    wish: Mapping[str, object],
    now: datetime,
    outcome: Mapping[str, object],
) -> Job:
    """Write down work that was done elsewhere, so that the list of past work has it."""
    added = tx.value(_SQL["note"], **_asked(kind, title, by, wish, now), outcome=Json(dict(outcome)))
    return job(tx, kind, added)


def job(tx: Transaction, kind: str, job_id: str) -> Job:
    """One job, or NoSuchJob."""
    found = tx.first(_SQL["job"], Job, kind=kind, id=job_id)
    if found is None:
        raise NoSuchJob(id=job_id)
    return found


def jobs(tx: Transaction, kind: str, *, by: str | None = None, cursor: str | None = None, most: int = 50) -> Page[Job]:
    """The jobs of a kind, newest first; with `by` only that person's."""
    before, below = _place(cursor)
    found = tx.rows(_SQL["jobs"], Job, kind=kind, by=by, before=before, below=below, most=most + 1)
    return Page(found[:most], _cursor(found[most - 1]) if len(found) > most else None)


def claim(tx: Transaction, kind: str, now: datetime) -> Job | None:
    """The job to work on; one that a restart has interrupted comes first."""
    return tx.first(_SQL["claim"], Job, kind=kind, now=now)


def tell(tx: Transaction, job_id: str, progress: Mapping[str, object]) -> None:
    """Say how far a job is; Stopped when somebody wants it stopped, Interrupted when the process is leaving."""
    stopping = tx.value(_SQL["tell"], id=job_id, progress=Json(dict(progress)))
    if stopping:
        raise Stopped
    if draining.is_set():
        raise Interrupted


def end(tx: Transaction, job_id: str, state: JobState, now: datetime, outcome: Mapping[str, object]) -> None:
    """A job has ended, or asks a person (`asking`)."""
    tx.run(_SQL["end"], id=job_id, state=state.value, now=now, outcome=Json(dict(outcome)), trouble=None)


def fail(tx: Transaction, job_id: str, why: Refusal, now: datetime) -> None:
    """A job could not be done, and why."""
    facts = {name: str(fact) for name, fact in why.facts.items()}
    trouble = {"code": why.code, "title": why.title, "detail": why.detail, "facts": facts}
    tx.run(_SQL["end"], id=job_id, state=JobState.FAILED.value, now=now, outcome=Json({}), trouble=Json(trouble))


def go_on(tx: Transaction, kind: str, job_id: str, wish: Mapping[str, object]) -> Job:
    """Let a job that asked go on, with more to its wish; NotAsking when it asks nothing."""
    if not tx.run(_SQL["go_on"], kind=kind, id=job_id, wish=Json(dict(wish))):
        raise NotAsking(id=job_id, state=job(tx, kind, job_id).state)
    return job(tx, kind, job_id)


def stop(tx: Transaction, kind: str, job_id: str, now: datetime) -> Job:
    """Want a job stopped: it ends at its next step, or at once when it does not run."""
    if not tx.run(_SQL["stop"], kind=kind, id=job_id, now=now):
        raise AlreadyEnded(id=job_id, state=job(tx, kind, job_id).state)
    return job(tx, kind, job_id)


def _asked(kind: str, title: str, by: Asker, wish: Mapping[str, object], now: datetime) -> dict[str, object]:
    return {"kind": kind, "title": title, "by": by.id, "by_name": by.name, "at": now, "wish": Json(dict(wish))}


def _cursor(last: Job) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.asked_at.isoformat(), last.id]).encode()).decode()


def _place(cursor: str | None) -> tuple[datetime | None, str | None]:
    if cursor is None:
        return None, None
    try:
        at, job_id = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(at), str(job_id)
    except (ValueError, TypeError):
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before") from None
