"""The demo's program: it can be published, and it does what its names say."""

from datetime import timedelta

from tests.decide.conftest import Shop
from unavoce.apps.demo.journeys import publish_examples
from unavoce.content import api as content
from unavoce.decide import api, tick
from unavoce.decide.model import FlipSeen

KINDS = ("user_id", "email", "line_user_id", "loyalty_card")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _open(shop: Shop) -> None:
    with shop.postgres.transaction() as tx:
        content.put_brand(tx, {"name": "Demo", "zone": "America/New_York", "currency": "USD"}, shop.now)
        publish_examples(tx, None, shop.now)


def test_the_examples_go_live_and_a_second_time_nothing_changes(shop: Shop) -> None:
    _open(shop)
    _open(shop)
    with shop.postgres.transaction() as tx:
        seen = {each.key: (each.version, each.status.value) for each in api.journeys(tx)}
        assert content.brand(tx).languages == ("en", "zh-Hans", "zh-Hant")
    assert seen == dict.fromkeys(("cart_reminder", "post_purchase", "welcome", "win_back"), (1, "live"))


def test_mei_through_the_examples(shop: Shop) -> None:
    _open(shop)
    mei = shop.knows("mei", *KINDS)
    shop.happens(mei, "Signed Up")
    shop.happens(mei, "Product Added", product_id="matcha-whisk", name="Matcha whisk", category="TEA WARE")
    shop.passes()
    assert shop.says() == ["email: welcome"]
    shop.passes(HOUR)
    assert sorted(shop.says()) == ["ads: add cart: matcha-whisk", "line: cart_reminder", "store: cart_prompt"]
    shop.happens(mei + 3, "Order Completed", order_id="o-1", product_ids=["matcha-whisk"])
    shop.passes()
    assert "pitch cancelled bought" in shop.why(mei)
    assert "thank planned planned" in shop.why(mei + 3)
    assert shop.says() == ["ads: remove cart: matcha-whisk"]
    shop.passes(3 * HOUR)
    assert shop.says() == ["line: thanks"]
    shop.passes(2 * DAY)
    assert shop.says() == []
    with shop.postgres.transaction() as tx:
        cart = api.journey(tx, "cart_reminder")
    assert (cart.entered, cart.active, cart.exited, cart.goal_rate) == (1, 0, 1, 1.0)


def test_a_tenth_of_those_who_lapse_is_held_out_and_the_goal_is_counted_in_both_arms(shop: Shop) -> None:
    _open(shop)
    people = [shop.knows(f"p{number}", "user_id", "email") for number in range(60)]
    flips = [FlipSeen("lapsed-60", iid, iid, "entered", shop.now, "timer") for iid in people]
    with shop.postgres.transaction() as tx:
        api.notice_flips(tx, flips)
    shop.passes(timedelta(minutes=1))
    for iid in people:
        shop.happens(iid, "Order Completed", order_id=f"o-{iid}", product_ids=["leaves"])
    shop.passes()
    with shop.postgres.transaction() as tx:
        goals = api.goal_table(tx, "win_back")
    assert goals.treated_n + goals.holdout_n == 60
    assert 1 <= goals.holdout_n <= 15
    assert (goals.treated_goals, goals.holdout_goals) == (goals.treated_n, goals.holdout_n)


def test_an_idle_tick_writes_nothing(shop: Shop) -> None:
    _open(shop)
    shop.passes()
    with shop.postgres.transaction() as tx:
        from unavoce.decide import store

        before = store.lock_position(tx)
    shop.passes()
    assert tick.tick(shop.postgres, shop.now, lambda tx, asks: []).busy is False
    with shop.postgres.transaction() as tx:
        assert store.lock_position(tx) == before
