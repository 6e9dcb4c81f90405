"""The copies in ClickHouse: complete, once, whatever is killed in between."""

from datetime import timedelta

import psycopg
import pytest

from tests.decide.conftest import Shop
from tests.decide.stage import THANKS, cart
from unavoce.decide import export
from unavoce.decide.policy import Policy
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.sql import Query

KINDS = ("user_id", "email", "line_user_id", "loyalty_card")
RULE = Policy(zone="America/New_York", post_purchase_journey="thanks")


def _counts(shop: Shop, facts: Facts) -> tuple[dict[str, int], dict[str, int]]:
    here, there = {}, {}
    with psycopg.connect(shop.postgres.url) as outside:
        for log, table in (("transition", "transition"), ("decision", "decision"), ("intent_state", "intent")):
            row = outside.execute(
                psycopg.sql.SQL("SELECT count(*) FROM decide.{}").format(psycopg.sql.Identifier(log))
            ).fetchone()
            here[table] = int(row[0]) if row else 0
            there[table] = int(facts.value(Query("count", "How many.", f"SELECT count() FROM decide.v_{table}", "")))
    return here, there


def _busy(shop: Shop) -> None:
    shop.runs(cart(), THANKS, policy=RULE)
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Product Added", product_id="whisk")
    shop.passes()
    shop.passes(timedelta(hours=1))
    shop.says()
    shop.happens(mei, "Order Completed", order_id="o-1", product_ids=["whisk"])
    shop.passes()


def test_everything_is_copied_once(shop: Shop, facts: Facts) -> None:
    _busy(shop)
    assert export.export(shop.postgres, facts) > 0
    assert export.export(shop.postgres, facts) == 0
    here, there = _counts(shop, facts)
    assert here == there
    assert here["decision"] == 7
    states = Query("states", "States.", "SELECT state FROM decide.v_intent WHERE message = 'pitch' ORDER BY at", "")
    assert facts.values(states) == ["reserved", "cancelled"]


def test_a_copy_that_was_cut_off_after_the_insert_is_not_made_twice(shop: Shop, facts: Facts) -> None:
    _busy(shop)

    class Cut(Exception):
        pass

    class Cutting:
        def insert(self, *args: object, **kwargs: object) -> None:
            facts.insert(*args, **kwargs)  # type: ignore[arg-type]
            raise Cut

    with pytest.raises(Cut):
        export.export(shop.postgres, Cutting())  # type: ignore[arg-type]
    shop.happens(shop.people["mei"][0], "Product Added", product_id="bowl")
    shop.passes()
    while export.export(shop.postgres, facts):
        continue
    here, there = _counts(shop, facts)
    assert here == there


def test_what_is_still_open_in_another_transaction_is_not_lost(shop: Shop, facts: Facts) -> None:
    _busy(shop)
    with psycopg.connect(shop.postgres.url) as other:
        other.execute(
            "INSERT INTO decide.intent_state (intent, state, reason, at)"
            " SELECT id, 'sent', '', at FROM decide.intent LIMIT 1"
        )
        shop.happens(shop.people["mei"][0], "Product Added", product_id="bowl")
        shop.passes()
        export.export(shop.postgres, facts)
        other.commit()
    while export.export(shop.postgres, facts):
        continue
    here, there = _counts(shop, facts)
    assert here == there
