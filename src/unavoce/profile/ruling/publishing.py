"""Publishing rules, and working out again whom they may change: a little at a time, while the pump goes on."""

from collections.abc import Mapping
from datetime import datetime

from unavoce.profile import resolver, ruleset
from unavoce.profile import store as identity
from unavoce.profile.model import Relinked
from unavoce.profile.ruleset import Rules
from unavoce.profile.ruling import store
from unavoce.profile.ruling.model import (
    OPEN,
    NoSuchWork,
    RulesChangedMeanwhile,
    RulesStillWorking,
    Work,
    WorkKind,
    WorkOver,
    WorkState,
)
from unavoce.profile.ruling.shifting import shift
from unavoce.runtime.postgres import Transaction

SEEDS_AT_ONCE = 500
"""Around so many identifiers customers are worked out in one transaction; the pump waits as long as that takes."""


def publish(
    tx: Transaction, body: Mapping[str, object], after: int, note: str, by: str, now: datetime
) -> tuple[Rules, Work]:
    """Let these rules hold from now on, in place of version `after`; the work says how far they are applied."""
    identity.lock(tx)
    old = identity.rules(tx)
    if old.version != after:
        raise RulesChangedMeanwhile(version=old.version)
    if any(one.state in OPEN for one in store.works(tx, [WorkKind.RULES], 1)):
        raise RulesStillWorking(version=old.version)
    new = ruleset.read(body, old.version + 1)
    if not store.publish(tx, new.version, ruleset.written(new), note, by, now):
        raise RulesChangedMeanwhile(version=old.version)
    shifted = shift(tx, old, new)
    blocked_before = store.blocked(tx)
    store.stand(tx, shifted.opening, shifted.crowding, shifted.blocking)
    touched = {*shifted.opening, *shifted.crowding, *set(blocked_before).symmetric_difference(shifted.blocking)}
    if touched:
        store.judge_again(tx, touched)
    number = store.add_work(tx, WorkKind.RULES, {"version": new.version}, by, now, len(shifted.seeds))
    store.plant_seeds(tx, number, shifted.seeds)
    return new, found(tx, number)


def apply_some(tx: Transaction, work: Work, now: datetime) -> Relinked:
    """Work out customers around the next seeds; the work is done when none is left."""
    identity.lock(tx)
    ruled = identity.rules(tx)
    seeds = store.some_seeds(tx, work.id, SEEDS_AT_ONCE)
    cause = f"rules {ruled.version}"
    change = resolver.resolve(tx, seeds, lambda _: cause, now, ruled) if seeds else resolver.Change()
    looked_at = store.pull_seeds(tx, work.id, {*seeds, *change.looked_at})
    moved = _number(work.result.get("moved")) + len(change.links)
    store.went_on(tx, work.id, work.total, work.done + looked_at, {"moved": moved})
    if len(seeds) < SEEDS_AT_ONCE and not store.some_seeds(tx, work.id, 1):
        store.finish(tx, work.id, WorkState.DONE, {"moved": moved}, now)
    _, members = resolver.families(tx, [*(link.iid for link in change.links), *change.before])
    return Relinked(change.links, members, cause)


def cancel(tx: Transaction, number: int, now: datetime) -> Work:
    """Stop a trial or a search; published rules are applied to the end."""
    work = found(tx, number)
    if work.state not in OPEN or work.kind is WorkKind.RULES:
        raise WorkOver(work=number, state=work.state.value)
    store.finish(tx, number, WorkState.CANCELLED, work.result, now)
    return found(tx, number)


def found(tx: Transaction, number: int) -> Work:
    """One piece of work; NoSuchWork when there is none."""
    work = store.work(tx, number)
    if work is None:
        raise NoSuchWork(work=number)
    return work


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
