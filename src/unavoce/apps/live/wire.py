"""What the live events screen reads: shapes of the answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, JsonValue

from unavoce.apps.customers.wire import DecisionOut
from unavoce.collect.api import Outcome


class ArrivalOut(BaseModel):
    """A call and what became of it; `id` opens it. `flagged`: it entered, but not as the plan says."""

    id: str
    outcome: Outcome
    received_at: datetime
    at: datetime | None
    source: str
    type: str
    name: str
    message_id: str
    store: str
    clamped: bool
    flagged: bool = False
    customer: str | None
    customer_name: str
    reason: str
    detail: str


class ArrivalList(BaseModel):
    """Some calls, the one received last first; `now` is the clock by which they were received."""

    items: list[ArrivalOut]
    next: str | None
    now: datetime


class NamedOut(BaseModel):
    """An identifier that the event showed."""

    kind: str
    value: str


class JoinOut(BaseModel):
    """Two identifiers that the event shows to be one customer's; a reason says why it does not count."""

    one: NamedOut
    other: NamedOut
    kind: str
    reason: str | None


class TraitWritten(BaseModel):
    """A trait that the event wrote."""

    key: str
    value: JsonValue


class ConsentWritten(BaseModel):
    """What the event says may be done, or not."""

    channel: str
    purpose: str
    granted: bool


class FlipOut(BaseModel):
    """A segment that the customer entered or left because of the event."""

    segment: str
    direction: str
    at: datetime


class MoveOut(BaseModel):
    """A step that the customer took in a journey because of the event."""

    journey: str
    from_step: str
    to_step: str
    move: str
    at: datetime


class ChainOut(BaseModel):
    """Everything that an event caused, in the order in which it happens."""

    customer: str | None
    customer_name: str
    identifiers: list[NamedOut]
    joins: list[JoinOut]
    traits: list[TraitWritten]
    consents: list[ConsentWritten]
    flips: list[FlipOut]
    moves: list[MoveOut]
    decisions: list[DecisionOut]


class CallOut(BaseModel):
    """One call: what was received, when it came again, and what it caused; `payload` is empty for masked eyes."""

    id: str
    outcome: Outcome
    received_at: datetime
    at: datetime | None
    source: str
    type: str
    name: str
    message_id: str
    store: str
    clamped: bool
    reason: str
    detail: str
    payload: dict[str, JsonValue]
    text: str | None
    """What was sent, where it is no JSON object."""
    again_at: list[datetime]
    chain: ChainOut | None
