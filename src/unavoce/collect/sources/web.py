"""Routes: the sources, their keys, and how much they send."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field

from unavoce.access.api import Person, audit, current, requires, team_only
from unavoce.collect.model import Source, SourceKind
from unavoce.collect.sources import care, store
from unavoce.kernel.errors import BadInput
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
Number = Annotated[int, Path(ge=1, le=32_767)]
_A_DAY = timedelta(days=1)


class SourceOut(BaseModel):
    """A source; its write key is shown only to people who may change sources."""

    id: int
    key: str
    name: str
    kind: SourceKind
    write_key: str | None
    old_key_until: datetime | None
    paused_at: datetime | None
    events_per_second: int | None
    measurement_id: str | None


class SourceList(BaseModel):
    """Every source."""

    items: list[SourceOut]
    next: str | None = None


class SourceIn(BaseModel):
    """A source to be made."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    name: str = Field(min_length=1, max_length=200)
    kind: Literal["web", "server", "connector"] = "web"


class SourceChange(BaseModel):
    """What is to be different; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    events_per_second: int | None = Field(default=None, ge=1, le=1_000_000)
    measurement_id: str | None = Field(default=None, pattern=r"^G-[A-Z0-9]{4,20}$")


class Rotation(BaseModel):
    """For how long the old key is still taken."""

    grace_hours: float = Field(default=0, ge=0, le=care.LONGEST_GRACE / timedelta(hours=1))


class VolumeOut(BaseModel):
    """What one source has sent."""

    source: str
    events: int
    last_at: datetime


class VolumeList(BaseModel):
    """What the sources have sent since a moment; a source that never sent anything is not in it."""

    items: list[VolumeOut]
    since: datetime


def routes() -> APIRouter:
    """The routes of sources."""
    router = APIRouter()
    _looking(router)
    _changing(router)
    _keys(router)
    return router


def _looking(router: APIRouter) -> None:
    @router.get("/sources", dependencies=[team_only()])
    def sources(request: Request, here: Here) -> SourceList:
        """Every source."""
        with here.postgres.transaction() as tx:
            found = store.sources(tx)
        return SourceList(items=[_out(current(request), source) for source in found])

    @router.get("/sources/volume", dependencies=[requires("sources:read")])
    def volume(request: Request, here: Here) -> VolumeList:
        """Events of the last 24 hours and the last event of each source, in the stores of the asking person."""
        since = here.clock.now() - _A_DAY
        found = store.volumes(here.facts, since, current(request).scope.stores)
        return VolumeList(items=[VolumeOut(**one._asdict()) for one in found], since=since)


def _changing(router: APIRouter) -> None:
    @router.post("/sources", dependencies=[requires("sources:write")], status_code=201)
    def add(body: SourceIn, request: Request, here: Here) -> SourceOut:
        """Make a source with a write key, or find the one with this key."""
        person = current(request)
        with here.postgres.transaction() as tx:
            source = care.ensure(tx, body.key, body.name, body.kind)
            audit(tx, person, "source.added", f"source:{source.key}", here.clock.now())
        return _out(person, source)

    @router.patch("/sources/{source_id}", dependencies=[requires("sources:write")])
    def change(source_id: Number, body: SourceChange, request: Request, here: Here) -> SourceOut:
        """Change a source's name, its events a second (null: as many as come), its measurement id (null: none)."""
        person, said = current(request), body.model_fields_set
        if not said or ("name" in said and body.name is None):
            raise BadInput(field="name", value=body.name, expected="a name, events_per_second or measurement_id")
        with here.postgres.transaction() as tx:
            now = care.known(tx, source_id)
            changed = care.change(
                tx, source_id, name=body.name or now.name,
                events_per_second=body.events_per_second if "events_per_second" in said else now.events_per_second,
                measurement_id=body.measurement_id if "measurement_id" in said else now.measurement_id,
            )  # fmt: skip
            audit(tx, person, "source.changed", f"source:{now.key}", here.clock.now(), {"fields": sorted(said)})
        return _out(person, changed)

    @router.post("/sources/{source_id}/pause", dependencies=[requires("sources:write")])
    def pause(source_id: Number, request: Request, here: Here) -> SourceOut:
        """Take nothing from a source, within a second; its calls are refused with 403 until it is resumed."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            source = care.pause(tx, source_id, now)
            audit(tx, person, "source.paused", f"source:{source.key}", now)
        return _out(person, source)

    @router.post("/sources/{source_id}/resume", dependencies=[requires("sources:write")])
    def resume(source_id: Number, request: Request, here: Here) -> SourceOut:
        """Take a source's calls again, within a second."""
        person = current(request)
        with here.postgres.transaction() as tx:
            source = care.resume(tx, source_id)
            audit(tx, person, "source.resumed", f"source:{source.key}", here.clock.now())
        return _out(person, source)


def _keys(router: APIRouter) -> None:
    @router.post("/sources/{source_id}/rotate", dependencies=[requires("sources:write")])
    def rotate(source_id: Number, request: Request, here: Here, body: Rotation | None = None) -> SourceOut:
        """Give a source another write key; the old one is taken for so many hours more, or no longer than a second."""
        person, now = current(request), here.clock.now()
        grace = body.grace_hours if body else 0
        with here.postgres.transaction() as tx:
            until = now + timedelta(hours=grace) if grace else None
            source = care.rotate(tx, source_id, old_until=until)
            audit(tx, person, "source.key_rotated", f"source:{source.key}", now, {"grace_hours": grace})
        return _out(person, source)


def _out(person: Person, source: Source) -> SourceOut:
    return SourceOut(
        id=source.id,
        key=source.key,
        name=source.name,
        kind=source.kind,
        write_key=source.write_key if person.may("sources:write") else None,
        old_key_until=source.old_key_until,
        paused_at=source.paused_at,
        events_per_second=source.events_per_second,
        measurement_id=source.measurement_id,
    )
