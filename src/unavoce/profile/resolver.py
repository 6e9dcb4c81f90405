"""Keeping the customers true to the evidence: what arrives, what people decide, and the links that follow.

One resolver works at a time, under a lock that lasts to the end of the transaction. Only link rows ever change:
whatever else is known of a customer stays under the identifier it was said of.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from unavoce.collect.api import Event
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import components, gather, store
from unavoce.profile.intern import Interned
from unavoce.profile.model import (
    Absorbed,
    EdgeKey,
    EdgeKind,
    LinkChange,
    Members,
    Node,
    NoSuchCustomer,
    NoSuchSeparation,
    NotHers,
    NothingLeft,
    Refusal,
    Relinked,
    SameCustomer,
    Separated,
    SeparatedBefore,
    Separation,
    SeparationUndone,
)
from unavoce.runtime.postgres import Transaction


@dataclass(frozen=True, slots=True)
class _Change:
    """Links that changed, and the customers these identifiers belonged to before."""

    links: tuple[LinkChange, ...] = ()
    before: frozenset[Iid] = frozenset()


def absorb(tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], now: datetime) -> Absorbed:
    """Take in a batch: identifiers, evidence, traits and consent; answers with who was touched and who changed."""
    batch = gather.gathered(events, iids)
    if not batch.sightings:
        return Absorbed()
    store.lock(tx)
    seeds = _take_in(tx, batch, now)
    change = _resolve(tx, seeds, now) if seeds else _Change()
    _keep_words(tx, events, iids)
    return _absorbed(tx, batch, change)


def _take_in(tx: Transaction, batch: gather.Gathered, now: datetime) -> set[Iid]:
    """Keep identifiers and evidence; answers with the identifiers around which customers may have changed."""
    special = {one.iid: one for one in store.unfamiliar(tx, batch.sightings.values())}
    colliding = {iid for iid, one in special.items() if one.collides}
    collisions = [*batch.collisions, *(batch.sightings[iid].identifier for iid in colliding)]
    colliding |= {one.iid for one in collisions}
    fresh = [batch.sightings[iid] for iid, one in special.items() if one.fresh]
    older = [batch.sightings[iid] for iid, one in special.items() if one.older and not one.collides]
    if collisions:
        store.add_collisions(tx, collisions, now)
    if fresh:
        store.add_identifiers(tx, fresh)
    if older:
        store.age_identifiers(tx, older)
    if len(fresh) < len(batch.sightings):
        store.touch_sightings(tx, list(batch.sightings.values()))
    hubs = {iid for iid, one in special.items() if one.hub}
    seeds = {one.identifier.iid for one in older if one.identifier.iid not in hubs}
    return seeds | _take_evidence(tx, batch, hubs, colliding)


def _take_evidence(
    tx: Transaction, batch: gather.Gathered, hubs: Collection[Iid], colliding: Collection[Iid]
) -> set[Iid]:
    told = [one for one in batch.evidence.values() if one.a not in colliding and one.b not in colliding]
    evidence = store.new_edges(tx, told) if told else []
    if not evidence:
        return set()
    silent = {one.key for one in evidence if one.a in hubs or one.b in hubs}
    store.keep_edges(tx, evidence, silent)
    ends = {end for one in evidence for end in (one.a, one.b)} - set(hubs)
    crowded = store.crowded(tx, {iid: batch.sightings[iid].identifier.kind for iid in ends})
    loosened = store.make_hubs(tx, crowded) if crowded else []
    loud = {end for one in evidence if one.key not in silent for end in (one.a, one.b)}
    return loud | set(crowded) | set(loosened)


def _resolve(tx: Transaction, seeds: Collection[Iid], now: datetime) -> _Change:
    """Work out the customers around the seeds again, and change what is no longer so."""
    residents = store.region(tx, seeds)
    here = [resident.iid for resident in residents]
    edges = store.region_edges(tx, here)
    nodes = [Node(one.iid, one.kind, one.rank, one.first_seen) for one in residents]
    sides = store.region_sides(tx, here)
    resolution = components.resolve(nodes, [one.edge for one in edges], sides=sides)
    ruled: dict[EdgeKey, Refusal | None] = {
        key: resolution.refusals.get(key)
        for one in edges
        if resolution.refusals.get(key := EdgeKey(one.a, one.b, one.kind)) != one.refusal
    }
    if ruled:
        store.refuse_edges(tx, ruled)
    changed = [one for one in residents if resolution.customers[one.iid] != one.customer]
    links = tuple(LinkChange(one.iid, resolution.customers[one.iid]) for one in changed)
    if links:
        store.relink(tx, links, now)
    return _Change(links, frozenset(Iid(one.customer) for one in changed))


def _keep_words(tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    traits = gather.newest_traits(gather.traits(events, iids))
    if traits:
        store.keep_traits(tx, traits)
    consents = gather.consents(events, iids)
    if consents:
        store.keep_consents(tx, consents)


def _absorbed(tx: Transaction, batch: gather.Gathered, change: _Change) -> Absorbed:
    asked: dict[Iid, None] = dict.fromkeys([*batch.sightings, *(link.iid for link in change.links), *change.before])
    customers = customers_of(tx, asked)
    members = members_of(tx, dict.fromkeys(customers.values()))
    causes = {customers[iid]: message for iid, message in batch.causes.items()}
    # A customer who changed without an event of her own was changed by the last evidence of the batch.
    last = next(reversed(batch.causes.values()))
    return Absorbed(
        customers={iid: customers[iid] for iid in batch.sightings},
        members=members,
        links=change.links,
        causes={customer: causes.get(customer, last) for customer in members},
    )


def customers_of(tx: Transaction, iids: Iterable[Iid]) -> dict[Iid, CustomerId]:
    """Whose each of these identifiers is."""
    asked = list(iids)
    linked = store.customers_of(tx, asked)
    return {iid: linked.get(iid, CustomerId(iid)) for iid in asked}


def members_of(tx: Transaction, customers: Iterable[CustomerId]) -> dict[CustomerId, tuple[Iid, ...]]:
    """All identifiers of each of these customers, the one that gives her id first."""
    members = {customer: [Iid(customer)] for customer in customers}
    for link in store.members_of(tx, members):
        members[link.customer].append(link.iid)
    return {customer: tuple(iids) for customer, iids in members.items()}


# --- what people decide ---


def merge(tx: Transaction, a: CustomerId, b: CustomerId, by: str, reason: str, now: datetime) -> Relinked:
    """Make two customers one by a person's word, whatever the limits say."""
    store.lock(tx)
    one, other = customer_with(tx, Iid(a)), customer_with(tx, Iid(b))
    if one == other:
        raise SameCustomer(customer=text_of(one), other=text_of(b))
    members = members_of(tx, [one, other])
    standing = store.separation_between(tx, members[one], members[other])
    if standing is not None:
        raise SeparatedBefore(separation=standing, customer=text_of(one), other=text_of(other))
    cause = f"merge by {by} at {now.isoformat()}: {reason}"
    first, second = sorted((Iid(one), Iid(other)))
    turn = components.turn_of(EdgeKind.MERGE, 0, 0)
    store.keep_edges(tx, [gather.Evidence(first, second, EdgeKind.MERGE, turn, now, cause, by, now)], ())
    return _relinked(tx, [first, second], cause, now)


def separate(
    tx: Transaction, customer: CustomerId, identifiers: Collection[Iid], by: str, reason: str, now: datetime
) -> Separated:
    """Set some identifiers of a customer apart: nothing joins the two sides until a person undoes it."""
    store.lock(tx)
    members = members_of(tx, [customer_with(tx, Iid(customer))])
    (hers,) = members.values()
    apart, kept = _sides(hers, identifiers)
    decided = Separation(0, next(iter(members)), apart, by, reason, now, None)
    number = store.add_separation(tx, decided, kept)
    made = Separation(number, decided.customer, apart, by, reason, now, None)
    relinked = _relinked(tx, hers, f"separation {number}", now)
    return Separated(relinked.links, relinked.members, relinked.cause, separation=made)


def _sides(hers: Sequence[Iid], identifiers: Collection[Iid]) -> tuple[tuple[Iid, ...], tuple[Iid, ...]]:
    for stranger in set(identifiers).difference(hers):
        raise NotHers(field="identifiers", value=text_of(stranger), expected="an identifier of this customer")
    apart = tuple(iid for iid in hers if iid in set(identifiers))
    kept = tuple(iid for iid in hers if iid not in set(identifiers))
    if not apart or not kept:
        raise NothingLeft(field="identifiers", value=len(apart), expected=f"between 1 and {len(hers) - 1} of hers")
    return apart, kept


def rejoin(tx: Transaction, separation: int, by: str, now: datetime) -> Separated:
    """Undo a separation: the evidence across it counts again."""
    store.lock(tx)
    found = store.separation(tx, separation)
    if found is None:
        raise NoSuchSeparation(separation=separation)
    if found.undone_at is not None:
        raise SeparationUndone(separation=separation, undone_at=found.undone_at)
    store.undo_separation(tx, separation, by, now)
    undone = Separation(found.id, found.customer, found.identifiers, found.by, found.reason, found.at, now)
    relinked = _relinked(tx, store.sides_of(tx, separation), f"separation {separation} undone", now)
    return Separated(relinked.links, relinked.members, relinked.cause, separation=undone)


def customer_with(tx: Transaction, iid: Iid) -> CustomerId:
    """The customer this identifier belongs to; NoSuchCustomer when nobody has ever met it."""
    found = store.identifier_customer(tx, iid)
    if found is None:
        raise NoSuchCustomer(customer=text_of(iid))
    return found


def _relinked(tx: Transaction, seeds: Collection[Iid], cause: str, now: datetime) -> Relinked:
    change = _resolve(tx, seeds, now)
    touched = customers_of(tx, dict.fromkeys([*seeds, *(link.iid for link in change.links), *change.before]))
    members: Members = members_of(tx, dict.fromkeys(touched.values()))
    return Relinked(change.links, members, cause)
