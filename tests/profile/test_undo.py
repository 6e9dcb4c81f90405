"""A wrong merge is undone without loss: links, traits and consents are what they were."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.profile.conftest import Scratch
from tests.profile.people import NOON, SCORES, TILL, WEB, event, iid, interned
from unavoce.collect.api import Event
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import api
from unavoce.runtime.postgres import Transaction

PHONE_SIDE = [
    event("p1", ("anonymous_id", "phone-app"), ("user_id", "mei"), call="identify", name="Identify", minute=1,
          traits={"name": "Mei", "consents": {"email": True}}),
    event("p2", ("user_id", "mei"), ("loyalty_card", "C1"), minute=2),
]  # fmt: skip
WEB_SIDE = [
    event("w1", ("anonymous_id", "laptop"), ("email", "mei@example.com"), call="identify", name="Identify", minute=3,
          traits={"name": "M. Wang", "city": "Taipei", "consents": {"email": False}}),
]  # fmt: skip
MEI, LAPTOP, MAIL = iid("user_id", "mei"), iid("anonymous_id", "laptop"), iid("email", "mei@example.com")


def take_in(tx: Transaction, *events: Event, minute: float = 60) -> api.Absorbed:
    return api.absorb(tx, events, interned(events), NOON + timedelta(minutes=minute))


def customer(tx: Transaction, one: Iid) -> CustomerId:
    return api.customers_of(tx, [one])[one]


def everything(tx: Transaction, everybody: set[Iid]) -> object:
    customers = api.customers_of(tx, everybody)
    distinct = set(customers.values())
    return (
        customers,
        {one: frozenset(hers) for one, hers in api.members_of(tx, distinct).items()},
        api.traits_of(tx, distinct),
        api.consents_of(tx, distinct),
        api.addresses_of(tx, distinct),
    )


def test_a_merge_joins_what_is_known_and_a_separation_takes_it_apart_again(tx: Transaction) -> None:
    take_in(tx, *PHONE_SIDE, *WEB_SIDE)
    everybody = {found for who in interned([*PHONE_SIDE, *WEB_SIDE]) for found in who.all}
    before = everything(tx, everybody)
    phone, web = customer(tx, MEI), customer(tx, LAPTOP)
    theirs = api.members_of(tx, [web])[web]

    merged = api.merge(tx, phone, web, "Ann", "same address", NOON)
    assert customer(tx, LAPTOP) == customer(tx, MEI) == phone
    assert {link.iid for link in merged.links} == {LAPTOP, MAIL}
    assert set(merged.members) >= {phone}
    assert api.traits_of(tx, [phone])[phone]["city"] == "Taipei"
    assert api.traits_of(tx, [phone])[phone]["name"] == "M. Wang"
    assert api.consents_of(tx, [phone])[phone]["email", "marketing"] == "denied"

    parted = api.separate(tx, phone, theirs, "Ann", "it was her sister", NOON)
    assert everything(tx, everybody) == before
    assert {link.iid for link in parted.links} == {LAPTOP, MAIL}

    api.rejoin(tx, parted.separation.id, "Ann", NOON)
    assert customer(tx, LAPTOP) == customer(tx, MEI)


def test_the_same_evidence_again_does_not_rejoin_who_was_set_apart(tx: Transaction) -> None:
    together = event("t1", ("anonymous_id", "laptop"), ("user_id", "mei"))
    take_in(tx, together)
    parted = api.separate(tx, customer(tx, MEI), [LAPTOP], "Ann", "a shared laptop", NOON)
    assert customer(tx, LAPTOP) != customer(tx, MEI)
    again = event("t2", ("anonymous_id", "laptop"), ("user_id", "mei"), minute=9)
    through_another = event("t3", ("anonymous_id", "laptop"), ("email", "mei@example.com"), minute=10)
    hers = event("t4", ("user_id", "mei"), ("email", "mei@example.com"), minute=11)
    assert LAPTOP not in {link.iid for link in take_in(tx, again, through_another, hers).links}
    assert customer(tx, LAPTOP) != customer(tx, MEI)

    rejoined = api.rejoin(tx, parted.separation.id, "Ann", NOON)
    assert customer(tx, LAPTOP) == customer(tx, MEI) == customer(tx, MAIL)
    assert rejoined.separation.undone_at == NOON


def test_links_remember_what_they_were(tx: Transaction) -> None:
    take_in(tx, *PHONE_SIDE, *WEB_SIDE)
    merged = api.merge(tx, customer(tx, MEI), customer(tx, LAPTOP), "Ann", "one person", NOON + timedelta(hours=2))
    hers = next(iter(merged.members))
    api.separate(tx, hers, [LAPTOP, MAIL], "Ann", "two people", NOON + timedelta(hours=3))
    log = api.links_then(tx, [LAPTOP, MAIL], NOON + timedelta(hours=2, minutes=30))
    assert log == {LAPTOP: customer(tx, MEI), MAIL: customer(tx, MEI)}
    after = api.links_then(tx, [LAPTOP, MAIL], NOON + timedelta(hours=4))
    assert after == api.customers_of(tx, [LAPTOP, MAIL])
    long_ago = api.links_then(tx, [LAPTOP, MAIL], NOON - timedelta(days=1))
    assert long_ago == {LAPTOP: LAPTOP, MAIL: MAIL}


def test_a_till_knows_better_than_a_form_and_a_form_better_than_a_score(tx: Transaction) -> None:
    mei = ("user_id", "mei")
    take_in(
        tx,
        event("t1", mei, call="identify", source=TILL, minute=1, traits={"name": "王美"}),
        event("t2", mei, call="identify", source=WEB, minute=2, traits={"name": "asdf", "size": "M"}),
        event("t3", mei, call="identify", source=SCORES, minute=3, traits={"size": "L", "churn": 0.4}),
    )
    assert api.traits_of(tx, [customer(tx, MEI)])[customer(tx, MEI)] == {"name": "王美", "size": "M", "churn": 0.4}


def test_a_word_taken_back_is_no_word(tx: Transaction) -> None:
    mei = ("user_id", "mei")
    take_in(
        tx,
        event("t2", mei, call="identify", minute=2, traits={"city": None}),
        event("t1", mei, call="identify", minute=1, traits={"city": "Taipei"}),
    )
    assert api.traits_of(tx, [customer(tx, MEI)])[customer(tx, MEI)] == {}


def test_a_late_word_does_not_replace_a_newer_one(tx: Transaction) -> None:
    mei = ("user_id", "mei")
    take_in(tx, event("t2", mei, call="identify", minute=2, traits={"city": "Tainan"}))
    take_in(tx, event("t1", mei, call="identify", minute=1, traits={"city": "Taipei"}))
    assert api.traits_of(tx, [customer(tx, MEI)])[customer(tx, MEI)]["city"] == "Tainan"


def test_unsaid_consent_stays_unsaid(tx: Transaction) -> None:
    take_in(tx, event("t1", ("user_id", "mei")))
    assert api.consents_of(tx, [customer(tx, MEI)])[customer(tx, MEI)] == {}


def test_what_cannot_be_done_is_refused_by_name(tx: Transaction) -> None:
    take_in(tx, *PHONE_SIDE, *WEB_SIDE)
    phone, web = customer(tx, MEI), customer(tx, LAPTOP)
    with pytest.raises(api.NoSuchCustomer):
        api.merge(tx, phone, CustomerId(77), "Ann", "", NOON)
    with pytest.raises(api.SameCustomer):
        api.merge(tx, phone, CustomerId(MEI), "Ann", "", NOON)
    with pytest.raises(api.NotHers):
        api.separate(tx, phone, [LAPTOP], "Ann", "", NOON)
    with pytest.raises(api.NothingLeft):
        api.separate(tx, phone, api.members_of(tx, [phone])[phone], "Ann", "", NOON)
    with pytest.raises(api.NoSuchSeparation):
        api.rejoin(tx, 12, "Ann", NOON)
    api.merge(tx, phone, web, "Ann", "", NOON)
    parted = api.separate(tx, phone, [LAPTOP], "Ann", "", NOON)
    with pytest.raises(api.SeparatedBefore):
        api.merge(tx, customer(tx, MEI), customer(tx, LAPTOP), "Ann", "", NOON)
    api.rejoin(tx, parted.separation.id, "Ann", NOON)
    with pytest.raises(api.SeparationUndone):
        api.rejoin(tx, parted.separation.id, "Ann", NOON)


kinds = st.sampled_from(["user_id", "anonymous_id", "email"])
some = st.tuples(kinds, st.integers(0, 3)).map(lambda one: (one[0], f"{one[0]}{one[1]}@x.tw"))
consents = st.fixed_dictionaries({"email": st.booleans()})
traits = st.fixed_dictionaries({}, optional={"name": st.sampled_from("AB"), "city": st.none(), "consents": consents})
histories = st.lists(
    st.builds(
        lambda number, identifiers, minute, traits: event(
            f"m{number}", *identifiers, minute=minute, call="identify", name="Identify", traits=traits
        ),
        st.integers(0, 99),
        st.lists(some, min_size=1, max_size=2, unique=True).map(tuple),
        st.integers(0, 9),
        traits,
    ),
    min_size=2,
    max_size=14,
    unique_by=lambda one: one.message_id,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories, data=st.data())
def test_undone_is_as_if_never_done(scratch: Scratch, events: list[Event], data: st.DataObject) -> None:
    everybody = {found for who in interned(events) for found in who.all}
    with scratch() as tx:
        take_in(tx, *events)
        distinct = sorted(set(api.customers_of(tx, everybody).values()))
        if len(distinct) < 2:
            return
        before = everything(tx, everybody)
        one, other = data.draw(st.permutations(distinct))[:2]
        theirs = api.members_of(tx, [other])[other]
        hers = next(iter(api.merge(tx, one, other, "Ann", "", NOON).members))
        merged = everything(tx, everybody)
        api.unmerge(tx, Iid(one), Iid(other), "Ann", NOON)
        assert everything(tx, everybody) == before
        api.merge(tx, one, other, "Ann", "", NOON)
        assert everything(tx, everybody) == merged
        parted = api.separate(tx, api.customers_of(tx, [Iid(hers)])[Iid(hers)], theirs, "Ann", "", NOON)
        assert everything(tx, everybody) == before
        api.rejoin(tx, parted.separation.id, "Ann", NOON)
        assert everything(tx, everybody) == merged


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories, data=st.data())
def test_merges_in_a_circle_come_apart_one_by_one(scratch: Scratch, events: list[Event], data: st.DataObject) -> None:
    everybody = {found for who in interned(events) for found in who.all}
    with scratch() as tx:
        take_in(tx, *events)
        distinct = sorted(set(api.customers_of(tx, everybody).values()))
        if len(distinct) < 3:
            return
        stages = [everything(tx, everybody)]
        a, b, c = data.draw(st.permutations(distinct))[:3]
        for one, other in ((a, b), (b, c)):
            api.merge(tx, one, other, "Ann", "", NOON)
            stages.append(everything(tx, everybody))
        with pytest.raises(api.SameCustomer):
            api.merge(tx, c, a, "Ann", "", NOON)
        api.unmerge(tx, Iid(b), Iid(c), "Ann", NOON)
        assert everything(tx, everybody) == stages[1]
        api.unmerge(tx, Iid(a), Iid(b), "Ann", NOON)
        assert everything(tx, everybody) == stages[0]
        with pytest.raises(api.NoSuchMerge):
            api.unmerge(tx, Iid(a), Iid(b), "Ann", NOON)
