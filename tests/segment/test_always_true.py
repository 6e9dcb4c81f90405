"""Whatever happens in whatever order, the members are those whom the slow reference lets in at that moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.segment.oracle import World
from tests.segment.test_keeping import Shop
from tests.segment.told import Did
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.segment import api
from unavoce.segment.api import CauseKind

START = datetime(2018, 1, 5, 12, tzinfo=UTC)
IIDS = [Iid(number) for number in (1, 2, 3, 4)]
ORDER = "Order Completed"
DEFINITIONS = {
    "once": {"type": "event", "name": ORDER, "op": "gte", "value": 1},
    "twice-in-3-days": {
        "type": "event", "name": ORDER, "op": "gte", "value": 2, "window": {"kind": "rolling", "days": 3},
    },
    "quiet": {"type": "not_done", "name": ORDER, "window": {"kind": "calendar", "days": 2}},
    "lapsed": {"type": "recency", "name": ORDER, "op": "gt", "days": 2},
    "spent": {"type": "event", "name": ORDER, "agg": "sum", "property": "revenue", "op": "gte", "value": 10},
    "best": {"type": "rfm", "r": [4, 5], "m": [3, 4, 5]},
    "not-once": {"type": "not", "of": {"type": "segment", "id": "once"}},
}  # fmt: skip

hours = st.sampled_from([-60, -30, -24, -3, 0, 0, 0, 5, 30])
steps = st.one_of(
    st.tuples(st.just("orders"), st.sampled_from(IIDS), hours),
    st.tuples(st.just("joins"), st.sampled_from(IIDS), st.sampled_from(IIDS)),
    st.tuples(st.just("parts"), st.sampled_from(IIDS), st.none()),
    st.tuples(st.just("passes"), st.sampled_from([1, 7, 25, 49]), st.none()),
    st.tuples(st.just("sweeps"), st.none(), st.none()),
)


class Watched(Shop):
    """A shop that remembers everything, to be judged by the reference."""

    def starts_over(self) -> None:
        self.facts.statement("TRUNCATE TABLE collect.event")
        self.facts.statement("TRUNCATE TABLE profile.link")
        with psycopg.connect(self.postgres.url) as raw:
            raw.execute("TRUNCATE segment.member, segment.flip, segment.size_point, profile.link")
            raw.execute("UPDATE segment.segment SET swept_at = NULL")
            raw.execute("UPDATE segment.progress SET swept_until = NULL")
        self.clock = FixedClock(START)
        self.links.clear()
        self.did: list[Did] = []
        api.sweep(self.postgres, self.facts, self.clock.now())

    def takes(self, step: tuple) -> None:
        match step:
            case ("orders", iid, hours):
                at = self.clock.now() + timedelta(hours=hours)
                self.sees(iid, ORDER, at=at, revenue=600)
                self.did.append(Did(self.count, iid, ORDER, at, self.clock.now(), revenue=600))
            case ("joins", iid, other) if iid != other and iid not in self.links.values() and other not in self.links:
                if iid not in self.links:
                    self.joins(iid, CustomerId(other))
                    self.looks_at(CustomerId(other), kind=CauseKind.LINK)
            case ("parts", iid, _) if iid in self.links:
                owner = self.links[iid]
                self.parts(iid)
                self.looks_at(owner, CustomerId(iid), kind=CauseKind.LINK)
            case ("passes", hours, _):
                self.clock.passes(timedelta(hours=hours))
            case ("sweeps", _, _):
                api.sweep(self.postgres, self.facts, self.clock.now())

    @property
    def world(self) -> World:
        customers: dict[int, tuple[int, ...]] = {}
        for iid in IIDS:
            customers[self.customer(iid)] = (*customers.get(self.customer(iid), ()), iid)
        return World(customers, dict.fromkeys(IIDS, "user_id"), tuple(self.did), (), ())


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(steps, min_size=3, max_size=12))
def test_the_members_are_who_they_should_be(
    postgres: Postgres, facts: Facts, clock: FixedClock, story: list[tuple]
) -> None:
    shop = Watched(postgres, facts, clock)
    with postgres.transaction() as tx:
        published = {one.key for one in api.segments(tx)}
        api.set_terms(tx, api.Terms("America/New_York", "USD"))
    if not published:
        shop.knows(*IIDS)
        for key, definition in DEFINITIONS.items():
            shop.has(key, definition)
    shop.starts_over()
    for step in story:
        shop.takes(step)
    api.sweep(postgres, facts, shop.clock.now())
    world, terms = shop.world, api.Terms("America/New_York", "USD")
    conditions = {key: api.parse(raw) for key, raw in DEFINITIONS.items() if key != "not-once"}
    for key, condition in conditions.items():
        expected = {who for who in world.customers if world.meets(condition, who, shop.clock.now(), terms)}
        assert shop.members(key) == expected, key
    assert shop.members("not-once") == set(world.customers) - shop.members("once")
    _flips_add_up(shop)


def _flips_add_up(shop: Watched) -> None:
    """Whoever is in entered after she last left, under whichever of her identifiers."""
    with shop.postgres.transaction() as tx:
        flips = api.flips_of(tx, IIDS, limit=10_000)
        for key in DEFINITIONS:
            for customer in api.customers_in(tx, key):
                hers = [one for one in flips if one.segment == key and one.iid in shop.iids(customer)]
                assert any(one.direction is api.Direction.ENTERED for one in hers)
