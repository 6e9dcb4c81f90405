"""What the intake allows, and what time an event is given. No I/O."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from unavoce.collect.model import Source, SourceKind

KILOBYTE = 1024
MOST_EVENTS = 2_500
LONGEST_IDENTIFIER = 512  # characters; PostgreSQL's index takes 2,704 bytes

BATCH_EVENTS = 10_000
"""At most so many events are pumped at once..."""
BATCH_BYTES = 16 * KILOBYTE * KILOBYTE
"""...and so many bytes, because imported events are large."""

SEEN_FOR = timedelta(hours=72)
"""How long a live message id is remembered; an imported one is for ever."""

FORGOTTEN_AFTER = SEEN_FOR + timedelta(days=1)
"""A day more than it counts: a batch that is pumped again after a crash must find what it found the first time."""

BACKLOG_LIMIT = 2_000_000
"""Waiting events beyond which callers are asked to wait: two minutes of pumping, about 1 GB."""

_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_FARTHEST_AHEAD = timedelta(days=1)
# What DateTime64 can hold.
_FIRST_STORABLE = datetime(1900, 1, 1, tzinfo=UTC)
_LAST_STORABLE = datetime(2299, 1, 1, tzinfo=UTC)
# Epoch numbers above this are milliseconds: in seconds it would be the year 5138.
_SECONDS_BELOW = 1e11


class Limits(NamedTuple):
    """How many bytes one event and one whole request may have."""

    event: int
    batch: int


_BROWSER = Limits(32 * KILOBYTE, 500 * KILOBYTE)  # Segment's HTTP API
# RudderStack's clients batch up to 4 MB and name themselves as Segment's do, so every server may.
_SERVER = Limits(32 * KILOBYTE, 4_000 * KILOBYTE)
_PAST = Limits(128 * KILOBYTE, 4_000 * KILOBYTE)  # a full supermarket basket reaches 41 KB
LIMITS = {
    SourceKind.WEB: _BROWSER,
    SourceKind.SERVER: _SERVER,
    SourceKind.CONNECTOR: _SERVER,
    SourceKind.INTERNAL: _SERVER,
    SourceKind.IMPORT: _PAST,
}
LARGEST_REQUEST = max(limits.batch for limits in LIMITS.values())
"""What is read of a request before its source is known."""

TRANSLATED_BY = 4
"""A call that was translated keeps what it was translated from, so it may be so much larger than what was sent."""


def keys_of(source: Source, now: datetime) -> Iterator[str]:
    """The keys that open a source at a moment."""
    if source.write_key:
        yield source.write_key
    if source.old_write_key and source.old_key_until and now < source.old_key_until:
        yield source.old_write_key
    if source.measurement_id:
        yield source.measurement_id


def moment(value: str | int | float | None) -> datetime | None:
    """A time as clients write it: ISO 8601 (UTC when it names no zone) or epoch seconds or milliseconds.

    None stays None; anything that is no time raises ValueError.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(value if abs(value) < _SECONDS_BELOW else value / 1000, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from error


def event_time(happened: datetime | None, sent: datetime | None, received: datetime) -> tuple[datetime, bool]:
    """When it happened by our clock, and whether the given time was absurd.

    A client's clock may be wrong, but it is wrong in the same way when it sends:
    at = received - (sent - happened), as in Segment's spec. Absurd is before 2000 or more than a day ahead.
    """
    if happened is None:
        return received, False
    try:
        at = happened if sent is None else received - (sent - happened)
        absurd = at < _OLDEST or at > received + _FARTHEST_AHEAD
    except OverflowError:
        return received, True
    return (received, True) if absurd else (at, False)


def imported_time(happened: datetime | None, received: datetime) -> datetime | None:
    """When a piece of imported history happened; None when no engine could store such a time."""
    if happened is None:
        return received
    return happened if _FIRST_STORABLE <= happened < _LAST_STORABLE else None
