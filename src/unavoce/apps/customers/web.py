"""The customer screens' routes: the list, one customer's page, her timeline and the decisions about her."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import JsonValue, TypeAdapter

from unavoce.access.api import Person, audit, current, mask, requires, sees_in_clear
from unavoce.apps.brand import Brand
from unavoce.apps.customers import listing, timeline, words
from unavoce.apps.customers.listing import MOST_EXPORTED, Sort, Wish
from unavoce.apps.customers.pages import place
from unavoce.apps.customers.reach import reachability
from unavoce.apps.customers.timeline import KINDS, Subject
from unavoce.apps.customers.wire import (
    ConsentOut,
    CustomerOut,
    CustomerRow,
    CustomerRows,
    DecisionsOut,
    IdentifierOut,
    Kind,
    MembershipOut,
    Moments,
    ReachOut,
    SuppressionOut,
    TotalsOut,
    TraitOut,
)
from unavoce.decide import api as decide
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.learn import api as learn
from unavoce.profile import api as profiles
from unavoce.runtime.http import Door, door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segments

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=200)]
EXPORT_PAGE = 200


_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class UnknownKind(BadInput):
    """A timeline has no such kind of line."""


def routes(brand: Brand) -> APIRouter:
    """The customer routes of a brand."""
    router = APIRouter(prefix="/api", tags=["customers"])
    router.include_router(_list_routes(brand))
    router.include_router(_page_routes(brand))
    router.include_router(words.routes(subject=_subject))
    return router


def _list_routes(brand: Brand) -> APIRouter:
    router = APIRouter()

    @router.get("/customers", dependencies=[requires("customers:read")])
    def customers(
        request: Request,
        here: Here,
        q: Annotated[str, Query(max_length=200)] = "",
        segment: str = "",
        sort: Sort = "last_seen",
        cursor: str | None = None,
        limit: Limit = 50,
    ) -> CustomerRows:
        """A page of the customers one may see."""
        wish = Wish(q=q, segment=segment, sort=sort, cursor=cursor, limit=limit)
        with here.postgres.transaction() as tx:
            return listing.page(here, tx, current(request), wish, brand.currency)

    @router.get("/customers.csv", dependencies=[requires("customers:export")])
    def export(
        request: Request,
        here: Here,
        q: Annotated[str, Query(max_length=200)] = "",
        segment: str = "",
        sort: Sort = "last_seen",
    ) -> Response:
        """The same list as a CSV file, at most 100,000 customers."""
        person = current(request)
        rows: list[CustomerRow] = []
        cursor: str | None = None
        with here.postgres.transaction() as tx:
            while len(rows) < MOST_EXPORTED:
                wish = Wish(q=q, segment=segment, sort=sort, cursor=cursor, limit=EXPORT_PAGE)
                found = listing.page(here, tx, person, wish, brand.currency)
                rows += found.items
                cursor = found.next
                if cursor is None:
                    break
            audit(tx, person, "customers.exported", "customers", here.clock.now(), {"rows": len(rows), "q": q})
        named = {"Content-Disposition": 'attachment; filename="customers.csv"'}
        return Response(listing.sheet(rows), media_type="text/csv; charset=utf-8", headers=named)

    return router


def _page_routes(brand: Brand) -> APIRouter:
    router = APIRouter()

    @router.get("/customers/{customer}", dependencies=[requires("customers:read")])
    def page(request: Request, here: Here, customer: str) -> CustomerOut:
        """All that is known of one customer."""
        person = current(request)
        with here.postgres.transaction() as tx:
            whose = _subject(here, tx, person, customer)
            audit(tx, person, "customer.looked_at", f"customer:{text_of(whose.customer)}", here.clock.now())
            return _page(here, tx, person, whose, brand)

    @router.get("/customers/{customer}/timeline", dependencies=[requires("customers:read")])
    def moments(
        request: Request, here: Here, customer: str, kinds: str = "", cursor: str | None = None, limit: Limit = 50
    ) -> Moments:
        """Everything that happened, was decided and was sent, newest first; `kinds` is a comma-separated choice."""
        with here.postgres.transaction() as tx:
            whose = _subject(here, tx, current(request), customer)
            found = timeline.moments(tx, here.facts, whose, _kinds(kinds), place(cursor), limit)
        return Moments(items=found.rows, next=found.next)

    @router.get("/customers/{customer}/decisions", dependencies=[requires("customers:read")])
    def decisions(
        request: Request, here: Here, customer: str, cursor: str | None = None, limit: Limit = 50
    ) -> DecisionsOut:
        """Every decision about her and why it was taken, newest first."""
        with here.postgres.transaction() as tx:
            whose = _subject(here, tx, current(request), customer)
            found = timeline.decisions(tx, whose, place(cursor), limit)
        return DecisionsOut(items=found.rows, next=found.next)

    return router


def _subject(here: Door, tx: Transaction, person: Person, customer: str) -> Subject:
    """The customer an id belongs to now; to somebody who may not see her she does not exist."""
    found = profiles.customer_with(tx, Iid(parse_id(customer)))
    iids = profiles.members_of(tx, [found])[found]
    if not listing.may_see(here, person, found, iids):
        raise profiles.NoSuchCustomer(id=customer)
    known = profiles.profile(tx, found)
    words = frozenset([known.name, *(one.value for one in known.identifiers)])
    return Subject(found, iids, person.scope, sees_in_clear(person), profiles.tags(tx), words)


def _page(here: Door, tx: Transaction, person: Person, whose: Subject, brand: Brand) -> CustomerOut:
    known, tags = profiles.profile(tx, whose.customer), profiles.tags(tx)
    bought = learn.shopping(here.facts, {whose.customer: whose.iids}, stores=person.scope.stores)[whose.customer]
    kept = decide.suppressions_of(tx, whose.iids, here.clock.now())
    return CustomerOut(
        id=text_of(known.id),
        name=mask(person, "name", known.name),
        traits=[_trait(person, one, tags, whose.words) for one in known.traits],
        identifiers=[_identifier(person, one) for one in known.identifiers],
        consents=[_consent(one) for one in known.consents],
        segments=_memberships(tx, whose.customer),
        totals=TotalsOut(
            orders=bought.orders,
            revenue_minor=bought.revenue_minor,
            currency=brand.currency,
            first_order_at=bought.first_order_at,
            last_order_at=bought.last_order_at,
        ),
        suppressions=[_suppression(one) for one in kept],
        reachability=[
            ReachOut(channel=one.channel, reachable=one.reachable, reason=one.reason.value)
            for one in reachability(tx, [whose.customer])[whose.customer]
        ],
    )


def _trait(person: Person, one: profiles.TraitSeen, tags: profiles.Tags, known_by: Collection[str]) -> TraitOut:
    tag = tags.of(profiles.TagPlace.TRAIT, one.key) or (profiles.Tag.OTHER if str(one.value) in known_by else None)
    value = one.value if tag is None or sees_in_clear(person) else mask(person, tag.value, str(one.value))
    return TraitOut(
        key=one.key,
        value=_JSON.validate_python(value),
        source=one.source,
        at=one.at,
        message_id=one.message_id,
        personal=tag.value if tag else None,
    )


def _identifier(person: Person, one: profiles.IdentifierSeen) -> IdentifierOut:
    return IdentifierOut(
        iid=text_of(one.iid),
        kind=one.kind,
        value=mask(person, one.kind, one.value),
        first_seen_at=one.first_seen_at,
        last_seen_at=one.last_seen_at,
        blocked=one.blocked,
    )


def _consent(one: profiles.ConsentSeen) -> ConsentOut:
    return ConsentOut(channel=one.channel, purpose=one.purpose, state=one.state.value, at=one.at, evidence=one.evidence)


def _suppression(one: decide.Suppression) -> SuppressionOut:
    return SuppressionOut(
        product_id=one.product or None, category=one.category or None, until=one.until, reason="bought"
    )


def _memberships(tx: Transaction, customer: CustomerId) -> list[MembershipOut]:
    return [
        MembershipOut(key=one.key, name=dict(one.name), since=one.since, cause=one.cause)
        for one in segments.segments_of(tx, [customer]).get(customer, ())
    ]


def _kinds(text: str) -> list[Kind]:
    if not text:
        return list(KINDS)
    asked = text.split(",")
    unknown = [one for one in asked if one not in KINDS]
    if unknown:
        raise UnknownKind(field="kinds", value=unknown[0], expected=", ".join(KINDS))
    return [kind for kind in KINDS if kind in asked]
