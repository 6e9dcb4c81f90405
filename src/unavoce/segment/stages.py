"""The purchase cycle: which stage a customer is at, by her own rhythm of buying. The rule in words: stages.md.

A purchase is a day, in the brand's zone, with at least one completed order. Her rhythm is the middle one of her gaps
between purchases, of two middle ones the longer, within bounds; who has no gap yet is given the usual one.
"""

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment.values import call, whole, word

PURCHASE = "Order Completed"
NAMING_KINDS = (
    *("email", "phone", "user_id", "loyalty_card", "line_user_id", "wechat_openid", "wechat_unionid"),
    "messenger_psid",
)
"""The kinds of identifiers by which somebody is known and not only seen."""

ALL = ("visitor", "lead", "first_time", "active", "at_risk", "lapsed", "won_back")
"""Every stage, in the order of the cycle."""

USUAL_DAYS = 60
"""The rhythm of somebody who has bought once: a choice of ours, of no deeper reason than that two months are usual."""
SHORTEST_DAYS, LONGEST_DAYS = 7, 365
"""A daily buyer is not at risk after a weekend, and nobody is waited for longer than a year at a time."""
HALVES_AT_RISK, TIMES_LAPSED = 3, 3
"""At risk after one and a half rhythms (three halves), lapsed after three."""


def stage(days: Expr, named: Expr, at: Expr, zone: str) -> Expr:
    """The name of the stage; `days` are her purchases as sorted day numbers, `named` whether she is known."""
    gaps = call("arraySlice", call("arrayDifference", days), whole(2))
    before = call("arrayPopBack", gaps)
    came_back = exp.and_(
        exp.GT(this=call("length", days), expression=whole(1)),
        exp.GT(this=call("arrayElement", gaps, whole(-1)), expression=_times(_typical(before), TIMES_LAPSED)),
    )
    rhythm = call("if", came_back, _typical(before), _typical(gaps))
    today = call("toInt32", call("toDate", call("toTimeZone", at, word(zone))))
    since = exp.paren(exp.Sub(this=today, expression=call("arrayElement", days, whole(-1))))
    return call(
        "multiIf",
        exp.and_(call("empty", days), named), word("lead"),
        call("empty", days), word("visitor"),
        exp.GT(this=since, expression=_times(rhythm, TIMES_LAPSED)), word("lapsed"),
        exp.GT(this=_times(since, 2), expression=_times(rhythm, HALVES_AT_RISK)), word("at_risk"),
        exp.EQ(this=call("length", days), expression=whole(1)), word("first_time"),
        came_back, word("won_back"),
        word("active"),
    )  # fmt: skip


def _typical(gaps: Expr) -> Expr:
    middle = call("arrayReduce", word("quantileExact"), gaps)
    bounded = call("least", call("greatest", middle, whole(SHORTEST_DAYS)), whole(LONGEST_DAYS))
    return call("if", call("empty", gaps), whole(USUAL_DAYS), call("toInt32", bounded))


def _times(value: Expr, number: int) -> Expr:
    return exp.Mul(this=value, expression=whole(number))
