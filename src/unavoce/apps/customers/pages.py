"""Pages over rows of several origins, newest first: where a page ended and how the next one goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from unavoce.kernel.errors import BadInput

T = TypeVar("T")
# Origins keep milliseconds or finer; one step beyond the last instant shown finds everything at that instant again.
_STEP = timedelta(milliseconds=1)
# Beyond a page, so that an instant of a few rows does not cost a second question.
_SPARE = 16
_END = datetime(2299, 1, 1, tzinfo=UTC)


class BadCursor(BadInput):
    """This cursor was not given by this list; start again without one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last instant shown, and how many rows of that instant were shown."""

    at: datetime
    shown: int

    @property
    def before(self) -> datetime:
        """The bound to ask origins with: everything strictly earlier than it is wanted."""
        return min(self.at + _STEP, _END)

    def text(self) -> str:
        """The cursor that `place` reads."""
        return f"{self.at.isoformat()}~{self.shown}"


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """A page's rows and the place where it ended, absent when nothing follows."""

    rows: list[T]
    next: str | None


def place(cursor: str | None) -> Place:
    """The place a cursor names; the beginning without one."""
    if not cursor:
        return Place(_END, 0)
    at, _, shown = cursor.partition("~")
    try:
        return Place(datetime.fromisoformat(at), int(shown))
    except ValueError as refused:
        raise BadCursor(field="cursor", value=cursor) from refused


def enough(ask: Callable[[int], Sequence[T]], here: Place, limit: int, *, at: Callable[[T], datetime]) -> list[T]:
    """What an origin has for the page after a place: more than fills it, and of every instant all rows or none.

    `ask` gives the newest so many rows before `here.before`, those of one instant always in the same order. An instant
    cut in two would be continued differently on the next page, so its rest is fetched or it is left out.
    """
    wanted = limit + here.shown + 1
    asked = wanted + _SPARE
    while True:
        found = ask(asked)
        if len(found) < asked:
            return list(found)
        whole = [row for row in found if at(row) > at(found[-1])]
        if sum(1 for row in whole if at(row) <= here.at) >= wanted:
            return whole
        asked *= 2


def cut(rows: Iterable[T], here: Place, limit: int, *, at: Callable[[T], datetime]) -> Cut[T]:
    """The next `limit` rows after a place, newest first, rows of one instant in the order in which they are given."""
    fitting = sorted((row for row in rows if at(row) <= here.at), key=at, reverse=True)
    at_same = [row for row in fitting if at(row) == here.at]
    rest = at_same[here.shown :] + fitting[len(at_same) :]
    page = rest[:limit]
    if len(rest) <= limit or not page:
        return Cut(page, None)
    last = at(page[-1])
    shown = sum(1 for row in page if at(row) == last) + (here.shown if last == here.at else 0)
    return Cut(page, Place(last, shown).text())
