"""Routes: where the brand asks twice before a yes counts, and how much it believes each source."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from unavoce.access.api import audit, current, requires
from unavoce.profile import api as profile
from unavoce.profile.api import ConsentRule
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]


class ConsentRuleOut(BaseModel):
    """On this channel a yes counts only once it has been confirmed, if it was said since then."""

    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    since: datetime | None = None
    link_days: Annotated[int, Field(ge=1, le=365)] = 14


class ConsentRulesOut(BaseModel):
    """Where the brand asks twice."""

    items: list[ConsentRuleOut]
    next: str | None = None


class SourceRanksOut(BaseModel):
    """How much sources are believed, 1 is surest; a till counts 1, a form 2, what is inferred 3 unless it says here."""

    ranks: dict[str, int]


def routes() -> APIRouter:
    """The routes of consent rules and source ranks."""
    router = APIRouter(prefix="/api/privacy", tags=["privacy"])
    _consent(router)
    _sources(router)
    return router


def _consent(router: APIRouter) -> None:
    @router.get("/consent-rules", dependencies=[requires("privacy:read")])
    def rules(here: Here) -> ConsentRulesOut:
        """Where the brand asks twice."""
        with here.postgres.transaction() as tx:
            found = profile.consent_rules(tx)
        return ConsentRulesOut(items=[ConsentRuleOut(**one._asdict()) for one in found])

    @router.put("/consent-rules", dependencies=[requires("privacy:write")])
    def put(body: ConsentRuleOut, request: Request, here: Here) -> ConsentRulesOut:
        """Ask twice on a channel from now on; what was allowed before stays allowed."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            rule = ConsentRule(body.channel, now, body.link_days)
            profile.put_consent_rule(tx, here.facts, rule, person.name)
            audit(tx, person, "privacy.consent_rule_changed", f"channel:{body.channel}", now, {"days": body.link_days})
        return rules(here)

    @router.delete("/consent-rules/{channel}", dependencies=[requires("privacy:write")])
    def drop(channel: str, request: Request, here: Here) -> ConsentRulesOut:
        """Ask once again on a channel: whoever has not confirmed counts as having said yes."""
        with here.postgres.transaction() as tx:
            profile.drop_consent_rule(tx, here.facts, channel)
            audit(tx, current(request), "privacy.consent_rule_dropped", f"channel:{channel}", here.clock.now())
        return rules(here)


def _sources(router: APIRouter) -> None:
    @router.get("/source-ranks", dependencies=[requires("privacy:read")])
    def ranks(here: Here) -> SourceRanksOut:
        """How much the brand believes sources."""
        with here.postgres.transaction() as tx:
            return SourceRanksOut(ranks={one.source: one.rank for one in profile.source_ranks(tx)})

    @router.put("/source-ranks", dependencies=[requires("privacy:write")])
    def put(body: SourceRanksOut, request: Request, here: Here) -> SourceRanksOut:
        """Believe these sources so much, and all others by their kind; traits count by it at once."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            profile.put_source_ranks(tx, here.facts, body.ranks, person.name, now)
            audit(tx, person, "privacy.source_ranks_changed", "sources", now, dict(body.ranks))
        return ranks(here)
