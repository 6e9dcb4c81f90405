"""Personas: a face drawn out of ten million events, the funnel of a definition and the overlap of large segments."""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bench.deployment import deployment
from bench.figure import Figure, medians
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres
from unavoce.segment import api
from unavoce.segment.insight import funnel, overlap, persona

CUSTOMERS, EVENTS = int(os.environ.get("CUSTOMERS", "1_000_000")), 10
NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)

_LAY_EVENTS = """
    INSERT INTO collect.event
        (event_id, message_id, name, iid, at, received_at, revenue, store, channel, product_ids, categories, properties)
    SELECT
        reinterpretAsFixedString(toUInt128(number)), toString(number),
        ['Product Viewed', 'Product Added', 'Order Completed', 'Page Viewed'][1 + cityHash64(number, 1) % 4] AS name,
        1 + cityHash64(number, 2) % {customers:UInt64},
        toDateTime64('2018-01-05 12:00:00', 3, 'UTC') - toIntervalSecond(cityHash64(number, 3) % 31536000),
        toDateTime64('2018-01-05 12:00:00', 3, 'UTC'), cityHash64(number, 4) % 10000,
        toString(cityHash64(number, 5) % 20), ['store', 'web', 'app', 'line'][1 + cityHash64(number, 6) % 4],
        if(name = 'Order Completed', [toString(cityHash64(number, 7) % 20000)], []),
        if(name = 'Order Completed', [concat('C', toString(cityHash64(number, 9) % 40))], []), '{"quantity":2}'
    FROM numbers({events:UInt64})
"""
_LAY_TRAITS = """
    INSERT INTO profile.trait (iid, key, value, text, number, at, received_at, source, priority, message_id)
    SELECT
        1 + number % {customers:UInt64}, ['city', 'age', 'home'][1 + intDiv(number, {customers:UInt64})] AS key,
        if(key = 'age', toString(18 + cityHash64(number) % 60), concat('"', key, toString(cityHash64(number) % 9), '"'))
            AS value,
        '', if(key = 'age', 18 + cityHash64(number) % 60, NULL), toDateTime64('2017-06-01 00:00:00', 3, 'UTC'),
        toDateTime64('2017-06-01 00:00:00', 3, 'UTC'), 'web', 2, toString(number)
    FROM numbers({traits:UInt64})
"""
_LAY_IDENTIFIERS = """
    INSERT INTO profile.identifier (iid, kind, first_seen)
    SELECT number + 1, 'user_id', toDateTime64('2017-01-01 00:00:00', 3, 'UTC') FROM numbers({customers:UInt64})
"""
_LAY_LINKS = """
    INSERT INTO profile.link (iid, customer)
    SELECT number + 1, number FROM numbers({customers:UInt64}) WHERE number % 5 = 4
"""
_DEFINITIONS = {
    "viewers": {"type": "event", "name": "Product Viewed", "op": "gte", "value": 4},
    "buyers": {"type": "event", "name": "Order Completed", "op": "gte", "value": 4},
    "northern": {"type": "trait", "key": "city", "op": "in", "value": ["city1", "city2"]},
}
_PARTS = {"type": "all", "of": [*_DEFINITIONS.values(), {"type": "stage", "stages": ["active"]}]}


def figures() -> Iterator[Figure]:
    """Everything on one set of generated facts."""
    with tempfile.TemporaryDirectory(prefix="unavoce-bench-") as folder, deployment() as made:
        engine = ClickHouse.open(f"{folder}/clickhouse")
        facts = engine.client("api")
        migrate(made.postgres, facts)
        _lay_down(facts)
        for key, definition in _DEFINITIONS.items():
            api.publish(made.postgres, facts, api.Draft(key, {"en": key}, api.parse(definition)), NOW)
        found = medians(lambda: _looked_at(made.postgres, facts))
        millions = CUSTOMERS * EVENTS // 1_000_000
        yield Figure(f"persona_over_{millions}_million_events", found["persona"], "ms", "lower", 5_000)
        yield Figure(f"segment_funnel_over_{millions}_million_events", found["funnel"], "ms", "lower", 3_000)
        yield Figure("segment_overlap_of_three", found["overlap"], "ms", "lower", None)
        engine.close()


def _lay_down(facts: Facts) -> None:
    customers = {"customers": CUSTOMERS}
    facts.statement(_LAY_EVENTS, customers | {"events": CUSTOMERS * EVENTS})
    facts.statement(_LAY_TRAITS, customers | {"traits": CUSTOMERS * 3})
    facts.statement(_LAY_IDENTIFIERS, customers)
    facts.statement(_LAY_LINKS, customers)


def _looked_at(postgres: Postgres, facts: Facts) -> Mapping[str, float]:
    with postgres.transaction() as tx:
        segment = api.segment(tx, "buyers")
        began = time.perf_counter()
        drawn = persona.drawn(tx, facts, segment, NOW, None)
        persona_ms = (time.perf_counter() - began) * 1000
        if drawn.size == 0 or not drawn.products:
            raise RuntimeError("The persona is of nobody.")
        began = time.perf_counter()
        funnel.funnel(tx, facts, api.parse(_PARTS), NOW, None)
        funnel_ms = (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        overlap.overlap(tx, list(_DEFINITIONS), None)
        return {"persona": persona_ms, "funnel": funnel_ms, "overlap": (time.perf_counter() - began) * 1000}
