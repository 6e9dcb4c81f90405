"""Routes of what is known about segments. Who sees only some stores sees only customers who did something there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from unavoce.access.api import audit, current, mask, requires
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.http import Door, door
from unavoce.runtime.moments import Moment
from unavoce.runtime.postgres import Transaction
from unavoce.segment import asking, defining, keeping
from unavoce.segment import store as segments
from unavoce.segment.insight import cycle, funnel, lists, overlap, persona, restoring, store, wire
from unavoce.segment.insight.lists import Interns
from unavoce.segment.insight.model import KeptDraft, NoSuchDraft, Persona
from unavoce.segment.model import Segment
from unavoce.segment.parse import parse, plain
from unavoce.segment.words import SPECIFIED_EVENTS, SPECIFIED_TRAITS

Here = Annotated[Door, Depends(door)]
Names = Mapping[str, str]
_SAMPLE = 8
_MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What other contexts know: products by id, the journeys that use a segment, the numbers of identifiers."""

    products: Callable[[Transaction, Sequence[str]], Names]
    journeys: Callable[[Transaction, str], Sequence[tuple[str, Names]]]
    interns: Interns


def routes(beside: Neighbours, on_flips: keeping.Then | None = None) -> APIRouter:
    """The routes; `on_flips` is told who goes in and out when a list changes, in that transaction."""
    router = APIRouter(prefix="/api", tags=["segments"])
    _words(router)
    _trying(router, beside)
    _drafts(router)
    _lists(router, beside, on_flips)
    _looks(router)
    _one(router, beside)
    return router


def _words(router: APIRouter) -> None:
    @router.get("/segment-builder/words", dependencies=[requires("segments:read")])
    def words(here: Here) -> wire.WordsOut:
        """What definitions may speak of: what was seen, and what the specification names."""
        return wire.WordsOut(
            traits=sorted(SPECIFIED_TRAITS | set(segments.trait_keys(here.facts))),
            events=sorted(SPECIFIED_EVENTS | set(segments.event_names(here.facts))),
            lists=sorted(segments.list_keys(here.facts)),
            channels=asking.CHANNELS,
        )

    @router.get("/segment-builder/properties", dependencies=[requires("segments:read")])
    def properties(event: str, here: Here) -> wire.NamesOut:
        """The properties that events of this name were seen with."""
        return wire.NamesOut(properties=sorted(segments.property_names(here.facts, [event])[event]))

    @router.get("/segment-builder/values", dependencies=[requires("segments:read")])
    def values(
        request: Request,
        here: Here,
        trait: str | None = None,
        event: str | None = None,
        of: Annotated[str | None, Query(alias="property")] = None,
    ) -> wire.ValuesOut:
        """Values of a trait, or of a property of an event; none of what may tell who somebody is."""
        with here.postgres.transaction() as tx:
            tags = profile.tags(tx)
        place = profile.TagPlace.TRAIT if trait else profile.TagPlace.PROPERTY
        if persona.is_personal(tags, place, trait or of or ""):
            return wire.ValuesOut(values=[])
        if trait:
            return wire.ValuesOut(values=store.trait_values(here.facts, trait, 2))
        if not event or not of:
            raise BadInput(field="trait", expected="a trait, or an event and its property")
        stores = current(request).scope.stores
        return wire.ValuesOut(values=store.property_values(here.facts, event, of, stores))


def _trying(router: APIRouter, beside: Neighbours) -> None:
    @router.post("/segment-builder/funnel", dependencies=[requires("segments:read")])
    def count(body: wire.DefinitionIn, request: Request, here: Here) -> wire.FunnelOut:
        """How many each rule leaves and each channel reaches; nothing is kept."""
        condition, stores = parse(body.definition), current(request).scope.stores
        with here.postgres.transaction() as tx:
            found = funnel.funnel(tx, here.facts, condition, here.clock.now(), stores)
        rungs = [wire.RungOut(path=one.path, alone=one.alone, left=one.left) for one in found.rungs]
        return wire.FunnelOut(
            everybody=found.everybody,
            rungs=rungs,
            size=found.size,
            reachable=found.reachable,
            as_of=found.as_of,
            newest=found.newest,
        )

    @router.post("/segment-builder/sample", dependencies=[requires("segments:read"), requires("customers:read")])
    def sample(body: wire.DefinitionIn, request: Request, here: Here) -> wire.SampleOut:
        """Some who would be in."""
        person, condition = current(request), parse(body.definition)
        with here.postgres.transaction() as tx:
            found = funnel.some(tx, here.facts, condition, here.clock.now(), person.scope.stores, _SAMPLE)
            names = profile.summaries(tx, found)
        rows = [
            wire.SampleRow(
                id=text_of(one), name=mask(person, "name", names[one].name) if one in names else text_of(one)
            )
            for one in found
        ]
        return wire.SampleOut(items=rows)

    @router.post("/segment-builder/try", dependencies=[requires("segments:read"), requires("customers:read")])
    def attempt(body: wire.TryIn, request: Request, here: Here) -> wire.TriedOut:
        """Whether one customer would be in, and by which parts."""
        condition = parse(body.definition)
        with here.postgres.transaction() as tx:
            hers = _seen(request, here.facts, profile.customer_with(tx, Iid(parse_id(body.customer))), body.customer)
            parts = funnel.verdicts(tx, here.facts, condition, hers, here.clock.now())
            audit(tx, current(request), "customer.looked_at", f"customer:{body.customer}", here.clock.now())
        shown = [wire.TriedPart(path=one.path, condition=dict(plain(one.condition)), met=one.met) for one in parts]
        return wire.TriedOut(met=parts[0].met, parts=shown)

    @router.post("/segment-builder/effect", dependencies=[requires("segments:read")])
    def effect(body: wire.EffectIn, request: Request, here: Here) -> wire.EffectOut:
        """What publishing this definition would do to the people inside and to what uses the segment."""
        condition, stores = parse(body.definition), current(request).scope.stores
        with here.postgres.transaction() as tx:
            found = funnel.effect(tx, here.facts, body.key, condition, here.clock.now(), stores)
            using = _users(tx, body.key, beside)
        return wire.EffectOut(stay=found.stay, enter=found.enter, leave=found.leave, users=using)


def _seen(request: Request, facts: Facts, customer: CustomerId, asked: str) -> CustomerId:
    stores = current(request).scope.stores
    if stores is not None and customer not in segments.customers_at(facts, stores):
        raise profile.NoSuchCustomer(id=asked)
    return customer


def _users(tx: Transaction, key: str, beside: Neighbours) -> list[wire.User]:
    known = segments.segments(tx)
    using = [known[name] for name in sorted(funnel.users_of(known.values(), key))]
    found = [wire.User(kind="segment", key=one.key, name=dict(one.name)) for one in using]
    return [*found, *(wire.User(kind="journey", key=one, name=dict(name)) for one, name in beside.journeys(tx, key))]


def _drafts(router: APIRouter) -> None:
    @router.get("/segment-drafts", dependencies=[requires("segments:read")])
    def drafts(here: Here) -> wire.DraftsOut:
        """What is worked on."""
        with here.postgres.transaction() as tx:
            return wire.DraftsOut(items=store.drafts(tx))

    @router.get("/segment-drafts/{key}", dependencies=[requires("segments:read")])
    def draft(key: str, here: Here) -> KeptDraft:
        """One draft."""
        with here.postgres.transaction() as tx:
            found = store.drafts(tx, key)
        if not found:
            raise NoSuchDraft(key=key)
        return found[0]

    @router.put("/segment-drafts/{key}", dependencies=[requires("segments:write")])
    def keep(key: str, body: wire.DraftIn, request: Request, here: Here) -> KeptDraft:
        """Keep a definition while it is worked on; it need not make sense yet."""
        draft = restoring.draft(
            key, body.name, body.description, body.definition, current(request).name, here.clock.now()
        )
        with here.postgres.transaction() as tx:
            store.put_draft(tx, draft)
            audit(tx, current(request), "segment.drafted", f"segment:{key}", here.clock.now())
        return draft

    @router.delete("/segment-drafts/{key}", dependencies=[requires("segments:write")], status_code=204)
    def drop(key: str, request: Request, here: Here) -> None:
        """Throw a draft away."""
        with here.postgres.transaction() as tx:
            if store.drop_draft(tx, key):
                audit(tx, current(request), "segment.draft_dropped", f"segment:{key}", here.clock.now())


def _lists(router: APIRouter, beside: Neighbours, on_flips: keeping.Then | None) -> None:
    @router.get("/segment-lists", dependencies=[requires("segments:read")])
    def uploaded(here: Here) -> wire.ListsOut:
        """The uploaded lists, and how many on each are known."""
        with here.postgres.transaction() as tx:
            return wire.ListsOut(items=store.lists(tx))

    @router.post("/segment-lists", dependencies=[requires("segments:write")], status_code=201)
    def upload(body: wire.ListIn, request: Request, here: Here) -> wire.ListReport:
        """Put a list in place of what was under its key; says which lines could not be used and who is not known."""
        person, now = current(request), here.clock.now()
        wanted = lists.Upload(body.key, body.name, body.text, body.kind)
        report = lists.upload(here.postgres, here.facts, wanted, beside.interns, person.name, now, on_flips)
        with here.postgres.transaction() as tx:
            audit(tx, person, "list.uploaded", f"list:{body.key}", now, {"rows": report.list.size})
        return wire.ListReport(
            list=report.list,
            repeated=report.repeated,
            unusable=report.unusable,
            bad=report.bad,
            unmatched=report.unmatched,
            strangers=report.strangers,
        )


def _looks(router: APIRouter) -> None:
    @router.get("/segment-overlap", dependencies=[requires("segments:read")])
    def compare(request: Request, here: Here, key: Annotated[list[str], Query()]) -> wire.OverlapOut:
        """How many customers are in which of these segments at once."""
        stores = current(request).scope.stores
        among = None if stores is None else [CustomerId(one) for one in segments.customers_at(here.facts, stores)]
        with here.postgres.transaction() as tx:
            found = overlap.overlap(tx, key, among)
        return wire.OverlapOut(sizes=found.sizes, regions=found.regions)

    @router.get("/rfm", dependencies=[requires("segments:read")])
    def rfm(request: Request, here: Here, at: Moment | None = None) -> wire.GridOut:
        """Buyers by fifths of recency and frequency, now or at a moment before."""
        moment = _moment(at, here)
        return wire.GridOut(cells=cycle.rfm_grid(here.facts, moment, current(request).scope.stores), as_of=moment)

    @router.get("/segment-stages", dependencies=[requires("segments:read")])
    def at_stages(
        request: Request, here: Here, months: Annotated[int, Query(ge=0, le=_MOST_MONTHS)] = 12
    ) -> wire.StagesOut:
        """How many are at each stage of the purchase cycle, now and at the ends of months before."""
        moments = cycle.months_before(here.clock.now(), months)
        with here.postgres.transaction() as tx:
            return wire.StagesOut(points=cycle.stage_counts(tx, here.facts, moments, current(request).scope.stores))


def _moment(at: datetime | None, here: Door) -> datetime:
    if at is not None and at.tzinfo is None:
        raise BadInput(field="at", value=str(at), expected="a moment with its zone, like 2018-01-31T00:00:00Z")
    return min(at or here.clock.now(), here.clock.now())


def _one(router: APIRouter, beside: Neighbours) -> None:
    @router.get("/segments/{key}/persona", dependencies=[requires("segments:read")])
    def face(key: str, request: Request, here: Here) -> wire.PersonaOut:
        """The persona that was drawn last."""
        with here.postgres.transaction() as tx:
            segment = _live(tx, key)
            found = persona.kept(tx, segment, current(request).scope.stores)
            return _shown(tx, found, beside)

    @router.post("/segments/{key}/persona", dependencies=[requires("segments:read")])
    def draw(key: str, request: Request, here: Here) -> wire.PersonaOut:
        """Draw the persona of a segment as of now, and keep it."""
        stores, now = current(request).scope.stores, here.clock.now()
        with here.postgres.transaction() as tx:
            segment = _live(tx, key)
            found = persona.drawn(tx, here.facts, segment, now, stores)
            persona.keep(tx, segment, found, stores)
            audit(tx, current(request), "persona.drawn", f"segment:{key}", now)
            return _shown(tx, found, beside)

    @router.get("/segments/{key}/users", dependencies=[requires("segments:read")])
    def users(key: str, here: Here) -> wire.UsersOut:
        """The segments and journeys that use this segment."""
        with here.postgres.transaction() as tx:
            _live(tx, key)
            return wire.UsersOut(items=_users(tx, key, beside))

    @router.post("/segments/{key}/restore", dependencies=[requires("segments:write")], status_code=204)
    def restore(key: str, request: Request, here: Here) -> None:
        """Bring back a segment that was retired; whoever meets it is in again, and no journey takes it for news."""
        restoring.restore(here.postgres, here.facts, key, here.clock.now())
        with here.postgres.transaction() as tx:
            audit(tx, current(request), "segment.restored", f"segment:{key}", here.clock.now())


def _live(tx: Transaction, key: str) -> Segment:
    return defining.live_segment(segments.segments(tx), key)


def _shown(tx: Transaction, found: Persona, beside: Neighbours) -> wire.PersonaOut:
    names = beside.products(tx, [one.value for one in found.products])
    return wire.PersonaOut(persona=found, products=dict(names), currency=segments.terms(tx).currency)
