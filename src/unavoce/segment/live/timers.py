"""Timers: the instants at which time alone can move a customer, known exactly from when her events happened.

An event leaves a window so long after it happened; a basket is left behind an hour after it was filled. What comes
due soon is held in memory, read from the history in one pass per horizon; what later events add is added as they come.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from unavoce.segment import rules
from unavoce.segment.conditions import (
    Anniversary,
    Calendar,
    Condition,
    Event,
    Near,
    NotDone,
    Place,
    Plain,
    Recency,
    Rolling,
    Since,
    Stage,
)
from unavoce.segment.conditions import (
    Sequence as Steps,
)
from unavoce.segment.live.strands import leaves_of
from unavoce.segment.spelled import spelled

_DAY_MS = 86_400_000
ANY_NAME = ""
"""Events of whatever name: where she was seen."""
AHEAD = "\0ahead"
"""Words about her that came ahead of their time; no event is called so, because no name has such a sign."""

Offsets = Mapping[str, frozenset[int]]
"""For each event name the milliseconds after which one of its events changes something."""


def offsets(conditions: Sequence[Condition]) -> Offsets:
    """When time moves somebody in or out of these, counted from her events."""
    found: dict[str, set[int]] = {}
    for condition in conditions:
        for _, _, part in rules.walk(condition):
            for name, after in _of_one(spelled(part)):
                # An event ahead of its time begins to count at its time.
                found.setdefault(name, {0}).add(after)
    return {name: frozenset(after) for name, after in found.items()}


def open_offsets(conditions: Sequence[Condition]) -> Mapping[str, Mapping[int, list[int]]]:
    """The same of those left to the statement: name, milliseconds, and the places of the conditions."""
    found: dict[str, dict[int, list[int]]] = {}
    for place, condition in enumerate(conditions):
        for _, _, part in rules.walk(condition):
            one = spelled(part)
            for name, after in _of_one(one) if leaves_of(one) is None else ():
                for each in (0, after):
                    found.setdefault(name, {}).setdefault(each, []).append(place)
    return found


def daily(condition: Condition) -> bool:
    """Whether a new day in the brand's zone moves somebody in or out."""
    return any(_daily(spelled(part)) for _, _, part in rules.walk(condition))


def _daily(one: Plain) -> bool:
    match one:
        case Anniversary() | Since() | Stage():
            return True
        case Event(window=window) | NotDone(window=window) | Steps(window=window):
            return isinstance(window, Calendar)
        case Place(window=window) | Near(window=window):
            return isinstance(window, Calendar)
        case _:
            return False


def _of_one(one: Plain) -> Iterator[tuple[str, int]]:
    match one:
        case Recency(name=name, op=op, days=days):
            yield name, round(days * _DAY_MS) + (1 if op in ("gt", "lte") else 0)
        case Event(name=name, window=window) | NotDone(name=name, window=window):
            yield name, _span(window)
        case Steps(steps=steps, then_not=then_not, window=window):
            yield from ((happening.name, _span(window)) for _, happening in rules.happenings(one))
            if then_not is not None:
                yield steps[-1].name, then_not.span.milliseconds
        case Place(by="seen", window=window) | Near(by="seen", window=window):
            yield ANY_NAME, _span(window)
        case Stage():
            yield "Order Completed", 0
        case _:
            return


def _span(window: object) -> int:
    match window:
        case Rolling(days=int() as days):
            return days * _DAY_MS
        case Rolling(hours=int() as hours):
            return hours * 3_600_000
        case _:
            return 0


@dataclass(slots=True)
class Timers:
    """What comes due until the horizon, the soonest first; a due is (when, whose, of which name and after how long)."""

    horizon: int = 0
    _dues: list[tuple[int, int, str, int]] = field(default_factory=list)

    def fill(self, dues: list[tuple[int, int, str, int]], horizon: int) -> None:
        """Know these and no others, beside what was added since the horizon was moved."""
        self._dues = dues
        heapq.heapify(self._dues)
        self.horizon = horizon

    def add(self, iid: int, name: str, at: int, after: frozenset[int], now: int) -> None:
        """An event has come; what it makes due before the horizon is known from now on."""
        for span in after:
            if now < at + span <= self.horizon:
                heapq.heappush(self._dues, (at + span, iid, name, span))

    def come(self, now: int, most: int) -> list[tuple[int, int, str, int]]:
        """Take out what is due, the soonest first, at most so many."""
        taken: list[tuple[int, int, str, int]] = []
        while self._dues and self._dues[0][0] <= now and len(taken) < most:
            taken.append(heapq.heappop(self._dues))
        return taken

    def forget(self, iids: Set[int]) -> None:
        """Nothing of these comes due any more."""
        self._dues = [due for due in self._dues if due[1] not in iids]
        heapq.heapify(self._dues)

    def __len__(self) -> int:
        return len(self._dues)
