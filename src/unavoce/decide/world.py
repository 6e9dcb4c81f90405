"""What the kernel is given, and what it gives back: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from unavoce.decide.journey import Journey
from unavoce.decide.model import Arm, Decision, Intent, IntentState, Noticed, Reason, State, Transition
from unavoce.decide.policy import Policy
from unavoce.kernel.ids import digest16

_NEVER = datetime.min.replace(tzinfo=UTC)


class Subject(StrEnum):
    """What a suppression keeps from her."""

    PRODUCT = "product"
    CATEGORY = "category"
    CHANNEL = "channel"
    PROMOTION = "promotion"


class Cause(StrEnum):
    """Why something is kept from her."""

    BOUGHT = "bought"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Something that is not said to her until a moment, late-bound through the identifier it came by."""

    id: int
    iid: int
    subject: Subject
    value: str
    cause: Cause
    at: datetime
    until: datetime
    order_id: str
    message_id: str
    lifted_at: datetime | None = None

    @property
    def product(self) -> str:
        """The product that is kept from her, or nothing when it is something else."""
        return self.value if self.subject is Subject.PRODUCT else ""

    @property
    def category(self) -> str:
        """The category that is kept from her, or nothing when it is something else."""
        return self.value if self.subject is Subject.CATEGORY else ""


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How long buying silences a category: all of it when durable, only the product when replenishable."""

    kind: str
    days: float


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What the decision point needs to know of a message."""

    purpose: str
    category: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LiveJourney:
    """One published version; `open` takes new customers, a paused one neither does that nor moves on by itself."""

    journey: Journey
    version: int
    open: bool = True
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that holds for all customers in one tick."""

    journeys: Mapping[tuple[str, int], LiveJourney]
    policy: Policy
    messages: Mapping[str, MessageFacts]
    category_rules: Mapping[str, CategoryRule]
    product_categories: Mapping[str, str]
    since: datetime
    """Nothing takes effect before this moment: it has been played already."""
    until: datetime
    """Everything that takes effect before this moment is played."""


@dataclass(slots=True)
class Enrolment:
    """One customer's way through one version of a journey, where she stands, since when and until when."""

    id: int
    journey: str
    version: int
    iid: int
    entry_key: str
    entered_at: datetime
    entry: Noticed
    arm: Arm
    mixed: bool = False
    """Two enrolments with different arms met in one customer: left out of the comparison."""
    state: State = State.ACTIVE
    step: str = ""
    since: datetime = _NEVER
    due: datetime | None = None
    awaited: str = ""
    """What `due` is for: `time`, `event` (a timeout), `sent` (a planned message's time), `retry`."""
    seq: int = 0
    attempt: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    stopped_by: int | None = None
    """The suppression or the enrolment that made it end or rest."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How she can be reached and what she allows."""

    addresses: frozenset[str]
    """The kinds of identifier she has."""
    consents: Mapping[tuple[str, str], str]
    zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """One customer with everything that can move her; her identifiers are those of the present links."""

    customer: int
    iids: frozenset[int]
    enrolments: tuple[Enrolment, ...] = ()
    events: tuple[Noticed, ...] = ()
    """What happened since the last tick."""
    recent: tuple[Noticed, ...] = ()
    """What happened before to identifiers that have just been linked."""
    intents: tuple[Intent, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    relinked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An intent's new state and why."""

    intent: int
    state: IntentState
    reason: Reason
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """An enrolment's goal came true."""

    enrolment: int
    goal: int
    iid: int
    at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an action wants to happen: an event of ours, or a trait."""

    enrolment: int
    seq: int
    iid: int
    customer: int
    name: str
    properties: Mapping[str, object]
    traits: Mapping[str, object]
    at: datetime


@dataclass(slots=True)
class Outcome:
    """What one tick changes, in the order in which it took effect for each customer."""

    transitions: list[Transition] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    lifted: list[tuple[int, datetime]] = field(default_factory=list)
    goals: list[Reached] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    entered: list[Enrolment] = field(default_factory=list)
    moved: dict[int, Enrolment] = field(default_factory=dict)
    """Every enrolment that changed, new ones too, as it now stands."""
    broken: list[tuple[int, Exception]] = field(default_factory=list)
    """Customers who could not be played, and why; nothing of them is in here."""

    def add(self, other: "Outcome") -> None:
        """Take another customer's outcome in."""
        self.transitions += other.transitions
        self.decisions += other.decisions
        self.intents += other.intents
        self.changes += other.changes
        self.suppressions += other.suppressions
        self.lifted += other.lifted
        self.goals += other.goals
        self.effects += other.effects
        self.entered += other.entered
        self.moved |= other.moved
        self.broken += other.broken


def number(*parts: object) -> int:
    """A 63-bit id that follows from its parts, so that doing it again gives the same."""
    return int.from_bytes(digest16("\0".join(map(str, parts)).encode())[:8], "big") >> 1


def key(*parts: object) -> str:
    """32 hexadecimal digits that follow from the parts."""
    return digest16("\0".join(map(str, parts)).encode()).hex()
