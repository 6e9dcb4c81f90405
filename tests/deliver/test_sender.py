"""What is decided is said once, in the customer's words, and what became of it is known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.deliver.shop import Shop
from unavoce.decide.api import IntentState
from unavoce.deliver import store
from unavoce.deliver.contract import Accepted, Delayed, Refused, Unknown
from unavoce.deliver.model import State

PITCH = "Dear {{ customer.name }}, your whisk waits: https://shop.test/whisk"


def test_mei_gets_her_letter_and_it_becomes_an_event(shop: Shop) -> None:
    shop.knows("mei", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("mei", "pitch-email")
    assert shop.sends().accepted == 1
    [letter] = shop.wires["email"].said
    assert (letter.to, letter.subject) == ("mei@example.com", "about pitch")
    assert letter.text.startswith("Dear mei, your whisk waits: http://127.0.0.1:8700/t/c/")
    assert "https://shop.test/whisk" not in letter.text
    assert 'href="https://shop.test' not in letter.html
    assert 'src="http://127.0.0.1:8700/t/o/' in letter.html
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert shop.sends().claimed == 0
    [sent] = [event for event in shop.pumps() if event.name == "Message Sent"]
    assert sent.properties["channel"] == "email"
    assert sent.properties["journey"] == "pitch-email"
    assert ("email", "mei@example.com") in sent.identifiers
    assert [intent.state for intent in shop.intents("mei")] == [IntentState.SENT]


def test_who_never_said_yes_gets_nothing(shop: Shop) -> None:
    shop.knows("bo")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("bo", "pitch-email")
    assert shop.sends().claimed == 0
    assert shop.wires["email"].said == []


def test_a_refusal_closes_the_address_and_is_told(shop: Shop) -> None:
    shop.knows("mei", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("mei", "pitch-email")
    shop.wires["email"].answers = [Refused("550 5.1.1 unknown", permanent=True)]
    assert shop.sends().refused == 1
    assert [event.name for event in shop.pumps()] == ["Message Bounced"]
    assert [intent.state for intent in shop.intents("mei")] == [IntentState.FAILED]
    shop.asks("mei", "pitch-email")
    shop.sends()
    assert len(shop.wires["email"].said) == 1


def test_a_busy_provider_gets_the_same_message_later(shop: Shop) -> None:
    shop.knows("mei", "line")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "line")
    shop.asks("mei", "pitch-line")
    shop.wires["line"].answers = [Delayed(shop.clock.now() + timedelta(seconds=40), "429")]
    assert shop.sends().delayed == 1
    assert shop.sends().claimed == 0
    shop.clock.passes(timedelta(minutes=1))
    assert shop.sends().accepted == 1
    first, second = shop.wires["line"].said
    assert first == second


def test_a_lost_answer_is_asked_for_again_where_the_provider_keeps_keys(shop: Shop) -> None:
    shop.knows("mei", "line")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "line")
    shop.asks("mei", "pitch-line")
    shop.wires["line"].answers = [Unknown("timed out"), Accepted()]
    shop.sends()
    shop.clock.passes(timedelta(minutes=1))
    assert shop.sends().accepted == 1
    assert len({each.key for each in shop.wires["line"].said}) == 1


@pytest.mark.parametrize(("purpose", "letters"), [("marketing", 1), ("transactional", 2)])
def test_a_promotion_is_never_repeated_blindly_and_a_receipt_is(shop: Shop, purpose: str, letters: int) -> None:
    shop.knows("mei", "email")
    shop.says("note", "Hello {{ customer.name }}", purpose=purpose)
    shop.runs("note", "email")
    shop.asks("mei", "note-email")
    shop.wires["email"].answers = [Unknown("timed out")]
    shop.sends()
    shop.clock.passes(timedelta(hours=1))
    shop.sends()
    assert len(shop.wires["email"].said) == letters
    assert shop.intents("mei")[0].state is (IntentState.UNKNOWN if letters == 1 else IntentState.SENT)


def test_a_channel_that_breaks_its_promise_stops_nobody_else(shop: Shop) -> None:
    shop.knows("mei", "line", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "line")
    shop.runs("pitch", "email")
    shop.happens("mei", "Asked pitch-line")
    shop.asks("mei", "pitch-email")
    shop.wires["line"].answers = [RuntimeError("oops")]
    sent = shop.sends()
    assert (sent.accepted, sent.unknown) == (1, 1)


def test_a_hopeless_delivery_is_given_up_and_told(shop: Shop) -> None:
    shop.knows("mei", "line")
    shop.says("pitch", PITCH, purpose="transactional")
    shop.runs("pitch", "line")
    shop.asks("mei", "pitch-line")
    shop.wires["line"].answers = [Delayed(shop.clock.now(), "503")] * 20
    for _ in range(20):
        shop.sends()
        shop.clock.passes(timedelta(hours=4))
    assert 1 < len(shop.wires["line"].said) <= 12


def test_people_who_get_the_very_same_words_are_told_together(shop: Shop) -> None:
    for name in ("mei", "bo", "an"):
        shop.knows(name, "line")
    shop.says("open", "We are open today", channels=["line"])
    shop.runs("open", "line")
    for name in ("mei", "bo", "an"):
        shop.happens(name, "Asked open-line")
    shop.decides()
    assert shop.sends().accepted == 3
    assert len({each.bundle for each in shop.wires["line"].said}) == 1
    assert shop.wires["line"].said[0].bundle is not None


def test_a_bundle_whose_answer_was_lost_is_repeated_whole(shop: Shop) -> None:
    for name in ("mei", "bo"):
        shop.knows(name, "line")
    shop.says("open", "We are open today", channels=["line"])
    shop.runs("open", "line")
    for name in ("mei", "bo"):
        shop.happens(name, "Asked open-line")
    shop.decides()
    shop.wires["line"].answers = [Unknown("timed out"), Unknown("timed out")]
    shop.sends()
    shop.clock.passes(timedelta(minutes=1))
    assert shop.sends().accepted == 2
    assert {each.bundle for each in shop.wires["line"].said} == {shop.wires["line"].said[0].bundle}


def test_the_archive_keeps_the_words_she_got(shop: Shop) -> None:
    shop.knows("mei", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("mei", "pitch-email")
    shop.sends()
    [kept] = shop.keyed(
        lambda tx: store.messages_of(tx, [shop.iid("mei")], before=shop.clock.passes(timedelta(1)), limit=9)
    )
    [letter] = shop.wires["email"].said
    assert (kept.state, kept.body, kept.html, kept.to_address) == (State.SENT, letter.text, letter.html, letter.to)


def test_rows_for_ads_carry_hashes_and_never_addresses(shop: Shop) -> None:
    shop.knows("mei", "ads")
    shop.adds("cart-whisk", "cart: whisk")
    shop.asks("mei", "cart-whisk")
    shop.sends()
    [row] = shop.wires["ads"].said
    assert (row.metadata["audience"], row.metadata["op"]) == ("cart: whisk", "add")
    assert len(row.metadata["email_sha256"]) == 64
    assert "example.com" not in str(row.metadata)
    [audience] = shop.keyed(store.audiences)
    assert (audience.key, audience.members, audience.rows) == ("cart: whisk", 1, 1)


def test_two_senders_at_once_say_it_once(shop: Shop) -> None:
    for name in ("mei", "bo", "an"):
        shop.knows(name, "line")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "line")
    for name in ("mei", "bo", "an"):
        shop.happens(name, "Asked pitch-line")
    shop.decides()
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: shop.sends(), range(4)))
    assert sum(each.accepted for each in sent) == 3
    assert len({each.key for each in shop.wires["line"].said}) == len(shop.wires["line"].said) == 3


def test_a_channel_that_is_not_connected_holds_its_messages_back(shop: Shop) -> None:
    shop.knows("mei", "line")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "line")
    shop.asks("mei", "pitch-line")
    shop.switches("line", on=False)
    assert shop.sends().handed == 0
    shop.switches("line", on=True)
    shop.clock.passes(timedelta(minutes=6))
    assert shop.sends().accepted == 1


def test_who_left_the_journey_gets_nothing_more(shop: Shop) -> None:
    shop.knows("mei", "email")
    shop.says("pitch", PITCH)
    shop.runs("pitch", "email")
    shop.asks("mei", "pitch-email")
    shop.happens("mei", "Went Away")
    assert shop.sends().handed == 0
    shop.decides()
    shop.clock.passes(timedelta(seconds=1))
    assert shop.sends().handed == 0
    assert shop.wires["email"].said == []
