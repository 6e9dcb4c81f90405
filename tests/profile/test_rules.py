"""What counts as an identifier, and what an event says of traits and consent."""

import pytest

from tests.profile.people import KEY, SCORES, TILL, WEB, event, iid, interned
from unavoce.collect.api import Event
from unavoce.profile import api, rules, said
from unavoce.profile.model import NOBODY, Priority, State


@pytest.mark.parametrize(
    ("kind", "raw", "written"),
    [
        ("email", "  Mei@Example.COM ", "mei@example.com"),
        ("phone", "0912 345 678", "+886912345678"),
        ("phone", "+1 (212) 555-0199", "+12125550199"),
        ("user_id", " hh-900 ", "hh-900"),
        ("loyalty_card", "CJ000900", "CJ000900"),
    ],
)
def test_an_identifier_is_written_one_way(kind: str, raw: str, written: str) -> None:
    assert rules.normalise(kind, raw, "TW") == written


@pytest.mark.parametrize("raw", ["", " ", "null", "NULL", "'undefined'", "0", "guest", "[object Object]", "NaN", '""'])
def test_what_broken_tags_send_identifies_nobody(raw: str) -> None:
    assert rules.normalise("user_id", raw, "TW") is None


def test_a_masked_phone_and_a_word_without_at_are_nobodys() -> None:
    assert rules.normalise("phone", "0912***678", "TW") is None
    assert rules.normalise("phone", "12", "TW") is None
    assert rules.normalise("email", "mei at example", "TW") is None


def test_the_surest_identifier_is_whom_an_event_is_about() -> None:
    (who,) = interned([event("m1", ("anonymous_id", "web-1"), ("email", "mei@example.com"), ("user_id", "mei"))])
    assert who.primary == iid("user_id", "mei")
    assert who.all == (iid("user_id", "mei"), iid("email", "mei@example.com"), iid("anonymous_id", "web-1"))


def test_a_sale_without_a_card_is_nobodys() -> None:
    (who,) = interned([event("m1", ("user_id", "null"))])
    assert who.primary == NOBODY
    assert who.all == ()


def test_another_brands_key_gives_other_numbers() -> None:
    one, other = (api.identifier_of("user_id", "mei", key, "TW") for key in (KEY, b"another"))
    assert one is not None
    assert other is not None
    assert one.iid != other.iid


def test_whose_word_counts_on_a_trait() -> None:
    assert said.priority(event("m", source=TILL)) is Priority.TILL
    assert said.priority(event("m", context={"channel": "store"})) is Priority.TILL
    assert said.priority(event("m", source=WEB)) is Priority.FORM
    assert said.priority(event("m", source=SCORES)) is Priority.INFERRED


def _states(one: Event) -> dict[tuple[str, str], State]:
    (who,) = interned([one])
    return {(word.channel, word.purpose): word.state for word in said.consents_said(one, who.primary, who.identifiers)}


MEI = ("user_id", "mei")


def test_consent_comes_as_an_event() -> None:
    granted = event("m", MEI, name="Consent Granted", properties={"channel": "Email"})
    assert _states(granted) == {("email", "marketing"): State.GRANTED}
    denied = event("m", MEI, name="Unsubscribed", properties={"channel": "line", "purpose": "surveys"})
    assert _states(denied) == {("line", "surveys"): State.DENIED}


def test_consent_comes_with_a_sign_up() -> None:
    traits = {"consents": {"email": True, "sms": False, "line": None, "ads": "maybe", "web": {"analytics": "granted"}}}
    told = event("m", MEI, call="identify", name="Identify", traits=traits)
    assert _states(told) == {
        ("email", "marketing"): State.GRANTED,
        ("sms", "marketing"): State.DENIED,
        ("web", "analytics"): State.GRANTED,
    }


def test_consent_comes_from_a_cookie_banner() -> None:
    preferences = {"Advertising": False, "Analytics": True, "Functional": 1}
    told = event("m", MEI, context={"consent": {"categoryPreferences": preferences}})
    assert _states(told) == {("ads", "marketing"): State.DENIED, ("web", "analytics"): State.GRANTED}


def test_leave_me_alone_is_meant_everywhere_but_yes_is_not() -> None:
    assert ("email", "marketing") in _states(event("m", MEI, name="Unsubscribed"))
    assert _states(event("m", MEI, name="Subscribed")) == {}


def test_what_is_said_of_a_channel_is_said_of_its_address() -> None:
    told = event("m", MEI, ("email", "mei@example.com"), ("anonymous_id", "tablet"), name="Unsubscribed",
                 properties={"channel": "email"})  # fmt: skip
    (who,) = interned([told])
    about = {word.iid for word in said.consents_said(told, who.primary, who.identifiers)}
    assert about == {iid("user_id", "mei"), iid("email", "mei@example.com")}


def test_a_customer_is_called_by_her_name_or_her_best_identifier() -> None:
    assert rules.display_name({"name": "王美"}, {}) == "王美"
    assert rules.display_name({"first_name": "Mei", "lastName": "Wang"}, {}) == "Mei Wang"
    assert rules.display_name({}, {"anonymous_id": ["a"], "email": ["mei@example.com"]}) == "mei@example.com"
    assert rules.display_name({}, {}) == ""
