"""How much more often something is so inside a group than outside, with an honest interval. Pure."""

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Literal

Verdict = Literal["over", "under", "same", "too_few"]

# With fewer people than this in a group its shares say more about them than about the group.
SMALLEST_GROUP = 30
# A cell of fewer is not shown at all: it might be recognised.
SMALLEST_CELL = 10
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Lift:
    """A share inside over the share outside, with its interval; None where it cannot be said."""

    share: float
    rest_share: float
    lift: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def lift(inside: int, size: int, outside: int, rest: int, comparisons: int = 1) -> Lift:
    """Compare `inside` of `size` with `outside` of `rest`.

    The interval is that of Katz, Baptista, Azen and Pike (Biometrics 34, 1978) for a ratio of two shares, with half a
    case added to every count where one is zero. So that of many comparisons at once all hold with 95 %, each is made
    at the level of Bonferroni.
    """
    share, rest_share = inside / size if size else 0.0, outside / rest if rest else 0.0
    if size < SMALLEST_GROUP or rest < SMALLEST_GROUP or inside + outside < SMALLEST_CELL:
        return Lift(share, rest_share, None, None, None, "too_few")
    none = 0.5 if inside == 0 or outside == 0 else 0.0
    a, n, b, m = inside + none, size + none, outside + none, rest + none
    ratio = log((a / n) / (b / m))
    spread = _z(comparisons) * sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    low, high = exp(ratio - spread), exp(ratio + spread)
    return Lift(share, rest_share, exp(ratio), low, high, _verdict(low, high))


def _z(comparisons: int) -> float:
    return NormalDist().inv_cdf(1 - (1 - _CONFIDENCE) / (2 * max(comparisons, 1)))


def _verdict(low: float, high: float) -> Verdict:
    if low > 1:
        return "over"
    return "under" if high < 1 else "same"
