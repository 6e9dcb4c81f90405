"""What the holdout may be made to say, and what not."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unavoce.learn import rules
from unavoce.learn.model import Arm, BadPeriod, Verdict


def _arm(values: np.ndarray) -> Arm:
    return Arm(n=len(values), total=float(values.sum()), squares=float((values**2).sum()))


@given(st.integers(20, 400), st.integers(20, 400), st.integers(0, 10_000))
def test_the_p_value_is_welchs(n: int, m: int, seed: int) -> None:
    """The p value of moments equals SciPy's Welch test on the raw values."""
    generator = np.random.default_rng(seed)
    first, second = generator.normal(10, 3, n), generator.normal(11, 5, m)
    expected = stats.ttest_ind(first, second, equal_var=False).pvalue
    seen = rules.compare(_arm(first), _arm(second)).p_value
    assert seen is not None
    assert math.isclose(seen, float(expected), rel_tol=1e-6, abs_tol=1e-12)


def test_a_real_lift_is_seen_and_bounded() -> None:
    """12 % against 8 % in two big arms is a lift, and the true ratio lies inside the interval."""
    lift = rules.compare(rules.proportion(9_000, 1_080), rules.proportion(9_000, 720))
    assert lift.verdict is Verdict.YES
    assert lift.low is not None
    assert lift.high is not None
    assert lift.low < 0.5 < lift.high


def test_a_small_holdout_cannot_say() -> None:
    """One buyer among thirty held-out customers bounds nothing, and we say how many more it takes."""
    lift = rules.compare(rules.proportion(270, 20), rules.proportion(30, 1))
    assert lift.verdict is Verdict.CANNOT_SAY_YET
    assert lift.low is None
    assert lift.needs_more is not None
    assert lift.needs_more > 0


def test_empty_arms_cannot_say() -> None:
    """Nobody in an arm is no reason to divide by zero."""
    assert rules.compare(rules.proportion(0, 0), rules.proportion(0, 0)).verdict is Verdict.CANNOT_SAY_YET


def test_fieller_covers_the_truth() -> None:
    """Over simulated shops the interval holds the true lift in about 95 of 100 worlds."""
    generator = np.random.default_rng(7)
    worlds, covered = 800, 0
    for _ in range(worlds):
        treated = rules.proportion(4_000, int(generator.binomial(4_000, 0.06)))
        holdout = rules.proportion(1_000, int(generator.binomial(1_000, 0.05)))
        interval = rules.fieller(treated, holdout, 1.96)
        assert interval is not None
        covered += interval[0] <= 0.2 <= interval[1]
    assert 0.93 <= covered / worlds <= 0.975


def test_no_lift_is_claimed_where_there_is_none() -> None:
    """In A/A worlds at most about 5 % of the verdicts claim anything."""
    generator = np.random.default_rng(11)
    claims = 0
    for _ in range(1_000):
        arms = [rules.proportion(2_000, int(generator.binomial(2_000, 0.05))) for _ in range(2)]
        claims += rules.compare(arms[0], arms[1]).verdict is not Verdict.CANNOT_SAY_YET
    assert claims / 1_000 <= 0.065


def test_a_period_is_whole_days_in_the_brands_zone() -> None:
    """A day in New York begins at 05:00 UTC in winter, and a summer range ends at 04:00."""
    now = datetime(2018, 1, 5, 12, tzinfo=UTC)
    seen = rules.period("2017-01-01", "2017-07-01", zone="America/New_York", now=now)
    assert seen.since == datetime(2017, 1, 1, 5, tzinfo=UTC)
    assert seen.until == datetime(2017, 7, 2, 4, tzinfo=UTC)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """The error names the field and what it expects."""
    with pytest.raises(BadPeriod) as refused:
        rules.period("2017-02-01", "2017-01-01", zone="UTC", now=datetime(2018, 1, 1, tzinfo=UTC))
    assert refused.value.facts["field"] == "to"
