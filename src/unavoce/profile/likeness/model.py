"""Two customers who are probably one person: how alike they are, how sure that is, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from unavoce.kernel.errors import Conflict, NotFound
from unavoce.kernel.ids import CustomerId, Iid

FIELDS = ("name", "birthday", "phone", "email", "address")
"""What two customers are compared by."""


class Level(IntEnum):
    """How alike two values are."""

    DIFFERS = 0
    FITS = 1  # as far as a mask lets it be seen
    CLOSE = 2  # one keystroke apart, or one part of a date
    SAME = 3


class Pair(NamedTuple):
    """Two customers and how alike they are, field by field; None where one of them has nothing to compare."""

    one: CustomerId
    other: CustomerId
    name: int | None
    birthday: int | None
    phone: int | None
    email: int | None
    address: int | None
    bearers: int | None
    """How many have the name they share."""

    @property
    def pattern(self) -> tuple[int | None, ...]:
        """The levels in the order of FIELDS."""
        return self.name, self.birthday, self.phone, self.email, self.address


class Coincidence(NamedTuple):
    """How often two people drawn by chance have the same value of a field."""

    field: str
    people: float
    share: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """One field's part in the score: `weight` is the base-2 logarithm of `m` over `u`.

    `m` is how often the field is so alike in one person's two records, `u` in two strangers'.
    """

    field: str
    level: Level
    weight: float
    m: float
    u: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two customers, the sum of the weights, and the chance that they are one person."""

    pair: Pair
    score: float
    chance: float
    weighed: Sequence[Weighed]


class Decision(StrEnum):
    """What somebody said of a suggestion."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as it stands: the ids when it was found, and the customers (`first`, `second`) they are now."""

    id: int
    one: Iid
    other: Iid
    first: CustomerId
    second: CustomerId
    score: float
    chance: float
    evidence: Sequence[Mapping[str, object]]
    state: Decision
    found_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class NoSuchSuggestion(NotFound):
    """There is no such suggestion; it may not hold any more."""


class DecidedAlready(Conflict):
    """Somebody has decided this already."""


class NotDecided(Conflict):
    """Nobody has decided this yet, so there is nothing to take back."""
