"""Home: what happened lately, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from unavoce.access.api import Person, current, mask, requires
from unavoce.apps.brand import Brand
from unavoce.decide import api as decide
from unavoce.kernel.ids import CustomerId, text_of
from unavoce.learn import api as learn
from unavoce.learn.model import Period
from unavoce.profile import api as profiles
from unavoce.runtime.http import Door, door
from unavoce.runtime.postgres import Transaction

LOOK_BACK = timedelta(days=30)
RECENT = 8


class Card(BaseModel):
    """One figure of the last 30 days and of the 30 days before."""

    key: str
    value: int
    unit: str
    previous: int


class DecisionLine(BaseModel):
    """One of the latest decisions."""

    id: str
    at: datetime
    customer: str
    customer_name: str
    journey: str
    channel: str
    message: str
    verdict: str
    reason: str
    rule: str
    planned_for: datetime | None


class JourneyLine(BaseModel):
    """How many entered a journey today."""

    key: str
    name: dict[str, str]
    entered_today: int


class HomeOut(BaseModel):
    """What Home shows."""

    since: datetime
    until: datetime
    cards: list[Card]
    recent_decisions: list[DecisionLine]
    journeys: list[JourneyLine]
    freshness_at: datetime | None


def routes(brand: Brand) -> APIRouter:
    """Home's route."""
    router = APIRouter(prefix="/api", tags=["home"])

    @router.get("/home", dependencies=[requires("reports:read")])
    def home(request: Request, here: Annotated[Door, Depends(door)]) -> HomeOut:
        """The figures of the last 30 days, the latest decisions, who entered which journey today."""
        now = here.clock.now()
        period = Period(now - LOOK_BACK, now)
        scope = current(request).scope
        seen = learn.overview(here.facts, period, zone=brand.zone, stores=scope.stores)
        with here.postgres.transaction() as tx:
            # Decisions and journeys belong to no store, so people of single stores do not see them here.
            decisions = decide.decisions_of(tx, None, limit=RECENT) if scope.stores is None else []
            entered = decide.entered_since(tx, _midnight(now, brand.zone))
            journeys = decide.journeys(tx) if scope.stores is None else []
            lines = _lines(tx, current(request), decisions)
        return HomeOut(
            since=period.since,
            until=period.until,
            cards=_cards(seen, brand.currency),
            recent_decisions=lines,
            journeys=[
                JourneyLine(key=one.key, name=dict(one.name), entered_today=entered.get(one.key, 0)) for one in journeys
            ],
            freshness_at=seen.freshness_at,
        )

    return router


def _cards(seen: learn.Overview, currency: str) -> list[Card]:
    before = asdict(seen.previous)
    return [
        Card(key=key, value=value, unit=currency if key == "sales_minor" else "", previous=before[key])
        for key, value in asdict(seen.totals).items()
    ]


def _lines(tx: Transaction, person: Person, decisions: Sequence[decide.Decision]) -> list[DecisionLine]:
    known = profiles.summaries(tx, {CustomerId(one.customer) for one in decisions})
    names: dict[int, str] = {customer: mask(person, "name", seen.name) for customer, seen in known.items()}
    return [_line(one, names.get(one.customer, text_of(one.customer))) for one in decisions]


def _line(decision: decide.Decision, name: str) -> DecisionLine:
    return DecisionLine(
        id=text_of(decision.id),
        at=decision.at,
        customer=text_of(decision.customer),
        customer_name=name,
        journey=decision.journey,
        channel=decision.channel,
        message=decision.message,
        verdict=decision.verdict.value,
        reason=decision.reason.value,
        rule=decision.rule,
        planned_for=decision.planned_for,
    )


def _midnight(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time.min, ZoneInfo(zone)).astimezone(UTC)
