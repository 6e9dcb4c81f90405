"""Routes of data quality and freshness."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from unavoce.access.api import current, requires, team_only
from unavoce.collect.model import SourceKind
from unavoce.collect.quality import desk
from unavoce.collect.quality.model import SourceQuality, Standing
from unavoce.collect.store import Sight
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]


class SourceQualityOut(BaseModel):
    """One source in the window; `usual` is the mean of the same hours of up to four weeks before."""

    key: str
    name: str
    kind: SourceKind
    standing: Standing
    last_at: datetime | None = None
    weeks: int = 0
    events: int = 0
    usual: float | None = None
    awaited: float = 0.0
    repeated: int = 0
    failed: int = 0
    faulty: int = 0
    clamped: int = 0
    unplanned: int = 0
    unplanned_names: list[str] = []
    resolved: int = 0
    looked_at: int = 0
    missing: int = 0
    missing_places: list[str] = []


class QualityOut(BaseModel):
    """The report: whole hours from `since` to `until`."""

    since: datetime
    until: datetime
    items: list[SourceQualityOut]
    next: str | None = None


class HeardOut(BaseModel):
    """When a source was last heard of."""

    source: str
    last_at: datetime


class FreshnessOut(BaseModel):
    """How far the numbers are: everything received before the watermark is counted."""

    now: datetime
    watermark: datetime
    behind_seconds: float
    waiting: int
    sources: list[HeardOut]


def routes() -> APIRouter:
    """The routes of data quality and freshness."""
    router = APIRouter()

    @router.get("/data-quality", dependencies=[requires("sources:read")])
    def quality(request: Request, here: Here, days: Annotated[int, Query(ge=1, le=7)] = 1) -> QualityOut:
        """Every source beside its usual, with what was missing, unknown, repeated or failed; in the asker's stores."""
        now, sight = here.clock.now(), Sight(current(request).scope.stores)
        since, until = desk.window(now, days)
        found = desk.report(here.postgres, here.facts, now, days, sight)
        return QualityOut(since=since, until=until, items=[_out(one) for one in found])

    @router.get("/freshness", dependencies=[team_only()])
    def freshness(request: Request, here: Here) -> FreshnessOut:
        """Up to when everything is counted, how much waits, and when each source was last heard of."""
        found = desk.freshness(here.postgres, here.facts, here.clock.now(), Sight(current(request).scope.stores))
        behind = max(0.0, (found.now - found.watermark).total_seconds())
        return FreshnessOut(
            now=found.now,
            watermark=found.watermark,
            behind_seconds=behind,
            waiting=found.waiting,
            sources=[HeardOut(**asdict(one)) for one in found.sources],
        )

    return router


def _out(one: SourceQuality) -> SourceQualityOut:
    told = {"key": one.key, "name": one.name, "kind": one.kind, "standing": one.standing}
    if one.volume is None:
        return SourceQualityOut.model_validate(told)
    counted = asdict(one.volume) | {"usual": one.volume.usual, "awaited": one.volume.awaited}
    return SourceQualityOut.model_validate(counted | told)
