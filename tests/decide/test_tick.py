"""Ticks on the real engine: what is planned, handed over, taken back, and remembered."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest

from tests.decide.conftest import Shop
from tests.decide.stage import THANKS, cart, journey
from unavoce.decide import kernel, store, tick
from unavoce.decide.handover import desk
from unavoce.decide.model import Status
from unavoce.decide.policy import Policy
from unavoce.decide.walk import Reply, Request
from unavoce.decide.world import Outcome, Program, World
from unavoce.runtime.failpoint import EXIT_CODE
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.runtime.sql import Query

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = Policy(zone="America/New_York", post_purchase_journey="thanks")
KINDS = ("user_id", "email", "line_user_id", "loyalty_card")
STEPS = {"hello": {"type": "send", "message": "hello", "channels": ["email"]}}


def _reminded(shop: Shop) -> int:
    """Mei put a whisk into the cart, and was reminded an hour later."""
    shop.runs(cart(), THANKS, policy=RULE)
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk", name="Matcha whisk", category="tea")
    shop.passes()
    assert shop.stands("cart") == {"pause": 1}
    shop.passes(HOUR)
    return mei


def test_mei_is_reminded_an_hour_after_she_left_the_cart(shop: Shop) -> None:
    _reminded(shop)
    assert shop.says() == ["line: reminder", "ads: add cart: whisk", "store: prompt"]
    assert shop.stands("cart") == {"pitch": 1}
    assert shop.says() == []


def test_who_does_not_buy_is_pitched_the_next_morning(shop: Shop) -> None:
    _reminded(shop)
    shop.says()
    shop.passes(DAY)
    assert shop.says() == ["email: pitch"]
    assert shop.stands("cart") == {"end:completed": 1}


def test_mei_buys_in_the_store_and_nobody_pitches_the_whisk_again(shop: Shop) -> None:
    mei = _reminded(shop)
    shop.says()
    shop.happens(mei + 3, "Order Completed", order_id="o-1", product_ids=["whisk"])
    shop.passes()
    assert sorted(shop.says()) == ["ads: remove cart: whisk", "email: thanks"]
    assert sorted(shop.why(mei)[-2:]) == ["pitch cancelled bought", "prompt cancelled bought"]
    assert shop.stands("cart") == {"end:bought": 1}
    shop.passes(DAY)
    assert shop.says() == []


def test_after_a_return_the_pitch_is_planned_again(shop: Shop) -> None:
    mei = _reminded(shop)
    shop.says()
    shop.happens(mei + 3, "Order Completed", order_id="o-1", product_ids=["whisk"])
    shop.passes()
    shop.says()
    shop.happens(mei + 3, "Order Refunded", order_id="o-1", product_ids=["whisk"])
    shop.passes()
    assert shop.says() == ["ads: add cart: whisk"]
    assert "pitch planned returned" in shop.why(mei)
    assert shop.stands("cart") == {"pitch": 1}
    shop.passes(DAY)
    assert shop.says() == ["email: pitch"]


def test_with_the_rule_off_a_buyer_is_pitched(shop: Shop) -> None:
    mei = _reminded(shop)
    shop.says()
    shop.policy(purchase_rule=False)
    shop.happens(mei, "Order Completed", order_id="o-1", product_ids=["whisk"])
    shop.passes()
    shop.policy(purchase_rule=True)
    shop.passes(DAY)
    assert shop.says() == ["email: pitch"]


def test_a_card_bound_after_the_purchase_stops_the_pitch_too(shop: Shop) -> None:
    mei = _reminded(shop)
    shop.says()
    card = shop.knows("card", "loyalty_card", consents=())
    shop.happens(card, "Order Completed", order_id="o-1", product_ids=["whisk"])
    shop.passes()
    assert shop.stands("cart") == {"pitch": 1}
    shop.links(mei, card)
    shop.passes()
    assert shop.stands("cart") == {"end:bought": 1}
    assert "ads: remove cart: whisk" in shop.says()
    shop.parts(card)
    shop.passes()
    assert shop.stands("cart") == {"pitch": 1}
    shop.links(mei, card)
    shop.passes()
    shop.passes(DAY)
    assert not [said for said in shop.says() if said.startswith("email: pitch")]


def test_a_durable_category_falls_silent_by_the_catalogues_word(shop: Shop) -> None:
    shop.rule("tea", "durable", 90)
    mei = _reminded(shop)
    shop.says()
    shop.happens(mei, "Order Completed", order_id="o-1", product_ids=["bowl"], category="tea")
    shop.passes()
    assert "pitch cancelled bought" in shop.why(mei)


def test_the_same_message_told_twice_is_told_once(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS, exits=[{"event": "Left"}]))
    mei = shop.knows("mei", *KINDS)
    event = shop.happens(mei, "Product Added", product_id="whisk")
    for _ in range(2):
        with shop.postgres.transaction() as tx:
            store.notice(tx, [event])
        shop.passes()
    assert shop.why(mei) == ["hello planned sent"]


def test_who_never_said_yes_hears_nothing_and_the_reason_is_kept(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS))
    mei = shop.knows("mei", *KINDS, consents=())
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.passes()
    assert shop.why(mei) == ["hello denied no_consent"]
    assert shop.says() == []


def test_who_says_no_between_plan_and_hand_over_hears_nothing(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS))
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.passes()
    shop.says_of(mei + 1, "email", "marketing", "denied")
    assert shop.says() == []
    assert shop.why(mei) == ["hello planned sent", "hello cancelled opted_out"]


def test_nothing_is_handed_over_while_something_that_happened_to_her_is_not_played(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS))
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.passes()
    shop.happens(mei, "Left")
    assert shop.says() == []
    shop.passes()
    assert shop.says() == ["email: hello"]


def test_a_journey_at_rest_hands_nothing_over_and_expires_what_is_past_its_time(shop: Shop) -> None:
    steps = {"hello": {"type": "send", "message": "hello", "channels": ["email"], "ttl_hours": 2}}
    shop.runs(journey(steps=steps))
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.passes()
    with shop.postgres.transaction() as tx:
        store.set_status(tx, "pitch", Status.LIVE, Status.PAUSED, shop.now)
    assert shop.says() == []
    shop.passes(3 * HOUR)
    with shop.postgres.transaction() as tx:
        store.set_status(tx, "pitch", Status.PAUSED, Status.LIVE, shop.now)
    assert shop.says() == []
    assert shop.why(mei) == ["hello planned sent", "hello cancelled expired"]


def test_a_lease_that_runs_out_is_claimed_again_under_the_same_key(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS))
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.passes()
    keys = []
    for worker in ("one", "two"):
        with shop.postgres.transaction() as tx:
            claimed = desk.claim(tx, limit=10, worker=worker, now=shop.now, lease_seconds=0, channels=None)
        keys += [each.key for each in claimed]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_two_senders_never_claim_the_same_message(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS))
    for name in ("mei", "ann", "eva"):
        shop.happens(shop.knows(name, *KINDS), "Product Added", product_id="whisk")
    shop.passes()
    with shop.postgres.transaction() as one, shop.postgres.transaction() as other:
        mine = desk.claim(one, limit=2, worker="one", now=shop.now, lease_seconds=60, channels=None)
        yours = desk.claim(other, limit=2, worker="two", now=shop.now, lease_seconds=60, channels=None)
    assert (len(mine), len(yours)) == (2, 1)
    assert not {each.id for each in mine} & {each.id for each in yours}


FAILPOINTS = ("tick.after_take", "tick.after_advance", "tick.after_write", "tick.before_commit", "tick.after_commit")
ONE_TICK = """
import sys
from datetime import datetime
from unavoce.decide import tick
from unavoce.runtime.postgres import Postgres
postgres = Postgres.connect(sys.argv[1], name="tick", size=1)
tick.tick(postgres, datetime.fromisoformat(sys.argv[2]), lambda tx, asks: [True] * len(asks))
postgres.close()
"""


def _tick_apart(shop: Shop, *, dying: str = "") -> int:
    environment = os.environ | {"UNAVOCE_FAILPOINT": dying}
    program = [sys.executable, "-c", ONE_TICK, shop.postgres.url, shop.now.isoformat()]
    return subprocess.run(program, env=environment, check=False, timeout=60).returncode


TABLES = ("enrolment", "waiting", "transition", "intent", "decision", "step_count", "suppression", "due", "position")


def _everything(tx: Transaction) -> dict[str, list[str]]:
    found = {}
    for table in TABLES:
        text = f"SELECT (to_jsonb(t) - ARRAY['n', 'tx'])::text AS row FROM decide.{table} AS t"
        found[table] = sorted(tx.values(Query(table, "Every row.", text, "")))
    return found


class Undone(Exception):
    """The tick was only looked at."""


@dataclass
class Looking:
    """A PostgreSQL on which a tick is played, looked at, and undone."""

    postgres: Postgres
    seen: dict[str, list[str]] = field(default_factory=dict)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.postgres.transaction() as tx:
            yield tx
            self.seen = _everything(tx)
            raise Undone


@pytest.mark.parametrize("dying", FAILPOINTS)
def test_a_tick_killed_anywhere_leaves_what_an_unkilled_one_leaves(shop: Shop, dying: str) -> None:
    mei = _reminded(shop)
    shop.says()
    shop.happens(mei, "Order Completed", order_id="o-1", product_ids=["whisk"])
    shop.now += timedelta(seconds=1)
    looking = Looking(shop.postgres)
    with pytest.raises(Undone):
        tick.tick(cast("Postgres", looking), shop.now, lambda tx, asks: [True] * len(asks))
    assert _tick_apart(shop, dying=dying) == EXIT_CODE
    assert _tick_apart(shop) == 0
    with shop.postgres.transaction() as tx:
        assert _everything(tx) == looking.seen
    assert shop.why(mei).count("pitch cancelled bought") == 1
    assert shop.stands("cart") == {"end:bought": 1}


def test_one_customer_who_cannot_be_played_stops_nobody_else(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.runs(journey(steps=STEPS))
    mei, ann = shop.knows("mei", *KINDS), shop.knows("ann", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.happens(ann, "Product Added", product_id="bowl")
    with monkeypatch.context() as breaking:
        played = kernel.play

        def trips(world: World, program: Program) -> Generator[Request, Reply, Outcome]:
            if world.customer == mei:
                raise ZeroDivisionError
            return (yield from played(world, program))

        breaking.setattr(kernel, "play", trips)
        shop.passes()
    assert shop.why(mei) == []
    assert shop.why(ann) == ["hello planned sent"]
    shop.passes()
    assert shop.why(mei) == []
    shop.passes(timedelta(minutes=2))
    assert shop.why(mei) == ["hello planned sent"]


def test_numbers_and_ids_of_any_length_are_taken(shop: Shop) -> None:
    shop.runs(journey(steps=STEPS))
    mei = shop.knows("mei", *KINDS)
    event = shop.happens(mei, "Viewed")
    with shop.postgres.transaction() as tx:
        store.notice(tx, [replace(event, name="Product Added", message_id="m" * 9000, properties={"n": 10**30})])
    shop.passes()
    assert shop.why(mei) == ["hello planned sent"]
