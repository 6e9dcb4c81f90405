"""Routes: journeys, the rules of contact, decisions."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import BaseModel

from unavoce.access.api import audit, current, requires
from unavoce.decide import api
from unavoce.decide import policy as policies
from unavoce.decide.api import JourneyNow, StepNow
from unavoce.decide.model import Decision
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import parse_id, text_of
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
Document = Annotated[dict[str, object], Body()]
_MOST = 200


class Way(BaseModel):
    """Where a step leads to; no target is the end."""

    to: str | None
    label: str


class StepOut(BaseModel):
    """A step, how many stand on it and how many have passed it."""

    id: str
    type: str
    title: str
    next: list[Way]
    waiting: int
    passed: int


class JourneyLine(BaseModel):
    """A journey in a list."""

    key: str
    name: dict[str, str]
    status: str
    version: int
    entered: int
    active: int
    completed: int
    exited: int
    goal_rate: float | None


class Journeys(BaseModel):
    """Every journey."""

    items: list[JourneyLine]
    next: None = None


class Counts(BaseModel):
    """How many entered, walk now, are through, and left early."""

    entered: int
    active: int
    completed: int
    exited: int


class JourneyOut(JourneyLine):
    """A journey step by step."""

    definition: dict[str, object]
    published_at: datetime
    steps: list[StepOut]
    counts: Counts


class DecisionOut(BaseModel):
    """One decision and why."""

    id: str
    at: datetime
    customer: str
    journey: str
    step: str
    channel: str
    message: str
    verdict: str
    reason: str
    rule: str
    blocked_by: str | None
    revises: str | None
    planned_for: datetime | None
    detail: dict[str, object]


class Decisions(BaseModel):
    """Some decisions, and where the list goes on."""

    items: list[DecisionOut]
    next: str | None


class StatusOut(BaseModel):
    """What a journey does now."""

    key: str
    status: Literal["live", "paused"]


def routes() -> APIRouter:
    """The routes of the decision point."""
    router = APIRouter(prefix="/api", tags=["decide"])
    _journeys(router)
    _resting(router)
    _policy(router)
    _decisions(router)
    return router


def _journeys(router: APIRouter) -> None:
    @router.get("/journeys", dependencies=[requires("journeys:read")])
    def journeys(here: Here) -> Journeys:
        """Every journey with its numbers."""
        with here.postgres.transaction() as tx:
            return Journeys(items=[_line(each) for each in api.journeys(tx)])

    @router.get("/journeys/{key}", dependencies=[requires("journeys:read")])
    def journey(key: str, here: Here) -> JourneyOut:
        """One journey, step by step."""
        with here.postgres.transaction() as tx:
            return _whole(api.journey(tx, key))

    @router.post("/journeys", status_code=201, dependencies=[requires("journeys:write")])
    def publish(document: Document, request: Request, here: Here) -> JourneyOut:
        """Check a definition and publish it; customers on an older version finish on that."""
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            published = api.publish(tx, document, now)
            key = published.journey.key
            audit(tx, current(request), "journey.publish", f"journey:{key}", now, {"version": published.version})
            return _whole(api.journey(tx, key))


def _resting(router: APIRouter) -> None:
    @router.post("/journeys/{key}/pause", dependencies=[requires("journeys:write")])
    def pause(key: str, request: Request, here: Here) -> StatusOut:
        """Let a journey rest: it hands nothing over and takes nobody; exits still count."""
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            api.pause(tx, key, now)
            audit(tx, current(request), "journey.pause", f"journey:{key}", now, {})
        return StatusOut(key=key, status="paused")

    @router.post("/journeys/{key}/resume", dependencies=[requires("journeys:write")])
    def resume(key: str, request: Request, here: Here) -> StatusOut:
        """Let a journey go on; what is past its time expires instead of bursting out."""
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            api.resume(tx, key, now)
            audit(tx, current(request), "journey.resume", f"journey:{key}", now, {})
        return StatusOut(key=key, status="live")


def _policy(router: APIRouter) -> None:
    @router.get("/policy", dependencies=[requires("journeys:read")])
    def policy(here: Here) -> dict[str, object]:
        """The rules of contact: caps, quiet hours, the purchase rule, the fallback zone."""
        with here.postgres.transaction() as tx:
            return policies.written(api.policy(tx))

    @router.put("/policy", dependencies=[requires("settings:write")])
    def put_policy(document: Document, request: Request, here: Here) -> dict[str, object]:
        """Replace the rules of contact; a field that is left out takes its default."""
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            saved = policies.written(api.put_policy(tx, document, now))
            audit(tx, current(request), "policy.put", "policy", now, saved)
        return saved


def _decisions(router: APIRouter) -> None:
    @router.get("/decisions", dependencies=[requires("journeys:read"), requires("customers:read")])
    def decisions(
        request: Request,
        here: Here,
        journey: str | None = None,
        reason: str | None = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    ) -> Decisions:
        """The newest decisions about anybody; people whose scope is some stores see them on customers' pages."""
        if current(request).scope.stores is not None:
            return Decisions(items=[], next=None)
        with here.postgres.transaction() as tx:
            after = _after(cursor) if cursor else None
            found = api.decisions_of(tx, None, journey=journey, reason=reason, after=after, limit=limit + 1)
        return page_of(found, limit)


def page_of(found: list[Decision], limit: int) -> Decisions:
    """A page of decisions out of one more than fits."""
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return Decisions(
        items=[_decision(each) for each in shown], next=f"{last.at.isoformat()}_{last.id:x}" if last else None
    )


def _after(cursor: str) -> tuple[datetime, int]:
    at, _, id_ = cursor.partition("_")
    try:
        return datetime.fromisoformat(at), parse_id(id_.rjust(16, "0"))
    except ValueError:
        raise BadInput(field="cursor", value=cursor, expected="what `next` of the page before said") from None


def _decision(each: Decision) -> DecisionOut:
    return DecisionOut(
        id=text_of(each.id),
        at=each.at,
        customer=text_of(each.customer),
        journey=each.journey,
        step=each.step,
        channel=each.channel,
        message=each.message,
        verdict=each.verdict.value,
        reason=each.reason.value,
        rule=each.rule,
        blocked_by=text_of(each.blocked_by) if each.blocked_by is not None else None,
        revises=text_of(each.revises) if each.revises is not None else None,
        planned_for=each.planned_for,
        detail=dict(each.detail),
    )


def _line(each: JourneyNow) -> JourneyLine:
    return JourneyLine(
        key=each.key,
        name=dict(each.name),
        status=each.status.value,
        version=each.version,
        entered=each.entered,
        active=each.active,
        completed=each.completed,
        exited=each.exited,
        goal_rate=each.goal_rate,
    )


def _whole(each: JourneyNow) -> JourneyOut:
    return JourneyOut(
        **_line(each).model_dump(),
        definition=dict(each.definition),
        published_at=each.published_at,
        steps=[_step(step) for step in each.steps],
        counts=Counts(entered=each.entered, active=each.active, completed=each.completed, exited=each.exited),
    )


def _step(step: StepNow) -> StepOut:
    return StepOut(
        id=step.id,
        type=step.type,
        title=step.title,
        next=[Way(to=to, label=label) for to, label in step.next],
        waiting=step.waiting,
        passed=step.passed,
    )
