"""Routes: a customer's file, her erasure, and the proofs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from unavoce.access.api import Person, audit, current, requires
from unavoce.apps.brand import Brand
from unavoce.apps.customers.listing import may_see
from unavoce.apps.privacy import asking, store
from unavoce.apps.privacy.model import NobodyByThat, NoFile, NoReceipt, NoSuchRequest, Rules
from unavoce.apps.privacy.person import customer_by
from unavoce.apps.privacy.receipt import forgotten_hash, public_key, verified
from unavoce.apps.privacy.terms import put_rules, rules_of
from unavoce.apps.privacy.wire import (
    Asked,
    Confirmed,
    ReceiptIn,
    RequestOut,
    RequestsOut,
    RulesOut,
    StandingOut,
    TurnedAwayOut,
    VerdictOut,
)
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api as profile
from unavoce.runtime.http import Door, RowId, door
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.settings import brand_key

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=200)]
_NAMED = 'attachment; filename="customer-data-{number}.zip"'


def routes(brand: Brand) -> APIRouter:
    """The privacy routes of a brand."""
    router = APIRouter(prefix="/api/privacy", tags=["privacy"])
    _asking(router, brand)
    _looking(router)
    _proving(router, brand)
    return router


def _asking(router: APIRouter, brand: Brand) -> None:
    @router.post("/requests", dependencies=[requires("privacy:write")], status_code=201)
    def ask(body: Asked, request: Request, here: Here) -> RequestOut:
        """Ask for a customer's file, or for her erasure; an erasure only counts what it would erase until confirmed."""
        person = current(request)
        with here.postgres.transaction() as tx:
            customer = customer_by(tx, body.identifier_kind, body.identifier, brand.pumping.region)
            _check_sight(here, tx, person, customer, body.identifier_kind)
            made = asking.ask(here, tx, body.kind, customer, person, body.reason)
            audit(tx, person, f"privacy.{body.kind.value}_asked", f"privacy:{made.id}", here.clock.now())
        return RequestOut.of(made)

    @router.post("/requests/{request_id}/confirm", dependencies=[requires("privacy:write")])
    def confirm(request_id: RowId, body: Confirmed, request: Request, here: Here) -> RequestOut:
        """Let an erasure begin; it cannot be undone."""
        person = current(request)
        with here.postgres.transaction() as tx:
            _own(tx, person, request_id)
            found = asking.confirm(tx, request_id, body.number, person, here.clock.now())
            audit(tx, person, "privacy.confirmed", f"privacy:{request_id}", here.clock.now())
        return RequestOut.of(found)

    @router.post("/requests/{request_id}/cancel", dependencies=[requires("privacy:write")])
    def cancel(request_id: RowId, request: Request, here: Here) -> RequestOut:
        """Call off a request that has not begun."""
        person = current(request)
        with here.postgres.transaction() as tx:
            _own(tx, person, request_id)
            found = asking.cancel(tx, request_id, here.clock.now())
            audit(tx, person, "privacy.cancelled", f"privacy:{request_id}", here.clock.now())
        return RequestOut.of(found)


def _looking(router: APIRouter) -> None:
    @router.get("/requests", dependencies=[requires("privacy:read")])
    def requests(request: Request, here: Here, cursor: str | None = None, limit: Limit = 50) -> RequestsOut:
        """Requests, newest first; who sees only some stores sees her own."""
        if cursor and not cursor.isdigit():
            raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before")
        with here.postgres.transaction() as tx:
            found = store.requests(tx, int(cursor) if cursor else None, limit)
        shown = [RequestOut.of(one) for one in found if _may_see(current(request), one.asked_by_id)]
        return RequestsOut(items=shown, next=str(found[-1].id) if len(found) == limit else None)

    @router.get("/requests/{request_id}", dependencies=[requires("privacy:read")])
    def one(request_id: RowId, request: Request, here: Here) -> RequestOut:
        """One request and how far it has come."""
        with here.postgres.transaction() as tx:
            _own(tx, current(request), request_id)
            return RequestOut.of(asking.known(tx, request_id))

    @router.get("/requests/{request_id}/file", dependencies=[requires("privacy:write")])
    def file(request_id: RowId, request: Request, here: Here) -> Response:
        """A customer's file: a ZIP of JSON with a page to begin with."""
        person = current(request)
        with here.postgres.transaction() as tx:
            _own(tx, person, request_id)
            content = store.file(tx, request_id, here.clock.now())
            if content is None:
                raise NoFile(request=request_id)
            audit(tx, person, "privacy.file_fetched", f"privacy:{request_id}", here.clock.now())
        named = {"Content-Disposition": _NAMED.format(number=request_id)}
        return Response(content, media_type="application/zip", headers=named)

    @router.get("/requests/{request_id}/receipt", dependencies=[requires("privacy:read")])
    def receipt(request_id: RowId, request: Request, here: Here) -> dict[str, object]:
        """The signed proof of an erasure."""
        with here.postgres.transaction() as tx:
            _own(tx, current(request), request_id)
            found = asking.known(tx, request_id).receipt
        if found is None:
            raise NoReceipt(request=request_id)
        return found


def _proving(router: APIRouter, brand: Brand) -> None:
    @router.post("/verify", dependencies=[requires("privacy:read")])
    def verify(body: ReceiptIn, here: Here) -> VerdictOut:
        """Whether a receipt is ours and unchanged, and whether it is about an identifier."""
        secret = here.settings.secret()
        hashes = None
        if body.identifier and body.identifier_kind:
            with here.postgres.transaction() as tx:
                key = brand_key(tx)
            found = profile.identifier_of(body.identifier_kind, body.identifier, key, brand.pumping.region)
            hashes = [forgotten_hash(secret, found.iid)] if found else []
        verdict = verified(body.receipt, public_key(secret), hashes)
        return VerdictOut(holds=verdict.holds, signed=verdict.signed, ours=verdict.ours, about=verdict.about)

    @router.get("/rules", dependencies=[requires("privacy:read")])
    def rules(here: Here) -> StandingOut:
        """The brand's rules, the key that checks receipts, and how much was turned away."""
        with here.postgres.transaction() as tx:
            away = [TurnedAwayOut(kind=one.kind, events=one.events) for one in store.turned_away(tx)]
            standing = RulesOut.of(rules_of(tx))
        return StandingOut(rules=standing, public_key=public_key(here.settings.secret()), turned_away=away)

    @router.put("/rules", dependencies=[requires("privacy:write")])
    def change(body: RulesOut, request: Request, here: Here) -> RulesOut:
        """Change the brand's rules."""
        with here.postgres.transaction() as tx:
            put_rules(tx, Rules(**body.model_dump()))
            audit(tx, current(request), "privacy.rules_changed", "privacy", here.clock.now(), body.model_dump())
            return RulesOut.of(rules_of(tx))


def _check_sight(here: Door, tx: Transaction, person: Person, customer: CustomerId, kind: str) -> None:
    if not may_see(here, person, customer, profile.members_of(tx, [customer])[customer]):
        raise NobodyByThat(kind=kind)


def _may_see(person: Person, asked_by_id: str | None) -> bool:
    return person.scope.stores is None or person.id == asked_by_id


def _own(tx: Transaction, person: Person, number: int) -> None:
    if not _may_see(person, asking.known(tx, number).asked_by_id):
        raise NoSuchRequest(request=number)
