"""SQL of what people and reports want to know, and of the copies in ClickHouse."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from unavoce.decide.model import Decision, Intent, Move, Reason, Transition, Verdict
from unavoce.decide.store import intent_of
from unavoce.decide.world import Cause, Subject, Suppression
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "reports.sql")


@dataclass(frozen=True, slots=True)
class Flow:
    """How many came to a step of a journey and went from it."""

    journey: str
    step: str
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entered a journey or an arm of it, and how many of them reached its goal."""

    key: str
    entered: int
    reached: int


@dataclass(frozen=True, slots=True)
class Entered:
    """How many entered a journey."""

    key: str
    entered: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The part of a log that is copied next: after (tx, n), up to and including (to_tx, to_n)."""

    tx: str
    n: int
    to_tx: str | None
    to_n: int | None


@dataclass(frozen=True, slots=True)
class End:
    """The last row of a batch."""

    tx: str
    n: int


@dataclass(frozen=True, slots=True)
class IntentFact:
    """A state an intent came into, with what the intent was."""

    id: int
    enrolment: int
    journey: str
    version: int
    step: str
    iid: int
    customer: int
    channel: str
    op: str
    message: str
    purpose: str
    category: str
    planned_for: datetime
    state: str
    reason: str
    at: datetime


def intents(tx: Transaction, iids: Sequence[int], *, before: datetime | None, fit: int) -> list[Intent]:
    """The newest intents of these identifiers."""
    rows = tx.rows(_SQL["intents"], Intent, iids=list(iids), before=before, fit=fit)
    return [intent_of(row) for row in rows]


def decision_page(
    tx: Transaction,
    *,
    iids: Sequence[int] | None = None,
    journey: str | None = None,
    reason: str | None = None,
    at: datetime | None = None,
    id_: int | None = None,
    before: datetime | None = None,
    fit: int = 50,
) -> list[Decision]:
    """One page of decisions, the newest first."""
    wanted = list(iids) if iids is not None else None
    rows = tx.rows(
        _SQL["decision_page"],
        Decision,
        iids=wanted,
        journey=journey,
        reason=reason,
        at=at,
        id=id_,
        before=before,
        fit=fit,
    )
    return [replace(row, verdict=Verdict(row.verdict), reason=Reason(row.reason)) for row in rows]


def transitions(tx: Transaction, iids: Sequence[int], *, before: datetime | None, fit: int) -> list[Transition]:
    """The newest moves of these identifiers."""
    rows = tx.rows(_SQL["transitions"], Transition, iids=list(iids), before=before, fit=fit)
    return [replace(row, move=Move(row.move)) for row in rows]


def entered_since(tx: Transaction, since: datetime) -> dict[str, int]:
    """How many entered each journey since a moment."""
    return {row.key: row.entered for row in tx.rows(_SQL["entered_since"], Entered, since=since)}


def goals_by_arm(tx: Transaction, journey: str) -> dict[str, Tally]:
    """Those who were, or would have been, spoken to, by arm."""
    return {row.key: row for row in tx.rows(_SQL["goals_by_arm"], Tally, journey=journey)}


def goal_rates(tx: Transaction) -> dict[str, Tally]:
    """Of each journey's enrolments, how many reached a goal."""
    return {row.key: row for row in tx.rows(_SQL["goal_rates"], Tally)}


def flows(tx: Transaction, journey: str | None = None) -> list[Flow]:
    """How many came to and went from each step of every journey, or of one."""
    return tx.rows(_SQL["all_counts"], Flow, journey=journey)


def suppressions_now(tx: Transaction, iids: Sequence[int], now: datetime) -> list[Suppression]:
    """What is kept from these identifiers at this moment."""
    return [
        replace(row, subject=Subject(row.subject), cause=Cause(row.cause))
        for row in tx.rows(_SQL["suppressions_now"], Suppression, iids=list(iids), now=now)
    ]


def lock_export(tx: Transaction, log: str) -> Batch | None:
    """The batch of this log that is being copied, if one is."""
    return tx.first(_SQL["lock_export"], Batch, log=log)


def end_of_next(tx: Transaction, log: str, after: Batch, fit: int) -> End | None:
    """Where the next batch of a log ends; None when there is nothing to copy."""
    match log:
        case "transition":
            return tx.first(_SQL["transition_end"], End, tx=after.tx, n=after.n, fit=fit)
        case "decision":
            return tx.first(_SQL["decision_end"], End, tx=after.tx, n=after.n, fit=fit)
        case _:
            return tx.first(_SQL["intent_state_end"], End, tx=after.tx, n=after.n, fit=fit)


def pin_export(tx: Transaction, log: str, end: End) -> None:
    """Fix where the batch ends before it is copied."""
    tx.run(_SQL["pin_export"], log=log, tx=end.tx, n=end.n)


def done_export(tx: Transaction, log: str) -> None:
    """The pinned batch has been copied."""
    tx.run(_SQL["done_export"], log=log)


def transition_batch(tx: Transaction, batch: Batch) -> list[Transition]:
    """The moves of a pinned batch."""
    return tx.rows(_SQL["transition_batch"], Transition, tx=batch.tx, n=batch.n, to_tx=batch.to_tx, to_n=batch.to_n)


def decision_batch(tx: Transaction, batch: Batch) -> list[Decision]:
    """The verdicts of a pinned batch."""
    return tx.rows(_SQL["decision_batch"], Decision, tx=batch.tx, n=batch.n, to_tx=batch.to_tx, to_n=batch.to_n)


def intent_batch(tx: Transaction, batch: Batch) -> list[IntentFact]:
    """The states of a pinned batch."""
    return tx.rows(_SQL["intent_state_batch"], IntentFact, tx=batch.tx, n=batch.n, to_tx=batch.to_tx, to_n=batch.to_n)
