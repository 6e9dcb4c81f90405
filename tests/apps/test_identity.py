"""Rules in the background: tried on a copy with what segments would do, published, applied, followed."""

from datetime import timedelta

import pytest

from tests.profile.people import NOON, event, iid, interned
from unavoce.apps.follow import Relinker
from unavoce.apps.identity import Background
from unavoce.collect.api import Batch
from unavoce.kernel.clock import FixedClock
from unavoce.profile import api as profile
from unavoce.profile.likeness import finding
from unavoce.profile.ruling import publishing, store
from unavoce.profile.ruling.model import WorkKind, WorkState
from unavoce.runtime.http import Door
from unavoce.segment import api as segment

TOLD = [
    event("m1", ("user_id", "mei"), ("email", "a@x.tw"), call="identify", name="Identify", traits={"city": "Taipei"}),
    event("m2", ("loyalty_card", "C1"), ("email", "a@x.tw"), minute=1),
]
MEI, CARD, MAIL = iid("user_id", "mei"), iid("loyalty_card", "C1"), iid("email", "a@x.tw")
BLOCK = {"blocked": [{"kind": "email", "value": "a@x.tw"}]}


@pytest.fixture
def background(door: Door) -> Background:
    """A deployment where Mei lives in Taipei, her card known by her address, and a segment of the Taipei people."""
    iids = interned(TOLD)
    profile.record(door.facts, Batch(1, 1, 2, 1), TOLD, iids)
    with door.postgres.transaction() as tx:
        done = profile.absorb(tx, TOLD, iids, NOON)
    with door.postgres.transaction() as tx:
        profile.publish_links(tx, door.facts, done.links)
    condition = segment.parse({"type": "not", "of": {"type": "trait", "key": "city", "op": "eq", "value": "Taipei"}})
    draft = segment.Draft("elsewhere", {"en": "Elsewhere"}, condition)
    segment.publish(door.postgres, door.facts, draft, NOON)
    return Background(door, Relinker())


def test_a_trial_tells_who_would_split_and_what_segments_would_do(background: Background) -> None:
    door = background.door
    with door.postgres.transaction() as tx:
        number = store.add_work(tx, WorkKind.TRIAL, {"rules": BLOCK}, "Ann", NOON)
    assert background.step()
    with door.postgres.transaction() as tx:
        work = publishing.found(tx, number)
        assert len(set(profile.customers_of(tx, [MEI, CARD, MAIL]).values())) == 1
    assert work.state is WorkState.DONE
    assert (work.result["splitting"], work.result["merging"], work.result["becoming"]) == (1, 0, 3)
    assert work.result["segments"] == [{"key": "elsewhere", "name": {"en": "Elsewhere"}, "before": 0, "after": 2}]
    (example,) = work.result["examples"]
    assert {(one["before"], one["after"]) for one in example["evidence"]} == {(None, "blocked")}


def test_published_rules_move_segments_too(background: Background) -> None:
    door = background.door
    with door.postgres.transaction() as tx:
        publishing.publish(tx, BLOCK, 0, "a shared address", "Ann", NOON)
    while background.step():
        pass
    with door.postgres.transaction() as tx:
        assert len(set(profile.customers_of(tx, [MEI, CARD, MAIL]).values())) == 3
        assert len(segment.customers_in(tx, "elsewhere")) == 2
    asked = door.facts.tree(f"SELECT customer_of(toUInt64({CARD})) AS c")["c"]
    assert asked == [CARD]


def test_a_cancelled_trial_goes_no_further(background: Background) -> None:
    door = background.door
    with door.postgres.transaction() as tx:
        number = store.add_work(tx, WorkKind.TRIAL, {"rules": BLOCK}, "Ann", NOON)
        publishing.cancel(tx, number, NOON)
        assert store.next_work(tx) is None


def test_a_trial_that_fails_says_why(background: Background) -> None:
    door = background.door
    with door.postgres.transaction() as tx:
        number = store.add_work(tx, WorkKind.TRIAL, {"rules": {"limits": 5}}, "Ann", NOON)
    with pytest.raises(Exception, match="limits"):
        background.step()
    with door.postgres.transaction() as tx:
        work = publishing.found(tx, number)
    assert work.state is WorkState.FAILED
    assert "limits" in str(work.result["error"])


def test_duplicates_are_looked_for_once_a_day(background: Background) -> None:
    door = background.door
    assert background.step()
    assert not background.step()
    with door.postgres.transaction() as tx:
        (work,) = store.works(tx, [WorkKind.LIKENESS], 5)
    assert (work.state, work.result["suggested"]) == (WorkState.DONE, 0)


def test_a_search_for_duplicates_that_broke_off_comes_again_within_the_hour(
    background: Background, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> dict[str, object]:
        raise ArithmeticError

    with monkeypatch.context() as broken:
        broken.setattr(finding, "find", breaks)
        with pytest.raises(ArithmeticError):
            background.step()
    assert not background.step()
    clock.passes(timedelta(hours=1))
    assert background.step()
    with background.door.postgres.transaction() as tx:
        states = [one.state for one in store.works(tx, [WorkKind.LIKENESS], 9)]
    assert states == [WorkState.DONE, WorkState.FAILED]
    clock.passes(timedelta(hours=23))
    assert not background.step()
