"""Who a request is about: found by any of her identifiers, remembered as long as the request is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from unavoce.apps.privacy.model import NobodyByThat, SharedIdentifier
from unavoce.apps.privacy.traces import traces_of
from unavoce.collect import api as collect
from unavoce.kernel.ids import CustomerId, Iid, parse_id
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.private import Traces
from unavoce.runtime.settings import brand_key

CUSTOMER = "customer"
"""The kind of identifier that a customer's own id is."""


@dataclass(frozen=True, slots=True)
class Person:
    """Her identifiers by number, written as (kind, value) where that is known, and her messages."""

    iids: frozenset[int]
    identifiers: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    events: frozenset[bytes] = frozenset()

    @property
    def traces(self) -> Traces:
        """All that leads to her."""
        return traces_of(self.identifiers, sorted(self.iids), sorted(self.events))

    def kept(self) -> dict[str, object]:
        """The same as JSON."""
        return {
            "iids": sorted(self.iids),
            "identifiers": {str(iid): list(said) for iid, said in sorted(self.identifiers.items())},
            "events": [one.hex() for one in sorted(self.events)],
        }


def person_of(kept: Mapping[str, object]) -> Person:
    """Read back what `Person.kept` wrote."""
    iids, said, events = kept.get("iids"), kept.get("identifiers"), kept.get("events")
    return Person(
        frozenset(int(one) for one in iids) if isinstance(iids, list) else frozenset(),
        {int(iid): (str(each[0]), str(each[1])) for iid, each in said.items()} if isinstance(said, dict) else {},
        frozenset(bytes.fromhex(one) for one in events) if isinstance(events, list) else frozenset(),
    )


def customer_by(tx: Transaction, kind: str, value: str, region: str) -> CustomerId:
    """The customer somebody names; NobodyByThat, or SharedIdentifier when it stands for too many people."""
    iid = _number(tx, kind, value, region)
    try:
        customer = profile.customer_with(tx, iid)
    except profile.NoSuchCustomer:
        raise NobodyByThat(kind=kind) from None
    if any(one.iid == iid and one.blocked for one in profile.profile(tx, customer).identifiers):
        raise SharedIdentifier(kind=kind)
    return customer


def _number(tx: Transaction, kind: str, value: str, region: str) -> Iid:
    if kind == CUSTOMER:
        return Iid(parse_id(value))
    found = profile.identifier_of(kind, value, brand_key(tx), region)
    if found is None:
        raise NobodyByThat(kind=kind)
    return found.iid


def gathered(tx: Transaction, facts: Facts, known: Person) -> Person:
    """The person with all that leads to her now, beside what was known of her before."""
    customers = set(profile.customers_of(tx, [Iid(one) for one in known.iids]).values())
    members = profile.members_of(tx, customers)
    iids = known.iids.union(*members.values())
    written = dict(known.identifiers)
    for customer in customers:
        written |= {one.iid: (one.kind, one.value) for one in _identifiers(tx, customer)}
    events = known.events.union(collect.event_ids(facts, [Iid(one) for one in sorted(iids)]))
    return Person(frozenset(iids), written, events)


def _identifiers(tx: Transaction, customer: CustomerId) -> tuple[profile.IdentifierSeen, ...]:
    try:
        return profile.profile(tx, customer).identifiers
    except profile.NoSuchCustomer:  # erased already, before we were stopped
        return ()
