"""The customers are the same however the events arrive: shuffled, repeated, in whatever batches."""

from datetime import timedelta
from itertools import pairwise
from random import Random as Chance

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.profile.conftest import Scratch
from tests.profile.people import NOON, event, iid, interned, slow_customers
from unavoce.collect.api import Event
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import api
from unavoce.runtime.postgres import Transaction

KINDS = {"user_id": 6, "anonymous_id": 4, "email": 7, "loyalty_card": 5, "line_user_id": 3, "phone": 3}
some = st.sampled_from([
    (kind, f"+88691234567{n}" if kind == "phone" else f"{kind[0]}{n}@x.tw" if kind == "email" else f"{kind}-{n}")
    for kind, many in KINDS.items()
    for n in range(many)
])  # fmt: skip
calls = st.builds(
    lambda number, identifiers, minute, call, born: event(
        f"m{number}", *identifiers, minute=minute, call=call, traits={"birthday": born} if born else {}
    ),
    st.integers(0, 999),
    st.lists(some, min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(0, 30),
    st.sampled_from(["track", "track", "track", "identify", "alias"]),
    st.sampled_from([None, None, "1988-03-04", "1990-10-20", "2012-01-05"]),
)
histories = st.lists(calls, max_size=40, unique_by=lambda one: one.message_id)
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _absorbed(tx: Transaction, events: list[Event], cuts: list[int]) -> dict[Iid, CustomerId]:
    bounds = [0, *sorted(cut % (len(events) + 1) for cut in cuts), len(events)]
    told: dict[Iid, CustomerId] = {}
    for start, end in pairwise(bounds):
        batch = events[start:end]
        done = api.absorb(tx, batch, interned(batch), NOON + timedelta(hours=start))
        for link in done.links:
            told[link.iid] = link.customer
    everybody = {found for who in interned(events) for found in who.all}
    now = api.customers_of(tx, everybody)
    # What was told about changes adds up to what is so.
    assert {one: told.get(one, one) for one in everybody} == now
    return now


@PATIENT
@given(events=histories, again=st.lists(st.integers(0, 39), max_size=8), cuts=st.lists(st.integers(0, 60), max_size=4),
       chance=st.randoms())  # fmt: skip
def test_any_arrival_gives_the_same_customers(
    scratch: Scratch, events: list[Event], again: list[int], cuts: list[int], chance: Chance
) -> None:
    arrival = [*events, *(events[n] for n in again if n < len(events))]
    chance.shuffle(arrival)
    with scratch() as tx:
        assert _absorbed(tx, arrival, cuts) == slow_customers(events)


def _shared(people: int) -> list[Event]:
    return [
        event(f"m{n}", ("user_id", f"u{n}"), ("anonymous_id", "tablet"), ("loyalty_card", f"c{n}"), minute=n)
        for n in range(people)
    ]


@PATIENT
@example(people=3, cuts=[1, 2])
@example(people=4, cuts=[3])
@given(people=st.integers(1, 7), cuts=st.lists(st.integers(0, 8), max_size=3))
def test_a_store_tablet_ends_up_nobodys(scratch: Scratch, people: int, cuts: list[int]) -> None:
    events = _shared(people)
    with scratch() as tx:
        customers = _absorbed(tx, events, cuts)
        assert customers == slow_customers(events)
        tablet = iid("anonymous_id", "tablet")
        alone = [one for one, customer in customers.items() if customer == customers[tablet]] == [tablet]
        assert alone == (people > 1)
        everyone = {customers[iid("user_id", f"u{n}")] for n in range(people)}
        assert len(everyone) == people


@PATIENT
@given(events=histories, cuts=st.lists(st.integers(0, 60), max_size=3), data=st.data())
def test_a_separation_holds_against_all_evidence(
    scratch: Scratch, events: list[Event], cuts: list[int], data: st.DataObject
) -> None:
    early = events[: len(events) // 2]
    with scratch() as tx:
        _absorbed(tx, early, [])
        big = [hers for hers in _members(tx, early).values() if len(hers) > 1]
        if not big:
            return
        hers = data.draw(st.sampled_from(big))
        apart = set(data.draw(st.lists(st.sampled_from(hers), min_size=1, max_size=len(hers) - 1, unique=True)))
        if apart == set(hers):
            return
        api.separate(tx, CustomerId(hers[0]), apart, "Ann", "two people", NOON)
        bounds = sorted({cut % (len(events) + 1) for cut in cuts} | {0, len(events)})
        for start, end in pairwise(bounds):
            batch = events[start:end]
            api.absorb(tx, batch, interned(batch), NOON)
        sides = [(frozenset(apart), frozenset(hers) - apart)]
        everybody = {found for who in interned(events) for found in who.all}
        assert api.customers_of(tx, everybody) == slow_customers(events, sides)


def _members(tx: Transaction, events: list[Event]) -> dict[CustomerId, tuple[Iid, ...]]:
    everybody = {found for who in interned(events) for found in who.all}
    return api.members_of(tx, set(api.customers_of(tx, everybody).values()))


@PATIENT
@given(people=st.integers(6, 9), cuts=st.lists(st.integers(0, 10), max_size=3))
def test_a_kiosk_where_people_type_their_phone_joins_nobody(scratch: Scratch, people: int, cuts: list[int]) -> None:
    events = [event(f"m{n}", ("phone", f"+88691234567{n}"), ("anonymous_id", "kiosk"), minute=n) for n in range(people)]
    with scratch() as tx:
        customers = _absorbed(tx, events, cuts)
        assert customers == slow_customers(events)
        assert all(one == customer for one, customer in customers.items())


def test_after_a_reset_what_the_next_one_does_before_she_logs_in_is_hers(scratch: Scratch) -> None:
    # Segment's `reset` at a log-out makes a new anonymous id.
    events = [
        event("a1", ("anonymous_id", "first"), minute=1),
        event("a2", ("user_id", "anne"), ("anonymous_id", "first"), minute=2),
        event("b1", ("anonymous_id", "second"), minute=3),
        event("b2", ("user_id", "belle"), ("anonymous_id", "second"), minute=4),
    ]
    for told in (events, events[::-1]):
        with scratch() as tx:
            customers = _absorbed(tx, list(told), [2])
            assert customers[iid("anonymous_id", "first")] == customers[iid("user_id", "anne")]
            assert customers[iid("anonymous_id", "second")] == customers[iid("user_id", "belle")]
            assert customers[iid("user_id", "anne")] != customers[iid("user_id", "belle")]


def test_a_browser_with_two_accounts_is_neither_ones(scratch: Scratch) -> None:
    events = [
        event("a", ("user_id", "anne"), ("anonymous_id", "shared"), minute=1),
        event("visit", ("anonymous_id", "shared"), minute=2),
        event("b", ("user_id", "belle"), ("anonymous_id", "shared"), minute=3),
    ]
    for told in (events, events[::-1]):
        with scratch() as tx:
            customers = _absorbed(tx, list(told), [1, 2])
            assert len(set(customers.values())) == 3


def test_a_family_that_shares_a_phone_stays_several_people(scratch: Scratch) -> None:
    phone, other = ("phone", "+886912345678"), ("phone", "+886911111111")
    mother, child = {"birthday": "1980-05-06"}, {"birthday": "2006/07/08"}
    events = [
        event("m1", ("user_id", "mother"), phone, minute=1, call="identify", traits=mother),
        event("m2", ("loyalty_card", "mothers"), phone, minute=2, call="identify", traits={"dob": "19800506"}),
        event("c1", ("user_id", "child"), phone, minute=3, call="identify", traits=child),
        event("c2", ("loyalty_card", "childs"), phone, minute=4, call="identify", traits=child),
        event("x", ("line_user_id", "somebody"), phone, minute=5, call="identify"),
        event("y", ("line_user_id", "mothers"), ("user_id", "mother"), phone, minute=6, call="identify"),
        event("z", ("user_id", "alone"), other, minute=7, call="identify", traits=mother),
        event("z2", ("loyalty_card", "alone"), other, minute=8, call="identify"),
    ]
    for told in (events, events[::-1], [*events[4:], *events[:4]]):
        with scratch() as tx:
            customers = _absorbed(tx, list(told), [2, 3, 5])
            hers = {one: customers[iid(*one)] for found in events for one in found.identifiers}
            assert hers["user_id", "mother"] == hers["loyalty_card", "mothers"] == hers[phone]
            assert hers["line_user_id", "mothers"] == hers["user_id", "mother"]
            assert hers["user_id", "child"] == hers["loyalty_card", "childs"] != hers["user_id", "mother"]
            assert hers["line_user_id", "somebody"] not in {hers["user_id", "mother"], hers["user_id", "child"]}
            assert hers["user_id", "alone"] == hers["loyalty_card", "alone"] != hers["user_id", "mother"]


def test_a_birthday_that_comes_later_parts_whom_a_phone_had_joined(scratch: Scratch) -> None:
    phone = ("phone", "+886912345678")
    events = [
        event("a", ("loyalty_card", "a"), phone, minute=1, call="identify", traits={"birthday": "1980-05-06"}),
        event("b", ("loyalty_card", "b"), phone, minute=2, call="identify"),
    ]
    late = event("c", ("loyalty_card", "b"), minute=3, call="identify", traits={"birthday": "1981-01-02"})
    mended = event("d", ("loyalty_card", "b"), minute=4, call="identify", traits={"birthday": "1980-05-06"})
    for more, people in (([], 1), ([late], 2), ([late, mended], 1)):
        with scratch() as tx:
            customers = _absorbed(tx, [*events, *more], [2, 3])
            assert customers == slow_customers([*events, *more])
            assert len(set(customers.values())) == people
