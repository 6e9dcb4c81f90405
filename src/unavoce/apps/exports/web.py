"""Routes of exports: ask for a file, watch it, fetch it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from unavoce.access.api import audit, current, requires, sees_in_clear
from unavoce.apps.exports import jobs as exporters
from unavoce.apps.exports.jobs import KIND
from unavoce.apps.exports.wishes import Exporter, ExportWish, Form, NoAddressesForYou, Taker, What
from unavoce.kernel.errors import Conflict
from unavoce.runtime import jobs
from unavoce.runtime.http import Door, door
from unavoce.runtime.jobs import Asker, Job, JobState
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segments

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=100)]
_TYPES = {Form.CSV: "text/csv; charset=utf-8", Form.JSONL: "application/x-ndjson"}


class NotReady(Conflict):
    """This export is not done yet; wait until it is."""

    again = True


class ExportIn(BaseModel):
    """What is to be exported; days are days in the brand's zone, both included."""

    what: What
    form: Form = Form.CSV
    segment: str = Field(default="", max_length=100)
    taker: Taker | None = None
    since: date | None = None
    until: date | None = None
    seed: bool = False
    """Of an audience for an advertising platform: a seed for lookalikes, with what each has spent."""


class ExportOut(BaseModel):
    """An export and how far it is."""

    id: str
    state: str
    what: What
    form: Form
    segment: str
    taker: Taker | None
    since: date | None
    until: date | None
    seed: bool
    file_name: str
    asked_at: datetime
    ended_at: datetime | None
    stopping: bool
    rows: int
    trouble: str | None


class ExportList(BaseModel):
    """One's own exports, newest first, and where the list goes on."""

    items: list[ExportOut]
    next: str | None


def routes() -> APIRouter:
    """The routes of exports."""
    router = APIRouter(prefix="/api", tags=["exports"])
    _asking(router)
    _fetching(router)
    return router


def _asking(router: APIRouter) -> None:
    @router.post("/exports", dependencies=[requires("customers:export")], status_code=201)
    def ask(body: ExportIn, request: Request, here: Here) -> ExportOut:
        """Ask for a file of customers, events or an audience, as far as one may see them."""
        person, now = current(request), here.clock.now()
        wish = ExportWish(**body.model_dump())
        wish.check()
        if wish.taker and not wish.taker.hashed and not sees_in_clear(person):
            raise NoAddressesForYou(taker=wish.taker.value, role=person.role.value)
        kept = {"export": body.model_dump(mode="json"), "by": asdict(Exporter.of(person))}
        with here.postgres.transaction() as tx:
            if wish.segment:
                segments.segment(tx, wish.segment)
            job = jobs.ask(tx, KIND, wish.what.value, Asker(person.id, person.name), kept, now)
            audit(tx, person, "export.asked", f"export:{job.id}", now, dict(kept["export"]))
        return _export(job)

    @router.get("/exports", dependencies=[requires("customers:export")])
    def listed(request: Request, here: Here, limit: Limit = 50, cursor: str | None = None) -> ExportList:
        """One's own exports, newest first."""
        with here.postgres.transaction() as tx:
            found = jobs.jobs(tx, KIND, by=current(request).id, cursor=cursor, most=limit)
        return ExportList(items=[_export(one) for one in found.items], next=found.next)

    @router.post("/exports/{job_id}/cancel", dependencies=[requires("customers:export")])
    def cancel(request: Request, here: Here, job_id: str) -> ExportOut:
        """Stop an export at its next step."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            _own(tx, request, job_id)
            job = jobs.stop(tx, KIND, job_id, now)
            audit(tx, person, "export.cancelled", f"export:{job.id}", now)
        return _export(job)


def _fetching(router: APIRouter) -> None:
    @router.get("/exports/{job_id}", dependencies=[requires("customers:export")])
    def one(request: Request, here: Here, job_id: str) -> ExportOut:
        """One export and how far it is."""
        with here.postgres.transaction() as tx:
            return _export(_own(tx, request, job_id))

    @router.get("/exports/{job_id}/file", dependencies=[requires("customers:export")])
    def fetch(request: Request, here: Here, job_id: str) -> Response:
        """The file; only for who asked, and for a week."""
        with here.postgres.transaction() as tx:
            job = _own(tx, request, job_id)
            if job.state != JobState.DONE:
                raise NotReady(state=job.state)
            audit(tx, current(request), "export.fetched", f"export:{job.id}", here.clock.now())
        path = exporters.shelf_of(here.settings.folder).of_job(job.id, "export")
        name = exporters.file_name(job)
        return FileResponse(path, media_type=_TYPES.get(_export(job).form, "application/octet-stream"), filename=name)


def _own(tx: Transaction, request: Request, job_id: str) -> Job:
    """A job of the asking person's; another's does not exist for her."""
    job = jobs.job(tx, KIND, job_id)
    if job.asked_by != current(request).id:
        raise jobs.NoSuchJob(id=job_id)
    return job


def _export(job: Job) -> ExportOut:
    wish = ExportIn.model_validate(job.wish["export"])
    rows = job.outcome.get("rows") or job.progress.get("rows") or 0
    return ExportOut(
        id=job.id,
        state=JobState(job.state).value,
        **wish.model_dump(),
        file_name=exporters.file_name(job),
        asked_at=job.asked_at,
        ended_at=job.ended_at,
        stopping=job.stopping,
        rows=int(str(rows)),
        trouble=None if job.trouble is None else str(job.trouble["title"]),
    )
