"""Households and companies: context for everybody in them, never a merge."""

from random import Random as Chance

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.profile.conftest import Scratch
from tests.profile.people import NOON, event, iid, interned
from unavoce.collect.api import Event
from unavoce.profile import api
from unavoce.runtime.postgres import Transaction

MEI, ANNE = iid("user_id", "mei"), iid("user_id", "anne")


def joins(number: int, who: str, minute: float = 0, **said: object) -> Event:
    return event(
        f"g{number}", ("user_id", who), minute=minute, call="group", name="Group",
        properties={"group_id": "H1", **said},
    )  # fmt: skip


def take_in(tx: Transaction, *events: Event) -> None:
    api.absorb(tx, events, interned(events), NOON)


def test_a_household_is_known_to_each_and_joins_nobody(tx: Transaction) -> None:
    take_in(tx, joins(1, "mei", name="The Lins", city="Taipei"), joins(2, "anne", minute=1, city="Tainan"))
    (home,) = api.groups_of(tx, [MEI])
    assert (home.name, home.traits["city"], set(home.members)) == ("The Lins", "Tainan", {MEI, ANNE})
    assert len(set(api.customers_of(tx, [MEI, ANNE]).values())) == 2


def test_who_leaves_is_no_member_and_a_merge_counts_once(tx: Transaction) -> None:
    take_in(tx, joins(1, "mei"), joins(2, "anne", minute=1), joins(3, "zoe", minute=2))
    take_in(tx, joins(4, "zoe", minute=5, member=False))
    api.merge(tx, MEI, ANNE, "Ann", "", NOON)
    hers = api.customers_of(tx, [MEI])[MEI]
    (home,) = api.groups_of(tx, [hers])
    assert home.members == (hers,)
    assert api.groups_of(tx, [iid("user_id", "zoe")]) == []


calls = st.builds(
    lambda number, who, minute, city, member: joins(
        number, who, minute, **({"city": city} if city else {}), **({} if member else {"member": False})
    ),
    st.integers(0, 99), st.sampled_from(["mei", "anne", "zoe"]), st.integers(0, 9), st.sampled_from(["", "A", "B"]),
    st.booleans(),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(calls, max_size=12, unique_by=lambda one: one.message_id), chance=st.randoms())
def test_any_arrival_gives_the_same_groups(scratch: Scratch, events: list[Event], chance: Chance) -> None:
    everybody = [iid("user_id", name) for name in ("mei", "anne", "zoe")]
    told = []
    for _ in range(2):
        with scratch() as tx:
            for one in events:
                take_in(tx, one)
            take_in(tx, *events)
            told.append(api.groups_of(tx, everybody))
        chance.shuffle(events)
    assert told[0] == told[1]
