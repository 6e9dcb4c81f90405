"""Moments as callers may name them: with or without a zone, and within what both engines can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

# ClickHouse's DateTime64 holds 1900 to 2299 (its manual); a zone's offset must not lead out of that.
_FIRST_YEAR, _LAST_YEAR = 1901, 2298


def _storable(at: datetime) -> datetime:
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(f"a moment between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_storable)]
"""The type of a moment in a query or a body; without a zone it is UTC."""
