"""Working on the plan: inferring, drafting, seeing what a draft would do, publishing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from unavoce.collect.model import NoSuchSource
from unavoce.collect.plan import infer, rules, store
from unavoce.collect.plan.diff import Difference, differences
from unavoce.collect.plan.infer import Observed
from unavoce.collect.plan.model import (
    Draft,
    DraftMovedOn,
    Mode,
    NothingToInferFrom,
    NothingToPublish,
    NotInThePlan,
    Rule,
    Schema,
    SourceMode,
)
from unavoce.runtime.postgres import Transaction

if TYPE_CHECKING:
    from unavoce.runtime.clickhouse import Facts

LOOKED_BACK_ON = 10_000
"""So many of the last events of a name a draft is inferred from and tried on."""
_EMPTY: Schema = {}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a schema would have made of the last events of its name."""

    checked: int
    faulty: int
    faults: tuple[tuple[str, int], ...]
    """What is wrong, as "kind property", and in how many events; the most frequent first."""


@dataclass(frozen=True, slots=True)
class Inferred:
    """A schema out of what came, and what was seen of each property."""

    events: int
    schema: Schema
    observed: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """All that is known of one event in the plan."""

    name: str
    versions: list[Rule]
    draft: Draft | None

    @property
    def live(self) -> Rule | None:
        """The version that judges now."""
        return self.versions[0] if self.versions and not self.versions[0].retired else None


def infer_from(facts: Facts, name: str) -> Inferred:
    """A draft for an event, from the last of them; NothingToInferFrom when none came."""
    samples = list(store.sample(facts, name, LOOKED_BACK_ON))
    if not samples:
        raise NothingToInferFrom(name=name)
    shape = infer.shape_of(samples)
    return Inferred(len(samples), infer.schema_of(shape), tuple(shape.observed(of=len(samples))))


def effect_of(facts: Facts, name: str, schema: object) -> Effect:
    """What this schema would have made of the last events of this name."""
    validator = rules.compiled(rules.written(rules.check(schema)))
    checked, found = 0, Counter[str]()
    faulty = 0
    for properties in store.sample(facts, name, LOOKED_BACK_ON):
        checked += 1
        faults = rules.faults_of(validator, properties)
        faulty += bool(faults)
        found.update({fault.what for fault in faults})
    return Effect(checked, faulty, tuple(found.most_common(50)))


def planned(tx: Transaction, name: str) -> Planned:
    """One event's versions and draft; both empty when the plan has never heard of it."""
    return Planned(name, store.rules_of(tx, name), next(iter(store.drafts(tx, name)), None))


def save(tx: Transaction, name: str, schema: object, mode: Mode | None, *, by: str, now: datetime) -> Draft:
    """Keep a draft; NotASchema when nothing can be checked by it."""
    draft = Draft(name, mode, rules.check(schema), now, by)
    store.save_draft(tx, draft)
    return draft


def discard(tx: Transaction, name: str) -> None:
    """Throw a draft away; the published versions stay."""
    if not store.drop_draft(tx, name):
        raise NothingToPublish(name=name)


def publish(tx: Transaction, name: str, *, seen: datetime | None, by: str, now: datetime) -> Rule:
    """Make the draft the version that judges from the next batch on.

    `seen` is when the draft was changed that somebody looked at: DraftMovedOn when it has been changed since.
    """
    tx.lock("collect.plan")
    known = planned(tx, name)
    if known.draft is None:
        raise NothingToPublish(name=name)
    if seen is not None and seen != known.draft.changed_at:
        raise DraftMovedOn(name=name, changed_by=known.draft.changed_by)
    live = known.live
    if live is not None and (live.schema, live.mode) == (known.draft.schema, known.draft.mode):
        raise NothingToPublish(name=name)
    version = store.open_version(tx, now, by)
    store.publish_rule(tx, version, name, known.draft.mode, known.draft.schema)
    store.drop_draft(tx, name)
    return store.rules_of(tx, name)[0]


def retire(tx: Transaction, name: str, *, by: str, now: datetime) -> Rule:
    """Take an event out of the plan: from the next batch on nothing is asked of it; publishing a draft brings it back.

    NotInThePlan when nothing is asked of it now.
    """
    tx.lock("collect.plan")
    live = planned(tx, name).live
    if live is None:
        raise NotInThePlan(name=name)
    store.publish_rule(tx, store.open_version(tx, now, by), name, live.mode, live.schema, retired=True)
    return store.rules_of(tx, name)[0]


def restore(tx: Transaction, name: str, *, by: str, now: datetime) -> Rule:
    """Ask again, from the next batch on, what was asked of an event when it left the plan; a draft stays as it is.

    NotInThePlan when it has not left.
    """
    tx.lock("collect.plan")
    newest = next(iter(planned(tx, name).versions), None)
    if newest is None or not newest.retired:
        raise NotInThePlan(name=name)
    store.publish_rule(tx, store.open_version(tx, now, by), name, newest.mode, newest.schema)
    return store.rules_of(tx, name)[0]


def set_source(tx: Transaction, source: str, mode: Mode, *, by: str, now: datetime) -> list[SourceMode]:
    """How strictly a source's events are taken where their rule does not say; from the next batch on."""
    version = store.open_version(tx, now, by)
    if not store.publish_source(tx, version, source, mode):
        raise NoSuchSource(key=source)
    return store.sources_at(tx, version)


def changes(tx: Transaction, name: str, before: int, after: int | None) -> list[Difference]:
    """What is different from one version to another, or to the draft; version 0 is nothing at all."""
    known = planned(tx, name)
    return differences(_schema(known, before), _schema(known, after))


def _schema(known: Planned, version: int | None) -> Schema:
    if version == 0:
        return _EMPTY
    if version is None:
        if known.draft is None:
            raise NotInThePlan(name=known.name, version="draft")
        return known.draft.schema
    for rule in known.versions:
        if rule.version == version:
            return rule.schema
    raise NotInThePlan(name=known.name, version=version)


@dataclass(frozen=True, slots=True)
class Line:
    """One event in the list of the plan: what is said of it and what came."""

    name: str
    version: int | None
    mode: Mode | None
    has_draft: bool
    events: int
    faulty: int
    blocked: int
    last_at: datetime | None


def lines(tx: Transaction, came: Sequence[store.Came]) -> list[Line]:
    """Every event that is planned, drafted or came, by name; those that came most first."""
    live = {rule.name: rule for rule in store.rules_at(tx, store.version(tx))}
    drafted = {draft.name for draft in store.drafts(tx)}
    seen = {one.name: one for one in came}
    found = []
    for name in {*live, *drafted, *seen}:
        rule, one = live.get(name), seen.get(name)
        found.append(
            Line(
                name,
                version=rule.version if rule else None,
                mode=rule.mode if rule else None,
                has_draft=name in drafted,
                events=one.events if one else 0,
                faulty=one.faulty if one else 0,
                blocked=one.blocked if one else 0,
                last_at=one.last_at if one else None,
            )
        )
    return sorted(found, key=lambda line: (-line.events, line.name))
