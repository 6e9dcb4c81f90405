"""When an event counts: the bounds of a window as seen from the moment that is asked about."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlglot import exp
from sqlglot.expressions import Expr

from unavoce.segment.conditions import Between, Calendar, Op, Rolling, Window
from unavoce.segment.values import Params, call, column, whole, word

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
# An age is compared the other way round than the time it began.
_BEGAN = {"gt": exp.LT, "gte": exp.LTE, "lt": exp.GT, "lte": exp.GTE}


def bounds(window: Window | None, at: Expr, zone: str, params: Params) -> Iterator[Expr]:
    """What must hold of an event's time, beside not being later than the moment asked about."""
    happened = column("at")
    match window:
        case None:
            return
        case Rolling(days=days, hours=hours):
            span = days * _DAY_MS if days is not None else (hours or 0) * _HOUR_MS
            yield exp.GT(this=happened, expression=call("subtractMilliseconds", at, whole(span)))
        case Between(start=start, end=end):
            yield exp.GTE(this=happened, expression=params.instant(begin_of(start, zone)))
            yield exp.LT(this=happened, expression=params.instant(begin_of(end + timedelta(days=1), zone)))
        case Calendar(days=days):
            today = call("toStartOfDay", call("toTimeZone", at, word(zone)))
            yield exp.GTE(this=happened, expression=call("subtractDays", today, whole(days - 1)))
        case _:
            assert_never(window)


def older(began: Expr, op: Op, days: float, at: Expr) -> Expr:
    """Whether something that began then is older or younger than so many days."""
    return _BEGAN[op](this=began, expression=call("subtractMilliseconds", at, whole(round(days * _DAY_MS))))


def begin_of(day: date, zone: str) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))
