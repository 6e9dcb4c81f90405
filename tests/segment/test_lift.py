"""A lift is claimed only when chance does not explain it, and never of a handful."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.segment.insight.lift import lift

counts = st.integers(0, 2_000)


def test_the_interval_is_katzs() -> None:
    """By hand: 60 of 200 against 100 of 1,000 is a ratio of 3, spread exp(1.96 x sqrt(1/60-1/200+1/100-1/1000))."""
    found = lift(60, 200, 100, 1_000)
    spread = 1.959964 * math.sqrt(1 / 60 - 1 / 200 + 1 / 100 - 1 / 1_000)
    assert (found.share, found.rest_share, found.verdict) == (0.3, 0.1, "over")
    assert found.lift == pytest.approx(3.0)
    assert (found.low, found.high) == (pytest.approx(3 / math.exp(spread)), pytest.approx(3 * math.exp(spread)))


@pytest.mark.parametrize(
    ("inside", "size", "outside", "rest", "verdict"),
    [
        (29, 29, 5, 1_000, "too_few"),  # all of a small group are no group
        (3, 1_000, 3, 1_000, "too_few"),
        (11, 100, 100, 1_000, "same"),
        (0, 500, 100, 1_000, "under"),
        (40, 500, 0, 1_000, "over"),
        (1_000, 1_000, 1_000, 1_000, "same"),
    ],
)
def test_what_is_said(inside: int, size: int, outside: int, rest: int, verdict: str) -> None:
    assert lift(inside, size, outside, rest).verdict == verdict


def test_many_comparisons_ask_for_more() -> None:
    """One in twenty of chance's differences would look true; of two hundred looked at, none should."""
    assert lift(65, 500, 90, 1_000).verdict == "over"
    assert lift(65, 500, 90, 1_000, comparisons=200).verdict == "same"


@given(inside=counts, more=counts, outside=counts, others=counts, comparisons=st.integers(1, 500))
def test_the_interval_holds_the_lift(inside: int, more: int, outside: int, others: int, comparisons: int) -> None:
    found = lift(inside, inside + more, outside, outside + others, comparisons)
    if found.lift is None or found.low is None or found.high is None:
        assert found.verdict == "too_few"
        return
    assert 0 < found.low <= found.lift <= found.high
    turned = lift(outside, outside + others, inside, inside + more, comparisons)
    assert turned.lift == pytest.approx(1 / found.lift)
    assert {found.verdict, turned.verdict} in ({"same"}, {"over", "under"})
