"""Routes of the tracking plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from unavoce.access.api import Person, audit, current, mask, requires
from unavoce.collect.plan import desk, store
from unavoce.collect.plan.model import PlanOfTheWholeBrand, Rule
from unavoce.collect.plan.wire import (
    DifferenceList,
    DifferenceOut,
    DraftIn,
    DraftOut,
    EffectOut,
    FaultCount,
    InferredOut,
    LineOut,
    NameIn,
    ObservedOut,
    PlannedOut,
    PlanOut,
    PublishIn,
    SchemaIn,
    SourceModeIn,
    SourceModeOut,
    VersionOut,
    WrongOut,
)
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
Name = Annotated[str, Query(min_length=1, max_length=200)]
Version = Annotated[int, Query(ge=0, le=1_000_000)]
LOOK_BACK = timedelta(days=30)


def routes() -> APIRouter:
    """The routes of the tracking plan."""
    router = APIRouter(prefix="/tracking-plan")
    _reading(router)
    _trying(router)
    _writing(router)
    return router


def _reading(router: APIRouter) -> None:
    @router.get("", dependencies=[requires("sources:read")])
    def plan(request: Request, here: Here) -> PlanOut:
        """Every event that is planned, drafted or came in the last 30 days; people of some stores see none."""
        whole = current(request).scope.stores is None
        came = store.came(here.facts, here.clock.now() - LOOK_BACK) if whole else []
        with here.postgres.transaction() as tx:
            version = store.version(tx)
            lines = desk.lines(tx, came) if whole else []
            sources = store.sources_at(tx, version) if whole else []
        return PlanOut(
            version=version,
            items=[LineOut(**asdict(line)) for line in lines],
            sources=[SourceModeOut(**asdict(one)) for one in sources],
        )

    @router.get("/event", dependencies=[requires("sources:read")])
    def event(request: Request, here: Here, name: Name) -> PlannedOut:
        """One event's versions, draft, and what was wrong with it in the last 30 days."""
        _whole(current(request))
        with here.postgres.transaction() as tx:
            found = desk.planned(tx, name)
        wrong = store.wrong(here.facts, name, here.clock.now() - LOOK_BACK)
        draft = found.draft
        return PlannedOut(
            name=name,
            versions=[_version(rule) for rule in found.versions],
            draft=DraftOut.model_validate(_renamed(asdict(draft))) if draft else None,
            wrong=[WrongOut(**asdict(one) | {"property": one.place}) for one in wrong],
        )

    @router.get("/diff", dependencies=[requires("sources:read")])
    def diff(
        request: Request,
        here: Here,
        name: Name,
        before: Version,
        after: Version | None = None,
    ) -> DifferenceList:
        """What is different between two versions; without `after`, between a version and the draft; 0 is nothing."""
        _whole(current(request))
        with here.postgres.transaction() as tx:
            found = desk.changes(tx, name, before, after)
        return DifferenceList(items=[DifferenceOut(**asdict(one)) for one in found])


def _trying(router: APIRouter) -> None:
    @router.get("/infer", dependencies=[requires("sources:read")])
    def infer(request: Request, here: Here, name: Name) -> InferredOut:
        """A schema out of the last 10,000 events of a name; examples only for who sees personal data in clear."""
        person = current(request)
        _whole(person)
        found = desk.infer_from(here.facts, name)
        clear = mask(person, "content", "{}") == "{}"
        shown = [asdict(one) | ({} if clear else {"examples": [], "values": {}}) for one in found.observed]
        return InferredOut(
            events=found.events, body=found.schema, observed=[ObservedOut.model_validate(one) for one in shown]
        )

    @router.post("/effect", dependencies=[requires("sources:read")])
    def effect(body: SchemaIn, request: Request, here: Here) -> EffectOut:
        """What a schema would have made of the last 10,000 events of its name; nothing is kept."""
        _whole(current(request))
        found = desk.effect_of(here.facts, body.name, body.body)
        faults = [FaultCount(what=what, events=events) for what, events in found.faults]
        return EffectOut(checked=found.checked, faulty=found.faulty, faults=faults)


def _writing(router: APIRouter) -> None:
    @router.put("/draft", dependencies=[requires("sources:write")])
    def save(body: DraftIn, request: Request, here: Here) -> DraftOut:
        """Keep a draft; nothing is judged by it before it is published."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            draft = desk.save(tx, body.name, body.body, body.mode, by=person.name, now=here.clock.now())
        return DraftOut.model_validate(_renamed(asdict(draft)))

    @router.post("/draft/discard", dependencies=[requires("sources:write")])
    def discard(body: NameIn, request: Request, here: Here) -> NameIn:
        """Throw a draft away; what is published stays."""
        _whole(current(request))
        with here.postgres.transaction() as tx:
            desk.discard(tx, body.name)
        return body

    @router.post("/publish", dependencies=[requires("sources:write")])
    def publish(body: PublishIn, request: Request, here: Here) -> VersionOut:
        """Make the draft the version that events are judged by from the next batch on."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            rule = desk.publish(tx, body.name, seen=body.seen, by=person.name, now=here.clock.now())
            detail = {"version": rule.version, "mode": rule.mode}
            audit(tx, person, "plan.published", f"event:{body.name}", here.clock.now(), detail=detail)
        return _version(rule)

    @router.post("/retire", dependencies=[requires("sources:write")])
    def retire(body: NameIn, request: Request, here: Here) -> VersionOut:
        """Take an event out of the plan: from the next batch on nothing is asked of it."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            rule = desk.retire(tx, body.name, by=person.name, now=here.clock.now())
            audit(tx, person, "plan.retired", f"event:{body.name}", here.clock.now(), detail={"version": rule.version})
        return _version(rule)

    @router.post("/restore", dependencies=[requires("sources:write")])
    def restore(body: NameIn, request: Request, here: Here) -> VersionOut:
        """Ask again what was asked of an event when it left the plan; a draft stays as it is."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            rule = desk.restore(tx, body.name, by=person.name, now=here.clock.now())
            audit(tx, person, "plan.restored", f"event:{body.name}", here.clock.now(), detail={"version": rule.version})
        return _version(rule)

    @router.put("/sources/{source}", dependencies=[requires("sources:write")])
    def source(source: str, body: SourceModeIn, request: Request, here: Here) -> SourceModeOut:
        """How strictly a source's events are taken where their rule does not say."""
        person = _whole(current(request))
        with here.postgres.transaction() as tx:
            desk.set_source(tx, source, body.mode, by=person.name, now=here.clock.now())
            audit(tx, person, "plan.source_set", f"source:{source}", here.clock.now(), detail={"mode": body.mode})
        return SourceModeOut(source=source, mode=body.mode)


def _whole(person: Person) -> Person:
    if person.scope.stores is not None:
        raise PlanOfTheWholeBrand
    return person


def _renamed(told: Mapping[str, object]) -> dict[str, object]:
    """`schema` is a word of pydantic's own."""
    return {"body" if key == "schema" else key: value for key, value in told.items()}


def _version(rule: Rule) -> VersionOut:
    return VersionOut.model_validate(_renamed(asdict(rule)))
