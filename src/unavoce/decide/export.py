"""Copies of the logs for ClickHouse: a batch is pinned before it is copied, so that a crash copies the same again."""

import orjson

from unavoce.decide.reports import store as reports
from unavoce.decide.reports.store import Batch
from unavoce.runtime import failpoint
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction

_FIT = 50_000
LOGS = ("transition", "decision", "intent_state")
_TABLES = {"transition": "decide.transition", "decision": "decide.decision", "intent_state": "decide.intent"}


def export(postgres: Postgres, facts: Facts) -> int:
    """Copy the next batch of each log; returns how many rows were copied."""
    return sum(_export(postgres, facts, log) for log in LOGS)


def _export(postgres: Postgres, facts: Facts, log: str) -> int:
    with postgres.transaction() as tx:
        batch = _pinned(tx, log)
    if batch is None:
        return 0
    failpoint.reach("export.after_pin")
    with postgres.transaction() as tx:
        names, rows = _rows(tx, log, batch)
        token = f"{log}:{batch.tx}:{batch.n}:{batch.to_tx}:{batch.to_n}"
        facts.insert(_TABLES[log], names, list(zip(*rows, strict=True)), token=token)
        failpoint.reach("export.after_insert")
        reports.done_export(tx, log)
    return len(rows)


def _pinned(tx: Transaction, log: str) -> Batch | None:
    """The unfinished batch first, else the next one, pinned by this transaction."""
    batch = reports.lock_export(tx, log)
    if batch is None or batch.to_tx is not None:
        return batch
    end = reports.end_of_next(tx, log, batch, _FIT)
    if end is None:
        return None
    reports.pin_export(tx, log, end)
    return Batch(batch.tx, batch.n, end.tx, end.n)


def _rows(tx: Transaction, log: str, batch: Batch) -> tuple[list[str], list[tuple[object, ...]]]:
    match log:
        case "transition":
            return _TRANSITION, [
                tuple(getattr(row, name) for name in _TRANSITION) for row in reports.transition_batch(tx, batch)
            ]
        case "decision":
            return _DECISION, [
                tuple(_plain(name, getattr(row, name)) for name in _DECISION)
                for row in reports.decision_batch(tx, batch)
            ]
        case _:
            return _INTENT, [tuple(getattr(row, name) for name in _INTENT) for row in reports.intent_batch(tx, batch)]


def _plain(name: str, value: object) -> object:
    if name == "detail":
        return orjson.dumps(value).decode()
    return 0 if value is None and name != "planned_for" else value


_TRANSITION = [
    "enrolment", "seq", "journey", "version", "iid", "customer", "from_step", "to_step", "move", "cause", "at",
]  # fmt: skip
_DECISION = [
    "id", "enrolment", "journey", "version", "step", "attempt", "iid", "customer", "channel", "message", "verdict",
    "reason", "rule", "blocked_by", "intent", "revises", "planned_for", "at", "detail",
]  # fmt: skip
_INTENT = [
    "id", "enrolment", "journey", "version", "step", "iid", "customer", "channel", "op", "message", "purpose",
    "category", "planned_for", "state", "reason", "at",
]  # fmt: skip
