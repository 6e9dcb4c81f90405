"""Who speaks when not all may."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.decide.stage import Stage, at, journey
from unavoce.decide.arbitrate import Book, Rival, Slot, arbitrate
from unavoce.decide.policy import Cap, Policy
from unavoce.decide.world import MessageFacts

hours = st.integers(0, 60).map(at)
slots = st.builds(
    Slot, hours, st.integers(1, 10_000), st.sampled_from(["email", "line"]), st.sampled_from(["promotion", "service"]),
    st.sampled_from(["j1", "j2"]),
)  # fmt: skip
crowds = st.lists(st.tuples(slots, st.integers(1, 3), hours), max_size=10, unique_by=lambda each: each[0].intent)
caps = st.lists(
    st.builds(
        Cap, st.integers(0, 3), st.sampled_from([1.0, 24.0]), st.just("global"), st.just("")
    ) | st.builds(Cap, st.integers(0, 2), st.sampled_from([2.0, 24.0]), st.just("channel"), st.just("email")),
    max_size=3,
)  # fmt: skip


@given(crowds, caps, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(crowd: list, some: list[Cap], chance: object) -> None:
    policy = Policy(caps=tuple(some))
    rivals = [Rival(*each) for each in crowd]
    first = arbitrate(rivals, Book(), policy)
    chance.shuffle(rivals)  # type: ignore[attr-defined]
    assert arbitrate(rivals, Book(), policy) == first


@given(crowds, caps, st.integers(0, 9))
def test_a_higher_priority_never_costs_a_message(crowd: list, some: list[Cap], which: int) -> None:
    policy = Policy(caps=tuple(some))
    rivals = [Rival(*each) for each in crowd]
    before = arbitrate(rivals, Book(), policy)
    for raised in rivals[which : which + 1]:
        more = [Rival(each.slot, each.priority + (each is raised), each.effective) for each in rivals]
        after = arbitrate(more, Book(), policy)
        assert before[raised.slot.intent] is not None or after[raised.slot.intent] is None


@given(crowds, caps)
def test_no_window_ever_holds_more_than_its_cap(crowd: list, some: list[Cap]) -> None:
    policy = Policy(caps=tuple(some))
    rivals = [Rival(*each) for each in crowd]
    verdicts = arbitrate(rivals, Book(), policy)
    taken = [each.slot for each in rivals if verdicts[each.slot.intent] is None]
    for cap in some:
        times = [each.at for each in taken if cap.scope == "global" or each.channel == cap.of]
        length = timedelta(hours=cap.hours)
        assert all(sum(first <= each < first + length for each in times) <= cap.max for first in times)


def _two(on_loss: str) -> Stage:
    both = [
        journey(
            key=key, priority=priority,
            steps={"say": {"type": "send", "message": key, "channels": ["email"], "on_loss": on_loss, "ttl_hours": 48,
                           "next": "after"},
                   "after": {"type": "wait", "for": {"days": 9}}},
        )
        for key, priority in (("loud", 70), ("soft", 30))
    ]  # fmt: skip
    return Stage(both, policy=Policy(zone="America/New_York", caps=(Cap(max=1, hours=24),)))


def test_the_loser_is_told_who_won() -> None:
    stage = _two("skip")
    stage.happens(1, "Product Added", 0)
    stage.passes(1)
    assert stage.said() == ["email: loud"]
    lost = next(each for each in stage.decisions if each.verdict == "denied")
    assert (lost.reason, lost.rule, lost.journey) == ("lost_to", "cap:global:1/24h", "soft")
    assert lost.blocked_by == next(iter(stage.intents))


def test_the_next_one_that_day_finds_the_cap_reached() -> None:
    stage = _two("skip")
    stage.happens(1, "Product Added", 0)
    stage.passes(1)
    stage.journeys = [journey(key="late", entry={"event": "Viewed"}, steps=stage.journeys[0].steps and {
        "say": {"type": "send", "message": "late", "channels": ["email"]}})]  # fmt: skip
    stage.enrolments.clear()
    stage.happens(1, "Viewed", 2)
    stage.passes(5)
    assert stage.why()[-1] == "say denied cap_reached"


def test_a_deferred_loser_competes_again_when_the_place_is_free() -> None:
    stage = _two("defer")
    stage.happens(1, "Product Added", 0)
    stage.passes(30)
    assert stage.said() == ["email: loud", "email: soft"]
    assert stage.why() == ["say planned sent", "say denied lost_to", "say planned sent"]


def test_a_loser_may_leave() -> None:
    stage = _two("exit")
    stage.happens(1, "Product Added", 0)
    stage.passes(1)
    assert {each.journey: each.ended_by for each in stage.enrolments.values()} == {"loud": "", "soft": "exited"}


def test_a_cancelled_message_gives_its_place_back() -> None:
    stage = Stage(
        [
            journey(key="about", about="event.product_id", exits=[{"type": "bought"}], steps={
                "say": {"type": "send", "message": "a", "channels": ["email"], "plan": {"after": {"hours": 5}}}}),
            journey(key="other", entry={"event": "Viewed"}, steps={
                "say": {"type": "send", "message": "b", "channels": ["email"]}}),
        ],
        policy=Policy(zone="America/New_York", caps=(Cap(max=1, hours=24),)),
    )  # fmt: skip
    stage.happens(1, "Product Added", 0, product_id="whisk")
    stage.happens(1, "Order Completed", 1, product_ids=["whisk"])
    stage.happens(1, "Viewed", 2)
    stage.passes(4)
    assert stage.said() == ["email: b"]


def test_a_transactional_message_competes_with_nobody() -> None:
    stage = _two("skip")
    stage.messages = {
        "loud": MessageFacts("transactional", "", ("email",)),
        "soft": MessageFacts("marketing", "", ("email",)),
    }
    stage.happens(1, "Product Added", 0)
    stage.passes(1)
    assert sorted(stage.said()) == ["email: loud", "email: soft"]
