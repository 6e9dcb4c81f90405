"""The data quality report and the freshness of numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from unavoce.collect import store as intake
from unavoce.collect.plan import store as plan_store
from unavoce.collect.quality import rules, store
from unavoce.collect.quality.model import Freshness, SourceQuality
from unavoce.collect.sources import store as source_store
from unavoce.collect.store import Sight
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres


def window(now: datetime, days: int) -> tuple[datetime, datetime]:
    """The last so many times 24 whole hours; the hour that is running is not compared."""
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return until - timedelta(days=days), until


def report(postgres: Postgres, facts: Facts, now: datetime, days: int, sight: Sight) -> list[SourceQuality]:
    """Every source beside its usual; what needs care first."""
    since, until = window(now, days)
    with postgres.transaction() as tx:
        known = source_store.sources(tx)
        planned = [rule.name for rule in plan_store.rules_at(tx, plan_store.version(tx))]
    volumes = {one.source: one for one in store.completeness(facts, since, until, planned, sight)}
    found = []
    for source in known:
        volume = volumes.get(source.key)
        if volume is not None or sight.everywhere:
            standing = rules.standing(source.kind, volume)
            found.append(SourceQuality(source.key, source.name, source.kind, standing, volume))
    return sorted(found, key=lambda one: (_URGENCY.index(one.standing), one.key))


_URGENCY = ("quiet", "low", "high", "usual", "new", "past", "never")


def freshness(postgres: Postgres, facts: Facts, now: datetime, sight: Sight) -> Freshness:
    """How far the numbers are."""
    with postgres.transaction() as tx:
        watermark, waiting = intake.watermark(tx, now), intake.backlog(tx)
    return Freshness(now, watermark, waiting, store.last_received(facts, sight))
