"""The statistics kernel: moments in, verdict out; no I/O and no clock."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scipy import stats

from unavoce.learn.model import Arm, BadPeriod, Lift, Period, Verdict

ALPHA = 0.05
POWER = 0.8
# Below this a normal approximation of a proportion is not to be trusted (Cochran's rule of five, doubled).
FEWEST = 10


def compare(treated: Arm, holdout: Arm) -> Lift:
    """What the holdout says of the treated arm.

    Absolute difference with Welch's two-sided t test (B. L. Welch, Biometrika 34, 1947; degrees of freedom
    after Satterthwaite); relative lift with Fieller's interval (E. C. Fieller, JRSS B 16, 1954), which stays
    honest where the holdout's mean is near zero: the interval is then unbounded and we cannot say yet.
    """
    difference = treated.mean - holdout.mean
    relative = difference / holdout.mean if holdout.mean else None
    if min(treated.n, holdout.n) < FEWEST:
        return _cannot_say(difference, relative, FEWEST - min(treated.n, holdout.n))
    error = treated.variance / treated.n + holdout.variance / holdout.n
    if error == 0.0:
        return _cannot_say(difference, relative, None)
    freedom = _degrees_of_freedom(treated, holdout)
    critical = float(stats.t.ppf(1 - ALPHA / 2, freedom))
    p_value = float(2 * stats.t.sf(abs(difference) / math.sqrt(error), freedom))
    interval = fieller(treated, holdout, critical)
    low, high = interval or (None, None)
    told = p_value < ALPHA and interval is not None
    return Lift(
        difference=difference,
        difference_low=difference - critical * math.sqrt(error),
        difference_high=difference + critical * math.sqrt(error),
        p_value=p_value,
        relative=relative,
        low=low,
        high=high,
        verdict=_verdict(difference) if told else Verdict.CANNOT_SAY_YET,
        needs_more=None if told else _needs_more(treated, holdout, critical),
    )


def fieller(treated: Arm, holdout: Arm, critical: float) -> tuple[float, float] | None:
    """Fieller's interval for `treated.mean / holdout.mean - 1`, or None where it is unbounded.

    The ratios r with (m1 - r m2)^2 <= critical^2 (v1 + r^2 v2), v being the variance of each mean; bounded only
    when the holdout's mean differs from zero at the same level.
    """
    top, bottom = treated.mean, holdout.mean
    spread_top, spread_bottom = treated.variance / treated.n, holdout.variance / holdout.n
    square = bottom**2 - critical**2 * spread_bottom
    if square <= 0:
        return None
    rest = top**2 - critical**2 * spread_top
    root = math.sqrt(max(0.0, (top * bottom) ** 2 - square * rest))
    return (top * bottom - root) / square - 1, (top * bottom + root) / square - 1


def proportion(n: int, goals: int) -> Arm:
    """The arm of a yes/no metric: each customer counts 0 or 1, so the squares equal the sum."""
    return Arm(n=n, total=float(goals), squares=float(goals))


YEARS = range(1900, 2300)
"""Of no other year is anything kept."""


def period(since: str | None, until: str | None, *, zone: str, now: datetime) -> Period:
    """The UTC stretch of whole calendar days `since..until` (both included) in the brand's zone.

    Absent ends default to the 30 days up to today; raises BadPeriod on anything that is not such a range.
    """
    local = ZoneInfo(zone)
    last = _day("to", until) or now.astimezone(local).date()
    first = _day("from", since) or last - timedelta(days=29)
    for field, day in (("to", last), ("from", first)):
        if day.year not in YEARS:
            raise BadPeriod(field=field, value=day.isoformat(), expected=f"a day in {YEARS[0]} to {YEARS[-1]}")
    if last < first:
        raise BadPeriod(field="to", value=last.isoformat(), expected=f"a day not before {first.isoformat()}")
    begin = datetime.combine(first, time.min, local)
    end = datetime.combine(last + timedelta(days=1), time.min, local)
    return Period(since=begin.astimezone(ZoneInfo("UTC")), until=end.astimezone(ZoneInfo("UTC")))


def before(period: Period) -> Period:
    """The stretch of the same length that ended where this one begins."""
    return Period(since=period.since - (period.until - period.since), until=period.since)


def _day(field: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as refused:
        raise BadPeriod(field=field, value=text, expected="a day as YYYY-MM-DD") from refused


def _degrees_of_freedom(treated: Arm, holdout: Arm) -> float:
    first, second = treated.variance / treated.n, holdout.variance / holdout.n
    return (first + second) ** 2 / (first**2 / (treated.n - 1) + second**2 / (holdout.n - 1))


def _verdict(difference: float) -> Verdict:
    return Verdict.YES if difference > 0 else Verdict.NO


def _cannot_say(difference: float, relative: float | None, more: int | None) -> Lift:
    return Lift(
        difference=difference,
        difference_low=None,
        difference_high=None,
        p_value=None,
        relative=relative,
        low=None,
        high=None,
        verdict=Verdict.CANNOT_SAY_YET,
        needs_more=more,
    )


def _needs_more(treated: Arm, holdout: Arm, critical: float) -> int | None:
    """More customers wanted in the smaller arm: to bound the ratio, and to see a difference as large as this one.

    The usual two-sample size (z_a + z_b)^2 (s1^2 + s2^2) / d^2 with 80 % power; None when there is nothing to size on.
    """
    wanted = 0.0
    if holdout.mean:
        wanted = critical**2 * holdout.variance / holdout.mean**2
    difference = treated.mean - holdout.mean
    if difference:
        scale = float(stats.norm.ppf(1 - ALPHA / 2) + stats.norm.ppf(POWER))
        wanted = max(wanted, scale**2 * (treated.variance + holdout.variance) / difference**2)
    more = math.ceil(wanted) - min(treated.n, holdout.n)
    return more if more > 0 else None
