"""No row of a long timeline is lost or shown twice between two pages, however many fall on one instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.apps.customers.pages import BadCursor, cut, enough, place

NOON = datetime(2018, 1, 5, 12, tzinfo=UTC)
Row = tuple[datetime, str]
INSTANTS = st.lists(st.integers(0, 6), max_size=60)


def _at(row: Row) -> datetime:
    return row[0]


def _origin(name: str, instants: list[int], step: timedelta) -> list[Row]:
    """Rows newest first; those of one instant in an order of the origin's own."""
    rows = [(NOON + instant * step, f"{name}-{number:03}") for number, instant in enumerate(instants)]
    return sorted(rows, key=lambda row: (row[0], row[1][::-1]), reverse=True)


@given(INSTANTS, INSTANTS, st.integers(1, 7), st.sampled_from(("microseconds", "milliseconds", "hours")))
def test_pages_together_are_the_whole_list(first: list[int], second: list[int], limit: int, unit: str) -> None:
    """Two origins that are each asked for no more than a page needs."""
    origins = [_origin(name, rows, timedelta(**{unit: 1})) for name, rows in (("a", first), ("b", second))]
    seen: list[Row] = []
    cursor: str | None = None
    while True:
        here = place(cursor)
        rows = [
            row
            for origin in origins
            for row in enough(
                lambda most, origin=origin, here=here: [row for row in origin if row[0] < here.before][:most],
                here,
                limit,
                at=_at,
            )
        ]
        page = cut(rows, here, limit, at=_at)
        assert len(page.rows) <= limit
        seen += page.rows
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(row for origin in origins for row in origin)
    assert [at for at, _ in seen] == sorted((at for at, _ in seen), reverse=True)
    for origin in origins:
        assert [row for row in seen if row in origin] == origin, "an origin's own order is kept"


def test_a_made_up_cursor_is_refused() -> None:
    with pytest.raises(BadCursor) as refused:
        place("yesterday")
    assert refused.value.facts["field"] == "cursor"
