"""The dry run: a file is read to its end, nothing is sent, and what would happen is told."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from unavoce.apps.pump import Brand
from unavoce.apps.sheets import safe_cell
from unavoce.kernel.ids import Iid
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Postgres
from unavoce.sources.files.calls import Prepared
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.tally import REASONS, BadLine, Seen, Sums, Tally

_AT_ONCE = 5_000
BAD_ROWS_HEADING = ("row", "reason", "in_words", "column", "value", "content")

Tell = Callable[[int], object]
"""Told how many rows have been read."""


@dataclass(slots=True)
class Who:
    """Whom the rows speak of: nobody met before, somebody known, or several who would become one."""

    rows_new: int = 0
    rows_known: int = 0
    rows_joining: int = 0
    rows_of_nobody: int = 0
    _first: array[int] = field(default_factory=lambda: array("Q"))

    @property
    def people_new(self) -> int:
        """How many different first identifiers nobody has met before."""
        return len(set(self._first))

    def add(self, iids: Sequence[int], owners: Collection[int]) -> None:
        """One more row with these identifiers, of which these customers are known."""
        if not iids:
            self.rows_of_nobody += 1
        elif not owners:
            self.rows_new += 1
            self._first.append(iids[0])
        elif len(owners) == 1:
            self.rows_known += 1
        else:
            self.rows_joining += 1


@dataclass(frozen=True, slots=True)
class Checked:
    """What a dry run found."""

    tally: Tally
    who: Who

    def report(self) -> dict[str, object]:
        """The findings as plain words and numbers, to be kept and shown."""
        return report_of(self.tally) | {"people": _people(self.who)}


def check(
    postgres: Postgres, history: FileHistory, brand: Brand, bad_rows: Path, tell: Tell = lambda _: None
) -> Checked:
    """Read everything and send nothing; the bad rows go into a CSV file."""
    who = Who()
    with bad_rows.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(BAD_ROWS_HEADING)
        for items in _by(history.prepared(), _AT_ONCE):
            writer.writerows(map(_cells, (one for one in items if isinstance(one, BadLine))))
            _meet(postgres, brand, [one for one in items if isinstance(one, Prepared)], who)
            tell(history.tally.rows)
    return Checked(history.tally, who)


def report_of(tally: Tally) -> dict[str, object]:
    """What a tally counted, as plain words and numbers."""
    return {
        "rows": tally.rows,
        "bad_rows": tally.bad,
        "repeated": tally.repeated,
        "events": dict(tally.events),
        "repairs": _seen(tally.repairs),
        "left_out": _seen(tally.left_out),
        "bad_reasons": [
            {"reason": reason, "in_words": REASONS.get(reason, reason), "times": times}
            for reason, times in tally.bad_reasons.most_common()
        ],
        "bad_lines": [
            {"row": one.line, "reason": one.reason, "column": one.column, "value": one.value}
            for one in tally.bad_lines[:50]
        ],
        "points": _sums(tally.points),
        "unused_coupons": _sums(tally.unused_coupons),
        "revenue": {currency: round(total, 2) for currency, total in tally.revenue.items()},
    }


def _meet(postgres: Postgres, brand: Brand, calls: Sequence[Prepared], who: Who) -> None:
    rows = list({one.line: _iids(one, brand) for one in calls}.values())
    with postgres.transaction() as tx:
        known = profile.known_of(tx, {iid for iids in rows for iid in iids})
    for iids in rows:
        who.add(iids, {known[iid] for iid in iids if iid in known})


def _iids(call: Prepared, brand: Brand) -> list[Iid]:
    found = [profile.identifier_of(kind, value, brand.key, brand.region) for kind, value in call.identifiers]
    return [one.iid for one in found if one is not None]


def _people(who: Who) -> dict[str, int]:
    return {
        "rows_new": who.rows_new,
        "people_new": who.people_new,
        "rows_known": who.rows_known,
        "rows_joining": who.rows_joining,
        "rows_of_nobody": who.rows_of_nobody,
    }


def _seen(found: dict[tuple[str, str], Seen]) -> list[dict[str, object]]:
    return [
        {"column": column, "what": what, "times": seen.times, "examples": [list(one) for one in seen.examples]}
        for (column, what), seen in sorted(found.items(), key=lambda item: -item[1].times)
    ]


def _sums(sums: Sums) -> dict[str, float]:
    return {"in_file": sums.in_file, "going_in": sums.going_in}


def _cells(line: BadLine) -> list[str]:
    words = (line.reason, line.sentence, line.column, line.value, line.content)
    return [str(line.line), *(safe_cell(word) for word in words)]


def _by(items: Iterator[Prepared | BadLine], size: int) -> Iterator[list[Prepared | BadLine]]:
    while some := list(islice(items, size)):
        yield some
