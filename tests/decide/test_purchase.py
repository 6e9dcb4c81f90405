"""The purchase rule, told as stories."""

from dataclasses import replace

import msgspec

from tests.decide.stage import THANKS, Stage, cart
from unavoce.decide.model import IntentState, Op
from unavoce.decide.policy import Policy
from unavoce.decide.world import CategoryRule

MEI, CARD = 101, 102
RULE = Policy(zone="America/New_York", post_purchase_journey="thanks")
REMINDED = ["ads: add cart: whisk", "line: reminder", "store: prompt"]


def _reminded(policy: Policy = RULE, **rules: CategoryRule) -> Stage:
    """Mei put a whisk into the cart an hour ago, and was reminded."""
    stage = Stage([cart(), THANKS], policy=policy, rules=rules)
    stage.happens(MEI, "Product Added", 0, product_id="whisk", category="tea")
    stage.passes(1.01)
    stage.hands_over()
    return stage


def test_an_hour_after_the_cart_she_is_reminded_and_the_mail_is_planned_for_ten_the_next_day() -> None:
    stage = _reminded()
    assert stage.said() == [*REMINDED, "email: pitch"]
    pitch = next(each for each in stage.intents.values() if each.message == "pitch")
    assert pitch.planned_for.isoformat() == "2018-01-06T15:00:00+00:00"
    assert stage.why() == [
        "remind planned sent",
        "advertise planned sent",
        "prompt planned sent",
        "pitch planned planned",
    ]


def test_who_did_not_buy_gets_the_pitch() -> None:
    stage = _reminded()
    stage.passes(24)
    assert "email: pitch" in stage.said()
    assert {each.ended_by for each in stage.enrolments.values()} == {"completed"}


def test_a_buyer_is_not_pitched_again_on_any_channel() -> None:
    stage = _reminded()
    stage.happens(MEI, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.passes(1)
    assert stage.said() == ["ads: add cart: whisk", "line: reminder", "ads: remove cart: whisk", "email: thanks"]
    pitch = next(each for each in stage.intents.values() if each.message == "pitch")
    taken_back = next(each for each in stage.decisions if each.intent == pitch.id and each.revises)
    assert (pitch.state, taken_back.reason) == (IntentState.CANCELLED, "bought")
    assert taken_back.detail["order_id"] == "o-1"
    prompt = next(each for each in stage.intents.values() if each.channel == "store")
    assert prompt.state == IntentState.CANCELLED
    assert {(each.journey, each.ended_by) for each in stage.enrolments.values()} == {
        ("cart", "bought"),
        ("thanks", "completed"),
    }
    stage.passes(48)
    assert "email: pitch" not in stage.said()


def test_buying_before_the_reminder_keeps_her_from_it() -> None:
    stage = Stage([cart(), THANKS], policy=RULE)
    stage.happens(MEI, "Product Added", 0, product_id="whisk")
    stage.happens(MEI, "Order Completed", 0.5, product_ids=["whisk"], order_id="o-1")
    stage.passes(48)
    assert stage.said() == ["email: thanks"]


def test_with_the_rule_off_the_pitch_stands() -> None:
    stage = _reminded(msgspec.structs.replace(RULE, purchase_rule=False))
    stage.happens(MEI, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.passes(48)
    assert stage.said() == [*REMINDED, "email: pitch"]


def test_after_a_return_pitching_resumes() -> None:
    stage = _reminded()
    stage.happens(MEI, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.happens(MEI, "Order Refunded", 3, product_ids=["whisk"], order_id="o-1")
    stage.passes(3)
    assert stage.said().count("email: pitch") == 1
    assert (
        stage.why()[-2:] == ["advertise planned returned", "pitch planned returned"]
        or "pitch planned returned" in stage.why()
    )
    audience = [each.op for each in stage.intents.values() if each.audience]
    assert audience == [Op.ADD, Op.REMOVE, Op.ADD]
    stage.passes(48)
    assert {(each.journey, each.ended_by) for each in stage.enrolments.values()} == {
        ("cart", "completed"),
        ("thanks", "completed"),
    }


def test_a_return_of_another_order_changes_nothing() -> None:
    stage = _reminded()
    stage.happens(MEI, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.happens(MEI, "Order Refunded", 3, product_ids=["whisk"], order_id="o-2")
    stage.passes(3)
    assert "email: pitch" not in stage.said()


def test_a_return_after_the_pitch_was_due_does_not_send_it_late() -> None:
    stage = _reminded()
    stage.happens(MEI, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.happens(MEI, "Order Refunded", 30, product_ids=["whisk"], order_id="o-1")
    stage.passes(48)
    assert "email: pitch" not in stage.said()


def test_a_durable_category_is_silent_as_a_whole() -> None:
    stage = _reminded(tea=CategoryRule("durable", 90))
    stage.happens(MEI, "Order Completed", 2, product_ids=["bowl"], category="tea", order_id="o-1")
    stage.passes(1)
    assert "email: pitch" not in stage.said()


def test_a_replenishable_category_is_not() -> None:
    stage = _reminded(tea=CategoryRule("replenishable", 30))
    stage.happens(MEI, "Order Completed", 2, product_ids=["bowl"], category="tea", order_id="o-1")
    stage.passes(1)
    assert "email: pitch" in stage.said()


def test_a_replenishable_product_may_be_pitched_again_when_it_is_due() -> None:
    stage = Stage([cart()], rules={"tea": CategoryRule("replenishable", 30)}, policy=Policy(zone="America/New_York"))
    stage.happens(MEI, "Order Completed", 0, product_ids=["leaves"], category="tea", order_id="o-1")
    stage.happens(MEI, "Product Added", 24 * 10, product_id="leaves")
    stage.happens(MEI, "Product Added", 24 * 31, product_id="leaves")
    stage.passes(24 * 12)
    assert stage.said() == []
    assert {each.reason for each in stage.decisions} == {"bought"}
    stage.passes(24 * 30)
    assert stage.said() == ["ads: add cart: leaves", "line: reminder", "store: prompt", "email: pitch"]


def test_a_card_bound_after_the_purchase_still_stops_the_pitch() -> None:
    stage = _reminded()
    stage.happens(CARD, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.passes(1)
    assert "email: pitch" in stage.said()
    stage.links(MEI, CARD)
    stage.passes(0.1)
    assert stage.said() == ["ads: add cart: whisk", "line: reminder", "email: thanks", "ads: remove cart: whisk"]
    assert "pitch cancelled bought" in stage.why()


def test_when_the_merge_is_undone_the_pitch_comes_back_and_redone_it_goes_again() -> None:
    stage = _reminded()
    stage.happens(CARD, "Order Completed", 2, product_ids=["whisk"], order_id="o-1")
    stage.links(MEI, CARD)
    stage.passes(1.5)
    assert "email: pitch" not in stage.said()
    stage.parts(CARD)
    stage.passes(0.1)
    assert "email: pitch" in stage.said()
    assert [each.state for each in stage.enrolments.values() if each.journey == "cart"] == ["active"]
    stage.links(MEI, CARD)
    stage.passes(0.1)
    assert "email: pitch" not in stage.said()
    assert [each.ended_by for each in stage.enrolments.values() if each.journey == "cart"] == ["bought"]


def test_two_enrolments_of_one_customer_become_one_and_part_again() -> None:
    web = 103
    stage = Stage([cart()], policy=Policy(zone="America/New_York"))
    stage.happens(MEI, "Product Added", 0, product_id="whisk")
    stage.happens(web, "Product Added", 0.5, product_id="whisk")
    stage.passes(0.6)
    stage.links(MEI, web)
    stage.passes(2)
    assert stage.said(channel="line") == ["line: reminder"]
    assert sorted(each.state for each in stage.enrolments.values()) == ["active", "suspended"]
    stage.parts(web)
    stage.passes(1)
    assert stage.said(channel="line") == ["line: reminder", "line: reminder"]


def test_history_from_an_import_keeps_things_from_her_but_thanks_nobody() -> None:
    stage = Stage([cart(), THANKS], policy=RULE)
    bought = stage.happens(MEI, "Order Completed", 0, product_ids=["whisk"], order_id="o-1")
    stage.waiting = [replace(bought, historic=True)]
    stage.happens(MEI, "Product Added", 1, product_id="whisk")
    stage.passes(48)
    assert stage.said() == []
    assert set(stage.why()) == {
        "remind denied bought",
        "advertise denied bought",
        "prompt denied bought",
        "pitch denied bought",
    }
