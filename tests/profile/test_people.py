"""Finding customers, reading one, and seeing why she is one."""

import threading
from datetime import timedelta

import pytest

from tests.profile.people import NOON, TILL, event, iid, interned
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, text_of
from unavoce.profile import api
from unavoce.runtime.postgres import Postgres, Transaction

MEI, FAMILY = iid("user_id", "mei"), iid("email", "family@example.com")


def a_town(tx: Transaction, people: int = 7) -> list[CustomerId]:
    """People with a card each, of whom person n came last on minute n; their laptops came the day before."""
    events = [
        event(f"i{n}", ("user_id", f"u{n}"), ("loyalty_card", f"CJ{n:05}"), ("email", f"u{n}@example.com"), minute=n,
              call="identify", source=TILL,
              traits={"first_name": f"Given{n}", "last_name": "Lin", "language": "zh-Hant"})
        for n in range(people)
    ]  # fmt: skip
    before = [
        event(f"w{n}", ("user_id", f"u{n}"), ("anonymous_id", f"laptop-{n}"), minute=-1440 - n) for n in range(people)
    ]
    done = api.absorb(tx, [*events, *before], interned([*events, *before]), NOON)
    return [done.customers[iid("user_id", f"u{n}")] for n in range(people)]


def test_customers_are_listed_latest_first_page_by_page(tx: Transaction) -> None:
    town = a_town(tx)
    first = api.customers_page(tx, limit=4)
    assert [one.id for one in first.items] == town[:2:-1]
    assert first.items[0].name == "Given6 Lin"
    assert first.items[0].email == "u6@example.com"
    assert first.items[0].last_seen_at == NOON + timedelta(minutes=6)
    second = api.customers_page(tx, limit=4, cursor=first.next)
    assert [one.id for one in second.items] == town[2::-1]
    assert second.next is None


def test_customers_are_listed_newest_first(tx: Transaction) -> None:
    town = a_town(tx)
    first = api.customers_page(tx, sort="first_seen", limit=4)
    assert [one.id for one in first.items] == town[:4]
    second = api.customers_page(tx, sort="first_seen", limit=4, cursor=first.next)
    assert [one.id for one in second.items] == town[4:]


def test_a_list_may_be_of_some_customers_only(tx: Transaction) -> None:
    town = a_town(tx)
    for sort, expected in (("last_seen", [town[5], town[1]]), ("first_seen", [town[1], town[5]])):
        page = api.customers_page(tx, among=[town[1], town[5]], sort=sort)
        assert [one.id for one in page.items] == expected
    assert api.customers_page(tx, among=[]).items == ()


@pytest.mark.parametrize("words", ["CJ00003", "cj00003", "u3@EXAM", "given3", "laptop-3"])
def test_a_customer_is_found_by_whatever_she_is_known_by(tx: Transaction, words: str) -> None:
    town = a_town(tx)
    assert [one.id for one in api.customers_page(tx, q=words).items] == [town[3]]
    assert api.customers_page(tx, q=words, among=[town[2]]).items == ()


def test_a_customer_is_found_by_any_id_she_ever_had(tx: Transaction) -> None:
    town = a_town(tx)
    assert api.search(tx, text_of(iid("user_id", "u3"))) == [town[3]]


def test_a_customer_is_found_by_a_phone_typed_the_local_way(tx: Transaction) -> None:
    told = [event("m1", ("user_id", "mei"), ("phone", "0912 345 678"))]
    done = api.absorb(tx, told, interned(told), NOON)
    assert api.search(tx, "0912-345") == [done.customers[MEI]]


def test_a_percent_sign_finds_nobody(tx: Transaction) -> None:
    a_town(tx)
    assert api.search(tx, "%") == []
    assert api.search(tx, "_") == []


def test_a_bad_cursor_and_a_bad_sort_are_named(tx: Transaction) -> None:
    with pytest.raises(BadInput, match="cursor"):
        api.customers_page(tx, cursor="yesterday")
    with pytest.raises(BadInput, match="sort"):
        api.customers_page(tx, sort="beauty")


def test_all_that_is_known_of_a_customer(tx: Transaction) -> None:
    town = a_town(tx)
    hers = api.profile(tx, CustomerId(iid("loyalty_card", "CJ00003")))
    assert hers.id == town[3]
    assert hers.name == "Given3 Lin"
    assert [one.key for one in hers.traits] == ["first_name", "language", "last_name"]
    assert [one.kind for one in hers.identifiers] == ["user_id", "loyalty_card", "email", "anonymous_id"]
    with pytest.raises(api.NoSuchCustomer):
        api.profile(tx, CustomerId(5))


def test_the_graph_says_why_she_is_one_customer_and_why_others_are_not_her(tx: Transaction) -> None:
    told = [
        event("m1", ("user_id", "mei"), ("email", "family@example.com"), minute=1),
        event("m2", ("user_id", "anne"), ("email", "family@example.com"), minute=2),
    ]
    done = api.absorb(tx, told, interned(told), NOON)
    hers = api.graph(tx, done.customers[MEI])
    assert {(one.evidence, one.active, one.reason) for one in hers.edges} == {
        ("m1", True, None),
        ("m2", False, api.Refusal.LIMIT),
    }
    assert {one.value for one in hers.nodes} == {"mei", "family@example.com", "anne"}
    api.separate(tx, done.customers[MEI], [FAMILY], "Ann", "the family's mailbox", NOON)
    parted = api.graph(tx, CustomerId(MEI))
    assert [one.reason for one in parted.separations] == ["the family's mailbox"]
    assert {one.value for one in parted.nodes} >= {"mei", "family@example.com"}


def test_a_crowded_tablet_is_shown_as_blocked_and_is_nobodys_address(tx: Transaction) -> None:
    told = [event(f"m{n}", ("user_id", f"u{n}"), ("anonymous_id", "tablet"), minute=n) for n in range(4)]
    done = api.absorb(tx, told, interned(told), NOON)
    tablet = done.customers[iid("anonymous_id", "tablet")]
    assert api.addresses_of(tx, [tablet]) == {tablet: {}}
    assert api.graph(tx, tablet).nodes[-1].blocked


def test_the_catalogue_knows_every_trait(tx: Transaction) -> None:
    a_town(tx)
    assert api.trait_keys(tx) == ["first_name", "language", "last_name"]


def test_two_identifiers_with_one_number_never_join(tx: Transaction) -> None:
    told = [event("m1", ("user_id", "mei"), ("anonymous_id", "laptop"))]
    api.absorb(tx, told, interned(told), NOON)
    (who,) = interned([event("m2", ("user_id", "mei"), ("email", "x@example.com"))])
    forged = tuple(one._replace(value="somebody else") if one.iid == MEI else one for one in who.identifiers)
    done = api.absorb(tx, [event("m2")], [api.Interned(who.primary, who.all, forged)], NOON)
    assert not done.links


def test_two_resolvers_wait_for_each_other(postgres: Postgres) -> None:
    def work(number: int) -> None:
        for n in range(8):
            told = [event(f"{number}-{n}", ("user_id", "mei"), ("anonymous_id", f"{number}-{n}"), minute=n)]
            with postgres.transaction() as tx:
                api.absorb(tx, told, interned(told), NOON)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with postgres.transaction() as tx:
        mei = api.customers_of(tx, [MEI])[MEI]
        assert len(api.members_of(tx, [mei])[mei]) == 33
