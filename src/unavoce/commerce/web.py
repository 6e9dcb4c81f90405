"""Routes: products, stores, category rules."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from unavoce.access.api import audit, current, requires, team_only
from unavoce.commerce import api
from unavoce.commerce.model import CategoryKind, CategoryRule, Product, Store
from unavoce.runtime.http import Door, door
from unavoce.runtime.listing import Ask, asked

Here = Annotated[Door, Depends(door)]
Wanted = Annotated[Ask, Depends(asked)]


class Products(BaseModel):
    """Some products, and where the list goes on."""

    items: list[Product]
    next: str | None


class Stores(BaseModel):
    """Some stores, and where the list goes on."""

    items: list[Store]
    next: str | None


class PlaceIn(BaseModel):
    """Where a store is, in degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class RuleIn(BaseModel):
    """How long a purchase of a category satisfies."""

    kind: Literal["durable", "replenishable"]
    days: int


class Rules(BaseModel):
    """Every category rule."""

    items: list[CategoryRule]
    next: None = None


def routes() -> APIRouter:
    """The routes of commerce."""
    router = APIRouter(prefix="/api", tags=["commerce"])
    _catalogue(router)
    _rules(router)
    return router


def _catalogue(router: APIRouter) -> None:
    @router.get("/products", dependencies=[team_only()])
    def products(here: Here, ask: Wanted) -> Products:
        """The catalogue, by name; filter by name, category, brand, department, id or known."""
        with here.postgres.transaction() as tx:
            page = api.product_page(tx, ask)
        return Products(items=page.items, next=page.next)

    @router.get("/products/{product_id}", dependencies=[team_only()])
    def product(product_id: str, here: Here) -> Product:
        """One product."""
        with here.postgres.transaction() as tx:
            return api.product(tx, product_id)

    @router.get("/stores", dependencies=[team_only()])
    def stores(request: Request, here: Here, ask: Wanted) -> Stores:
        """The stores in the asking person's scope."""
        with here.postgres.transaction() as tx:
            page = api.store_page(tx, ask, current(request).scope.stores)
        return Stores(items=page.items, next=page.next)

    @router.put("/stores/{key:path}/place", dependencies=[requires("settings:write")])
    def place_store(key: str, body: PlaceIn, request: Request, here: Here) -> Store:
        """Say where a store is; segments can then ask for customers near it."""
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            placed = api.place_store(tx, key, body.latitude, body.longitude, now)
            audit(tx, current(request), "store.placed", f"store:{key}", now)
        return placed


def _rules(router: APIRouter) -> None:
    @router.get("/category-rules", dependencies=[team_only()])
    def rules(here: Here) -> Rules:
        """How long a purchase of each category satisfies."""
        with here.postgres.transaction() as tx:
            return Rules(items=list(api.category_rules(tx).values()))

    @router.put("/category-rules/{category:path}", dependencies=[requires("settings:write")])
    def put_rule(category: str, body: RuleIn, request: Request, here: Here) -> CategoryRule:
        """Say how long a purchase of a category satisfies."""
        rule = CategoryRule(category, CategoryKind(body.kind), body.days)
        with here.postgres.transaction() as tx:
            api.put_category_rules(tx, [rule], here.clock.now())
            audit(tx, current(request), "category_rule.changed", f"category:{category}", here.clock.now())
        return rule

    @router.delete("/category-rules/{category:path}", dependencies=[requires("settings:write")], status_code=204)
    def drop_rule(category: str, request: Request, here: Here) -> None:
        """Make a category like any other again."""
        with here.postgres.transaction() as tx:
            api.drop_category_rule(tx, category)
            audit(tx, current(request), "category_rule.dropped", f"category:{category}", here.clock.now())
