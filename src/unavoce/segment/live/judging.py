"""Judges many customers at once by what is remembered of their events; where that is not enough it says so.

The verdicts are those of the one statement over the history (segment/compile.py); a test holds them together.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from unavoce.segment import rules
from unavoce.segment.conditions import (
    All,
    Any,
    Between,
    Calendar,
    Condition,
    Event,
    Not,
    NotDone,
    Plain,
    Recency,
    Rolling,
)
from unavoce.segment.leaves import Happenings
from unavoce.segment.live.memory import Rows
from unavoce.segment.live.strands import leaves_of, numbered, strand_of
from unavoce.segment.model import Terms
from unavoce.segment.spelled import spelled
from unavoce.segment.values import minor_value
from unavoce.segment.windows import begin_of

NO, YES, OPEN = 0, 1, 2
"""Verdicts; OPEN where only the statement can tell."""
Flags = NDArray[np.bool_]
Verdicts = NDArray[np.int8]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MS = 86_400_000
_NEVER = np.iinfo(np.int64).min


def milliseconds(at: datetime) -> int:
    """A moment as rows have it."""
    return (at - _EPOCH) // _MILLISECOND


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of some customers by strand: when, what number, whose (by place)."""

    count: int
    strands: Mapping[int, tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]]

    @classmethod
    def of(cls, count: int, rows: Rows, owners: NDArray[np.int64]) -> "Told":
        """Rows and the place of each one's customer."""
        order = np.argsort(rows["strand"], kind="stable")
        found, starts = np.unique(rows["strand"][order], return_index=True)
        ends = [*starts[1:], len(rows)][: len(found)]
        return cls(count, {
            int(strand): (rows["at"][part], rows["value"][part], owners[part])
            for strand, start, end in zip(found, starts, ends, strict=True)
            for part in (order[start:end],)
        })  # fmt: skip


class Judge:
    """The conditions of a program, made ready."""

    def __init__(self, conditions: tuple[Condition, ...], terms: Terms) -> None:
        self._conditions, self._terms = conditions, terms
        self.atoms: dict[Plain, int] = {}
        for one in [spelled(part) for condition in conditions for _, _, part in rules.walk(condition)]:
            if leaves_of(one) is not None:
                self.atoms.setdefault(one, len(self.atoms))
        self.strands = numbered(leaf for atom in self.atoms for leaf in leaves_of(atom) or ())
        self._strands_of = [
            {self.strands[strand] for leaf in leaves_of(atom) or () if (strand := strand_of(leaf)) is not None}
            for atom in self.atoms
        ]
        self._of_segment = np.zeros((len(conditions), len(self.atoms)), np.bool_)
        self._strands_used: list[set[int]] = [set() for _ in conditions]
        for number, condition in enumerate(conditions):
            for _, _, part in rules.walk(condition):
                if (place := self.atoms.get(spelled(part))) is not None:
                    self._of_segment[number, place] = True
                    self._strands_used[number] |= self._strands_of[place]

    def uses(self, condition: int, strand: int) -> bool:
        """Whether a condition, by its place, stands on a strand."""
        return strand in self._strands_used[condition]

    def held(self, told: Told, at: datetime, among: Set[int] | None = None) -> Flags:
        """For each customer and atom whether it holds at a moment; with `among` only atoms on these strands."""
        holds = np.zeros((told.count, len(self.atoms)), np.bool_)
        for atom, place in self.atoms.items():
            if among is None or not among.isdisjoint(self._strands_of[place]):
                holds[:, place] = self._holds(atom, told, at)
        return holds

    def moved(self, before: Flags, after: Flags) -> Flags:
        """For each customer and condition whether anything it stands on has changed."""
        changed = (before != after).astype(np.int32)
        return np.asarray((changed @ self._of_segment.T.astype(np.int32)) > 0)

    def verdicts(self, holds: Flags) -> Verdicts:
        """For each customer and condition whether she meets it."""
        found = np.full((len(holds), len(self._conditions)), OPEN, np.int8)
        for number, condition in enumerate(self._conditions):
            found[:, number] = self._verdict(condition, holds)
        return found

    def _verdict(self, condition: Condition, holds: Flags) -> Verdicts:
        match spelled(condition):
            case All(of=parts):
                return self._joined(parts, holds, NO)
            case Any(of=parts):
                return self._joined(parts, holds, YES)
            case Not(of=part):
                inner = self._verdict(part, holds)
                return np.where(inner == OPEN, OPEN, 1 - inner).astype(np.int8)
            case one:
                place = self.atoms.get(one)
                return np.full(len(holds), OPEN, np.int8) if place is None else holds[:, place].astype(np.int8)

    def _joined(self, parts: tuple[Condition, ...], holds: Flags, decisive: int) -> Verdicts:
        """One part of the decisive kind decides; else one that is open leaves it open."""
        found = np.full(len(holds), 1 - decisive, np.int8)
        for part in parts:
            verdict = self._verdict(part, holds)
            found = np.where(found == decisive, found, np.where(verdict == 1 - decisive, found, verdict)).astype(
                np.int8
            )
            found = np.where(verdict == decisive, decisive, found).astype(np.int8)
        return found

    def _holds(self, atom: Plain, told: Told, at: datetime) -> Flags:
        now = milliseconds(at)
        values = [self._made(leaf, told, at, now) for leaf in leaves_of(atom) or ()]
        match atom:
            case NotDone():
                return np.asarray(values[0] == 0)
            case Recency(op=op, days=days):
                border = now - round(days * _DAY_MS)
                known = values[0] != _NEVER
                return np.asarray(known & _compare(_TURNED[op], values[0], border))
            case Event(agg=agg, op=op):
                made = values[0]
                if agg == "avg":
                    made = np.divide(values[0], values[1], out=np.full(told.count, np.nan), where=values[1] > 0)
                wanted = minor_value(atom.value, self._terms.currency) if atom.property == "revenue" else atom.value
                met = _compare(op, made, float(wanted) if rules.is_number(wanted) else np.nan)
                return np.asarray(~np.isnan(made) & met)
            case _:
                raise ValueError(f"{atom} is none of events.")

    def _made(self, leaf: Happenings, told: Told, at: datetime, now: int) -> NDArray[np.float64] | NDArray[np.int64]:
        strand = strand_of(leaf)
        number = self.strands.get(strand) if strand is not None else None
        none = np.empty(0, np.int64)
        ats, numbers, owners = told.strands.get(-1 if number is None else number, (none, none.astype(np.float64), none))
        since, until = self._bounds(leaf, at, now)
        inside = (ats >= since) & (ats <= min(now, until))
        ats, numbers, owners = ats[inside], numbers[inside], owners[inside]
        known = ~np.isnan(numbers)
        match leaf.agg:
            case "count":
                return np.bincount(owners, minlength=told.count).astype(np.float64)
            case "latest":
                latest = np.full(told.count, _NEVER)
                np.maximum.at(latest, owners, ats)
                return latest
            case "sum":
                return np.bincount(owners[known], numbers[known], told.count)
            case "known":
                return np.bincount(owners[known], minlength=told.count).astype(np.float64)
        end = np.full(told.count, np.nan)
        (np.fmin if leaf.agg == "min" else np.fmax).at(end, owners[known], numbers[known])
        return end

    def _bounds(self, leaf: Happenings, at: datetime, now: int) -> tuple[int, int]:
        """The first and the last millisecond that counts."""
        zone, far = self._terms.zone, int(np.iinfo(np.int64).max)
        match leaf.window:
            case None:
                return _NEVER, far
            case Rolling(days=days, hours=hours):
                span = days * _DAY_MS if days is not None else (hours or 0) * 3_600_000
                return now - span + 1, far
            case Between(start=start, end=end):
                return milliseconds(begin_of(start, zone)), milliseconds(begin_of(end + timedelta(days=1), zone)) - 1
            case Calendar(days=days):
                first = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days - 1)
                return milliseconds(begin_of(first, zone)), far


# An age is compared the other way round than the time it began.
_TURNED = {"gt": "lt", "gte": "lte", "lt": "gt", "lte": "gte"}
_UFUNCS = {
    "eq": np.equal, "ne": np.not_equal, "gt": np.greater, "gte": np.greater_equal, "lt": np.less, "lte": np.less_equal,
}  # fmt: skip


def _compare(op: str, made: NDArray[np.float64] | NDArray[np.int64], wanted: float) -> Flags:
    return np.asarray(_UFUNCS[op](made, wanted))
