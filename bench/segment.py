"""Segments: a cold definition over ten million events, and fifty live ones after a batch of touched customers."""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from bench.deployment import Deployment, deployment
from bench.figure import Figure, Reference, medians
from unavoce.collect.api import Event, Goods, Source, SourceKind
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.api import Absorbed, Interned
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.migrate import migrate
from unavoce.segment import api, store
from unavoce.segment import compile as compiling
from unavoce.segment.keeping import program as api_program
from unavoce.segment.live import store as live_store
from unavoce.segment.live.judging import milliseconds
from unavoce.segment.live.timers import offsets
from unavoce.segment.values import instant_text

CUSTOMERS, EVENTS, TOUCHED, SEGMENTS = int(os.environ.get("CUSTOMERS", "1_000_000")), 10, 5_000, 50
NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)
_SOURCE = Source(3, "web", "The shop", SourceKind.WEB)
_NAMES = ("Product Viewed", "Product Added", "Order Completed", "Page Viewed")

_LAY_EVENTS = """
    INSERT INTO collect.event (event_id, message_id, name, iid, at, received_at, revenue, store, properties)
    SELECT
        reinterpretAsFixedString(toUInt128(number)), toString(number),
        ['Product Viewed', 'Product Added', 'Order Completed', 'Page Viewed'][1 + cityHash64(number, 1) % 4],
        1 + cityHash64(number, 2) % {customers:UInt64},
        toDateTime64('2018-01-05 12:00:00', 3, 'UTC') - toIntervalSecond(cityHash64(number, 3) % 31536000),
        toDateTime64('2018-01-05 12:00:00', 3, 'UTC'), cityHash64(number, 4) % 10000,
        toString(cityHash64(number, 5) % 20), '{"color":"red","quantity":2}'
    FROM numbers({events:UInt64})
"""
_LAY_IDENTIFIERS = """
    INSERT INTO profile.identifier (iid, kind, first_seen)
    SELECT number + 1, 'user_id', toDateTime64('2017-01-01 00:00:00', 3, 'UTC') FROM numbers({customers:UInt64})
"""
_LAY_LINKS = """
    INSERT INTO profile.link (iid, customer)
    SELECT number + 1, number FROM numbers({customers:UInt64}) WHERE number % 5 = 4
"""
# The best that was found by hand for "viewed at least twice in the last 30 days".
_BY_HAND = """
    SELECT count() FROM (
        SELECT customer_of(iid) AS customer, sum(n) AS n
        FROM (
            SELECT iid, count() AS n FROM collect.event
            WHERE name = 'Product Viewed' AND at > {at:DateTime64(3, 'UTC')} - INTERVAL 30 DAY
                AND at <= {at:DateTime64(3, 'UTC')}
            GROUP BY iid
        )
        GROUP BY customer HAVING n >= 2
    )
"""
_COLD = api.parse(
    {
        "type": "event",
        "name": "Product Viewed",
        "op": "gte",
        "value": 2,
        "window": {"kind": "rolling", "days": 30},
    }
)


def figures() -> Iterator[Figure]:
    """Everything on one set of generated facts."""
    with tempfile.TemporaryDirectory(prefix="unavoce-bench-") as folder, deployment() as made:
        engine = ClickHouse.open(f"{folder}/clickhouse")
        facts = engine.client("pump")
        migrate(made.postgres, facts)
        _lay_down(facts)
        cold = medians(lambda: _cold(facts))
        by_hand = Reference("the best SQL found by hand, ms", cold["by_hand"])
        yield Figure("segment_cold_definition", cold["compiled"], "ms", "lower", None, by_hand)
        yield Figure("segment_cold_over_by_hand", cold["ratio"], "times", "lower", 1.5)
        _publish(made)
        live = medians(lambda: _touch(made, facts))
        yield Figure(f"segment_reassess_{TOUCHED}_customers_{SEGMENTS}_segments", live["touched"], "ms", "lower", 1_000)
        yield Figure(f"segment_reassess_100_customers_{SEGMENTS}_segments", live["few"], "ms", "lower", 1_000)
        kept = medians(lambda: _keep(made, facts))
        for name, bar in (
            ("unknown", None),
            ("remembered", 100),
            ("remembered_cpu", None),
            ("timers_of_ten_minutes", None),
        ):
            yield Figure(f"segment_follow_{TOUCHED}_customers_{name}", kept[name], "ms", "lower", bar)
        engine.close()


def _lay_down(facts: Facts) -> None:
    facts.statement(_LAY_EVENTS, {"customers": CUSTOMERS, "events": CUSTOMERS * EVENTS})
    facts.statement(_LAY_IDENTIFIERS, {"customers": CUSTOMERS})
    facts.statement(_LAY_LINKS, {"customers": CUSTOMERS})


def _cold(facts: Facts) -> Mapping[str, float]:
    at = {"at": instant_text(NOW)}
    statement = compiling.counted((_COLD,), api.Terms())
    by_hand = _milliseconds(lambda: facts.tree(_BY_HAND, at))
    compiled = _milliseconds(lambda: facts.tree(statement.text, statement.params | at))
    return {"compiled": compiled, "by_hand": by_hand, "ratio": compiled / by_hand}


def _publish(made: Deployment) -> None:
    """Fifty definitions as a shop would have them: counts, sums, windows and not-done over four events."""
    for number in range(SEGMENTS):
        name, days = _NAMES[number % 4], 1 + number
        raw = (
            {"type": "event", "name": name, "op": "gte", "value": 1 + number % 5, "window": _rolling(days)},
            {"type": "not_done", "name": name, "window": _rolling(days * 3)},
            {
                "type": "event", "name": "Order Completed", "agg": "sum", "property": "revenue", "op": "gt",
                "value": number * 10,
            },
            {"type": "all", "of": [
                {"type": "recency", "name": name, "op": "gt", "days": days},
                {"type": "event", "name": name, "op": "gte", "value": 1,
                 "where": [{"property": "store_id", "op": "eq", "value": str(number % 20)}]},
            ]},
        )[number // 4 % 4]  # fmt: skip
        draft = api.Draft(f"s{number}", {"en": f"Segment {number}"}, api.parse(raw))
        # Members of a million would only measure PostgreSQL's bulk insert.
        with made.postgres.transaction() as tx:
            kept = store.put_segment(tx, draft, NOW)
            store.swept(tx, [kept.id], NOW)


def _touch(made: Deployment, facts: Facts) -> Mapping[str, float]:
    return {"touched": _reassess(made, facts, TOUCHED), "few": _reassess(made, facts, 100)}


def _keep(made: Deployment, facts: Facts) -> Mapping[str, float]:
    """An event of each of these customers: whom nothing is remembered of, and a second later again."""
    keeper = api.Keeper(facts)
    step = max(1, CUSTOMERS // TOUCHED)
    people = [Iid(one) for one in range(1, CUSTOMERS, step) if one % 5 != 0]
    unknown, _ = _follow(made, keeper, people, NOW, 1)
    _follow(made, keeper, people, NOW + timedelta(seconds=1), 2)
    remembered, cpu = _follow(made, keeper, people, NOW + timedelta(seconds=2), 3)
    with made.postgres.transaction() as tx:
        spans = offsets(api_program(tx).conditions)
    until = milliseconds(NOW + timedelta(minutes=10))
    timers = _milliseconds(lambda: live_store.dues(facts, spans, milliseconds(NOW), until))
    return {"unknown": unknown, "remembered": remembered, "remembered_cpu": cpu, "timers_of_ten_minutes": timers}


def _follow(
    made: Deployment, keeper: api.Keeper, people: list[Iid], now: datetime, round_number: int
) -> tuple[float, float]:
    """Milliseconds and CPU milliseconds of keeping up with views, which are in memory only.

    Neither making them up nor writing history is measured, and garbage is looked for before, as the engine does.
    """
    events = [_viewed(number, now, round_number) for number, _ in enumerate(people)]
    iids = [Interned(one, (one,)) for one in people]
    members = {CustomerId(one): (one,) for one in people}
    absorbed = Absorbed({one: CustomerId(one) for one in people}, members, (), dict.fromkeys(members, "m1"))
    gc.collect()
    gc.disable()
    burnt = time.process_time()

    def keep() -> None:
        with made.postgres.transaction() as tx:
            keeper.follow(tx, events, iids, absorbed, now)

    took = _milliseconds(keep)
    burnt = time.process_time() - burnt
    gc.enable()
    return took, burnt * 1000


def _viewed(number: int, now: datetime, round_number: int) -> Event:
    return Event(
        event_id=number.to_bytes(16, "big"), message_id=f"{round_number}-{number}", type="track", name="Page Viewed",
        identifiers=(("user_id", str(number)),), properties={}, at=now, received_at=now, source=_SOURCE, lane=1,
        seq=number, goods=Goods("", "3", [], [], 0, ""),
    )  # fmt: skip


def _reassess(made: Deployment, facts: Facts, how_many: int) -> float:
    step = max(1, CUSTOMERS // how_many)
    members = {CustomerId(one): [Iid(one)] for one in range(1, CUSTOMERS, step) if one % 5 != 0}
    causes = dict.fromkeys(members, "m1")
    _look(made, facts, members, causes, NOW)
    return _milliseconds(lambda: _look(made, facts, members, causes, NOW + timedelta(seconds=1)))


def _look(
    made: Deployment, facts: Facts, members: dict[CustomerId, list[Iid]], causes: dict[CustomerId, str], now: datetime
) -> None:
    with made.postgres.transaction() as tx:
        api.reassess(tx, facts, members, causes, now)


def _rolling(days: int) -> dict[str, object]:
    return {"kind": "rolling", "days": days}


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
