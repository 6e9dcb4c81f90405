"""A moment a caller names is one both engines can hold, or is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from unavoce.runtime.moments import Moment

READ: TypeAdapter[datetime] = TypeAdapter(Moment)


def test_a_moment_is_utc() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert READ.validate_python("2026-03-01T20:00:00+08:00") == READ.validate_python("2026-03-01T12:00:00") == noon


@pytest.mark.parametrize("said", ["0401-06-20T02:45:48Z", "1900-12-31T23:59:59Z", "2299-01-01T00:00:00Z", "9999-12-31"])
def test_what_no_engine_can_hold_is_refused(said: str) -> None:
    with pytest.raises(ValidationError, match="between the years 1901 and 2298"):
        READ.validate_python(said)
