"""The associate sees what may be said now, and nothing that was taken back."""

import pytest

from tests.deliver.shop import Shop
from unavoce.deliver import prompts
from unavoce.deliver.model import Answer, NoSuchPrompt, Prompt
from unavoce.kernel.ids import CustomerId

STORE = "taipei-101"


def _mei_has_a_prompt(shop: Shop) -> None:
    shop.knows("mei")
    shop.says("pitch", "Ask her about the whisk")
    shop.runs("pitch", "store", about=True)
    shop.asks("mei", "pitch-store", product_id="whisk")
    shop.sends()
    shop.pumps()


def _shown(shop: Shop, card: str = "CARD-mei") -> list[Prompt]:
    with shop.door.postgres.transaction() as tx:
        her = prompts.customer_with_card(tx, card)
        assert her is not None
        return prompts.show(tx, her, at=STORE, now=shop.clock.now())


def test_a_prompt_waits_until_her_card_is_scanned(shop: Shop) -> None:
    _mei_has_a_prompt(shop)
    [prompt] = _shown(shop)
    assert (prompt.body, prompt.products) == ("Ask her about the whisk", ["whisk"])
    assert [prompt.key for prompt in _shown(shop)] == [prompt.key]
    said = [event for event in shop.pumps() if event.name == "Message Sent"]
    assert [(event.properties["channel"], event.properties["store_id"]) for event in said] == [("store", STORE)]


def test_somebody_elses_card_shows_nothing(shop: Shop) -> None:
    _mei_has_a_prompt(shop)
    shop.knows("bo")
    assert _shown(shop, "CARD-bo") == []


def test_an_answered_prompt_is_gone_and_its_answer_is_told_once(shop: Shop) -> None:
    _mei_has_a_prompt(shop)
    [prompt] = _shown(shop)
    with shop.door.postgres.transaction() as tx:
        for _ in range(2):
            prompts.answer(tx, prompt.key, Answer.ACCEPTED, at=STORE, now=shop.clock.now())
    assert _shown(shop) == []
    told = [event for event in shop.pumps() if event.name == "Prompt Answered"]
    assert [event.properties["answer"] for event in told] == ["accepted"]
    with shop.door.postgres.transaction() as tx, pytest.raises(NoSuchPrompt):
        prompts.answer(tx, "nonsense", Answer.DECLINED, at=STORE, now=shop.clock.now())


def test_she_who_bought_it_is_not_asked_about_it(shop: Shop) -> None:
    _mei_has_a_prompt(shop)
    shop.happens("mei", "Order Completed", product_id="whisk", order_id="1")
    shop.decides()
    assert _shown(shop) == []


def test_she_who_wants_none_gets_none(shop: Shop) -> None:
    _mei_has_a_prompt(shop)
    shop.forbids("mei", "store")
    assert _shown(shop) == []


def test_an_unknown_card_is_nobodys(shop: Shop) -> None:
    with shop.door.postgres.transaction() as tx:
        found = prompts.customer_with_card(tx, "CARD-nobody")
        assert found is None or prompts.show(tx, CustomerId(found), at=STORE, now=shop.clock.now()) == []
