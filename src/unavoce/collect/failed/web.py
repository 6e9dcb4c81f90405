"""Routes of failed events."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from unavoce.access.api import Person, audit, current, mask, requires
from unavoce.collect.failed import store, work
from unavoce.collect.failed.checking import Checker
from unavoce.collect.failed.model import (
    Failed,
    NothingChosen,
    Rehearsal,
    State,
    Verdict,
    Which,
    Work,
)
from unavoce.collect.failed.repair import check
from unavoce.collect.failed.wire import (
    ContentIn,
    ExampleOut,
    FailedList,
    FailedOut,
    GroupList,
    GroupOut,
    JobList,
    JobOut,
    RehearsalOut,
    RepairedOut,
    RepairIn,
    VerdictOut,
    WhichIn,
    WorkIn,
)
from unavoce.collect.plan.model import PlanOfTheWholeBrand
from unavoce.kernel.errors import BadInput
from unavoce.runtime.http import Door, RowId, door
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=20)]
Word = Annotated[str, Query(max_length=500)]
MOST_GROUPS = 500
MOST_ROWS_OF_CSV = 50_000
_COLUMNS = (
    "id", "received_at", "source", "name", "reason", "what", "detail", "state", "result", "message_id", "content",
)  # fmt: skip


def routes() -> APIRouter:
    """The routes of failed events."""
    router = APIRouter(prefix="/failed-events")
    _lists(router)
    _many(router)
    _one(router)
    return router


def _lists(router: APIRouter) -> None:
    @router.get("", dependencies=[requires("sources:read")])
    def failed_events(
        request: Request,
        here: Here,
        which: Annotated[Which, Depends(_asked)],
        state: State | None = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> FailedList:
        """What could not become an event, newest first; it belongs to no store, so people of some stores see none."""
        below = _number(cursor) if cursor else None
        person = current(request)
        if person.scope.stores is not None:
            return FailedList(items=[], next=None)
        with here.postgres.transaction() as tx:
            found = store.listed(tx, which, state or "", below=below, most=limit)
        following = str(found[-1].id) if len(found) == limit else None
        return FailedList(items=[_out(person, one) for one in found], next=following)

    @router.get("/groups", dependencies=[requires("sources:read")])
    def groups(request: Request, here: Here, state: State | None = State.OPEN, source: Word = "") -> GroupList:
        """Failed events that failed alike: how many, since when, until when."""
        if current(request).scope.stores is not None:
            return GroupList(items=[])
        with here.postgres.transaction() as tx:
            found = store.groups(tx, state=state or "", source=source, most=MOST_GROUPS)
        return GroupList(items=[GroupOut.model_validate(asdict(one)) for one in found])

    @router.get("/export.csv", dependencies=[requires("sources:read")])
    def export(
        request: Request, here: Here, which: Annotated[Which, Depends(_asked)], state: State | None = None
    ) -> Response:
        """The list as CSV, at most 50,000 rows, newest first."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            found = store.listed(tx, which, state or "", below=None, most=MOST_ROWS_OF_CSV, whole=True)
            audit(tx, person, "failed.exported", f"failed:{len(found)}", here.clock.now())
        return Response(
            _sheet(person, found),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="failed-events.csv"'},
        )


def _many(router: APIRouter) -> None:
    @router.post("/rehearsal", dependencies=[requires("sources:write")])
    def rehearse(body: RepairIn, request: Request, here: Here) -> RehearsalOut:
        """What a repair would do, tried on a copy; nothing is changed."""
        person = _whole(current(request))
        steps = check([each.step() for each in body.steps])
        with here.postgres.transaction() as tx:
            return _rehearsal(person, work.rehearse(tx, _chosen(body.which), steps))

    @router.post("/jobs", dependencies=[requires("sources:write")], status_code=202)
    def ask(body: WorkIn, request: Request, here: Here) -> JobOut:
        """Repair, replay, discard or restore many in the background."""
        person, now = _whole(current(request)), here.clock.now()
        steps = [each.step() for each in body.steps]
        with here.postgres.transaction() as tx:
            job = work.ask(tx, body.kind, _chosen(body.which), steps, by=person.name, now=now)
            detail = {"which": body.which.model_dump(), "events": job.total}
            audit(tx, person, f"failed.{body.kind}", f"failed-job:{job.id}", now, detail=detail)
        return JobOut.model_validate(asdict(job))

    @router.get("/jobs", dependencies=[requires("sources:read")])
    def jobs(request: Request, here: Here) -> JobList:
        """The last work that was asked for, newest first."""
        if current(request).scope.stores is not None:
            return JobList(items=[])
        with here.postgres.transaction() as tx:
            return JobList(items=[JobOut.model_validate(asdict(one)) for one in store.jobs(tx)])

    @router.post("/jobs/{job}/cancel", dependencies=[requires("sources:write")])
    def cancel(job: RowId, request: Request, here: Here) -> JobOut:
        """End work that is not over; what is done stays done."""
        person, now = _whole(current(request)), here.clock.now()
        with here.postgres.transaction() as tx:
            found = work.cancel(tx, job, now)
            audit(tx, person, "failed.cancelled", f"failed-job:{job}", now)
        return JobOut.model_validate(asdict(found))


def _one(router: APIRouter) -> None:
    @router.get("/{failed}", dependencies=[requires("sources:read")])
    def look(failed: RowId, request: Request, here: Here) -> RepairedOut:
        """One failed event, whole, and whether it would enter now."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            return _repaired(tx, person, work.find(tx, failed))

    @router.put("/{failed}", dependencies=[requires("sources:write")])
    def repair(failed: RowId, body: ContentIn, request: Request, here: Here) -> RepairedOut:
        """Give it another content, or try one; how it came is kept."""
        person, now = _whole(current(request)), here.clock.now()
        with here.postgres.transaction() as tx:
            if body.dry_run:
                verdict = work.try_content(tx, failed, body.content)
                return RepairedOut(failed=_out(person, work.find(tx, failed)), verdict=_verdict(verdict))
            found = work.repair_one(tx, failed, body.content, by=person.name, now=now)
            audit(tx, person, "failed.repaired", f"failed:{failed}", now)
            return _repaired(tx, person, found)

    @router.post("/{failed}/replay", dependencies=[requires("sources:write")])
    def replay(failed: RowId, request: Request, here: Here) -> FailedOut:
        """Send it again with its first message id and time; it is counted once, however often that is asked."""
        person, now = _whole(current(request)), here.clock.now()
        with here.postgres.transaction() as tx:
            found = work.replay_one(tx, failed, by=person.name, now=now)
            audit(tx, person, "failed.replayed", f"failed:{failed}", now)
        return _out(person, found)

    @router.post("/{failed}/discard", dependencies=[requires("sources:write")])
    def discard(failed: RowId, request: Request, here: Here) -> FailedOut:
        """Put it out of the way; it is kept and can be restored."""
        return _move(failed, Work.DISCARD, request, here)

    @router.post("/{failed}/restore", dependencies=[requires("sources:write")])
    def restore(failed: RowId, request: Request, here: Here) -> FailedOut:
        """Undo a discard."""
        return _move(failed, Work.RESTORE, request, here)


def _move(failed: int, kind: Work, request: Request, here: Door) -> FailedOut:
    person, now = _whole(current(request)), here.clock.now()
    with here.postgres.transaction() as tx:
        found = work.move(tx, failed, kind, by=person.name, now=now)
        audit(tx, person, f"failed.{kind}", f"failed:{failed}", now)
    return _out(person, found)


def _asked(reason: Word = "", source: Word = "", name: Word = "", what: Word = "") -> Which:
    return Which((), reason, source, name, what)


def _chosen(which: WhichIn) -> Which:
    """What is meant; never by accident everything."""
    if not (which.ids or which.reason or which.source or which.name or which.what):
        raise NothingChosen(field="which", expected="ids, reason, source, name or what")
    return which.which()


def _whole(person: Person) -> Person:
    if person.scope.stores is not None:
        raise PlanOfTheWholeBrand
    return person


def _out(person: Person, failed: Failed) -> FailedOut:
    told = asdict(failed)
    for personal in ("content", "original", "message_id"):
        if told[personal] is not None:
            told[personal] = mask(person, personal, told[personal])
    return FailedOut.model_validate(told)


def _verdict(verdict: Verdict) -> VerdictOut:
    return VerdictOut.model_validate(asdict(verdict))


def _repaired(tx: Transaction, person: Person, failed: Failed) -> RepairedOut:
    verdict = Checker.now(tx).verdict(failed, failed.content.encode())
    return RepairedOut(failed=_out(person, failed), verdict=_verdict(verdict))


def _rehearsal(person: Person, found: Rehearsal) -> RehearsalOut:
    examples = [
        ExampleOut(
            id=one.id,
            before=mask(person, "content", one.before),
            after=mask(person, "content", one.after),
            verdict=_verdict(one.verdict),
        )
        for one in found.examples
    ]
    return RehearsalOut.model_validate(asdict(found) | {"examples": examples})


def _sheet(person: Person, found: list[Failed]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(_COLUMNS)
    for one in found:
        told = _out(person, one).model_dump(mode="json")
        writer.writerow([_plain(str(told[column] if told[column] is not None else "")) for column in _COLUMNS])
    return sheet.getvalue()


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _number(cursor: str) -> int:
    if not cursor.isdecimal():
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before")
    return int(cursor)
