"""What the routes about duplicates take and give, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from unavoce.access.api import Person, mask
from unavoce.kernel.ids import text_of
from unavoce.profile.likeness.model import Suggestion
from unavoce.profile.model import Profile
from unavoce.profile.wire import NodeOut

_MOST_AT_ONCE = 200
# What helps to tell two people apart; the rest is on the customer's own page.
_COMPARED = frozenset({
    "name", "full_name", "fullName", "first_name", "last_name", "firstName", "lastName", "birthday", "birthdate",
    "birth_date", "birthDate", "date_of_birth", "dob", "gender", "email", "phone", "mobile", "address", "street",
    "city", "postcode", "postal_code", "language", "locale", "company",
})  # fmt: skip


class WeighedOut(BaseModel):
    """One field's part in the score: how alike, the weight in bits, and how often that is so (m: of one, u: of two)."""

    field: Literal["name", "birthday", "phone", "email", "address"]
    level: Literal["differs", "fits", "close", "same"]
    weight: float
    m: float
    u: float


class FaceTrait(BaseModel):
    """A trait that helps to compare."""

    key: str
    value: str
    source: str


class FaceOut(BaseModel):
    """One of the two, as this person may see her."""

    id: str
    name: str
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    identifiers: list[NodeOut]
    traits: list[FaceTrait]

    @classmethod
    def of(cls, profile: Profile, person: Person) -> "FaceOut":
        """The face as JSON."""
        return cls(
            id=text_of(profile.id),
            name=mask(person, "name", profile.name),
            first_seen_at=min((one.first_seen_at for one in profile.identifiers), default=None),
            last_seen_at=max((one.last_seen_at for one in profile.identifiers), default=None),
            identifiers=[
                NodeOut(
                    iid=text_of(one.iid), kind=one.kind, value=mask(person, one.kind, one.value),
                    customer=text_of(profile.id), blocked=one.blocked,
                )
                for one in profile.identifiers
            ],
            traits=[
                FaceTrait(key=one.key, value=mask(person, one.key, str(one.value)), source=one.source)
                for one in profile.traits
                if one.key in _COMPARED
            ],
        )  # fmt: skip


class SuggestionOut(BaseModel):
    """Two customers who are probably one person, why, and what was decided."""

    id: str
    score: float
    chance: float
    evidence: list[WeighedOut]
    state: Literal["open", "accepted", "rejected"]
    found_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    one: FaceOut
    other: FaceOut

    @classmethod
    def of(cls, found: Suggestion, one: Profile, other: Profile, person: Person) -> "SuggestionOut":
        """The suggestion as this person may see it."""
        return cls(
            id=str(found.id),
            score=found.score,
            chance=found.chance,
            evidence=[WeighedOut.model_validate(part) for part in found.evidence],
            state=found.state.value,
            found_at=found.found_at,
            decided_by=found.decided_by,
            decided_at=found.decided_at,
            one=FaceOut.of(one, person),
            other=FaceOut.of(other, person),
        )


class SuggestionsOut(BaseModel):
    """Some suggestions, the surest first, the cursor of the next, how many wait, and the last search."""

    items: list[SuggestionOut]
    next: str | None
    waiting: int
    searched_at: datetime | None
    searching: bool
    failed: bool
    learnt: dict[str, Any]


class Decide(BaseModel):
    """Suggestions, and whether they are one person."""

    ids: Annotated[list[int], Field(min_length=1, max_length=_MOST_AT_ONCE)]
    decision: Literal["accepted", "rejected", "open"]


class Decided(BaseModel):
    """What became of one suggestion; `problem` names why not."""

    id: str
    state: Literal["open", "accepted", "rejected"] | None
    problem: str | None = None


class DecidedOut(BaseModel):
    """What became of each."""

    items: list[Decided]
