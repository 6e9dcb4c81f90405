"""Routes: the events received last; those of sources, plan and failed events stand in files of their own."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from unavoce.access.api import Person, current, mask, requires
from unavoce.collect import api
from unavoce.collect.failed import web as failed_web
from unavoce.collect.model import Happening
from unavoce.collect.plan import web as plan_web
from unavoce.collect.quality import web as quality_web
from unavoce.collect.sources import web as sources_web
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import text_of
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=200)]


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


def routes() -> APIRouter:
    """The routes of collection."""
    router = APIRouter(prefix="/api", tags=["collect"])
    router.include_router(sources_web.routes())
    _events(router)
    router.include_router(plan_web.routes())
    router.include_router(failed_web.routes())
    router.include_router(quality_web.routes())
    return router


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
