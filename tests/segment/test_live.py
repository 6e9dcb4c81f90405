"""Kept members are whom the slow reference lets in, at every step: late events, merges, time, trials that fail."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.segment.oracle import World
from tests.segment.test_keeping import Shop
from tests.segment.told import Did
from unavoce.collect.api import Event, Goods, Source, SourceKind
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.api import Absorbed, Interned
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.segment import api

START = datetime(2018, 1, 5, 12, tzinfo=UTC)
IIDS = [Iid(number) for number in (1, 2, 3, 4)]
ORDER, VIEW = "Order Completed", "Product Viewed"
ZONE = "America/New_York"
SOURCE = Source(3, "web", "The shop", SourceKind.WEB)


def rolling(**span: int) -> dict[str, object]:
    return {"kind": "rolling", **span}


RED = [{"property": "color", "op": "eq", "value": "red"}]
DEFINITIONS: dict[str, dict[str, object]] = {
    "once": {"type": "event", "name": ORDER, "op": "gte", "value": 1},
    "twice-in-3-days": {"type": "event", "name": ORDER, "op": "gte", "value": 2, "window": rolling(days=3)},
    "quiet": {"type": "not_done", "name": ORDER, "window": {"kind": "calendar", "days": 2}},
    "lapsed": {"type": "recency", "name": ORDER, "op": "gt", "days": 2},
    "lately": {"type": "recency", "name": VIEW, "op": "lte", "days": 0.5},
    "spent": {"type": "event", "name": ORDER, "agg": "sum", "property": "revenue", "op": "gte", "value": 10},
    "average": {
        "type": "event", "name": ORDER, "agg": "avg", "property": "n", "op": "gt", "value": 2,
        "window": rolling(days=4),
    },
    "least": {"type": "event", "name": ORDER, "agg": "min", "property": "n", "op": "lt", "value": 3},
    "red": {"type": "event", "name": VIEW, "op": "gte", "value": 1, "where": RED, "window": rolling(hours=30)},
    "many": {
        "type": "event", "name": VIEW, "op": "gt", "value": 1,
        "where": [{"property": "n", "op": "gte", "value": 2}], "window": rolling(days=2),
    },
    "tea": {
        "type": "event", "name": VIEW, "op": "gte", "value": 1,
        "where": [{"property": "category", "op": "in", "value": ["tea", "soup"]}], "window": rolling(days=1),
    },
    "last-red": {"type": "event", "name": VIEW, "agg": "last", "property": "color", "op": "eq", "value": "red"},
    "in-2018": {
        "type": "event", "name": ORDER, "op": "gte", "value": 1,
        "window": {"kind": "between", "from": "2018-01-05", "to": "2018-01-06"},
    },
    "then": {
        "type": "sequence", "steps": [{"name": VIEW}, {"name": ORDER}], "within": {"days": 1},
        "window": rolling(days=3),
    },
    "left-behind": {
        "type": "sequence", "steps": [{"name": VIEW, "where": RED}], "then_not": {"name": ORDER, "for": {"hours": 5}},
    },
    "mixed": {"type": "all", "of": [
        {"type": "event", "name": VIEW, "op": "gte", "value": 1, "window": rolling(days=2)},
        {"type": "not", "of": {"type": "event", "name": ORDER, "agg": "most", "property": "color", "op": "eq",
                               "value": "red"}},
    ]},
    "either": {"type": "any", "of": [
        {"type": "recency", "name": VIEW, "op": "gt", "days": 1},
        {"type": "event", "name": ORDER, "op": "eq", "value": 2, "window": rolling(days=2)},
    ]},
    "best": {"type": "rfm", "r": [4, 5], "m": [3, 4, 5]},
    "not-once": {"type": "not", "of": {"type": "segment", "id": "once"}},
}  # fmt: skip

PROPERTIES = [{}, {"color": "red"}, {"color": "blue", "n": 3}, {"n": "2"}, {"n": "1e0"}, {"n": 2.5, "color": True}]
hours = st.sampled_from([-60, -30, -24, -3, 0, 0, 0, 0, 5, 30])
people = st.sampled_from(IIDS)
steps = st.one_of(
    st.tuples(st.just("does"), people, st.sampled_from([ORDER, VIEW]), hours, st.sampled_from(PROPERTIES)),
    st.tuples(st.just("does"), people, st.sampled_from([ORDER, VIEW]), hours, st.sampled_from(PROPERTIES)),
    st.tuples(st.just("joins"), people, people),
    st.tuples(st.just("parts"), people),
    st.tuples(st.just("passes"), st.sampled_from([0.01, 0.1, 1, 5, 7, 12, 24, 25, 49])),
    st.tuples(st.just("stumbles"), people),
    st.tuples(st.just("restarts")),
    st.tuples(st.just("forgets")),
)


class Kept(Shop):
    """A shop whose members are kept live."""

    keeper: api.Keeper

    def starts_over(self) -> None:
        for table in ("collect.event", "profile.link", "profile.identifier"):
            self.facts.statement(f"TRUNCATE TABLE {table}")
        with psycopg.connect(self.postgres.url) as raw:
            raw.execute("TRUNCATE segment.member, segment.flip, segment.size_point, profile.link")
            raw.execute("UPDATE segment.segment SET swept_at = NULL")
            raw.execute("UPDATE segment.progress SET swept_until = NULL")
        self.clock = FixedClock(START)
        self.links.clear()
        self.knows(*IIDS)
        self.did: list[Did] = []
        self.restarts()

    def restarts(self) -> None:
        self.keeper = api.Keeper(self.facts)
        self.time_goes_on()

    def time_goes_on(self) -> list[api.Flip]:
        return self.keeper.step(self.postgres, self.clock.now())

    def takes(self, step: tuple) -> None:
        match step:
            case ("does", iid, name, hours, properties):
                self.does(iid, name, self.clock.now() + timedelta(hours=hours), properties)
            case ("joins", iid, other) if iid != other and iid not in self.links.values() and other not in self.links:
                if iid not in self.links:
                    self.joins(iid, CustomerId(other))
                    self.relinked(CustomerId(other))
            case ("parts", iid) if iid in self.links:
                owner = self.links[iid]
                self.parts(iid)
                self.relinked(owner, CustomerId(iid))
            case ("passes", hours):
                self.clock.passes(timedelta(hours=hours))
                self.time_goes_on()
            case (("stumbles" | "restarts" | "forgets") as trouble, *who):
                {"stumbles": self.stumbles, "restarts": self.restarts, "forgets": self.forgets}[trouble](*who)

    def does(self, iid: Iid, name: str, at: datetime, properties: dict[str, object]) -> list[api.Flip]:
        event, one = self._happens(iid, name, at, properties)
        return self._follows([event], [one])

    def forgets(self) -> None:
        self.keeper.forget()

    def stumbles(self, iid: Iid) -> None:
        """The pump dies after the facts were written, and does the same again."""
        event, one = self._happens(iid, VIEW, self.clock.now(), {"color": "red"})
        with suppress(ZeroDivisionError), self.postgres.transaction() as tx:
            self.keeper.follow(tx, [event], [one], self._absorbed([one]), self.clock.now())
            raise ZeroDivisionError
        self.keeper.forget()
        self._follows([event], [one])

    def relinked(self, *customers: CustomerId) -> None:
        """Somebody of the team joined or parted them; the next batch knows the new families."""
        self.looks_at(*customers, kind=api.CauseKind.LINK)

    def _happens(self, iid: Iid, name: str, at: datetime, properties: dict[str, object]) -> tuple[Event, Interned]:
        self.count += 1
        number, now = self.count, self.clock.now()
        categories = ["tea"] if properties.get("color") == "red" else []
        self.did.append(Did(number, iid, name, at, now, properties, categories=tuple(categories), revenue=600))
        event = Event(
            event_id=number.to_bytes(16, "big"), message_id=f"m{number}", type="track", name=name,
            identifiers=(("user_id", str(iid)),), properties=properties, properties_json=json.dumps(properties), at=at,
            received_at=now, source=SOURCE, lane=1, seq=number, goods=Goods("", "", [], categories, 600, "USD"),
        )  # fmt: skip
        columns = ["event_id", "message_id", "name", "iid", "at", "received_at", "revenue", "categories", "properties"]
        row = [event.event_id, event.message_id, name, iid, at, now, 600, categories, event.properties_json]
        self.facts.insert("collect.event", columns, [[one] for one in row])
        return event, Interned(iid, (iid,))

    def _absorbed(self, iids: list[Interned]) -> Absorbed:
        customers = {one.primary: self.customer(one.primary) for one in iids}
        members = {customer: tuple(self.iids(customer)) for customer in customers.values()}
        return Absorbed(customers, members, (), dict.fromkeys(members, f"m{self.count}"))

    def _follows(self, events: list[Event], iids: list[Interned]) -> list[api.Flip]:
        with self.keeper.alone(), self.postgres.transaction() as tx:
            return self.keeper.follow(tx, events, iids, self._absorbed(iids), self.clock.now())

    @property
    def world(self) -> World:
        customers: dict[int, tuple[int, ...]] = {}
        for iid in IIDS:
            customers[self.customer(iid)] = (*customers.get(self.customer(iid), ()), iid)
        return World(customers, dict.fromkeys(IIDS, "user_id"), tuple(self.did), (), ())

    def is_right(self) -> None:
        world, terms, now = self.world, api.Terms(ZONE, "USD"), self.clock.now()
        for key, raw in DEFINITIONS.items():
            if key in ("not-once", "best"):
                continue  # made of another one; by fifths, which follow within half a minute
            condition = api.parse(raw)
            expected = {who for who in world.customers if world.meets(condition, who, now, terms)}
            assert self.members(key) == expected, key
        assert self.members("not-once") == set(world.customers) - self.members("once")


def begins(postgres: Postgres, facts: Facts, clock: FixedClock) -> Kept:
    shop = Kept(postgres, facts, clock)
    with postgres.transaction() as tx:
        published = bool(api.segments(tx))
        api.set_terms(tx, api.Terms(ZONE, "USD"))
    if not published:
        shop.knows(*IIDS)
        for name in (ORDER, VIEW):
            shop.did = []
            shop._happens(IIDS[0], name, START, {"color": "red", "n": 1})
        for key, definition in DEFINITIONS.items():
            shop.has(key, definition)
    shop.starts_over()
    return shop


def lives(postgres: Postgres, facts: Facts, clock: FixedClock, story: list[tuple]) -> None:
    shop = begins(postgres, facts, clock)
    for step in story:
        shop.takes(step)
        if step[0] == "passes":
            shop.is_right()
    shop.time_goes_on()
    shop.is_right()


quickly = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quickly
@given(story=st.lists(steps, min_size=4, max_size=14))
def test_the_members_are_who_they_should_be_at_every_step(
    postgres: Postgres, facts: Facts, clock: FixedClock, story: list[tuple]
) -> None:
    lives(postgres, facts, clock, story)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(quickly, max_examples=100)
@given(story=st.lists(steps, min_size=10, max_size=40))
def test_long_lives(postgres: Postgres, facts: Facts, clock: FixedClock, story: list[tuple]) -> None:
    lives(postgres, facts, clock, story)
