"""The tracking plan's words: what an event should look like, how strictly, and what is wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unavoce.collect.model import Event, Failure
from unavoce.kernel.errors import BadInput, Conflict, Forbidden, NotFound

Schema = dict[str, object]
"""A JSON Schema over an event's properties; of an identify or a group call over its traits."""

PERSONAL = "x-personal"
"""The annotation of a property that holds personal data: no example and no list of values is ever shown of it."""


class Mode(StrEnum):
    """What becomes of an event that is not as the plan says."""

    OBSERVE = "observe"
    """It enters, and is counted."""
    WARN = "warn"
    """It enters flagged, and is counted."""
    BLOCK = "block"
    """It becomes a failed event."""


class FaultKind(StrEnum):
    """What can be wrong with a property."""

    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    NOT_ALLOWED = "not_allowed"
    """Not one of the values that are allowed."""
    OUT_OF_RANGE = "out_of_range"
    WRONG_FORM = "wrong_form"
    UNEXPECTED = "unexpected"
    """A property that the plan does not know and does not let through."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, and what was expected; never the value itself, which may be personal."""

    kind: FaultKind
    place: str
    """Like `products[0].price`; "" is the whole."""
    expected: str

    @property
    def what(self) -> str:
        """The fault without the number of the line it is in, to group by."""
        return f"{self.kind} {_unnumbered(self.place)}".strip()


def _unnumbered(path: str) -> str:
    return "".join("[]" if part.isdigit() else part for part in path.replace("]", "[").split("["))


@dataclass(frozen=True, slots=True)
class Rule:
    """A published version of one event's schema; immutable."""

    name: str
    version: int
    plan_version: int
    mode: Mode | None
    """None: as the event's source says."""
    schema: Schema
    published_at: datetime
    published_by: str
    retired: bool = False
    """With this version the event was taken out of the plan."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A schema somebody is working on; nothing is judged by it."""

    name: str
    mode: Mode | None
    schema: Schema
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class SourceMode:
    """How strictly a source's events are treated where their rule does not say."""

    source: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault of one event, as it is kept among the facts."""

    event: Event
    plan_version: int
    mode: Mode
    fault: Fault


@dataclass(frozen=True, slots=True)
class Judged:
    """What a batch's events are under a version of the plan."""

    passed: list[Event]
    blocked: list[Failure]
    violations: list[Violation]
    faulty: Mapping[int, Mode]
    """By number: the events with a fault, and how strictly that was taken."""


class NotASchema(BadInput):
    """This is no JSON Schema that an event can be checked by."""


class SchemaTooLarge(NotASchema):
    """A schema may have at most 64 KB, 20 levels and 500 properties."""


class RemoteReference(NotASchema):
    """A schema refers to itself only (#/...); nothing is fetched from elsewhere. Copy what it points to into $defs."""


class CircularReference(NotASchema):
    """The references of this schema run in a circle, so it never ends; write the inner part out instead."""


class MatchesNothing(NotASchema):
    """No event at all can be as this schema wants it; every one would be at fault."""


class NotInThePlan(NotFound):
    """The tracking plan has no event of this name, or not this version of it."""


class NothingToPublish(Conflict):
    """There is no draft of this event, or it says the same as the published version."""


class DraftMovedOn(Conflict):
    """Somebody else has changed this draft or published it meanwhile; look at it again."""

    again = False


class NothingToInferFrom(NotFound):
    """No event of this name has come yet, so there is nothing to infer a schema from."""


class PlanOfTheWholeBrand(Forbidden):
    """The tracking plan and the failed events are the whole brand's; people of single stores do not see them."""
