"""A definition while it is written: how many each rule leaves, who would come and go, who is in and why."""

from collections.abc import Collection
from datetime import datetime

from unavoce.kernel.ids import CustomerId
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.segment import asking, rules
from unavoce.segment import compile as compiling
from unavoce.segment import store as segments
from unavoce.segment.conditions import All, Condition, Not, Reachable
from unavoce.segment.insight import store
from unavoce.segment.insight.model import Effect, Funnel, Rung
from unavoce.segment.model import Candidate, Segment, Status, Verdict


def funnel(
    tx: Transaction, facts: Facts, condition: Condition, now: datetime, stores: Collection[str] | None
) -> Funnel:
    """Count everybody, then whom every rule leaves, then whom each channel reaches; one reading of the facts."""
    written = asking.usable(tx, facts, condition)
    parts = written.of if isinstance(condition, All) and isinstance(written, All) else (written,)
    left = [All(parts[: number + 1]) for number in range(len(parts))]
    reached = [All((written, Reachable(channel))) for channel in asking.CHANNELS]
    asked = (All(()), *parts, *left, written, *reached)
    everybody, *sizes = asking.sizes(tx, facts, asked, now, stores)
    paths = (
        [f"definition.of[{number}]" for number in range(len(parts))] if isinstance(condition, All) else ["definition"]
    )
    count = len(parts)
    return Funnel(
        everybody=everybody,
        rungs=[Rung(*one) for one in zip(paths, sizes[:count], sizes[count : 2 * count], strict=True)],
        size=sizes[2 * count],
        reachable=dict(zip(asking.CHANNELS, sizes[2 * count + 1 :], strict=True)),
        as_of=now,
        newest=store.newest(facts),
    )


def effect(
    tx: Transaction, facts: Facts, key: str, condition: Condition, now: datetime, stores: Collection[str] | None
) -> Effect:
    """Who would stay, enter and leave if this were published under the key, by both definitions as of now."""
    new = asking.usable(tx, facts, condition, key)
    known = segments.segments(tx)
    before = known.get(key)
    if before is None or before.status is not Status.LIVE:
        return Effect(0, asking.sizes(tx, facts, (new,), now, stores)[0], 0, ())
    old = asking.usable(tx, facts, before.condition)
    asked = (All((new, old)), All((new, Not(old))), All((old, Not(new))))
    stay, enter, leave = asking.sizes(tx, facts, asked, now, stores)
    return Effect(stay, enter, leave, sorted(users_of(known.values(), key)))


def users_of(known: Collection[Segment], key: str) -> frozenset[str]:
    """The live segments that are defined by this one, themselves or through others."""
    direct = {one.key: rules.segments_named(one.condition) for one in known if one.status is Status.LIVE}
    found: set[str] = set()
    waiting = [key]
    while waiting:
        named = waiting.pop()
        users = {user for user, names in direct.items() if named in names} - found
        found |= users
        waiting += users
    return frozenset(found - {key})


def verdicts(tx: Transaction, facts: Facts, condition: Condition, customer: CustomerId, now: datetime) -> list[Verdict]:
    """Every part of a definition and whether this customer meets it, from the outside in."""
    asking.usable(tx, facts, condition)
    parts = [(path, one) for path, _, one in rules.walk(condition)]
    iids = segments.all_of(tx, [customer]).get(customer, [])
    met = asking.evaluate(tx, facts, [one for _, one in parts], [Candidate(customer, iids, now)])[0]
    return [Verdict(path, one, number in met) for number, (path, one) in enumerate(parts)]


def some(
    tx: Transaction, facts: Facts, condition: Condition, now: datetime, stores: Collection[str] | None, most: int
) -> list[CustomerId]:
    """Some customers who meet a definition: always the same ones, and no particular ones."""
    written = asking.usable(tx, facts, condition)
    terms = segments.terms(tx)
    return store.some(facts, compiling.some(written, terms, _tuple(stores), most), now)


def _tuple(stores: Collection[str] | None) -> tuple[str, ...] | None:
    return None if stores is None else tuple(sorted(stores))
