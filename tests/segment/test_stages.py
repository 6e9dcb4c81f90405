"""Where a customer stands in the purchase cycle, told by her own rhythm of buying."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.segment.oracle import World
from tests.segment.test_compile import TERMS, _everyone, _lay_down, generously
from tests.segment.told import Did
from unavoce.runtime.clickhouse import Facts
from unavoce.segment import stages
from unavoce.segment.conditions import Stage

NOW = datetime(2018, 6, 1, 16, tzinfo=UTC)
EACH = tuple(Stage((name,)) for name in stages.ALL)


def bought(*days_ago: float, who: int = 1) -> tuple[Did, ...]:
    return tuple(
        Did(1000 * who + number, who, "Order Completed", at := NOW - timedelta(days=days), at)
        for number, days in enumerate(days_ago)
    )


def world(*did: Did, kinds: dict[int, str] | None = None) -> World:
    known = kinds or {1: "user_id"}
    return World({who: (who,) for who in known}, known, did, (), ())


def stages_of(facts: Facts, made: World, at: datetime = NOW) -> dict[int, list[str]]:
    _lay_down(facts, made)
    found: dict[int, list[str]] = {}
    for who, number in sorted(_everyone(facts, EACH, at)):
        found.setdefault(who, []).append(stages.ALL[number])
    return found


@pytest.mark.parametrize(
    ("days_ago", "stage"),
    [
        ((), "lead"),
        ((10,), "first_time"),
        ((91,), "at_risk"),
        ((181,), "lapsed"),
        ((60, 40, 20), "active"),
        ((100, 80, 60, 31), "at_risk"),  # every 20 days; 31 days are more than one and a half rhythms
        ((160, 140, 120, 61), "lapsed"),
        ((300, 280, 260, 5), "won_back"),  # she was away for 255 days and came every 20 before
        ((300, 280, 260, 40, 20, 5), "active"),  # and has settled down again
        ((3, 2, 1.9, 1.8, 1), "active"),  # several orders on a day are one purchase, and a daily buyer may rest
        ((1200, 800, 400), "active"),  # once a year at most is waited for
    ],
)
def test_a_customer_told_by_her_purchases(facts: Facts, days_ago: tuple[float, ...], stage: str) -> None:
    assert stages_of(facts, world(*bought(*days_ago))) == {1: [stage]}


def test_a_browser_that_nobody_is_known_by_is_a_visitor(facts: Facts) -> None:
    assert stages_of(facts, world(kinds={1: "anonymous_id", 2: "email"})) == {1: ["visitor"], 2: ["lead"]}


def test_the_past_is_seen_as_it_was(facts: Facts) -> None:
    """In spring she was active; that she stayed away since changes nothing about it."""
    made = world(*bought(160, 140, 120, 61))
    assert stages_of(facts, made, NOW - timedelta(days=60)) == {1: ["active"]}
    assert stages_of(facts, made) == {1: ["lapsed"]}


@generously
@given(
    days_ago=st.lists(st.integers(0, 500), max_size=7),
    hers=st.lists(st.integers(0, 500), max_size=3),
    kind=st.sampled_from(["anonymous_id", "email"]),
)
def test_everybody_is_at_exactly_one_stage(facts: Facts, days_ago: list[int], hers: list[int], kind: str) -> None:
    """Over two identifiers of one customer, and as the slow reference says."""
    did = (*bought(*days_ago), *bought(*hers, who=2))
    made = World({1: (1, 2)}, {1: kind, 2: "anonymous_id"}, did, (), ())
    [(_, found)] = stages_of(facts, made).items()
    assert found == [one.stages[0] for one in EACH if made.meets(one, 1, NOW, TERMS)]
    assert len(found) == 1
