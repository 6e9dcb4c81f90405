"""How sure it is that two customers are one person: the model of Fellegi and Sunter, learnt from the brand's data.

I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969). `u` is measured: how often two strangers
are so alike (by how often each value occurs, and by pairs drawn by chance). `m` is estimated by expectation
maximisation over the compared pairs (W. E. Winkler, 1988), held to a prior where the data say little.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2

from unavoce.profile.likeness.model import FIELDS, Coincidence, Level, Likeness, Pair, Weighed

Shares = Mapping[str, tuple[float, float, float, float]]
"""For each field how often each level (differs, fits, close, same) occurs."""

# What is known of one person's two records before the data say more: people move, marry and mistype.
_PRIOR_M: Shares = {
    "name": (0.10, 0.01, 0.14, 0.75),
    "birthday": (0.03, 0.01, 0.06, 0.90),
    "phone": (0.30, 0.10, 0.10, 0.50),
    "email": (0.50, 0.01, 0.09, 0.40),
    "address": (0.50, 0.01, 0.09, 0.40),
}
_PRIOR_M_PAIRS = 50.0
# How often strangers are alike where a brand is too small to measure it.
_PRIOR_U: Shares = {
    "name": (0.998, 1e-4, 1.4e-3, 5e-4),
    "birthday": (0.998, 1e-4, 1.85e-3, 5e-5),
    "phone": (0.999, 5e-4, 5e-6, 1e-7),
    "email": (0.999, 1e-4, 1e-4, 1e-5),
    "address": (0.999, 1e-4, 1e-4, 2e-5),
}
_PRIOR_U_PAIRS = 5_000.0
_ROUNDS = 30
_EVEN = 0.5
SUGGESTED_FROM = 0.5
"""Whoever is more likely one person than two is suggested."""


def strangers(coincidences: Iterable[Coincidence], sampled: Iterable[Pair]) -> Shares:
    """How alike people are who have nothing to do with each other."""
    same = {one.field: one for one in coincidences}
    drawn = [Counter(pair.pattern[place] for pair in sampled) for place in range(len(FIELDS))]
    return {field: _strangers(field, same.get(field), drawn[place]) for place, field in enumerate(FIELDS)}


def _strangers(field: str, same: Coincidence | None, drawn: Counter[int | None]) -> tuple[float, float, float, float]:
    prior = _PRIOR_U[field]
    counted = sum(drawn[level] for level in Level)
    shares = [(drawn[level] + prior[level] * _PRIOR_U_PAIRS) / (counted + _PRIOR_U_PAIRS) for level in Level]
    if same is not None:
        pairs = same.people * same.people / 2
        known = same.share * pairs + prior[Level.SAME] * _PRIOR_U_PAIRS
        shares[Level.SAME] = known / (pairs + _PRIOR_U_PAIRS)
    return _as_shares(shares)


def matches(compared: Sequence[Pair], u: Shares) -> tuple[Shares, float]:
    """How alike one person's two records are, and how many of the compared pairs are one person."""
    patterns = Counter(pair.pattern for pair in compared)
    m, share = _PRIOR_M, _EVEN
    for _ in range(_ROUNDS):
        sure = {pattern: _chance(pattern, m, u, share) for pattern in patterns}
        m = {field: _learnt(field, place, patterns, sure) for place, field in enumerate(FIELDS)}
        ones = sum(sure[pattern] * many for pattern, many in patterns.items())
        share = (ones + 1) / (len(compared) + 2)
    return m, share * len(compared)


def _learnt(
    field: str, place: int, patterns: Mapping[tuple[int | None, ...], int], sure: Mapping[tuple[int | None, ...], float]
) -> tuple[float, float, float, float]:
    counts = [share * _PRIOR_M_PAIRS for share in _PRIOR_M[field]]
    for pattern, many in patterns.items():
        if (level := pattern[place]) is not None:
            counts[level] += sure[pattern] * many
    return _as_shares(counts)


def _chance(pattern: Sequence[int | None], m: Shares, u: Shares, share: float) -> float:
    odds = share / (1 - share)
    for field, level in zip(FIELDS, pattern, strict=True):
        if level is not None:
            odds *= m[field][level] / u[field][level]
    return odds / (1 + odds)


def _as_shares(counts: Sequence[float]) -> tuple[float, float, float, float]:
    differs, fits, close, same = (count / sum(counts) for count in counts)
    return differs, fits, close, same


def likeness(pair: Pair, m: Shares, u: Shares, people: int, ones: float) -> Likeness:
    """How sure it is of one pair, when of all `people` about `ones` pairs are one person."""
    weighed = [
        _weighed(field, Level(level), m, u, pair.bearers, people)
        for field, level in zip(FIELDS, pair.pattern, strict=True)
        if level is not None
    ]
    pairs = max(people * (people - 1) / 2, 2.0)
    score = log2(max(ones, 1.0) / pairs) + sum(one.weight for one in weighed)
    return Likeness(pair, score, 1 / (1 + 2.0**-score), weighed)


def _weighed(field: str, level: Level, m: Shares, u: Shares, bearers: int | None, people: int) -> Weighed:
    """A name that many have says less than one that few have (Winkler's adjustment by frequency)."""
    chance = u[field][level]
    if field == "name" and level is Level.SAME and bearers is not None:
        chance = (bearers + chance * _PRIOR_U_PAIRS) / (people + _PRIOR_U_PAIRS)
    sure = m[field][level]
    return Weighed(field, level, log2(sure / chance), sure, chance)


def worth_saying(one: Likeness) -> bool:
    """Whether a pair is suggested: more likely one person than two, and not by a masked phone alone."""
    said = [weighed for weighed in one.weighed if weighed.level >= Level.CLOSE]
    return one.chance >= SUGGESTED_FROM and bool(said)
