"""Days and moments as people, tills and spreadsheets write them, the Republic's calendar among them.

A year of the Republic of China is the year of our era less 1911 (Taiwan's Executive Yuan; CNS 7648 allows both).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from unavoce.sources.files.repairs import Refused, Rules, Value, narrowed

_ROC_BEGAN = 1911
_EXCEL_BEGAN = date(1899, 12, 30)
# A day without an hour is put at noon, so that it stays that day whichever way clocks are changed.
_NOON = time(12)
_PARTS = re.compile(
    r"(?P<roc>民國|民国|ROC)?\s*(?P<a>\d{1,4})\s*[-/.年]\s*(?P<b>\d{1,2})\s*[-/.月]\s*(?P<c>\d{1,4})\s*日?"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_SOLID = re.compile(r"(?P<a>\d{4}|\d{3})(?P<b>\d{2})(?P<c>\d{2})(?:\s*(?P<time>\d{6}|\d{4}))?")
_CLOCK = re.compile(
    r"[T\s]*(?:[(（]?[週周星期]+[一二三四五六日天][)）]?\s*)?(?P<half>上午|下午|晚上|中午|凌晨|am|pm)?\s*"
    r"(?P<hour>\d{1,2})\s*[:時时]\s*(?P<minute>\d{1,2})(?:\s*[:分]\s*(?P<second>\d{1,2})(?P<fraction>\.\d+)?\s*秒?)?分?"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_AFTERNOON, _MORNING = {"下午", "晚上", "pm"}, {"上午", "凌晨", "am"}


def day(text: str, rules: Rules) -> Value:
    """A day of our calendar as 2026-11-21."""
    found, _, repairs = _read(text, rules)
    return Value(found.date().isoformat(), repairs)


def moment(text: str, rules: Rules) -> Value:
    """A moment in UTC; a day alone is its noon, and what names no zone is in the brand's."""
    found, zoned, repairs = _read(text, rules)
    local = found if zoned else found.replace(tzinfo=ZoneInfo(rules.zone))
    return Value(local.astimezone(UTC).isoformat().replace("+00:00", "Z"), repairs)


def order_in(values: Iterable[str]) -> tuple[str, str]:
    """How a column writes its days: the order of its parts (ymd, dmy, mdy or unclear) and its calendar."""
    firsts, seconds, roc = [], [], False
    for text in values:
        found = _PARTS.fullmatch(str(narrowed(text).kept))
        if found is None:
            roc = roc or bool(re.fullmatch(r"1[0-3]\d{5}", text.strip()))
            continue
        roc = roc or bool(found["roc"]) or (len(found["a"]) == 3)
        if len(found["c"]) == 4 and len(found["a"]) <= 2:
            firsts.append(int(found["a"]))
            seconds.append(int(found["b"]))
    calendar = "roc" if roc else "gregorian"
    if not firsts:
        return "ymd", calendar
    if max(firsts) > 12:
        return "dmy", calendar
    return ("mdy" if max(seconds) > 12 else "unclear"), calendar


@lru_cache(maxsize=50_000)
def _read(text: str, rules: Rules) -> tuple[datetime, bool, tuple[str, ...]]:
    said = narrowed(text)
    plain = str(said.kept)
    try:
        if found := _PARTS.fullmatch(plain):
            return _parted(found, rules, said.repairs)
        if found := _SOLID.fullmatch(plain):
            return _solid(found, said.repairs)
        if plain.isdigit() or plain.replace(".", "", 1).isdigit():
            return _counted(float(plain), said.repairs)
        parsed = datetime.fromisoformat(plain)
    except (ValueError, OverflowError, OSError):
        raise Refused("not_a_day") from None
    return parsed, parsed.tzinfo is not None, said.repairs


def _parted(found: re.Match[str], rules: Rules, repairs: tuple[str, ...]) -> tuple[datetime, bool, tuple[str, ...]]:
    a, b, c = found["a"], found["b"], found["c"]
    if len(c) == 4 and len(a) <= 2:
        if rules.order not in ("dmy", "mdy"):
            if int(a) <= 12 and int(b) <= 12 and a != b:
                raise Refused("day_or_month_first")
            a, b = (b, a) if int(a) > 12 else (a, b)
        elif rules.order == "dmy":
            a, b = b, a
        year, month, number = int(c), int(a), int(b)
    else:
        year, roc = _year(a, rules, said=bool(found["roc"]) or "年" in found[0])
        month, number = int(b), int(c)
        repairs = (*repairs, "roc_year") if roc else repairs
    return _at(date(year, month, number), found["rest"], repairs)


def _year(text: str, rules: Rules, *, said: bool) -> tuple[int, bool]:
    """A year of four digits is of our era; one of three is the Republic's, one of two where the file says so."""
    if len(text) == 4:
        return int(text), False
    if len(text) == 3 or said or rules.calendar == "roc":
        return int(text) + _ROC_BEGAN, True
    raise Refused("year_unclear")


def _solid(found: re.Match[str], repairs: tuple[str, ...]) -> tuple[datetime, bool, tuple[str, ...]]:
    """20261121, 20261121130500, or 1151121 of the Republic."""
    year = int(found["a"])
    if len(found["a"]) == 3:
        year, repairs = year + _ROC_BEGAN, (*repairs, "roc_year")
    on, at = date(year, int(found["b"]), int(found["c"])), _NOON
    if digits := found["time"]:
        at = time(int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0))
    return datetime.combine(on, at), False, repairs


def _counted(number: float, repairs: tuple[str, ...]) -> tuple[datetime, bool, tuple[str, ...]]:
    """Seconds or milliseconds since 1970, or Excel's own count of days."""
    if number >= 1e11:
        return datetime.fromtimestamp(number / 1000, UTC), True, (*repairs, "epoch")
    if number >= 1e8:
        return datetime.fromtimestamp(number, UTC), True, (*repairs, "epoch")
    if not 1 <= number < 100_000:
        raise Refused("not_a_day")
    whole = int(number)
    at = datetime.combine(_EXCEL_BEGAN, time(0)) + timedelta(days=whole, seconds=round((number - whole) * 86_400))
    return at if number != whole else at.replace(hour=12), False, (*repairs, "excel_day")


def _at(on: date, rest: str, repairs: tuple[str, ...]) -> tuple[datetime, bool, tuple[str, ...]]:
    if not rest.strip():
        return datetime.combine(on, _NOON), False, repairs
    found = _CLOCK.fullmatch(rest)
    if found is None:
        raise Refused("not_a_day")
    half = (found["half"] or found["after"] or "").lower()
    hour = int(found["hour"])
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in _MORNING and hour == 12:
        hour = 0
    at = datetime.combine(on, time(hour, int(found["minute"]), int(found["second"] or 0)))
    if zone := found["zone"]:
        return datetime.fromisoformat(f"{at.isoformat()}{'+00:00' if zone in 'zZ' else zone}"), True, repairs
    return at, False, repairs
