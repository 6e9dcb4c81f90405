"""Keeping computed traits fresh: for whom events touched, and for everybody as time passes.

A value that has changed goes through the intake as a word of our own, under the identifier that gives the customer her
id. So it is kept with its time like every trait, reaches segments and templates by the same way, and after a merge or
its undoing the next value is told of whoever is a customer then; nothing is rewritten.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

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
from unavoce.segment.computing.model import CARRIER, Computation, ComputedTrait, changes_with_time, counts
from unavoce.segment.model import Candidate, Terms
from unavoce.segment.values import minor_value

# What only time changes is looked for so often; a window is days long.
SWEEP_EVERY = timedelta(hours=1)
_CHUNK = 1_000
_OURS = "computed-"
_A_MOMENT = timedelta(milliseconds=1)

Values = Mapping[CustomerId, object]


def refresh(tx: Transaction, facts: Facts, members: Mapping[CustomerId, Collection[Iid]], now: datetime) -> int:
    """Work out all computed traits of these customers and tell what has changed; says of how many values."""
    traits = store.computed_traits(tx) if members else []
    if not traits:
        return 0
    terms = segments.terms(tx)
    candidates = [Candidate(customer, list(iids), now) for customer, iids in members.items()]
    told = 0
    for trait in traits:
        found = segments.given(facts, compiled(trait.computation, terms, touched=True), candidates)
        values = _read(found, trait.computation, terms)
        told += _tell(
            tx, trait, {customer: values.get(customer, _none(trait.computation)) for customer in members}, now
        )
    return told


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
        gone = {one: _none(due.computation) for one in profile.computed_customers(tx, due.key) if one not in values}
        everything = list((dict(values) | gone).items())
        for start in range(0, len(everything), _CHUNK):
            _tell(tx, due, dict(everything[start : start + _CHUNK]), now)
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


def _none(what: Computation) -> object:
    return 0 if counts(what) else None


def _tell(tx: Transaction, trait: ComputedTrait, values: Values, now: datetime) -> int:
    before = profile.computed_of(tx, values, trait.key)
    changed = {customer: value for customer, value in values.items() if _differs(before.get(customer), value)}
    names = profile.written(tx, [Iid(customer) for customer in changed])
    told = [
        _emission(trait, customer, value, names[Iid(customer)], _after(before.get(customer), now))
        for customer, value in changed.items()
        if Iid(customer) in names
    ]
    collect.emit_all(tx, told, now)
    return len(told)


def _differs(before: ComputedWord | None, value: object) -> bool:
    # Nothing is said of whoever never did such a thing.
    return value not in (0, None, []) if before is None else before.value != value


def _after(before: ComputedWord | None, now: datetime) -> datetime:
    # The newest word counts, and two of the same moment would leave it to chance which is newer.
    return now if before is None else max(now, before.at + _A_MOMENT)


def _emission(
    trait: ComputedTrait, customer: CustomerId, value: object, name: tuple[str, str], at: datetime
) -> Emission:
    said = f"{trait.key} {text_of(customer)} {orjson.dumps(value).decode()} {at.isoformat()}"
    message_id = f"{_OURS}{sha256(said.encode()).hexdigest()[:32]}"
    return Emission(CARRIER, [name], {}, at, message_id, traits={trait.key: value})


def is_own(event: Event) -> bool:
    """Whether an event is a value we told ourselves: it changes no computed trait."""
    return event.message_id.startswith(_OURS)
