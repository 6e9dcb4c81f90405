"""The words of failed events: how they stand, which are meant, how they are mended, and the work on many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.errors import BadInput, Conflict, NotFound

MOST_STEPS = 20
LARGEST_CONTENT = 512 * 1024
"""Of a repaired event, in bytes; what it may have as an event is checked on its own."""


class State(StrEnum):
    """How a failed event stands."""

    OPEN = "open"
    REPLAYING = "replaying"
    """Sent again, and not yet through the pump."""
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class Result(StrEnum):
    """What became of an event that was sent again."""

    ENTERED = "entered"
    REPEATED = "repeated"
    """It had been received in the meantime, so it is counted once."""
    FAILED = "failed"


class Work(StrEnum):
    """What can be done with many failed events."""

    REPLAY = "replay"
    REPAIR = "repair"
    DISCARD = "discard"
    RESTORE = "restore"

    @property
    def takes(self) -> State:
        """How an event must stand for this."""
        return State.DISCARDED if self is Work.RESTORE else State.OPEN


@dataclass(frozen=True, slots=True)
class Which:
    """The failed events that are meant; an empty word means any."""

    ids: Sequence[int] = ()
    reason: str = ""
    source: str = ""
    name: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Failed events that failed alike."""

    source: str
    reason: str
    name: str
    what: str
    state: str
    events: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """One failed event with all that is known of it."""

    id: int
    source: str
    source_id: int
    reason: str
    detail: str
    place: str | None
    received_at: datetime
    content: str
    original: str | None
    """As it came, when it has been repaired since."""
    call: str
    name: str
    message_id: str | None
    what: str
    faults: Sequence[Mapping[str, str]]
    plan_version: int | None
    state: State
    result: Result | None
    changed_at: datetime | None
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a content if it were sent now."""

    passes: bool
    reason: str = ""
    detail: str = ""
    what: str = ""
    faults: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One event before and after a repair, and whether it would then pass."""

    id: int
    before: str
    after: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a repair would do, tried on a copy."""

    matching: int
    tried: int
    changed: int
    passing_before: int
    passing: int
    examples: Sequence[Example]
    left: Mapping[str, int]
    """What would still be wrong, and with how many."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work on many failed events: how far it is."""

    id: int
    kind: Work
    state: str
    total: int
    done: int
    changed: int
    passing: int
    made_at: datetime
    made_by: str
    ended_at: datetime | None


class NoSuchFailedEvent(NotFound):
    """There is no failed event with this number."""


class NoSuchJob(NotFound):
    """There is no such work on failed events."""


class NotOpen(Conflict):
    """Only an open failed event can be repaired, sent again or discarded."""


class NotJson(BadInput):
    """The content of an event must be a JSON object."""


class BadStep(BadInput):
    """This step of a repair cannot be understood."""


class StillFails(Conflict):
    """This event would fail again, so it was not sent; repair it first, or change the plan."""


class NothingChosen(BadInput):
    """Say which failed events are meant: by number, reason, source or event name."""
