"""Values of the decision point: what can be asked, answered and refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.errors import BadInput, Conflict, NotFound


class Verdict(StrEnum):
    """What was decided about a candidate message."""

    PLANNED = "planned"
    DENIED = "denied"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why; the console shows each in three languages."""

    SENT = "sent"
    PLANNED = "planned"
    UNREACHABLE = "unreachable"
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    SUPPRESSED_BOUNCE = "suppressed_bounce"
    SUPPRESSED_COMPLAINT = "suppressed_complaint"
    BOUGHT = "bought"
    SERVICE_OPEN = "service_open"
    HOLDOUT = "holdout"
    QUIET_HOURS = "quiet_hours"
    CAP_REACHED = "cap_reached"
    LOST_TO = "lost_to"
    EXPIRED = "expired"
    EXITED = "exited"
    PAUSED = "paused"
    SOLD_OUT = "sold_out"
    RETURNED = "returned"
    SUSPENDED = "suspended"


class IntentState(StrEnum):
    """Where a decided message stands."""

    PLANNED = "planned"
    RESERVED = "reserved"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


PENDING = frozenset({IntentState.PLANNED, IntentState.RESERVED})
"""Not handed over yet: can still be cancelled."""

HOLDING = frozenset(IntentState) - {IntentState.FAILED, IntentState.CANCELLED, IntentState.EXPIRED}
"""Takes a slot under the caps."""


class Op(StrEnum):
    """What a channel is asked to do."""

    SEND = "send"
    ADD = "add"
    REMOVE = "remove"


class State(StrEnum):
    """Whether an enrolment walks, rests behind another one of the same customer, or is over."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Arm(StrEnum):
    """Whether a customer is spoken to, or held out for the comparison."""

    TREATED = "treated"
    HOLDOUT = "holdout"


class Move(StrEnum):
    """Why an enrolment went from one step to the next."""

    ENTERED = "entered"
    WAITED = "waited"
    HAPPENED = "happened"
    TIMED_OUT = "timed_out"
    BRANCHED = "branched"
    SPLIT = "split"
    SENT = "sent"
    DENIED = "denied"
    ACTED = "acted"
    HELD_OUT = "held_out"
    COMPLETED = "completed"
    EXITED = "exited"
    BOUGHT = "bought"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    RETURNED = "returned"


class Status(StrEnum):
    """Whether a journey takes part."""

    LIVE = "live"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One event as the decision point sees it; `historic` ones (imports) never enter or move a journey."""

    iid: int
    customer: int
    name: str
    at: datetime
    received_at: datetime
    message_id: str
    properties: Mapping[str, object] = field(default_factory=dict)
    store: str = ""
    product_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    historic: bool = False


@dataclass(frozen=True, slots=True)
class FlipSeen:
    """A customer entered or left a segment (`direction`), because of `cause`."""

    segment: str
    customer: int
    iid: int
    direction: str
    at: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """An identifier now belongs to this customer."""

    iid: int
    customer: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A decided message, or an audience row, on its way to one channel."""

    id: int
    key: str
    """The idempotency key: 32 hexadecimal digits from (enrolment, step, attempt, channel)."""
    op: Op
    channel: str
    message: str
    """The message's key; empty for audiences and webhooks."""
    audience: str
    iid: int
    customer: int
    """The customer at the moment of the decision; ask profile for the present one."""
    enrolment: int
    journey: str
    version: int
    step: str
    attempt: int
    purpose: str
    category: str
    products: tuple[str, ...]
    """The products it is about; empty when about none."""
    categories: tuple[str, ...]
    planned_for: datetime
    expires_at: datetime
    at: datetime
    state: IntentState = IntentState.RESERVED
    capped: bool = True
    """Whether it takes a slot under the caps."""
    priority: int = 50
    settled_reason: str = ""
    blocked_by: int | None = None
    """What stopped it: a suppression or another enrolment."""
    event: Mapping[str, object] = field(default_factory=dict)
    """The event she entered with: name, at, message_id, store, product_ids, properties."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """What an action carries besides: url and body of a webhook."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one candidate, or the later cancelling of what it had planned (`revises`)."""

    id: int
    enrolment: int
    journey: str
    version: int
    step: str
    attempt: int
    iid: int
    customer: int
    channel: str
    message: str
    verdict: Verdict
    reason: Reason
    rule: str
    blocked_by: int | None
    intent: int | None
    revises: int | None
    planned_for: datetime | None
    at: datetime
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Transition:
    """One enrolment's move; `to_step` of an ended one is `end:` and how it ended."""

    enrolment: int
    seq: int
    journey: str
    version: int
    iid: int
    customer: int
    from_step: str
    to_step: str
    move: Move
    cause: str
    at: datetime


class UnknownJourney(NotFound):
    """There is no journey of this key; GET /api/journeys lists them."""


class BadJourney(BadInput):
    """This journey's definition cannot be read; correct the field and publish it again."""


class JourneyWithoutExit(BadJourney):
    """This journey has no exit rule; add at least one to `exits`, so that nobody is spoken to after she is done."""


class JourneyWithoutSteps(BadJourney):
    """This journey has no steps; add at least one and name it in `start`."""


class UnknownStep(BadJourney):
    """This journey leads to a step that is not there; add the step or correct the name."""


class UnreachableStep(BadJourney):
    """No path leads to this step; connect it or take it out."""


class EndlessJourney(BadJourney):
    """This journey goes round without ever waiting; put a wait on the circle, or lead it to an end."""


class UnknownMessage(BadJourney):
    """This journey sends a message that is not published; publish the message first or correct its key."""


class MessageWithoutVariant(BadJourney):
    """The message has no variant for this channel; write one, or take the channel out of the step."""


class UnevenSplit(BadJourney):
    """The arms of this split do not add up to 1; correct their shares."""


class AboutNothing(BadJourney):
    """This journey leaves when its product is bought, but does not say what it is about; set `about`."""


class BadPolicy(BadInput):
    """This policy cannot be used; correct the field and save it again."""


class NotLive(Conflict):
    """This journey is not live, so it cannot be paused."""


class NotPaused(Conflict):
    """This journey is not paused, so it cannot be resumed."""
