"""Routes: the rules of identity, trying and publishing them, and what joins nobody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from unavoce.access.api import audit, current, requires
from unavoce.kernel.ids import parse_id, text_of
from unavoce.profile import ruleset
from unavoce.profile import store as identity
from unavoce.profile.people import store as people
from unavoce.profile.ruling import publishing, store, wire
from unavoce.profile.ruling.model import WorkKind
from unavoce.runtime.http import Door, RowId, door

Here = Annotated[Door, Depends(door)]
_MOST_VERSIONS = 50
_RULES = "identity:rules"


def routes() -> APIRouter:
    """The routes about rules."""
    router = APIRouter(prefix="/api/identity", tags=["identity"])

    @router.get("/rules", dependencies=[requires("customers:read")])
    def rules(request: Request, here: Here) -> wire.RulesOut:
        """The rules that hold, and how they came about."""
        with here.postgres.transaction() as tx:
            held = identity.rules(tx)
            work = store.works(tx, [WorkKind.RULES], 1)
            return wire.RulesOut(
                version=held.version,
                rules=wire.RulesBody.of(held),
                builtin=wire.RulesBody.of(ruleset.DEFAULT),
                versions=[wire.VersionOut.of(one) for one in store.history(tx, _MOST_VERSIONS)],
                work=wire.WorkOut.of(work[0], current(request)) if work else None,
            )

    @router.post("/rules", dependencies=[requires("settings:write")], status_code=201)
    def publish(body: wire.PublishRules, request: Request, here: Here) -> wire.WorkOut:
        """Let these rules hold from now on; the work says how far they are applied."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            made, work = publishing.publish(tx, body.rules.model_dump(), body.after, body.note, person.name, now)
            audit(tx, person, "identity.rules_published", _RULES, now, {"version": made.version, "note": body.note})
        return wire.WorkOut.of(work, person)

    @router.post("/trials", dependencies=[requires("settings:write")], status_code=201)
    def try_them(body: wire.TryRules, request: Request, here: Here) -> wire.WorkOut:
        """Try rules on a copy: who would merge or split; nothing is changed."""
        person, now = current(request), here.clock.now()
        said = ruleset.written(ruleset.read(body.rules.model_dump()))
        with here.postgres.transaction() as tx:
            number = store.add_work(tx, WorkKind.TRIAL, {"rules": said}, person.name, now)
            audit(tx, person, "identity.rules_tried", _RULES, now, {"trial": number})
            return wire.WorkOut.of(publishing.found(tx, number), person)

    @router.get("/work/{work}", dependencies=[requires("customers:read")])
    def work(work: RowId, request: Request, here: Here) -> wire.WorkOut:
        """How far some work is, and what it has found."""
        with here.postgres.transaction() as tx:
            found, person = publishing.found(tx, work), current(request)
            shown = wire.examples_of(found) if person.scope.stores is None else []
            return wire.WorkOut.of(found, person, people.graph_nodes(tx, shown))

    @router.post("/work/{work}/cancel", dependencies=[requires("customers:write")])
    def cancel(work: RowId, request: Request, here: Here) -> wire.WorkOut:
        """Stop a trial or a search for duplicates."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            stopped = publishing.cancel(tx, work, now)
            audit(tx, person, "identity.work_cancelled", f"identity:work:{work}", now)
        return wire.WorkOut.of(stopped, person)

    @router.get("/hubs", dependencies=[requires("customers:read")])
    def hubs(
        request: Request, here: Here, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> wire.HubsOut:
        """What joins nobody: store tablets, cashiers' cards, family phones, blocked values."""
        if current(request).scope.stores is not None:
            # Hubs are the whole brand's: there is no store to which they belong.
            return wire.HubsOut(items=[], next=None)
        after = parse_id(cursor) if cursor else 0
        with here.postgres.transaction() as tx:
            found = store.hubs(tx, after, limit + 1)
        items = [wire.HubOut.of(one, current(request)) for one in found[:limit]]
        return wire.HubsOut(items=items, next=text_of(found[limit - 1].iid) if len(found) > limit else None)

    return router
