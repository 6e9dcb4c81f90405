"""Routes of the reports."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from unavoce.access.api import current, requires
from unavoce.decide import api as decide
from unavoce.learn import api, rules
from unavoce.learn.model import Arm, Lift, OfTheWholeBrand, Totals
from unavoce.runtime.http import Door, door

Day = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class TotalsOut(BaseModel):
    """Totals of a period, money in minor units of the brand's currency."""

    sales_minor: int
    customers: int
    orders: int
    messages: int
    opt_outs: int


class DayOut(TotalsOut):
    """One day of one channel."""

    day: date
    channel: str


class ImportedOut(BaseModel):
    """What one source has brought in, counted from its events; money in minor units."""

    source: str
    customers: int
    orders: int
    stores: int
    sales_minor: int
    coupon_redemptions: int


class OverviewOut(BaseModel):
    """The overview report."""

    since: datetime
    until: datetime
    zone: str
    currency: str
    totals: TotalsOut
    previous: TotalsOut
    days: list[DayOut]
    freshness_at: datetime | None


class ArmOut(BaseModel):
    """One arm of a comparison."""

    n: int
    goals: int
    rate: float


class LiftOut(BaseModel):
    """What the holdout says; intervals are 95 %, `low..high` relative after Fieller."""

    difference: float
    difference_low: float | None
    difference_high: float | None
    p_value: float | None
    relative: float | None
    low: float | None
    high: float | None
    verdict: str
    needs_more: int | None


class StepOut(BaseModel):
    """A step of a journey: how many wait there and how many have passed."""

    id: str
    type: str
    title: str
    waiting: int
    passed: int


class LiftReportOut(BaseModel):
    """A journey's steps, its goal in both arms and the lift."""

    steps: list[StepOut]
    arms: dict[str, ArmOut]
    lift: LiftOut
    freshness_at: datetime | None


def totals_out(totals: Totals) -> TotalsOut:
    """Totals as the wire shows them."""
    return TotalsOut(
        sales_minor=totals.sales_minor,
        customers=totals.customers,
        orders=totals.orders,
        messages=totals.messages,
        opt_outs=totals.opt_outs,
    )


def arm_out(arm: Arm) -> ArmOut:
    """An arm of a yes/no metric as the wire shows it."""
    return ArmOut(n=arm.n, goals=int(arm.total), rate=arm.mean)


def lift_out(lift: Lift) -> LiftOut:
    """A lift as the wire shows it."""
    return LiftOut(
        difference=lift.difference,
        difference_low=lift.difference_low,
        difference_high=lift.difference_high,
        p_value=lift.p_value,
        relative=lift.relative,
        low=lift.low,
        high=lift.high,
        verdict=lift.verdict.value,
        needs_more=lift.needs_more,
    )


def _step_out(one: decide.StepNow) -> StepOut:
    return StepOut(id=one.id, type=one.type, title=one.title, waiting=one.waiting, passed=one.passed)


def routes(*, zone: str, currency: str) -> APIRouter:
    """The report routes for a brand's zone and currency."""
    router = APIRouter(prefix="/api", tags=["reports"])
    router.include_router(_overview_routes(zone, currency))

    @router.get("/journeys/{key}/report", dependencies=[requires("reports:read")])
    def journey_report(key: str, here: Annotated[Door, Depends(door)]) -> LiftReportOut:
        """A journey's steps, its goal in both arms, and the lift against its holdout."""
        with here.postgres.transaction() as tx:
            seen = api.journey_lift(tx, here.facts, key)
            steps = decide.journey(tx, key).steps
        return LiftReportOut(
            steps=[
                StepOut(id=one.id, type=one.type, title=one.title, waiting=one.waiting, passed=one.passed)
                for one in steps
            ],
            arms={"treated": arm_out(seen.treated), "holdout": arm_out(seen.holdout)},
            lift=lift_out(seen.lift),
            freshness_at=seen.freshness_at,
        )

    @router.get("/reports/imported/{source}", dependencies=[requires("sources:read")])
    def imported(source: str, request: Request, here: Annotated[Door, Depends(door)]) -> ImportedOut:
        """What one source has brought in, counted by ClickHouse from its events."""
        if current(request).scope.stores is not None:
            raise OfTheWholeBrand
        seen = api.imported(here.facts, source)
        return ImportedOut(
            source=source,
            customers=seen.customers,
            orders=seen.orders,
            stores=seen.stores,
            sales_minor=seen.sales_minor,
            coupon_redemptions=seen.coupon_redemptions,
        )

    return router


def _overview_routes(zone: str, currency: str) -> APIRouter:
    router = APIRouter(prefix="/reports")

    def read(
        request: Request, here: Door, since: str | None, until: str | None, source: str, channel: str
    ) -> api.Overview:
        period = rules.period(since, until, zone=zone, now=here.clock.now())
        stores = current(request).scope.stores
        return api.overview(here.facts, period, zone=zone, source=source, channel=channel, stores=stores)

    @router.get("/overview", dependencies=[requires("reports:read")])
    def overview(
        request: Request,
        here: Annotated[Door, Depends(door)],
        since: Annotated[Day, Query(alias="from")] = None,
        until: Annotated[Day, Query(alias="to")] = None,
        source: str = "",
        channel: str = "",
    ) -> OverviewOut:
        """Sales, customers, orders, messages and opt-outs by day and channel."""
        seen = read(request, here, since, until, source, channel)
        return OverviewOut(
            since=seen.period.since,
            until=seen.period.until,
            zone=zone,
            currency=currency,
            totals=totals_out(seen.totals),
            previous=totals_out(seen.previous),
            days=[DayOut.model_validate(day, from_attributes=True) for day in seen.days],
            freshness_at=seen.freshness_at,
        )

    @router.get("/overview.csv", dependencies=[requires("reports:read")])
    def overview_csv(
        request: Request,
        here: Annotated[Door, Depends(door)],
        since: Annotated[Day, Query(alias="from")] = None,
        until: Annotated[Day, Query(alias="to")] = None,
        source: str = "",
        channel: str = "",
    ) -> Response:
        """The days of the overview as CSV."""
        seen = read(request, here, since, until, source, channel)
        sheet = io.StringIO()
        writer = csv.writer(sheet)
        writer.writerow(["day", "channel", "sales_minor", "customers", "orders", "messages", "opt_outs"])
        for day in seen.days:
            figures = (day.sales_minor, day.customers, day.orders, day.messages, day.opt_outs)
            writer.writerow([day.day.isoformat(), _plain(day.channel), *figures])
        return Response(
            sheet.getvalue(),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="overview.csv"'},
        )

    return router


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
