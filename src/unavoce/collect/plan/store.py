"""SQL of the tracking plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from unavoce.collect.model import Batch
from unavoce.collect.plan import rules
from unavoce.collect.plan.judge import Check, Plan
from unavoce.collect.plan.model import Draft, Mode, Rule, Schema, SourceMode, Violation
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

if TYPE_CHECKING:
    from unavoce.runtime.clickhouse import Facts

_SQL = sql.load(__package__, "plan.sql")
_FACTS = sql.load(__package__, "facts.sql")
_VIOLATION = "collect.violation"
_COLUMNS = (
    "event_id", "source", "name", "store", "received_at", "plan_version", "mode", "kind", "property", "expected",
)  # fmt: skip
_decode = msgspec.json.Decoder(dict[str, object]).decode


@dataclass(frozen=True, slots=True)
class _RuleRow:
    name: str
    version: int
    plan_version: int
    mode: str | None
    schema: str
    retired: bool
    published_at: datetime
    published_by: str

    def rule(self) -> Rule:
        return Rule(
            self.name, self.version, self.plan_version, _mode(self.mode), _decode(self.schema), self.published_at,
            self.published_by, self.retired,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _DraftRow:
    name: str
    mode: str | None
    schema: str
    changed_at: datetime
    changed_by: str

    def draft(self) -> Draft:
        return Draft(self.name, _mode(self.mode), _decode(self.schema), self.changed_at, self.changed_by)


@dataclass(frozen=True, slots=True)
class _SourceRow:
    source_id: int
    source: str
    mode: str


@dataclass(frozen=True, slots=True)
class Came:
    """How often events of a name came, and how many of them were at fault."""

    name: str
    events: int
    faulty: int
    blocked: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Wrong:
    """One kind of fault, and how many events had it."""

    mode: str
    kind: str
    place: str
    events: int
    last_at: datetime


def _mode(word: str | None) -> Mode | None:
    return Mode(word) if word else None


def version(tx: Transaction) -> int:
    """The newest version of the whole plan."""
    return int(tx.value(_SQL["version"]))


def plan_at(tx: Transaction, version: int) -> Plan:
    """A version of the plan, ready to judge; its validators are made once in a process."""
    found = tx.rows(_SQL["rules_at"], _RuleRow, version=version)
    if not found:
        return Plan(version)
    checks = {row.name: Check(rules.compiled(row.schema), _mode(row.mode)) for row in found}
    by_source = {row.source_id: Mode(row.mode) for row in tx.rows(_SQL["sources_at"], _SourceRow, version=version)}
    return Plan(version, checks, by_source)


def rules_at(tx: Transaction, version: int) -> list[Rule]:
    """What a version of the plan says of each event."""
    return [row.rule() for row in tx.rows(_SQL["rules_at"], _RuleRow, version=version)]


def sources_at(tx: Transaction, version: int) -> list[SourceMode]:
    """How strictly a version takes each source."""
    return [SourceMode(row.source, Mode(row.mode)) for row in tx.rows(_SQL["sources_at"], _SourceRow, version=version)]


def rules_of(tx: Transaction, name: str) -> list[Rule]:
    """Every version of one event's rule, the newest first."""
    return [row.rule() for row in tx.rows(_SQL["rules_of"], _RuleRow, name=name)]


def drafts(tx: Transaction, name: str | None = None) -> list[Draft]:
    """What is being worked on: all, or of one name."""
    return [row.draft() for row in tx.rows(_SQL["drafts"], _DraftRow, name=name)]


def save_draft(tx: Transaction, draft: Draft) -> None:
    """Keep a draft in the place of the one before."""
    tx.run(
        _SQL["save_draft"], name=draft.name, mode=draft.mode, schema=rules.written(draft.schema),
        changed_at=draft.changed_at, changed_by=draft.changed_by,
    )  # fmt: skip


def drop_draft(tx: Transaction, name: str) -> bool:
    """Throw a draft away; says whether there was one."""
    return tx.run(_SQL["drop_draft"], name=name) > 0


def open_version(tx: Transaction, at: datetime, by: str) -> int:
    """Begin the next version of the whole plan; one at a time."""
    tx.lock("collect.plan")
    return int(tx.value(_SQL["open_version"], at=at, by=by))


def publish_rule(
    tx: Transaction, plan_version: int, name: str, mode: Mode | None, schema: Schema, *, retired: bool = False
) -> int:
    """Put the next version of an event's rule into a version of the plan; returns the rule's number.

    A retired one asks nothing of its events any more.
    """
    return int(
        tx.value(
            _SQL["publish_rule"], name=name, plan_version=plan_version, mode=mode, schema=rules.written(schema),
            retired=retired,
        )
    )  # fmt: skip


def publish_source(tx: Transaction, plan_version: int, source: str, mode: Mode) -> bool:
    """Put a source's mode into a version of the plan; False when there is no such source."""
    return tx.run(_SQL["publish_source"], plan_version=plan_version, source=source, mode=mode) > 0


def sample(facts: Facts, name: str, most: int) -> Iterator[Schema]:
    """The properties of the events of a name that were received last."""
    for text in facts.values(_FACTS["sample"], name=name, most=most):
        yield _decode(text)


def came(facts: Facts, since: datetime) -> list[Came]:
    """Every event name since a moment."""
    return facts.rows(_FACTS["names"], Came, since_64=since)


def wrong(facts: Facts, name: str, since: datetime) -> list[Wrong]:
    """What was wrong with the events of a name since a moment."""
    return facts.rows(_FACTS["violations"], Wrong, name=name, since_64=since)


def insert_violations(facts: Facts, batch: Batch, violations: Sequence[Violation]) -> None:
    """Put faults among the facts; a replay of the same batch is dropped by its token."""
    rows = [
        (
            one.event.event_id, one.event.source.key, one.event.name, one.event.goods.store if one.event.goods else "",
            one.event.received_at, one.plan_version, str(one.mode), str(one.fault.kind), one.fault.place,
            one.fault.expected,
        )
        for one in violations
    ]  # fmt: skip
    if rows:
        facts.insert(_VIOLATION, _COLUMNS, list(zip(*rows, strict=True)), token=batch.token(_VIOLATION))
