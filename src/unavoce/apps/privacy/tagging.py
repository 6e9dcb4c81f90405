"""Routes: which traits, identifiers and event properties are personal data."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from unavoce.access.api import audit, current, requires
from unavoce.collect import api as collect
from unavoce.profile import api as profile
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
_KINDS = ("user_id", "email", "phone", "loyalty_card", "line_user_id", "device_id", "anonymous_id")


class TagOut(BaseModel):
    """A trait, identifier or property and its tag; without one it is not personal. `said`: the brand decided it."""

    place: profile.TagPlace
    name: Annotated[str, Field(min_length=1, max_length=200)]
    tag: profile.Tag | None
    said: bool = True


class TagsOut(BaseModel):
    """Everything that is known to have a tag or might have one."""

    items: list[TagOut]
    next: str | None = None


def routes() -> APIRouter:
    """The routes of the tags."""
    router = APIRouter(prefix="/api/privacy", tags=["privacy"])

    @router.get("/tags", dependencies=[requires("privacy:read")])
    def tags(here: Here) -> TagsOut:
        """Every trait anybody has, every kind of identifier and every tagged property."""
        with here.postgres.transaction() as tx:
            known, traits = profile.tags(tx), profile.trait_keys(tx)
        names = {(profile.TagPlace.TRAIT, name) for name in traits}
        names |= {(profile.TagPlace.IDENTIFIER, name) for name in _KINDS}
        names |= {(profile.TagPlace.PROPERTY, name) for name in collect.property_names(here.facts)}
        return TagsOut(
            items=[
                TagOut(place=place, name=name, tag=known.of(place, name), said=(place, name) in known.said)
                for place, name in sorted(names | set(known.said))
            ]
        )

    @router.put("/tags", dependencies=[requires("privacy:write")])
    def put(body: TagOut, request: Request, here: Here) -> TagOut:
        """Say of one name what personal data it holds, or that it holds none."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            profile.put_tag(tx, profile.Tagged(body.place, body.name, body.tag), person.name, now)
            detail = {"tag": body.tag.value if body.tag else None}
            audit(tx, person, "privacy.tag_changed", f"{body.place.value}:{body.name}", now, detail)
        return body.model_copy(update={"said": True})

    return router
