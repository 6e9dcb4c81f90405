"""The front door of measurement: did it work, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from unavoce.decide import api as decide
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.learn import rules, store
from unavoce.learn.model import Arm, Day, Imported, Lift, Period, Shopping, Totals
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction


@dataclass(frozen=True, slots=True)
class Overview:
    """One period's totals, the totals of the period before it, its days by channel, and how fresh they are."""

    period: Period
    totals: Totals
    previous: Totals
    days: tuple[Day, ...]
    freshness_at: datetime | None


@dataclass(frozen=True, slots=True)
class JourneyLift:
    """A journey's goal in both arms, among customers who were or would have been spoken to, and what that says."""

    treated: Arm
    holdout: Arm
    lift: Lift
    freshness_at: datetime | None


def overview(
    facts: Facts,
    period: Period,
    *,
    zone: str,
    source: str = "",
    channel: str = "",
    stores: Iterable[str] | None = None,
) -> Overview:
    """Sales, customers, orders, messages and opt-outs of a period, limited to `stores` unless None."""
    return Overview(
        period=period,
        totals=store.overview_totals(facts, period, source=source, channel=channel, stores=stores),
        previous=store.overview_totals(facts, rules.before(period), source=source, channel=channel, stores=stores),
        days=tuple(store.overview_days(facts, period, zone=zone, source=source, channel=channel, stores=stores)),
        freshness_at=store.newest(facts).newest,
    )


def imported(facts: Facts, source: str) -> Imported:
    """What one source has brought in, counted by ClickHouse from the events."""
    return store.imported(facts, source)


def journey_lift(tx: Transaction, facts: Facts, journey: str) -> JourneyLift:
    """The lift of a journey's goal against its holdout; raises decide's UnknownJourney."""
    goals = decide.goal_table(tx, journey)
    treated = rules.proportion(goals.treated_n, goals.treated_goals)
    holdout = rules.proportion(goals.holdout_n, goals.holdout_goals)
    return JourneyLift(treated, holdout, rules.compare(treated, holdout), store.newest(facts).newest)


def shopping(
    facts: Facts, members: Mapping[CustomerId, Sequence[Iid]], *, stores: Iterable[str] | None = None
) -> dict[CustomerId, Shopping]:
    """What each of these customers bought under any of her identifiers, in the stores one may see."""
    owner = {iid: customer for customer, iids in members.items() for iid in iids}
    found = dict.fromkeys(members, Shopping())
    for bought in store.shopping(facts, list(owner), stores=stores):
        customer = owner[Iid(bought.iid)]
        found[customer] = found[customer].with_more(bought)
    return found


def shoppers_at(facts: Facts, stores: Iterable[str]) -> list[CustomerId]:
    """Who did anything in these stores: the customers that people of these stores may see."""
    return store.shoppers_at(facts, stores)


def best_shoppers(facts: Facts, *, by_orders: bool, after: int, most: int) -> list[CustomerId]:
    """A page of all customers by orders or revenue, the most first, those who bought nothing last."""
    return store.best_shoppers(facts, by_orders=by_orders, after=after, most=most)
