"""Local time: the next ten o'clock where she lives, and hours in which nobody is disturbed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_FURTHEST_DAYS = 8  # a weekday comes again within seven days; one more for a gap in the clock


def known(zone: str) -> bool:
    """Whether this is a zone of the IANA database."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=1024)
def zone_of(wanted: str, fallback: str) -> str:
    """Her own zone where it is a real one, else the fallback."""
    return wanted if wanted and known(wanted) else fallback


@lru_cache(maxsize=512)
def parse_time(text: str) -> time | None:
    """`HH:MM` as a time of day, or None."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == len("00")):
        return None
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        return None


def instant(local: datetime, zone: str) -> datetime:
    """A naive local time in UTC; one that the clock skips moves on by the gap, a doubled one is its first."""
    # PEP 495: with fold=0 a skipped time is read by the offset before the gap, so it lands after it.
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def next_local(after: datetime, at: str, zone: str, *, days: int = 0, weekdays: Sequence[int] = ()) -> datetime:
    """The first `at` (HH:MM) later than `after`, `days` calendar days on or later, on a wanted weekday."""
    clock = parse_time(at) or time()
    first = after.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    for ahead in range(_FURTHEST_DAYS):
        day = first + timedelta(days=ahead)
        then = instant(datetime.combine(day, clock), zone)
        if then > after and (not weekdays or day.weekday() in weekdays):
            return then
    return instant(datetime.combine(first + timedelta(days=1), clock), zone)


def quiet_until(at: datetime, start: str, end: str, zone: str) -> datetime | None:
    """When the quiet hours that cover `at` end, or None when it is not quiet then; `start` may be later than `end`."""
    begins, ends = parse_time(start), parse_time(end)
    if begins is None or ends is None or begins == ends:
        return None
    local = at.astimezone(ZoneInfo(zone))
    clock = local.timetz().replace(tzinfo=None)
    quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if begins > ends and clock >= begins else 0)
    end_local = datetime.combine(day, ends)
    ended = instant(end_local, zone)
    # Where the clock goes back, the hour may come twice: quiet ends for good with the second one.
    return ended if ended > at else end_local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
