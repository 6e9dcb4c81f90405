"""What the privacy routes take and give, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from unavoce.apps.privacy.model import Kind, Request, Rules, State, Tally


class Asked(BaseModel):
    """What is asked for, and for whom: any of her identifiers, or `customer` and her id."""

    kind: Kind
    identifier_kind: Annotated[str, Field(min_length=1, max_length=64)] = "customer"
    identifier: Annotated[str, Field(min_length=1, max_length=512)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class Confirmed(BaseModel):
    """The number of the request once more."""

    number: int


class TallyOut(BaseModel):
    """How many rows about her a table had."""

    table: str
    rows: int

    @classmethod
    def of(cls, tally: Tally) -> TallyOut:
        """The tally as JSON."""
        return cls(table=tally.table, rows=tally.rows)


class RequestOut(BaseModel):
    """A request and how far it has come; `tables` says what was found where."""

    id: int
    kind: Kind
    state: State
    asked_by: str
    asked_at: datetime
    reason: str
    confirmed_by: str | None
    confirmed_at: datetime | None
    begun_at: datetime | None
    done_at: datetime | None
    step: str
    progress: int
    rows: int
    tables: list[TallyOut]
    error: str
    has_receipt: bool

    @classmethod
    def of(cls, one: Request) -> RequestOut:
        """The request as JSON."""
        return cls(
            id=one.id,
            kind=one.kind,
            state=one.state,
            asked_by=one.asked_by,
            asked_at=one.asked_at,
            reason=one.reason,
            confirmed_by=one.confirmed_by,
            confirmed_at=one.confirmed_at,
            begun_at=one.begun_at,
            done_at=one.done_at,
            step=one.step,
            progress=one.progress,
            rows=sum(tally.rows for tally in one.tables),
            tables=[TallyOut.of(tally) for tally in one.tables if tally.rows],
            error=one.error,
            has_receipt=one.receipt is not None,
        )


class RequestsOut(BaseModel):
    """A page of requests, newest first, and the cursor that continues after it."""

    items: list[RequestOut]
    next: str | None


class ReceiptIn(BaseModel):
    """A receipt to be checked, and perhaps the identifier it should be about."""

    receipt: dict[str, JsonValue]
    identifier_kind: str | None = None
    identifier: str | None = None


class VerdictOut(BaseModel):
    """Whether a receipt holds: signed as it reads, by this deployment, and about the identifier that was named."""

    holds: bool
    signed: bool
    ours: bool
    about: bool | None


class RulesOut(BaseModel):
    """The brand's rules for erasing."""

    two_people: bool
    live_may_return: bool
    file_days: Annotated[int, Field(ge=1, le=90)]

    @classmethod
    def of(cls, rules: Rules) -> RulesOut:
        """The rules as JSON."""
        return cls(two_people=rules.two_people, live_may_return=rules.live_may_return, file_days=rules.file_days)


class TurnedAwayOut(BaseModel):
    """How many events of a kind of source would have brought an erased person back."""

    kind: str
    events: int


class StandingOut(BaseModel):
    """The rules, the key that checks receipts, and what was turned away."""

    rules: RulesOut
    public_key: str
    turned_away: list[TurnedAwayOut]
