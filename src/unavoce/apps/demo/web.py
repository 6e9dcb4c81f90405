"""What only the demo brand has: a program to open with, published once its year of history is in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from unavoce.access.api import requires
from unavoce.apps.clock import NotADemo
from unavoce.apps.demo import journeys
from unavoce.apps.follow import tell_decisions
from unavoce.decide import api as decide
from unavoce.runtime.http import Door, door
from unavoce.segment import api as segment


class Program(BaseModel):
    """What is published now."""

    journeys: list[str]
    segments: list[str]


def routes() -> APIRouter:
    """The demo's routes."""
    router = APIRouter(prefix="/api/demo", tags=["demo"])

    @router.post("/program", dependencies=[requires("settings:write")])
    def publish(here: Annotated[Door, Depends(door)]) -> Program:
        """Publish the example messages, journeys, rules and segments that are not there yet."""
        if not here.settings.demo:
            raise NotADemo
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            journeys.publish_examples(tx, None, now)
        # The journeys come first, so that whoever is lapsed today enters the win-back today.
        segment.publish_examples(here.postgres, here.facts, now, tell_decisions)
        with here.postgres.transaction() as tx:
            return Program(
                journeys=[one.key for one in decide.journeys(tx)], segments=[one.key for one in segment.segments(tx)]
            )

    return router
