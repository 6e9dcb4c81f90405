"""The brand's clock, and in the demo the button that lets it run ahead."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from unavoce.access.api import requires, team_only
from unavoce.kernel.clock import OffsetClock
from unavoce.kernel.errors import Conflict
from unavoce.runtime.http import Door, door

LONGEST_STEP_SECONDS = 366 * 24 * 3600


class NotADemo(Conflict):
    """Only the demo brand's clock can be moved; this brand lives in real time."""


class ClockOut(BaseModel):
    """What the brand's clock shows."""

    now: datetime
    demo: bool
    offset_seconds: float


class Advance(BaseModel):
    """How far the clock is to run ahead; never back, since what happened stays happened."""

    advance_seconds: Annotated[float, Field(gt=0, le=LONGEST_STEP_SECONDS)]


def set_offset(file: Path, offset: timedelta) -> None:
    """Write the demo clock's offset, whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"offset_seconds": offset.total_seconds()}), "utf-8")
    fresh.replace(file)


def routes() -> APIRouter:
    """The clock's routes."""
    router = APIRouter(prefix="/api", tags=["clock"])

    @router.get("/clock", dependencies=[team_only()])
    def read(here: Annotated[Door, Depends(door)]) -> ClockOut:
        """What the brand's clock shows."""
        return _shown(here)

    @router.post("/demo/clock", dependencies=[requires("simulator:use")])
    def advance(here: Annotated[Door, Depends(door)], body: Advance) -> ClockOut:
        """Let the demo brand's clock run ahead."""
        clock = here.clock
        if not isinstance(clock, OffsetClock):
            raise NotADemo
        set_offset(here.settings.clock_file, clock.offset + timedelta(seconds=body.advance_seconds))
        return _shown(here)

    return router


def _shown(here: Door) -> ClockOut:
    offset = here.clock.offset.total_seconds() if isinstance(here.clock, OffsetClock) else 0.0
    return ClockOut(now=here.clock.now(), demo=here.settings.demo, offset_seconds=offset)
