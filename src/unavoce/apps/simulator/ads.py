"""An ad platform: it takes audience rows with hashed identifiers and shows who it holds."""

import hmac
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, Field

from unavoce.apps.simulator import store
from unavoce.apps.simulator.world import Here
from unavoce.kernel.errors import Unauthorized


class Row(BaseModel):
    """Somebody comes into an audience or leaves it."""

    key: str
    audience: str = Field(min_length=1)
    op: Literal["add", "remove"]
    member: str = Field(min_length=1)
    hashed: dict[str, str] = {}


class Rows(BaseModel):
    """Rows in the order in which they are to be applied."""

    rows: list[Row] = Field(max_length=10_000)


class WrongAdsToken(Unauthorized):
    """This is not the ad account's token."""


_ROUTES = APIRouter(prefix="/ads")


def routes() -> APIRouter:
    """The ad platform's interface."""
    return _ROUTES


@_ROUTES.post("/rows")
def apply(here: Here, given: Rows, authorization: Annotated[str, Header()] = "") -> dict[str, int]:
    """Apply rows; the same one twice changes nothing."""
    expected = f"Bearer {here.setup().ads_token}"
    if not hmac.compare_digest(authorization.encode(), expected.encode()):
        raise WrongAdsToken
    with here.postgres.transaction() as tx:
        for row in given.rows:
            if row.op == "add":
                store.put_ad_member(tx, row.audience, row.member, row.hashed, here.clock.now())
            else:
                store.drop_ad_member(tx, row.audience, row.member)
    return {"applied": len(given.rows)}


@_ROUTES.get("")
def audiences(here: Here) -> list[str]:
    """The audiences that hold anybody."""
    with here.postgres.transaction() as tx:
        return store.audiences(tx)


@_ROUTES.get("/{audience}")
def members(here: Here, audience: str, limit: Annotated[int, Query(ge=1, le=10_000)] = 1000) -> dict[str, Any]:
    """Who is in an audience."""
    with here.postgres.transaction() as tx:
        found = store.ad_members(tx, audience, limit=limit)
    members = [{"member": each.member, "hashed": each.hashed, "since": each.at} for each in found]
    return {"audience": audience, "members": members}
