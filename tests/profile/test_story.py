"""Why she is one person: the evidence between two identifiers, and what was decided over time."""

from datetime import timedelta

from tests.profile.people import NOON, event, iid, interned
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api
from unavoce.profile.telling import story
from unavoce.runtime.postgres import Transaction

MEI, ANNE = iid("user_id", "mei"), iid("user_id", "anne")
CARD, MAIL, WEB = iid("loyalty_card", "C1"), iid("email", "mei@example.com"), iid("anonymous_id", "w1")


def a_shared_mailbox(tx: Transaction) -> None:
    told = [
        event("m1", ("loyalty_card", "C1"), ("email", "mei@example.com"), minute=1),
        event("m2", ("user_id", "mei"), ("email", "mei@example.com"), minute=2),
        event("m3", ("user_id", "mei"), ("anonymous_id", "w1"), minute=3),
        event("m4", ("user_id", "anne"), ("email", "mei@example.com"), minute=4),
    ]
    api.absorb(tx, told, interned(told), NOON)


def test_the_path_between_two_identifiers_names_every_message(tx: Transaction) -> None:
    a_shared_mailbox(tx)
    found = story.path(tx, CARD, WEB)
    assert found.joined
    assert [one.evidence for one in found.edges] == ["m1", "m2", "m3"]
    assert {one.value for one in found.nodes} == {"C1", "mei@example.com", "mei", "w1"}


def test_the_path_to_somebody_else_shows_where_they_come_apart(tx: Transaction) -> None:
    a_shared_mailbox(tx)
    found = story.path(tx, CARD, ANNE)
    assert not found.joined
    assert [(one.evidence, one.reason) for one in found.edges] == [("m1", None), ("m4", api.Refusal.LIMIT)]


def test_strangers_have_no_path(tx: Transaction) -> None:
    a_shared_mailbox(tx)
    told = [event("s1", ("user_id", "zoe"))]
    api.absorb(tx, told, interned(told), NOON)
    assert story.path(tx, CARD, iid("user_id", "zoe")).edges == []


def test_the_story_tells_every_decision_with_its_cause(tx: Transaction) -> None:
    a_shared_mailbox(tx)
    hers = api.customers_of(tx, [MEI])[MEI]
    api.merge(tx, hers, CustomerId(ANNE), "Ann", "one household", NOON + timedelta(hours=1))
    parted = api.separate(tx, hers, [WEB], "Bo", "her sister's phone", NOON + timedelta(hours=2))
    api.rejoin(tx, parted.separation.id, "Bo", NOON + timedelta(hours=3))
    api.unmerge(tx, hers, ANNE, "Ann", NOON + timedelta(hours=4))
    told = story.story(tx, hers)
    assert {one.turn.value for one in told} == {"left", "rejoined", "came", "separated", "refused"}
    left = [one for one in told if one.turn is story.Turn.LEFT]
    assert [one.iids for one in left] == [(ANNE,), (WEB,)]
    assert "taken back by Ann" in left[0].cause
    assert {one.reason for one in told if one.turn is story.Turn.REFUSED} == {api.Refusal.LIMIT, api.Refusal.UNDONE}
