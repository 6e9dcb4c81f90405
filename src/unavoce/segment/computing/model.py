"""Traits that are worked out from events: a definition in the words of segments, its value instead of a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from unavoce.kernel.errors import Conflict, NotFound
from unavoce.segment.conditions import Calendar, Rolling, Where, Window

Way = Literal["count", "sum", "avg", "min", "max", "first", "last", "most_frequent", "distinct", "list"]
"""How many; of a property its sum, average, ends, most frequent value, number of values, or the values themselves."""

CARRIER = "Identify"
"""The call that carries new values through the intake, like any other word on a customer."""


class Computation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a trait is worked out from: events of this name within the window, of which these properties hold."""

    event: str
    way: Way = "count"
    property: str | None = None
    where: tuple[Where, ...] = ()
    window: Window | None = None


def counts(what: Computation) -> bool:
    """Whether nothing at all is a value, too: zero."""
    return what.way in ("count", "sum", "distinct")


def ever(what: Computation) -> Computation:
    """How often such a thing happened at any time."""
    return msgspec.structs.replace(what, way="count", property=None, window=None)


def changes_with_time(what: Computation) -> bool:
    """Whether it can change without a new event."""
    return isinstance(what.window, Rolling | Calendar)


@dataclass(frozen=True, slots=True)
class ComputedTrait:
    """A trait that is worked out."""

    key: str
    name: Mapping[str, str]
    computation: Computation
    created_by: str
    created_at: datetime
    swept_at: datetime | None


class NoSuchComputedTrait(NotFound):
    """There is no computed trait of this key."""


class TraitIsTold(Conflict):
    """Sources tell a trait of this name already; choose another one for what is worked out."""


class ComputedKeyTaken(Conflict):
    """There is a computed trait of this key already; remove it first."""
