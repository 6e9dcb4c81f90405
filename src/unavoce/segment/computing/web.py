"""Routes: traits that are worked out from events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, get_args

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, JsonValue

from unavoce.access.api import audit, current, requires
from unavoce.kernel.errors import BadInput
from unavoce.profile import api as profile
from unavoce.runtime.http import Door, door
from unavoce.segment.computing import store
from unavoce.segment.computing.model import (
    CARRIER,
    Computation,
    ComputedKeyTaken,
    ComputedTrait,
    NoSuchComputedTrait,
    TraitIsTold,
    Way,
)

Here = Annotated[Door, Depends(door)]


class ComputedIn(BaseModel):
    """A trait to be worked out; `definition` is in the words of segments."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    name: dict[str, str]
    definition: dict[str, JsonValue]


class ComputedOut(BaseModel):
    """A trait that is worked out; `fresh_at` is when everybody was last looked at."""

    key: str
    name: dict[str, str]
    definition: dict[str, JsonValue]
    created_by: str
    created_at: datetime
    fresh_at: datetime | None

    @classmethod
    def of(cls, one: ComputedTrait) -> ComputedOut:
        """The trait as JSON."""
        return cls(
            key=one.key,
            name=dict(one.name),
            definition=msgspec.json.decode(msgspec.json.encode(one.computation)),
            created_by=one.created_by,
            created_at=one.created_at,
            fresh_at=one.swept_at,
        )


class ComputedList(BaseModel):
    """Every trait that is worked out."""

    items: list[ComputedOut]
    next: str | None = None


def routes() -> APIRouter:
    """The routes of computed traits."""
    router = APIRouter(prefix="/api/computed-traits", tags=["traits"])

    @router.get("", dependencies=[requires("segments:read")])
    def listed(here: Here) -> ComputedList:
        """Every trait that is worked out."""
        with here.postgres.transaction() as tx:
            return ComputedList(items=[ComputedOut.of(one) for one in store.computed_traits(tx)])

    @router.post("", dependencies=[requires("segments:write")], status_code=201)
    def add(body: ComputedIn, request: Request, here: Here) -> ComputedOut:
        """Work a trait out from now on, for everybody within a minute, then as events come and time passes."""
        what, person, now = _read(body.definition), current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            if not store.add(tx, body.key, body.name, what, person.name, now):
                raise ComputedKeyTaken(key=body.key)
            if profile.is_told(tx, body.key):
                raise TraitIsTold(key=body.key)
            audit(tx, person, "computed_trait.added", f"trait:{body.key}", now)
            return next(ComputedOut.of(one) for one in store.computed_traits(tx) if one.key == body.key)

    @router.delete("/{trait}", dependencies=[requires("segments:write")], status_code=204)
    def drop(trait: str, request: Request, here: Here) -> Response:
        """Work it out no longer; the values that were told stay in the history."""
        with here.postgres.transaction() as tx:
            if not store.drop(tx, trait):
                raise NoSuchComputedTrait(key=trait)
            audit(tx, current(request), "computed_trait.removed", f"trait:{trait}", here.clock.now())
        return Response(status_code=204)

    return router


def _read(definition: dict[str, JsonValue]) -> Computation:
    try:
        what = msgspec.convert(definition, Computation)
    except msgspec.ValidationError as wrong:
        raise BadInput(field="definition", expected=str(wrong)) from None
    if not what.event or what.event == CARRIER:
        raise BadInput(field="definition.event", value=what.event, expected="an event that tells no traits")
    if what.way not in get_args(Way):
        raise BadInput(field="definition.way", value=what.way, expected=", ".join(get_args(Way)))
    if what.way != "count" and not what.property:
        raise BadInput(field="definition.property", expected=f"the property to take the {what.way} of")
    return what
