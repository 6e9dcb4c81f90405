"""Keeping computed traits fresh: for whom events touched, and for everybody as time passes.

A value that has changed goes through the intake as a word of our own, under the identifier that gives the customer her
id. So it is kept with its time like every trait, reaches segments and templates by the same way, and after a merge or
its undoing the next value is told of whoever is a customer then; nothing is rewritten.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import isclose

import orjson

from unavoce.collect import api as collect
from unavoce.collect.api import Emission, Event
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profile
from unavoce.profile.api import ComputedWord
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import store as segments
from unavoce.segment.computing import store
from unavoce.segment.computing.compiling import compiled
from unavoce.segment.computing.model import CARRIER, Computation, ComputedTrait, changes_with_time, counts, ever
from unavoce.segment.model import Candidate, Terms
from unavoce.segment.values import minor_value

# What only time changes is looked for so often; a window is days long.
SWEEP_EVERY = timedelta(hours=1)
_CHUNK = 1_000
_OURS = "computed-"
_A_MOMENT = timedelta(milliseconds=1)
# The sum of the same numbers may differ in its last digits from one time to the next.
_SAME = 1e-12
# A word of ours is looked at again when it comes in; should it ever come in otherwise than it was told, that ends here.
_MOST_TIMES_OVER = 5

Values = Mapping[CustomerId, object]


@dataclass(frozen=True, slots=True)
class Echo:
    """A batch in which there is nothing but words of our own: of which traits, and how often they were told over."""

    keys: frozenset[str]
    times: int


def echo(events: Iterable[Event]) -> Echo | None:
    """What a batch repeats of us; None when somebody else says something in it."""
    keys, times = set[str](), 0
    for event in events:
        if not event.message_id.startswith(_OURS):
            return None
        keys.update(event.traits)
        over = event.message_id.removeprefix(_OURS).rpartition("-")[0]
        times = max(times, int(over) if over.isdigit() else 0)
    return Echo(frozenset(keys), times)


def refresh(
    tx: Transaction,
    facts: Facts,
    members: Mapping[CustomerId, Collection[Iid]],
    now: datetime,
    heard: Echo | None = None,
) -> int:
    """Work out all computed traits of these customers and tell what has changed; says of how many values.

    Of words of our own that come in only their traits: a word waits a moment in the intake, and meanwhile an event
    or an undone merge may have made it untrue.
    """
    over = 0 if heard is None else heard.times + 1
    traits = store.computed_traits(tx) if members and over <= _MOST_TIMES_OVER else []
    traits = [one for one in traits if heard is None or one.key in heard.keys]
    if not traits:
        return 0
    terms = segments.terms(tx)
    candidates = [Candidate(customer, list(iids), now) for customer, iids in members.items()]
    told = 0
    for trait in traits:
        what = trait.computation
        found = segments.given(facts, compiled(what, terms, touched=True), candidates)
        values, before = _read(found, what, terms), profile.computed_of(tx, members, trait.key)
        gone = [one for one in candidates if one.customer in before and one.customer not in values]
        told += _tell(tx, trait, values | _without(facts, what, terms, gone), before, now, over)
    return told


def _without(facts: Facts, what: Computation, terms: Terms, gone: Sequence[Candidate]) -> dict[CustomerId, object]:
    """What is to be said of those of whom something was said and who have no such event: zero, if they ever had one."""
    once = frozenset[CustomerId]()
    if gone and counts(what) and what.window is not None:
        found = segments.given(facts, compiled(ever(what), terms, touched=True), gone)
        once = frozenset(_read(found, ever(what), terms))
    return {one.customer: 0 if one.customer in once else None for one in gone}


def sweep(postgres: Postgres, facts: Facts, now: datetime) -> bool:
    """Look at everybody for one trait that is new or that time may have changed; says whether there was one."""
    with postgres.transaction() as tx:
        due = next((one for one in store.computed_traits(tx) if _is_due(one, now)), None)
        if due is None:
            return False
        terms = segments.terms(tx)
    found = segments.everyone(facts, compiled(due.computation, terms, touched=False), now)
    values = _read(found, due.computation, terms)
    with postgres.transaction() as tx:
        said = profile.computed_customers(tx, due.key)
        members = segments.all_of(tx, [one for one in said if one not in values])
        gone = [Candidate(customer, iids, now) for customer, iids in members.items()]
        everything = list((values | _without(facts, due.computation, terms, gone)).items())
        for start in range(0, len(everything), _CHUNK):
            some = dict(everything[start : start + _CHUNK])
            _tell(tx, due, some, profile.computed_of(tx, some, due.key), now)
        store.swept(tx, due.key, now)
    return True


def _is_due(trait: ComputedTrait, now: datetime) -> bool:
    if trait.swept_at is None:
        return True
    return changes_with_time(trait.computation) and now - trait.swept_at >= SWEEP_EVERY


def _read(found: Mapping[str, Sequence[object]], what: Computation, terms: Terms) -> dict[CustomerId, object]:
    return {
        CustomerId(int(str(customer))): _value(orjson.loads(str(value)), what, terms)
        for customer, value in zip(found["customer"], found["value"], strict=True)
        if int(str(customer))
    }


def _value(value: object, what: Computation, terms: Terms) -> object:
    if value is None and counts(what):
        return 0
    if what.property == "revenue" and what.way in ("sum", "avg", "min", "max") and isinstance(value, int | float):
        unit = minor_value(1, terms.currency)
        return value / unit if isinstance(unit, int | float) else value
    if isinstance(value, str) and what.way not in ("first", "last", "most_frequent"):
        return int(value) if value.lstrip("-").isdigit() else value  # ClickHouse quotes numbers of 64 bits
    return value


def _tell(
    tx: Transaction,
    trait: ComputedTrait,
    values: Values,
    before: Mapping[CustomerId, ComputedWord],
    now: datetime,
    over: int = 0,
) -> int:
    changed = {customer: value for customer, value in values.items() if _differs(before.get(customer), value)}
    names = profile.written(tx, [Iid(customer) for customer in changed])
    told = [
        _emission(trait, customer, value, names[Iid(customer)], _after(before.get(customer), now), over)
        for customer, value in changed.items()
        if Iid(customer) in names
    ]
    collect.emit_all(tx, told, now)
    return len(told)


def _differs(before: ComputedWord | None, value: object) -> bool:
    if before is None:
        return value not in (0, None, [])  # nothing is said of whoever never did such a thing
    said = before.value
    if isinstance(said, int | float) and isinstance(value, float):
        return not isclose(said, value, rel_tol=_SAME)
    return said != value


def _after(before: ComputedWord | None, now: datetime) -> datetime:
    # The newest word counts, and two of the same moment would leave it to chance which is newer.
    return now if before is None else max(now, before.at + _A_MOMENT)


def _emission(
    trait: ComputedTrait, customer: CustomerId, value: object, name: tuple[str, str], at: datetime, over: int
) -> Emission:
    said = f"{trait.key} {text_of(customer)} {orjson.dumps(value).decode()} {at.isoformat()}"
    times = f"{over}-" if over else ""
    message_id = f"{_OURS}{times}{sha256(said.encode()).hexdigest()[:32]}"
    return Emission(CARRIER, [name], {}, at, message_id, traits={trait.key: value})
