"""From a lane to history and back: what is accepted is read, recorded once, and settled."""

from datetime import UTC, datetime

import msgspec

from unavoce.collect import api as collect
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres

MEI = Iid(41)


def _bodies(*calls: dict[str, object]) -> list[bytes]:
    return [msgspec.json.encode({"batch": calls})]


def _accept(postgres: Postgres, clock: FixedClock, *calls: dict[str, object], lane: int = 1) -> None:
    with postgres.transaction() as tx:
        shop = collect.ensure_source(tx, "shop", "Shop", "server")
        collect.accept(tx, lane, shop.id, _bodies(*calls), clock.now())


def _iids(events: list[collect.Event]) -> list[collect.EventIids]:
    return [collect.EventIids(MEI, (MEI,)) for _ in events]


def test_a_sale_reaches_history(postgres: Postgres, facts: Facts, clock: FixedClock) -> None:
    _accept(
        postgres,
        clock,
        {
            "type": "track",
            "event": "Order Completed",
            "messageId": "sale-1",
            "userId": "mei",
            "timestamp": "2018-01-05T11:59:00Z",
            "properties": {
                "order_id": "o-1",
                "store_id": "taipei-101",
                "channel": "store",
                "revenue": 19.99,
                "currency": "usd",
                "products": [{"product_id": "whisk", "category": "Kitchen"}, {"product_id": "bowl"}],
            },
            "context": {"campaign": {"name": "spring", "source": "facebook"}},
        },
    )
    batch = collect.pin(postgres)
    assert batch == collect.Batch(lane=1, from_seq=1, to_seq=1, plan_version=1)
    with postgres.transaction() as tx:
        events = collect.read(tx, batch)
    for _ in range(2):
        collect.record(facts, batch, events, _iids(events))
    with postgres.transaction() as tx:
        collect.settle(tx, batch, events)
        assert collect.backlog(tx) == 0
    assert collect.pin(postgres) is None
    (sale,) = collect.events_of(facts, [MEI])
    assert (sale.name, sale.store, sale.channel, sale.revenue_minor, sale.currency) == (
        "Order Completed", "taipei-101", "store", 1999, "USD",
    )  # fmt: skip
    assert (sale.product_ids, sale.categories, sale.campaign, sale.utm_source) == (
        ["whisk", "bowl"], ["Kitchen"], "spring", "facebook",
    )  # fmt: skip
    assert sale.at == datetime(2018, 1, 5, 11, 59, tzinfo=UTC)
    assert sale.properties["order_id"] == "o-1"
