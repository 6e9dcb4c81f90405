"""A slow pump changes no outcome: time stands still before a call that is accepted and not yet history."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.apps.conftest import Shop
from unavoce.collect import api as collect
from unavoce.decide import api as decide

CART = {
    "key": "cart",
    "name": {"en": "Cart"},
    "entry": {"event": "Product Added"},
    "start": "think",
    "steps": {
        "think": {"type": "wait", "for": {"hours": 1}, "next": "tell"},
        "tell": {"type": "action", "do": {"type": "emit_event", "event": "Thought"}},
    },
    "exits": [{"event": "Order Completed"}],
}


def _arrives(shop: Shop, event: str) -> None:
    call = {"type": "track", "event": event, "userId": "mei", "messageId": event, "properties": {"product_id": "whisk"}}
    with shop.door.postgres.transaction() as tx:
        source = collect.ensure_source(tx, "web", "Website", collect.SourceKind.WEB)
        collect.accept(tx, collect.LANE_COLLECTOR, source.id, [json.dumps(call).encode()], shop.clock.now())


def test_the_watermark_is_the_oldest_call_that_waits(shop: Shop) -> None:
    accepted = shop.clock.now()
    _arrives(shop, "Product Added")
    later = shop.clock.passes(timedelta(hours=2))
    assert collect.watermark(shop.door.postgres, later) == accepted
    while shop.pump.step():
        pass
    assert collect.watermark(shop.door.postgres, later) == later


def test_a_call_that_waits_for_the_pump_takes_effect_when_it_was_received(shop: Shop) -> None:
    with shop.door.postgres.transaction() as tx:
        decide.publish(tx, CART, shop.clock.now())
    shop.ticks()
    received = shop.clock.passes(timedelta(minutes=1))
    _arrives(shop, "Product Added")
    # Somebody is being followed all the time, so that there is something to tick for.
    shop.ticks(timedelta(hours=2))
    while shop.pump.step():
        pass
    shop.ticks()
    with shop.door.postgres.transaction() as tx:
        moves = decide.transitions_of(tx, [event.iid for event in collect.recent_events(shop.door.facts)])
    entered = next(move for move in moves if move.from_step == "")
    assert entered.at - received < timedelta(seconds=1)
