"""No row of a long timeline is lost or shown twice between two pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.apps.customers.pages import BadCursor, cut, place

NOON = datetime(2018, 1, 5, 12, tzinfo=UTC)
Row = tuple[datetime, str]


@given(st.lists(st.integers(0, 6), max_size=60), st.integers(1, 7))
def test_pages_together_are_the_whole_list(instants: list[int], limit: int) -> None:
    rows = [(NOON + timedelta(milliseconds=step), f"row-{number:03}") for number, step in enumerate(instants)]
    seen: list[Row] = []
    cursor: str | None = None
    while True:
        here = place(cursor)
        page = cut(
            [row for row in rows if row[0] < here.before], here, limit, at=lambda row: row[0], key=lambda row: row[1]
        )
        assert len(page.rows) <= limit
        seen += page.rows
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(rows)
    assert [at for at, _ in seen] == sorted((at for at, _ in rows), reverse=True)


def test_a_made_up_cursor_is_refused() -> None:
    with pytest.raises(BadCursor) as refused:
        place("yesterday")
    assert refused.value.facts["field"] == "cursor"
