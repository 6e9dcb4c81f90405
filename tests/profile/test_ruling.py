"""Rules of identity: what can be said, that a change gives what the rules say, and that a trial foretells it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.profile.conftest import Scratch
from tests.profile.people import NOON, event, iid, interned, slow_customers
from tests.profile.test_order import histories
from unavoce.collect.api import Event
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import api, ruleset
from unavoce.profile.ruling import publishing, store, trying
from unavoce.profile.ruling.model import NoSuchWork, RulesChangedMeanwhile, RulesStillWorking, WorkOver, WorkState
from unavoce.profile.ruling.shifting import shift
from unavoce.profile.telling import story
from unavoce.runtime.postgres import Transaction

Body = dict[str, object]
PATIENT = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
bodies = st.fixed_dictionaries(
    {},
    optional={
        "limits": st.dictionaries(st.sampled_from(["user_id", "email", "loyalty_card", "*"]), st.integers(1, 4)),
        "people": st.dictionaries(st.sampled_from(["user_id", "email", "anonymous_id", "phone"]), st.integers(1, 4)),
        "accounts_per_device": st.integers(1, 3),
        "blocked": st.lists(
            st.sampled_from([
                {"kind": "email", "value": "e1@x.tw"},
                {"kind": "*", "value": "*-1"},
                {"kind": "phone", "value": "+8869123456?1"},
            ]),
            max_size=2,
        ),
        "strength": st.permutations([["user_id"], ["email"], ["loyalty_card"], ["phone"], ["anonymous_id"], ["*"]]),
    },
)  # fmt: skip


def take_in(tx: Transaction, events: list[Event]) -> set[Iid]:
    api.absorb(tx, events, interned(events), NOON)
    return {found for who in interned(events) for found in who.all}


def apply(tx: Transaction, body: Body) -> None:
    """Publish rules and work them off."""
    _, work = publishing.publish(tx, body, api.rules_now(tx).version, "", "Ann", NOON)
    while (waiting := store.next_work(tx)) is not None:
        publishing.apply_some(tx, waiting, NOON)
    assert publishing.found(tx, work.id).state is WorkState.DONE


@PATIENT
@example(events=[event("m1", ("user_id", "u-1"), ("email", "e1@x.tw")), event("m2", ("email", "e1@x.tw"))],
         first={"blocked": [{"kind": "email", "value": "e1@x.tw"}]}, second={})  # fmt: skip
# A phone that was blocked and that touches too many people stays shut when it is no longer blocked.
@example(events=[event("m0", ("user_id", "u-0")),
                 event("m1", ("phone", "+886912345671"), ("user_id", "u-0"), ("user_id", "u-1"))],
         first={"blocked": [{"kind": "phone", "value": "+8869123456?1"}], "people": {"phone": 1}},
         second={"people": {"user_id": 1, "email": 1, "phone": 1}})  # fmt: skip
@example(events=[event("m2", ("phone", "+886912345671"), ("user_id", "u-0")), event("m0", ("user_id", "u-0")),
                 event("m1", ("phone", "+886912345671"), ("user_id", "u-1"))],
         first={"blocked": [{"kind": "phone", "value": "+8869123456?1"}], "people": {"phone": 1}},
         second={"people": {"phone": 1}})  # fmt: skip
@given(events=histories, first=bodies, second=bodies)
def test_published_rules_give_what_they_would_have_given_from_the_start(
    scratch: Scratch, events: list[Event], first: Body, second: Body
) -> None:
    half = len(events) // 2
    with scratch() as tx:
        take_in(tx, events[:half])
        apply(tx, first)
        everybody = take_in(tx, events[:half]) | take_in(tx, events[half:])
        assert api.customers_of(tx, everybody) == slow_customers(events, rules=ruleset.read(first))
        apply(tx, second)
        assert api.customers_of(tx, everybody) == slow_customers(events, rules=ruleset.read(second))


@PATIENT
@given(events=histories, first=bodies, second=bodies)
def test_a_trial_foretells_and_changes_nothing(
    scratch: Scratch, events: list[Event], first: Body, second: Body
) -> None:
    with scratch() as tx:
        everybody = take_in(tx, events)
        apply(tx, first)
        before = api.customers_of(tx, everybody)
        tally = trying.Tally()
        new = ruleset.read(second)
        shifted = shift(tx, api.rules_now(tx), new)
        seeds = set(shifted.seeds)
        while seeds:
            seeds -= trying.try_some(tx, new, shifted, [min(seeds)], tally, 1_000)
        assert api.customers_of(tx, everybody) == before
        foretold = before | {one: customer for customer, hers in tally.after.items() for one in hers}
        apply(tx, second)
        assert api.customers_of(tx, everybody) == foretold
        split = [hers for hers in _groups(before) if len({foretold[one] for one in hers}) > 1]
        assert tally.splitting == len(split)


def _groups(customers: dict[Iid, CustomerId]) -> list[list[Iid]]:
    groups: dict[CustomerId, list[Iid]] = {}
    for one, customer in customers.items():
        groups.setdefault(customer, []).append(one)
    return list(groups.values())


def test_a_blocked_number_joins_nobody_and_its_calls_are_about_the_others(tx: Transaction) -> None:
    told = [
        event(f"m{n}", ("loyalty_card", f"C{n}"), ("phone", "0900000000"), minute=n) for n in range(2)
    ]  # fmt: skip
    take_in(tx, told)
    cards = [iid("loyalty_card", f"C{n}") for n in range(2)]
    assert len(set(api.customers_of(tx, cards).values())) == 1
    apply(tx, {"blocked": [{"kind": "phone", "value": "+886900000000"}]})
    assert len(set(api.customers_of(tx, cards).values())) == 2
    assert [one.reason for one in api.graph(tx, CustomerId(cards[0])).edges] == [api.Refusal.BLOCKED]
    known = api.intern(told, b"the brand's own key, 32 bytes...", "TW", api.rules_now(tx))
    assert [one.primary for one in known] == cards
    apply(tx, {})
    assert len(set(api.customers_of(tx, cards).values())) == 1


def test_one_openid_is_of_one_app_and_the_unionid_joins_them(tx: Transaction) -> None:
    told = [
        event("m1", ("wechat_openid:wxshop", "oA"), ("wechat_unionid", "uA"), minute=1),
        event("m2", ("wechat_openid:wxmember", "oA2"), ("wechat_unionid", "uA"), minute=2),
        event("m3", ("wechat_openid:wxmember", "oA"), minute=3),
    ]
    take_in(tx, told)
    found = api.customers_of(tx, [iid("wechat_openid:wxshop", "oA"), iid("wechat_openid:wxmember", "oA2")])
    assert len(set(found.values())) == 1
    assert iid("wechat_openid:wxmember", "oA") not in found
    stranger = iid("wechat_openid:wxmember", "oA")
    assert api.customers_of(tx, [stranger]) == {stranger: stranger}


def test_links_say_what_changed_them(tx: Transaction) -> None:
    take_in(tx, [event("m1", ("user_id", "mei"), ("email", "a@x.tw")), event("m2", ("user_id", "mei"), minute=1)])
    apply(tx, {"blocked": [{"kind": "email", "value": "a@x.tw"}]})
    apply(tx, {})
    mei = api.customers_of(tx, [iid("user_id", "mei")])[iid("user_id", "mei")]
    told = [(one.turn, one.cause) for one in story.story(tx, mei)]
    assert sorted(told) == [("came", "m1"), ("came", "rules 2"), ("left", "rules 1")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"limit": {}}, "limit"),
        ({"limits": {"email": 0}}, "limits.email"),
        ({"limits": {"email": True}}, "limits.email"),
        ({"limits": {"E-mail": 3}}, "limits.E-mail"),
        ({"people": {"email": 201}}, "people.email"),
        ({"people": [3]}, "people"),
        ({"accounts_per_device": "2"}, "accounts_per_device"),
        ({"blocked": [{"kind": "email", "value": "***"}]}, "blocked.0.value"),
        ({"blocked": [{"kind": "email"}]}, "blocked.0"),
        ({"strength": [["email"], ["email"]]}, "strength"),
        ({"strength": "email"}, "strength"),
    ],
)
def test_nonsense_is_refused_by_name(body: Body, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        ruleset.read(body)
    assert refused.value.facts["field"] == field


def test_rules_come_back_as_they_were_written() -> None:
    body = {"limits": {"email": 2}, "blocked": [{"kind": "*", "value": "test*"}]}
    said = ruleset.written(ruleset.read(body))
    assert ruleset.written(ruleset.read(said)) == said


def test_two_who_publish_at_once_are_told_and_rules_are_applied_before_others_come(tx: Transaction) -> None:
    take_in(tx, [event(f"m{n}", ("user_id", f"u{n}"), ("email", "a@x.tw"), minute=n) for n in range(3)])
    publishing.publish(tx, {"limits": {"user_id": 3}}, 0, "", "Ann", NOON)
    with pytest.raises(RulesChangedMeanwhile):
        publishing.publish(tx, {}, 0, "", "Bo", NOON)
    with pytest.raises(RulesStillWorking):
        publishing.publish(tx, {}, 1, "", "Bo", NOON)
    work = store.next_work(tx)
    assert work is not None
    assert work.total > 0
    with pytest.raises(WorkOver):
        publishing.cancel(tx, work.id, NOON)
    with pytest.raises(NoSuchWork):
        publishing.cancel(tx, 77, NOON)
    publishing.apply_some(tx, work, NOON + timedelta(minutes=1))
    assert publishing.found(tx, work.id).state is WorkState.DONE
    assert len(set(api.customers_of(tx, [iid("user_id", f"u{n}") for n in range(3)]).values())) == 1
