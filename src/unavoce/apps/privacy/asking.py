"""Asking for a person's data to be handed out or erased, confirming it, and the worker that does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from unavoce.access.api import Person as Colleague
from unavoce.apps.privacy import store
from unavoce.apps.privacy.erasing import Erasure, tallies
from unavoce.apps.privacy.exporting import Export
from unavoce.apps.privacy.model import (
    AnotherMustConfirm,
    AskedAlready,
    Kind,
    NewRequest,
    NoSuchRequest,
    NotTheSame,
    NotWaiting,
    Request,
    State,
    TooLateToCancel,
)
from unavoce.apps.privacy.person import Person, gathered
from unavoce.apps.privacy.receipt import forgotten_hash
from unavoce.apps.privacy.terms import rules_of
from unavoce.kernel.ids import CustomerId
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segment


def ask(here: Door, tx: Transaction, kind: Kind, customer: CustomerId, by: Colleague, reason: str) -> Request:
    """Ask for a file of a customer's data, or for her erasure, which first only counts what it would erase."""
    who = forgotten_hash(here.settings.secret(), customer)
    if (standing := store.open_of(tx, who, kind)) is not None:
        raise AskedAlready(request=standing)
    person = gathered(tx, here.facts, Person(frozenset({customer})))
    counted = tallies(tx, here.facts, here.settings.folder, person.traces)
    state = State.CONFIRMED if kind is Kind.EXPORT else State.ASKED
    wanted = NewRequest(kind, state, who, by.name, by.id, reason, here.clock.now())
    return known(tx, store.add_request(tx, wanted, person.kept(), counted))


def known(tx: Transaction, number: int) -> Request:
    """One request, or NoSuchRequest."""
    found = store.request(tx, number)
    if found is None:
        raise NoSuchRequest(request=number)
    return found


def confirm(tx: Transaction, number: int, repeated: int, by: Colleague, now: datetime) -> Request:
    """Let an erasure begin, or try a failed one again; its number is repeated, so that no slip erases anybody."""
    found = known(tx, number)
    if found.state not in (State.ASKED, State.FAILED):
        raise NotWaiting(request=number, state=found.state.value)
    if repeated != number:
        raise NotTheSame(field="number", value=repeated, expected=str(number))
    if rules_of(tx).two_people and by.id == found.asked_by_id:
        raise AnotherMustConfirm(request=number)
    store.confirm(tx, number, by.name, now)
    return known(tx, number)


def cancel(tx: Transaction, number: int, now: datetime) -> Request:
    """Call off a request that has not begun."""
    found = known(tx, number)
    if found.state not in (State.ASKED, State.CONFIRMED) or found.begun_at is not None:
        raise TooLateToCancel(request=number, state=found.state.value)
    store.cancel(tx, number, now)
    return known(tx, number)


def worker(here: Door, brand: str, keeper: segment.Keeper) -> Callable[[], bool]:
    """What the engine's loop calls: goes on with the oldest request; False when there is nothing to do but to wait."""
    facts = here.clickhouse.client("privacy")
    erasure, export = Erasure(here, facts, brand, keeper), Export(here, facts, brand)

    def step() -> bool:
        with here.postgres.transaction() as tx:
            store.drop_old_files(tx, here.clock.now())
            number = store.next_request(tx)
            request = store.request(tx, number) if number is not None else None
        if request is None:
            return False
        return export.step(request) if request.kind is Kind.EXPORT else erasure.step(request)

    return step
