"""Keeping the customers true to the evidence: what arrives, what people decide, and the links that follow.

One resolver works at a time, under a lock that lasts to the end of the transaction. Only link rows ever change:
whatever else is known of a customer stays under the identifier it was said of.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
    Node,
    NoSuchCustomer,
    NoSuchMerge,
    NoSuchSeparation,
    NotHers,
    NothingLeft,
    Refusal,
    Relinked,
    Resolution,
    SameCustomer,
    Separated,
    SeparatedBefore,
    Separation,
    SeparationUndone,
    Side,
)
from unavoce.profile.rows import Resident, RuledEdge
from unavoce.profile.ruleset import DEFAULT, Rules
from unavoce.profile.sharing import BIRTHDAYS
from unavoce.runtime.postgres import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """Links that changed, the customers these identifiers belonged to before, and everybody who was looked at."""

    links: tuple[LinkChange, ...] = ()
    before: frozenset[Iid] = frozenset()
    looked_at: Sequence[Iid] = ()


def absorb(tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], now: datetime) -> Absorbed:
    """Take in a batch: identifiers, evidence, traits and consent; answers with who was touched and who changed."""
    met = gather.sightings(events, iids)
    if not met.identifiers:
        return Absorbed()
    store.lock(tx)
    # A batch is a few thousand of millions: what each lookup costs must not grow with how many customers there are.
    store.by_index(tx)
    ruled = store.rules(tx)
    seeds = _take_in(tx, met, gather.joined(events, iids), now, ruled) | _keep_words(tx, events, iids)
    # A customer who changed without an event of her own was changed by the last evidence of the batch.
    last = next(reversed(met.causes.values()))
    change = resolve(tx, seeds, lambda iid: met.causes.get(iid, last), now, ruled) if seeds else Change()
    absorbed = _absorbed(tx, met, change)
    store.as_planned(tx)
    return absorbed


def _take_in(tx: Transaction, met: gather.Sightings, joined: gather.Joined, now: datetime, ruled: Rules) -> set[Iid]:
    """Keep identifiers and evidence; answers with the identifiers around which customers may have changed."""
    special = {one.iid: one for one in store.unfamiliar(tx, met)}
    collisions = met.collisions | {met.identifiers[iid] for iid, one in special.items() if one.collides}
    hubs = {iid for iid, one in special.items() if one.hub}
    fresh = [met.identifiers[iid] for iid, one in special.items() if one.fresh]
    older = [iid for iid, one in special.items() if one.older and not one.collides]
    if collisions:
        store.add_collisions(tx, collisions, now)
    if fresh:
        store.add_identifiers(tx, fresh, met, ruled)
    if older:
        store.age_identifiers(tx, older, met)
    if len(fresh) < len(met.identifiers):
        store.touch_sightings(tx, met)
    # A number that stands for two identifiers joins nobody, or two strangers would become one.
    # Of a hub with evidence enough no more is kept: it joins nobody whatever comes.
    silent = {one.iid for one in collisions} | {iid for iid, one in special.items() if one.filled}
    if silent:
        joined = {key: event for key, event in joined.items() if silent.isdisjoint(key[:2])}
    known = met.identifiers.keys() - {one.iid for one in fresh}
    return (set(older) - hubs) | _take_evidence(tx, met, joined, hubs - silent, known, ruled)


def _take_evidence(
    tx: Transaction, met: gather.Sightings, told: gather.Joined, hubs: set[Iid], known: Collection[Iid], ruled: Rules
) -> set[Iid]:
    new = store.new_edges(tx, told) if told else []
    if not new:
        return set()
    blocked = {one.iid for one in met.identifiers.values() if ruled.blocks(one.kind, one.value)}
    store.keep_edges(tx, [gather.evidence(key, told[key], met.identifiers, ruled) for key in new], hubs, blocked)
    ends = {end for a, b, _ in new for end in (a, b)}
    degrees = Counter(end for a, b, _ in new for end in (a, b))
    # Whom nobody has met before touches only what this batch says.
    busy = {
        iid: kind
        for iid in ends - hubs
        if (kind := met.identifiers[iid].kind) and (iid in known or degrees[iid] > ruled.fewest_touched(kind))
    }
    crowded = store.crowded(tx, busy, ruled) if busy else []
    loosened = store.make_hubs(tx, crowded) if crowded else []
    if full := hubs.union(crowded) & ends:
        store.fill_hubs(tx, full)
    loud = {end for a, b, _ in new if hubs.isdisjoint((a, b)) for end in (a, b)}
    return loud.union(crowded, loosened)


@dataclass(frozen=True, slots=True)
class Region:
    """What the evidence connects, with what is so now: the ground on which customers are worked out."""

    residents: Sequence[Resident]
    edges: Sequence[RuledEdge]
    sides: Sequence[Side]
    births: Mapping[Iid, frozenset[str]]

    def resolved(self, ruled: Rules) -> Resolution:
        """The customers these rules make of it."""
        kinds = {one.iid: one.kind for one in self.residents}
        none: frozenset[str] = frozenset()
        nodes = [
            Node(one.iid, one.kind, DEFAULT.rank(one.kind), one.first_seen, self.births.get(one.iid, none))
            for one in self.residents
        ]
        edges = [
            one.edge(components.turn_of(one.kind, ruled.rank(kinds[one.a]), ruled.rank(kinds[one.b])))
            for one in self.edges
        ]
        return components.resolve(nodes, edges, sides=self.sides, ruled=ruled)


def region(tx: Transaction, seeds: Collection[Iid]) -> Region:
    """Everything the evidence connects to these identifiers."""
    residents = store.region(tx, seeds)
    here = [resident.iid for resident in residents]
    return Region(residents, store.region_edges(tx, here), store.region_sides(tx, here), store.births(tx, here))


def resolve(
    tx: Transaction, seeds: Collection[Iid], cause: Callable[[Iid], str], now: datetime, ruled: Rules
) -> Change:
    """Work out the customers around the seeds again, and change what is no longer so."""
    here = region(tx, seeds)
    resolution = here.resolved(ruled)
    judged: dict[EdgeKey, Refusal | None] = {
        key: resolution.refusals.get(key)
        for one in here.edges
        if resolution.refusals.get(key := EdgeKey(one.a, one.b, one.kind)) != one.refusal
    }
    if judged:
        store.refuse_edges(tx, judged)
    changed = [one for one in here.residents if resolution.customers[one.iid] != one.customer]
    links = tuple(LinkChange(one.iid, resolution.customers[one.iid]) for one in changed)
    if links:
        store.relink(tx, links, cause, now)
    before = frozenset(Iid(one.customer) for one in changed)
    return Change(links, before, [one.iid for one in here.residents])


def _keep_words(tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> set[Iid]:
    """Keep traits and consents; answers with whose birthday is new: it may tell people apart."""
    traits = gather.newest_traits(gather.traits(events, iids))
    births = [one for one in traits if one.key in BIRTHDAYS]
    born = set(store.new_births(tx, births)) if births else set()
    if traits:
        store.keep_traits(tx, traits)
    consents = gather.consents(events, iids)
    if consents:
        store.keep_consents(tx, consents)
    return born


def _absorbed(tx: Transaction, met: gather.Sightings, change: Change) -> Absorbed:
    customers, members = families(tx, [*met.identifiers, *(link.iid for link in change.links), *change.before])
    causes = {customers[iid]: message for iid, message in met.causes.items()}
    last = next(reversed(met.causes.values()))
    return Absorbed(
        customers={iid: customers[iid] for iid in met.identifiers},
        members=members,
        links=change.links,
        causes={customer: causes.get(customer, last) for customer in members},
    )


def families(tx: Transaction, iids: Iterable[Iid]) -> tuple[dict[Iid, CustomerId], dict[CustomerId, tuple[Iid, ...]]]:
    """Whose these identifiers are, and all identifiers of those customers."""
    customers = {iid: CustomerId(iid) for iid in iids}
    hers: dict[CustomerId, list[Iid]] = {}
    for iid, customer in store.families(tx, customers):
        hers.setdefault(customer, [Iid(customer)]).append(iid)
        if iid in customers:
            customers[iid] = customer
    members = {customer: (Iid(customer),) for customer in customers.values()}
    return customers, members | {customer: tuple(iids) for customer, iids in hers.items()}


def customers_of(tx: Transaction, iids: Iterable[Iid]) -> dict[Iid, CustomerId]:
    """Whose each of these identifiers is."""
    asked = list(iids)
    linked = store.customers_of(tx, asked)
    return {iid: linked.get(iid, CustomerId(iid)) for iid in asked}


def links_then(tx: Transaction, iids: Iterable[Iid], at: datetime) -> dict[Iid, CustomerId]:
    """Whose each of these identifiers was at a past moment."""
    asked = list(iids)
    linked = store.links_then(tx, asked, at)
    return {iid: linked.get(iid, CustomerId(iid)) for iid in asked}


def members_of(tx: Transaction, customers: Iterable[CustomerId]) -> dict[CustomerId, tuple[Iid, ...]]:
    """All identifiers of each of these customers, the one that gives her id first."""
    members = {customer: [Iid(customer)] for customer in customers}
    for iid, customer in store.members_of(tx, members):
        members[customer].append(iid)
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
    first, second = sorted((Iid(a), Iid(b)))
    turn = components.turn_of(EdgeKind.MERGE, 0, 0)
    store.keep_merge(tx, first, second, turn, cause, by, now)
    return _relinked(tx, [first, second], cause, now)


def unmerge(tx: Transaction, a: Iid, b: Iid, by: str, now: datetime) -> Relinked:
    """Take a person's merge back, as if it had never been said; what else joins the two still does."""
    store.lock(tx)
    first, second = sorted((a, b))
    if not store.undo_merge(tx, first, second):
        raise NoSuchMerge(a=text_of(a), b=text_of(b))
    return _relinked(tx, [first, second], f"merge taken back by {by} at {now.isoformat()}", now)


def separate(
    tx: Transaction,
    customer: CustomerId,
    identifiers: Collection[Iid],
    by: str,
    reason: str,
    now: datetime,
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
    change = resolve(tx, seeds, lambda _: cause, now, store.rules(tx))
    _, members = families(tx, [*seeds, *(link.iid for link in change.links), *change.before])
    return Relinked(change.links, members, cause)
