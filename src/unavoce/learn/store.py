"""The only file of this context that runs SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.learn.model import Bought, Day, Freshness, Imported, Period, Totals
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts

_FACTS = sql.load(__package__, "facts.sql")


def overview_days(
    facts: Facts, period: Period, *, zone: str, source: str, channel: str, stores: Iterable[str] | None
) -> list[Day]:
    """One row per day and channel of the period."""
    return facts.rows(_FACTS["overview_days"], Day, zone=zone, **_filters(period, source, channel, stores))


def overview_totals(facts: Facts, period: Period, *, source: str, channel: str, stores: Iterable[str] | None) -> Totals:
    """The whole period in one row."""
    rows = facts.rows(_FACTS["overview_totals"], Totals, **_filters(period, source, channel, stores))
    return rows[0]


def imported(facts: Facts, source: str) -> Imported:
    """What one source has brought in."""
    return facts.rows(_FACTS["imported"], Imported, source=source)[0]


def newest(facts: Facts) -> Freshness:
    """How fresh the facts are."""
    return facts.rows(_FACTS["newest"], Freshness)[0]


def shopping(facts: Facts, iids: Sequence[Iid], *, stores: Iterable[str] | None) -> list[Bought]:
    """What each of these identifiers bought in the stores one may see."""
    return facts.rows(_FACTS["shopping"], Bought, iids=list(iids), **_sight(stores))


def shoppers_at(facts: Facts, stores: Iterable[str]) -> list[CustomerId]:
    """Who did anything in these stores."""
    return facts.values(_FACTS["shoppers_at"], stores=sorted(stores))


def best_shoppers(facts: Facts, *, by_orders: bool, after: int, most: int) -> list[CustomerId]:
    """Everybody by orders or revenue, the most first."""
    return facts.values(_FACTS["best_shoppers"], by_orders=int(by_orders), after=after, most=most)


def _sight(stores: Iterable[str] | None) -> dict[str, object]:
    return {"everywhere": 1 if stores is None else 0, "stores": sorted(stores) if stores is not None else []}


def _filters(period: Period, source: str, channel: str, stores: Iterable[str] | None) -> dict[str, object]:
    return {
        # The driver cuts a time to the second unless its name ends like this.
        "since_64": period.since,
        "until_64": period.until,
        "source": source,
        "channel": channel,
        **_sight(stores),
    }
