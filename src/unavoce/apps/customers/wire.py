"""What the customer screens read: shapes of the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

Kind = Literal["event", "decision", "delivery", "transition", "flip", "link"]


class CustomerRow(BaseModel):
    """A customer in the list; money in minor units."""

    id: str
    name: str
    email: str | None
    phone: str | None
    language: str | None
    last_seen_at: datetime
    orders: int
    revenue_minor: int
    currency: str
    segments: list[str]


class CustomerRows(BaseModel):
    """A page of customers and the cursor that continues after it."""

    items: list[CustomerRow]
    next: str | None


class TraitOut(BaseModel):
    """A trait and where it comes from."""

    key: str
    value: JsonValue
    source: str
    at: datetime
    message_id: str
    personal: str | None = None


class IdentifierOut(BaseModel):
    """An identifier; blocked when it belongs to too many people to join anybody."""

    iid: str
    kind: str
    value: str
    first_seen_at: datetime
    last_seen_at: datetime
    blocked: bool


class ConsentOut(BaseModel):
    """What she allows on one channel for one purpose."""

    channel: str
    purpose: str
    state: str
    at: datetime
    evidence: str


class ReachOut(BaseModel):
    """Whether she can be written to on a channel for marketing, and why not."""

    channel: str
    reachable: bool
    reason: str


class ConsentWordOut(BaseModel):
    """One thing she said about a channel and a purpose."""

    channel: str
    purpose: str
    state: str
    at: datetime
    evidence: str
    message_id: str


class ConsentLogOut(BaseModel):
    """Everything she said, newest first."""

    items: list[ConsentWordOut]
    next: str | None = None


class ConsentIn(BaseModel):
    """What a customer told somebody of the team, and how that is known."""

    channel: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    purpose: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")] = "marketing"
    granted: bool
    evidence: Annotated[str, Field(min_length=3, max_length=500)]


class TraitWordOut(BaseModel):
    """One value that one source gave a trait."""

    key: str
    value: JsonValue
    source: str
    priority: int
    at: datetime
    received_at: datetime
    message_id: str


class TraitHistoryOut(BaseModel):
    """Every value, newest first, and what counted at the moment that was asked for."""

    items: list[TraitWordOut]
    then: list[TraitOut]
    next: str | None = None


class MembershipOut(BaseModel):
    """A segment she is in, since when and because of what."""

    key: str
    name: dict[str, str]
    since: datetime
    cause: str


class TotalsOut(BaseModel):
    """What she bought; money in minor units."""

    orders: int
    revenue_minor: int
    currency: str
    first_order_at: datetime | None
    last_order_at: datetime | None


class SuppressionOut(BaseModel):
    """What is not pitched to her, until when and why."""

    product_id: str | None
    category: str | None
    until: datetime | None
    reason: str


class CustomerOut(BaseModel):
    """A customer's page."""

    id: str
    name: str
    traits: list[TraitOut]
    identifiers: list[IdentifierOut]
    consents: list[ConsentOut]
    segments: list[MembershipOut]
    totals: TotalsOut
    suppressions: list[SuppressionOut]
    reachability: list[ReachOut]


class Moment(BaseModel):
    """One line of a timeline."""

    id: str
    kind: Kind
    at: datetime
    channel: str
    title: str
    store: str
    reason: str | None = None
    detail: dict[str, JsonValue]


class Moments(BaseModel):
    """A page of a timeline, newest first, and the cursor that continues after it."""

    items: list[Moment]
    next: str | None


class DecisionOut(BaseModel):
    """One decision and why it was taken."""

    id: str
    at: datetime
    journey: str
    step: str
    channel: str
    message: str
    verdict: str
    reason: str
    rule: str
    blocked_by: str | None
    planned_for: datetime | None
    detail: dict[str, JsonValue]


class DecisionsOut(BaseModel):
    """A page of decisions, newest first."""

    items: list[DecisionOut]
    next: str | None
