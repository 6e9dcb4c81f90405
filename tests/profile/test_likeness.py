"""Probable duplicates: found with reasons, only suggested, decided by people, never asked again."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.profile.people import NOON, event, iid, interned
from unavoce.collect.api import Event
from unavoce.kernel.ids import Iid
from unavoce.profile import api
from unavoce.profile.likeness import deciding, finding, rules, store
from unavoce.profile.likeness.model import DecidedAlready, Decision, NoSuchSuggestion, NotDecided, Pair, Suggestion
from unavoce.runtime.postgres import Transaction

SURNAMES, GIVEN = "陳林黃張李王吳劉蔡楊許鄭謝郭洪", "怡君雅婷淑芬美玲志明俊傑家豪宗翰佩珊冠宇"


def known(number: int, *more: tuple[str, str], **traits: object) -> Event:
    """A member tells the shop who she is."""
    identifiers = (("user_id", f"u{number}"), *more)
    return event(f"k{number}", *identifiers, minute=number % 1000, call="identify", name="Identify", traits=traits)


def a_town(people: int) -> list[Event]:
    """Strangers with names that repeat, birthdays and phones of their own."""
    return [
        known(
            number,
            ("phone", f"09{number * 7919 % 100_000_000:08d}"),
            ("email", f"member{number * 31337 % 999_983}@example.com"),
            name=SURNAMES[number % 15] + GIVEN[number * 7 % 20] + GIVEN[number * 3 % 19],
            birthday=f"{1950 + number % 50}-{1 + number % 12:02d}-{1 + number * 11 % 28:02d}",
        )
        for number in range(people)
    ]


def looked_for(tx: Transaction, *told: Event, town: int = 300) -> list[Suggestion]:
    events = [*a_town(town), *told]
    api.absorb(tx, events, interned(events), NOON)
    finding.find(tx, NOON)
    return store.queue(tx, Decision.OPEN, (1e9, 0), 100)


def who(*numbers: int) -> set[Iid]:
    return {iid("user_id", f"u{number}") for number in numbers}


def between(tx: Transaction, found: list[Suggestion]) -> list[set[Iid]]:
    """The accounts each suggestion speaks of."""
    accounts = [iid("user_id", f"u{number}") for number in (*range(300), *range(9000, 9010))]
    customer = api.customers_of(tx, accounts)
    return [{one for one in accounts if customer[one] in (each.first, each.second)} for each in found]


def levels(one: Suggestion) -> Mapping[object, object]:
    return {part["field"]: part["level"] for part in one.evidence}


def test_one_name_and_birthday_is_suggested_with_its_reasons(tx: Transaction) -> None:
    found = looked_for(
        tx,
        known(9000, ("phone", "0922333444"), name="歐陽 美玉", birthday="1988-03-04"),
        known(9001, ("email", "meiyu@example.com"), name="歐陽美玉", birthday="1988/03/04"),
    )
    assert between(tx, found) == [who(9000, 9001)]
    assert levels(found[0]) == {"name": "same", "birthday": "same"}
    assert found[0].chance > 0.9
    assert all({"weight", "m", "u"} <= part.keys() for part in found[0].evidence)


def test_a_phone_typed_otherwise_and_a_birthday_is_suggested(tx: Transaction) -> None:
    found = looked_for(
        tx,
        known(9000, ("phone", "0922333444"), name="歐陽美玉", birthday="1988-03-04"),
        known(9001, ("phone", "0922333445"), name="歐陽美玉", birthday="1988-03-04"),
    )
    assert between(tx, found) == [who(9000, 9001)]
    assert levels(found[0])["phone"] == "close"


def test_a_masked_phone_helps_but_never_alone(tx: Transaction) -> None:
    found = looked_for(
        tx,
        known(9000, ("phone", "0922333444"), name="歐陽美玉"),
        known(9001, name="歐陽美玉", phone="0922***444"),
        known(9002, ("phone", "0955111222")),
        known(9003, phone="0955***222"),
    )
    assert between(tx, found) == [who(9000, 9001)]
    assert levels(found[0]) == {"name": "same", "phone": "fits"}
    assert not rules.worth_saying(
        rules.likeness(Pair(1, 2, None, None, 1, None, None, None), rules._PRIOR_M, rules._PRIOR_U, 3, 3)
    )


def test_people_of_one_name_and_other_birthdays_are_two(tx: Transaction) -> None:
    found = looked_for(
        tx,
        known(9000, ("phone", "0922333444"), name="歐陽美玉", birthday="1988-03-04"),
        known(9001, ("phone", "0933444555"), name="歐陽美玉", birthday="1961-11-23"),
    )
    assert found == []


def test_accepting_merges_and_taking_it_back_is_as_if_never_done(tx: Transaction) -> None:
    (one,) = looked_for(
        tx,
        known(9000, ("phone", "0922333444"), name="歐陽美玉", birthday="1988-03-04"),
        known(9001, ("email", "meiyu@example.com"), name="歐陽美玉", birthday="1988-03-04"),
    )
    before = api.customers_of(tx, who(9000, 9001))
    assert deciding.accept(tx, one, "Ann", NOON) is not None
    assert len(set(api.customers_of(tx, who(9000, 9001)).values())) == 1
    assert store.waiting(tx) == 0
    with pytest.raises(DecidedAlready):
        deciding.accept(tx, one, "Bo", NOON)
    taken = deciding.found(tx, one.id)
    assert (taken.state, taken.decided_by) == (Decision.ACCEPTED, "Ann")
    deciding.take_back(tx, taken, "Ann", NOON)
    assert api.customers_of(tx, who(9000, 9001)) == before
    assert store.waiting(tx) == 1
    with pytest.raises(NotDecided):
        deciding.take_back(tx, deciding.found(tx, one.id), "Ann", NOON)
    with pytest.raises(NoSuchSuggestion):
        deciding.found(tx, 777)


def test_three_in_a_circle_are_one_after_two_merges(tx: Transaction) -> None:
    found = looked_for(
        tx,
        *(known(9000 + n, ("phone", f"092233344{n}"), name="歐陽美玉", birthday="1988-03-04") for n in range(3)),
    )
    assert len(found) == 3
    done = [deciding.accept(tx, one, "Ann", NOON) for one in found]
    assert [one is None for one in done] == [False, False, True]
    assert len(set(api.customers_of(tx, who(9000, 9001, 9002)).values())) == 1
    assert store.waiting(tx) == 0
    for one in found:
        deciding.take_back(tx, deciding.found(tx, one.id), "Ann", NOON)
    assert len(set(api.customers_of(tx, who(9000, 9001, 9002)).values())) == 3


def test_what_was_rejected_or_set_apart_is_not_asked_again(tx: Transaction) -> None:
    told = [known(9000 + n, ("phone", f"092233344{n}"), name="歐陽美玉", birthday="1988-03-04") for n in range(2)]
    (one,) = looked_for(tx, *told)
    deciding.reject(tx, one, "Ann", NOON)
    finding.find(tx, NOON + timedelta(days=1))
    assert store.waiting(tx) == 0
    # She is met earlier than known, so her id is another from now on; what was said of her still holds.
    older = [
        event("visit", ("anonymous_id", "w"), minute=-60),
        event("login", ("user_id", "u9000"), ("anonymous_id", "w"), minute=-59),
    ]
    before = api.customers_of(tx, who(9000))
    api.absorb(tx, older, interned(older), NOON)
    assert api.customers_of(tx, who(9000)) != before
    finding.find(tx, NOON + timedelta(days=2))
    assert store.waiting(tx) == 0


def test_a_search_leaves_no_faces_behind(tx: Transaction) -> None:
    looked_for(tx)
    assert store.coincidences(tx) == []
