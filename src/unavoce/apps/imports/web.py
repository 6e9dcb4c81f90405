"""Routes of imports: send a file up, see what it is, check it, start it, watch it, stop it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from unavoce.access.api import Person, audit, current, requires
from unavoce.apps.brand import Brand
from unavoce.apps.imports import jobs as importers
from unavoce.apps.imports.jobs import KIND
from unavoce.apps.imports.uploads import NoSuchFile, Shelf, Upload
from unavoce.apps.imports.wire import (
    ColumnOut,
    FileOut,
    ImportIn,
    ImportList,
    ImportOut,
    NoteOut,
    PresetList,
    PresetOut,
    ReportOut,
)
from unavoce.kernel.errors import Forbidden
from unavoce.runtime import jobs
from unavoce.runtime.http import Door, door
from unavoce.runtime.jobs import Asker, Job, JobState
from unavoce.sources.files.guess import guess
from unavoce.sources.files.mapping import Target, mapping_of
from unavoce.sources.files.model import Reading
from unavoce.sources.files.presets import presets
from unavoce.sources.files.tables import look

UPLOADS = "/api/imports/files"
Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=100)]
_SHOWN_ROWS = 20


class OnlyForAllStores(Forbidden):
    """A file may speak of any customer, so only people who see all stores may import."""


def routes(brand: Brand) -> APIRouter:
    """The routes of imports."""
    router = APIRouter(prefix="/api", tags=["imports"])
    _files(router, brand)
    _imports(router)
    _course(router)
    return router


def _files(router: APIRouter, brand: Brand) -> None:
    @router.post("/imports/files", dependencies=[requires("imports:write")], status_code=201)
    async def send(request: Request, here: Here, name: Annotated[str, Query(max_length=300)]) -> FileOut:
        """Send a file up as the body of the request; the same content is the same file."""
        _everywhere(current(request))
        shelf = importers.shelf_of(here.settings.folder)
        coming = shelf.begin(name)
        try:
            async for piece in request.stream():
                coming.add(piece)
            upload = await run_in_threadpool(coming.keep)
        except BaseException:
            coming.drop()
            raise
        return await run_in_threadpool(_file, shelf, upload, Reading(), brand)

    @router.get("/imports/files/{file_id}", dependencies=[requires("imports:write")])
    def file(
        request: Request,
        here: Here,
        file_id: str,
        encoding: str | None = None,
        delimiter: Annotated[str | None, Query(min_length=1, max_length=1)] = None,
        sheet: str | None = None,
        title_rows: Annotated[int | None, Query(ge=0, le=20)] = None,
        header_rows: Annotated[int | None, Query(ge=0, le=10)] = None,
    ) -> FileOut:
        """What a file is when it is read like this; what is left out is found out."""
        _everywhere(current(request))
        shelf = importers.shelf_of(here.settings.folder)
        reading = Reading(encoding or None, delimiter, sheet or None, title_rows, header_rows)
        return _file(shelf, shelf.upload(file_id), reading, brand)

    @router.get("/imports/presets", dependencies=[requires("imports:write")])
    def ready() -> PresetList:
        """Mappings that are ready for the exports of known systems."""
        return PresetList(items=[
            PresetOut(
                key=one.key, title=one.mapping.title, rows=one.mapping.rows.value, source=one.mapping.source,
                columns={name: target.to for name, target in one.mapping.columns.items()},
            )
            for one in presets().values()
        ])  # fmt: skip


def _imports(router: APIRouter) -> None:
    @router.get("/imports", dependencies=[requires("imports:write")])
    def listed(request: Request, here: Here, limit: Limit = 50, cursor: str | None = None) -> ImportList:
        """Imports, newest first."""
        _everywhere(current(request))
        with here.postgres.transaction() as tx:
            found = jobs.jobs(tx, KIND, cursor=cursor, most=limit)
        return ImportList(items=[_import(one) for one in found.items], next=found.next)

    @router.post("/imports", dependencies=[requires("imports:write")], status_code=201)
    def check(body: ImportIn, request: Request, here: Here) -> ImportOut:
        """Check a file under a mapping: it is read to its end and nothing is sent."""
        person, now = current(request), here.clock.now()
        _everywhere(person)
        shelf = importers.shelf_of(here.settings.folder)
        upload, mapping = shelf.upload(body.file), mapping_of(body.mapping)
        mapping.resolved(look(shelf.path(upload.id), mapping.reading).columns)
        wish = {
            "file": upload.id, "mapping": dict(body.mapping), "source": mapping.source, "rows": mapping.rows.value,
            "title": upload.name, "stage": "check",
        }  # fmt: skip
        with here.postgres.transaction() as tx:
            job = jobs.ask(tx, KIND, upload.name, Asker(person.id, person.name), wish, now)
            audit(
                tx, person, "import.checked", f"import:{job.id}", now, {"file": upload.name, "source": mapping.source}
            )
        return _import(job)

    @router.get("/imports/{job_id}", dependencies=[requires("imports:write")])
    def one(request: Request, here: Here, job_id: str) -> ImportOut:
        """One import and how far it is."""
        _everywhere(current(request))
        with here.postgres.transaction() as tx:
            return _import(jobs.job(tx, KIND, job_id))

    @router.get("/imports/{job_id}/report", dependencies=[requires("imports:write")])
    def report(request: Request, here: Here, job_id: str) -> ReportOut:
        """What the check found; kept for a week."""
        _everywhere(current(request))
        with here.postgres.transaction() as tx:
            job = jobs.job(tx, KIND, job_id)
        found = importers.report_of(importers.shelf_of(here.settings.folder), job)
        if found is None:
            raise NoSuchFile(file="report")
        return ReportOut.model_validate(found)

    @router.get("/imports/{job_id}/bad-rows.csv", dependencies=[requires("imports:write")])
    def bad_rows(request: Request, here: Here, job_id: str) -> Response:
        """Every row that cannot go in, with its line and the reason."""
        person = current(request)
        _everywhere(person)
        with here.postgres.transaction() as tx:
            job = jobs.job(tx, KIND, job_id)
            audit(tx, person, "import.bad_rows_fetched", f"import:{job.id}", here.clock.now())
        path = importers.shelf_of(here.settings.folder).of_job(job.id, importers.BAD_ROWS)
        return FileResponse(path, media_type="text/csv; charset=utf-8", filename="bad-rows.csv")


def _course(router: APIRouter) -> None:
    @router.post("/imports/{job_id}/start", dependencies=[requires("imports:write")])
    def start(request: Request, here: Here, job_id: str) -> ImportOut:
        """Bring in what was checked."""
        person, now = current(request), here.clock.now()
        _everywhere(person)
        with here.postgres.transaction() as tx:
            job = jobs.go_on(tx, KIND, job_id, {"stage": "run"})
            audit(tx, person, "import.started", f"import:{job.id}", now, {"file": job.title})
        return _import(job)

    @router.post("/imports/{job_id}/cancel", dependencies=[requires("imports:write")])
    def cancel(request: Request, here: Here, job_id: str) -> ImportOut:
        """Stop an import at its next step; what is in already stays."""
        person, now = current(request), here.clock.now()
        _everywhere(person)
        with here.postgres.transaction() as tx:
            job = jobs.stop(tx, KIND, job_id, now)
            audit(tx, person, "import.cancelled", f"import:{job.id}", now)
        return _import(job)


def _everywhere(person: Person) -> None:
    if person.scope.stores is not None:
        raise OnlyForAllStores


def _file(shelf: Shelf, upload: Upload, reading: Reading, brand: Brand) -> FileOut:
    found = look(shelf.path(upload.id), reading)
    guessed = guess(found, brand.pumping.region)
    return FileOut(
        id=upload.id,
        name=upload.name,
        bytes=upload.bytes,
        form=found.form.value,
        encoding=found.reading.encoding,
        confidence=found.confidence,
        delimiter=found.reading.delimiter,
        sheet=found.reading.sheet,
        sheets=list(found.sheets),
        title_rows=found.reading.title_rows or 0,
        header_rows=found.reading.header_rows or 0,
        notes=[NoteOut(**asdict(note)) for note in found.notes],
        rows=guessed.rows.value,
        order=guessed.order,
        calendar=guessed.calendar,
        preset=guessed.preset,
        preset_title=presets()[guessed.preset].mapping.title if guessed.preset else None,
        columns=[
            ColumnOut(
                name=one.column, to=_to(one.target), because=one.because, share=one.share, samples=list(one.samples)
            )
            for one in guessed.columns
        ],
        first_rows=[list(row) for row in found.first_rows[:_SHOWN_ROWS]],
    )


def _to(target: Target | None) -> str:
    return "" if target is None else target.to


def _import(job: Job) -> ImportOut:
    told = asdict(job) | {
        "stage": job.wish.get("stage", "run"),
        "source": job.wish.get("source", ""),
        "rows": job.wish.get("rows", ""),
        "asked_by": job.asked_by_name,
        "state": JobState(job.state).value,
    }
    return ImportOut.model_validate(told)
