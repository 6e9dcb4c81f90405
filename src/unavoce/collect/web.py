"""Routes: sources with their write keys, the events received last, and what could not become an event."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from unavoce.access.api import Person, audit, current, mask, requires, team_only
from unavoce.collect import api
from unavoce.collect.model import FailedEvent, Happening, Source, SourceKind
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import text_of
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=200)]


class SourceOut(BaseModel):
    """A source; its write key is shown only to people who may change sources."""

    id: int
    key: str
    name: str
    kind: SourceKind
    write_key: str | None


class SourceList(BaseModel):
    """Every source."""

    items: list[SourceOut]
    next: str | None = None


class SourceIn(BaseModel):
    """A source to be made."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    name: str = Field(min_length=1, max_length=200)
    kind: Literal["web", "server", "connector"] = "web"


class EventOut(BaseModel):
    """One event as it was received; properties and context are empty for people who see masked values."""

    id: str
    message_id: str
    type: str
    name: str
    iid: str
    at: datetime
    received_at: datetime
    clamped: bool
    source: str
    channel: str
    store: str
    order_id: str
    revenue_minor: int
    currency: str
    product_ids: list[str]
    properties: dict[str, object]
    context: dict[str, object]


class EventList(BaseModel):
    """Some events, and where the list goes on."""

    items: list[EventOut]
    next: str | None


class FailedList(BaseModel):
    """Some failures, and where the list goes on."""

    items: list[FailedEvent]
    next: str | None


def routes() -> APIRouter:
    """The routes of collection."""
    router = APIRouter(prefix="/api", tags=["collect"])
    _sources(router)
    _events(router)
    return router


def _sources(router: APIRouter) -> None:
    @router.get("/sources", dependencies=[team_only()])
    def sources(request: Request, here: Here) -> SourceList:
        """Every source."""
        with here.postgres.transaction() as tx:
            found = api.sources(tx)
        return SourceList(items=[_source(current(request), source) for source in found])

    @router.post("/sources", dependencies=[requires("sources:write")], status_code=201)
    def add(body: SourceIn, request: Request, here: Here) -> SourceOut:
        """Make a source with a write key, or find the one with this key."""
        person = current(request)
        with here.postgres.transaction() as tx:
            source = api.ensure_source(tx, body.key, body.name, body.kind)
            audit(tx, person, "source.added", f"source:{source.key}", here.clock.now())
        return _source(person, source)

    @router.post("/sources/{source_id}/rotate", dependencies=[requires("sources:write")])
    def rotate(source_id: int, request: Request, here: Here) -> SourceOut:
        """Give a source another write key; the old one is refused within a second."""
        person = current(request)
        with here.postgres.transaction() as tx:
            source = api.rotate(tx, source_id)
            audit(tx, person, "source.key_rotated", f"source:{source.key}", here.clock.now())
        return _source(person, source)


def _events(router: APIRouter) -> None:
    @router.get("/events", dependencies=[requires("events:read")])
    def events(
        request: Request, here: Here, source: str = "", name: str = "", limit: Limit = 50, cursor: Cursor = None
    ) -> EventList:
        """The events received last, in the stores of the asking person; filter by source and name."""
        person = current(request)
        found = api.recent_events(
            here.facts, after=_place(cursor), limit=limit, stores=person.scope.stores, source=source, name=name
        )
        following = _cursor(found[-1]) if len(found) == limit else None
        return EventList(items=[_event(person, one) for one in found], next=following)

    @router.get("/failed-events", dependencies=[requires("sources:read")])
    def failed_events(
        request: Request,
        here: Here,
        reason: str | None = None,
        source: str | None = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> FailedList:
        """What could not become an event, newest first; it belongs to no store, so people of some stores see none."""
        below = _number(cursor) if cursor else None
        if current(request).scope.stores is not None:
            return FailedList(items=[], next=None)
        with here.postgres.transaction() as tx:
            found = api.failed_events(tx, below=below, limit=limit, reason=reason, source=source)
        person = current(request)
        shown = [replace(one, content=mask(person, "content", one.content)) for one in found]
        return FailedList(items=shown, next=str(found[-1].id) if len(found) == limit else None)


def _source(person: Person, source: Source) -> SourceOut:
    key = source.write_key if person.may("sources:write") else None
    return SourceOut(id=source.id, key=source.key, name=source.name, kind=source.kind, write_key=key)


def _event(person: Person, happening: Happening) -> EventOut:
    in_clear = mask(person, "properties", "{}") == "{}"
    told = asdict(happening) | {"id": happening.event_id.hex(), "iid": text_of(happening.iid)}
    return EventOut.model_validate(told if in_clear else told | {"properties": {}, "context": {}})


def _cursor(last: Happening) -> str:
    words = [last.received_at.isoformat(), last.event_id.hex()]
    return base64.urlsafe_b64encode(json.dumps(words).encode()).decode()


def _place(cursor: str | None) -> api.Place | None:
    """Where the list goes on after a page."""
    if cursor is None:
        return None
    try:
        received_at, event_id = json.loads(base64.urlsafe_b64decode(cursor))
        return api.Place(datetime.fromisoformat(received_at), bytes.fromhex(event_id))
    except (ValueError, TypeError):
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before") from None


def _number(cursor: str) -> int:
    if not cursor.isdecimal():
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before")
    return int(cursor)
