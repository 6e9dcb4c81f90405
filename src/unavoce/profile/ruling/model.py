"""What becomes of customers when the rules change: work in the background, its progress and its findings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.errors import Conflict, NotFound
from unavoce.kernel.ids import Iid


class WorkKind(StrEnum):
    """What is worked off in the background."""

    TRIAL = "trial"
    RULES = "rules"
    LIKENESS = "likeness"


class WorkState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = frozenset({WorkState.WAITING, WorkState.WORKING})


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: what it was asked, how far it is, what it found."""

    id: int
    kind: WorkKind
    body: Mapping[str, object]
    state: WorkState
    total: int
    done: int
    cursor: int
    result: Mapping[str, object]
    by: str
    at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Published:
    """A version of the rules as it was published."""

    version: int
    body: Mapping[str, object]
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hub:
    """An identifier that joins nobody, and how much evidence is kept of it."""

    iid: Iid
    kind: str
    value: str
    blocked: bool
    people: int
    filled: bool
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Whose standing new rules change: identifiers that open or close, and where customers may change."""

    opening: Collection[Iid]
    crowding: Collection[Iid]
    blocking: Collection[Iid]
    seeds: Collection[Iid]

    @property
    def closing(self) -> frozenset[Iid]:
        """What joins nobody any more."""
        return frozenset((*self.crowding, *self.blocking))


class NoSuchWork(NotFound):
    """There is no such piece of work."""


class WorkOver(Conflict):
    """This piece of work is over already."""


class RulesChangedMeanwhile(Conflict):
    """Somebody has published other rules meanwhile; look at them first."""


class RulesStillWorking(Conflict):
    """The rules published before are still being applied; wait until that is done."""
