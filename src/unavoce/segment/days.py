"""Traits that are days: birthdays that come round, and how long ago something was, in the brand's zone."""

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment.conditions import Anniversary, Since
from unavoce.segment.values import Params, both, call, compared, either, whole, word

_DAY_ONLY = 10  # characters of 2018-01-05; whatever is longer says a time, and a time is a day in a zone


def anniversary(condition: Anniversary, told: Expr, at: Expr, zone: str) -> Expr:
    """Whether the day comes round between the first and the last day from today, both included."""
    first, last = (call("addDays", _today(at, zone), whole(days)) for days in (condition.first, condition.last))
    day = _day(told, zone)
    met = []
    for year in (first, last):  # the days may lie around New Year
        years = exp.Sub(this=call("toYear", year.copy()), expression=call("toYear", day.copy()))
        again = call("addYears", day.copy(), exp.paren(years))
        met.append(exp.paren(both([
            exp.GTE(this=again, expression=first.copy()), exp.LTE(this=again.copy(), expression=last.copy()),
        ])))  # fmt: skip
    return call("ifNull", exp.paren(either(met)), exp.false())


def since(condition: Since, told: Expr, at: Expr, zone: str, params: Params) -> Expr:
    """Whether so many days have passed since."""
    passed = call("dateDiff", word("day"), _day(told, zone), _today(at, zone))
    return compared(passed, condition.op, condition.days, params)


def _today(at: Expr, zone: str) -> Expr:
    return call("toDate32", call("toTimeZone", at.copy(), word(zone)))


def _day(told: Expr, zone: str) -> Expr:
    """The day of the trait, or null when it is none."""
    value = call("tupleElement", call("arrayElement", told.copy(), whole(1)), whole(4))
    text = call("replaceAll", call("JSONExtractString", value), word("/"), word("-"))
    timed = call("parseDateTime64BestEffortOrNull", text.copy(), whole(3), word("UTC"))
    local = call("toDate32", call("toTimeZone", timed, word(zone)))
    long = exp.GT(this=call("length", text.copy()), expression=whole(_DAY_ONLY))
    # "2018-02-30" would be read as some other day; a day is one when it is written back the same.
    day = call("toDate32OrNull", text)
    same = exp.EQ(this=call("toString", day.copy()), expression=text.copy())
    return call("if", long, local, call("if", call("ifNull", same, exp.false()), day, exp.null()))
