"""SQL of the hand-over: what senders are given, and what they bring back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from unavoce.decide.model import Intent
from unavoce.decide.store import intent_of
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "handover.sql")


@dataclass(frozen=True, slots=True)
class Held:
    """A claimed intent as it stands at hand-over: its state, how its enrolment ended, its journey's status."""

    id: int
    state: str
    ended_by: str
    status: str


def expire(tx: Transaction, now: datetime) -> list[Intent]:
    """Expire what nobody handed over in time."""
    return [intent_of(row) for row in tx.rows(_SQL["expire"], Intent, now=now)]


def claim(
    tx: Transaction, *, worker: str, now: datetime, seconds: float, fit: int, channels: Sequence[str] | None
) -> list[Intent]:
    """Give a sender what is ready, the earliest first."""
    wanted = list(channels) if channels is not None else None
    rows = tx.rows(_SQL["claim"], Intent, worker=worker, now=now, seconds=seconds, fit=fit, channels=wanted)
    return sorted((intent_of(row) for row in rows), key=lambda each: (each.planned_for, each.at, each.attempt, each.id))


def held(tx: Transaction, ids: Sequence[int]) -> dict[int, Held]:
    """How claimed intents stand, locked."""
    return {row.id: row for row in tx.rows(_SQL["held"], Held, ids=list(ids))}


def release(tx: Transaction, later: Sequence[tuple[int, datetime]]) -> None:
    """Put claimed intents back until a later time."""
    if later:
        tx.run(_SQL["release"], ids=[each for each, _ in later], ats=[at for _, at in later])


def settle(tx: Transaction, outcomes: Sequence[tuple[int, str, str, datetime, str]]) -> set[int]:
    """Write what became of hand-overs: intent, state, reason, when, provider's id; returns those that took it."""
    return set(
        tx.values(
            _SQL["settle"],
            ids=[each[0] for each in outcomes],
            states=[each[1] for each in outcomes],
            reasons=[each[2] for each in outcomes],
            ats=[each[3] for each in outcomes],
            provider_ids=[each[4] for each in outcomes],
        )
    )
