"""What is counted while a file is read: rows, repairs, what was left out, bad rows, and the totals that must agree."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

_EXAMPLES, _KEPT_BAD_ROWS = 3, 200

REASONS = {
    "masked": "the value is masked, so it identifies nobody",
    "digits_lost": "a spreadsheet has rounded it and its digits are lost",
    "not_a_phone": "this is no phone number",
    "not_an_email": "this is no e-mail address",
    "not_a_number": "this is no number",
    "not_a_day": "this is no day or time",
    "day_or_month_first": "it is not clear whether the day or the month comes first; say it in the mapping (`order`)",
    "year_unclear": "it is not clear what year this is; for years of the Republic say `calendar = \"roc\"`",
    "neither_yes_nor_no": "this is neither yes nor no",
    "missing": "a value that the row needs is missing",
    "no_identifier": "nothing in the row says who it is about",
    "wrong_width": "the row has more cells than the heading",
    "unreadable": "the row holds bytes that are no text in this encoding, or no JSON",
    "unknown_status": "this status is not known; say what it means in the mapping",
    "spoiled_order": "another line of this order cannot go in, and without it the order's sum would be wrong",
    "points_unread": "these points are no number, so the row goes in without them",
    "too_large": "the row is too large for one event",
}  # fmt: skip
"""Why a value or a row cannot be used, in words."""


class BadLine(NamedTuple):
    """A row that cannot go in: where it begins, why not, the column and value at fault, the row itself, its order."""

    line: int
    reason: str
    column: str
    value: str
    content: str
    order: str = ""

    @property
    def sentence(self) -> str:
        """The reason in words."""
        said = f"{self.column}: " if self.column else ""
        return f"{said}{REASONS.get(self.reason, self.reason)}{f' ({self.value})' if self.value else ''}"


@dataclass(slots=True)
class Seen:
    """How often something happened, and the first examples as (before, after)."""

    times: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)

    def add(self, before: str, after: str) -> None:
        """Once more."""
        self.times += 1
        if len(self.examples) < _EXAMPLES and (before, after) not in self.examples:
            self.examples.append((before, after))


@dataclass(slots=True)
class Sums:
    """A total in the file, and how much of it goes in."""

    in_file: float = 0
    going_in: float = 0


@dataclass(slots=True)
class Tally:
    """The figures of one reading of a file."""

    rows: int = 0
    bad: int = 0
    events: Counter[str] = field(default_factory=Counter)
    repairs: dict[tuple[str, str], Seen] = field(default_factory=dict)
    left_out: dict[tuple[str, str], Seen] = field(default_factory=dict)
    bad_reasons: Counter[str] = field(default_factory=Counter)
    bad_lines: list[BadLine] = field(default_factory=list)
    points: Sums = field(default_factory=Sums)
    unused_coupons: Sums = field(default_factory=Sums)
    revenue: dict[str, float] = field(default_factory=dict)
    _whose: array[int] = field(default_factory=lambda: array("Q"))
    _balances: array[float] = field(default_factory=lambda: array("d"))
    _said: array[int] = field(default_factory=lambda: array("Q"))

    def repaired(self, column: str, repair: str, before: str, after: str) -> None:
        """A value was put right."""
        self.repairs.setdefault((column, repair), Seen()).add(before, after)

    def omitted(self, column: str, reason: str, value: str) -> None:
        """A value was left out, but its row goes in."""
        self.left_out.setdefault((column, reason), Seen()).add(value, "")

    def refused(self, line: BadLine) -> None:
        """A row cannot go in."""
        self.bad += 1
        self.told(line)

    def told(self, line: BadLine) -> None:
        """A row does not go in as it is: it is listed with the reason."""
        self.bad_reasons[line.reason] += 1
        if len(self.bad_lines) < _KEPT_BAD_ROWS:
            self.bad_lines.append(line)

    def made(self, event: str, message_id: str) -> None:
        """An event was made."""
        self.events[event] += 1
        # Eight bytes an event: a million rows are counted exactly in 8 MB.
        self._said.append(int.from_bytes(hashlib.blake2b(message_id.encode(), digest_size=8).digest(), "big"))

    def stated(self, points: float, whose: bytes) -> None:
        """A points balance goes in."""
        self.points.going_in += points
        self._whose.append(int.from_bytes(whose[:8], "big"))
        self._balances.append(points)

    @property
    def points_once(self) -> float:
        """The points that go in, the balance of each person once however often the file tells it."""
        return sum(dict(zip(self._whose, self._balances, strict=True)).values())

    @property
    def repeated(self) -> int:
        """How many events the file tells again."""
        return len(self._said) - len(set(self._said))
