"""Customers out of evidence: connected components under limits, the same whatever order the evidence came in.

Edges are taken in one canonical order (strongest, earliest, ids), as in Kruskal's algorithm. An edge joins
its two customers unless a rule forbids it; the answer depends on the set of edges alone, never on their arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.model import Edge, EdgeKey, EdgeKind, Node, Refusal, Resolution, Side
from unavoce.profile.ruleset import ADDRESSES, DEFAULT, Rules
from unavoce.profile.sharing import Holders, classes

# What is declared joins whole customers that the evidence has made, so it comes after all evidence: it may exceed the
# limits, and coming first it would push evidence out that held before.
_DECLARED = {EdgeKind.ALIAS: 100, EdgeKind.MERGE: 101}


def turn_of(kind: EdgeKind, rank_a: int, rank_b: int) -> int:
    """When an edge of these ends is taken, 0 first: evidence by its weaker identifier, then aliases, then merges."""
    return _DECLARED.get(kind, max(rank_a, rank_b))


@dataclass(slots=True)
class _Group:
    """A customer in the making."""

    members: list[Iid]
    kinds: dict[str, int]
    born: frozenset[str] = frozenset()
    sides: dict[int, bool] = field(default_factory=dict)  # where she stands in each separation


@dataclass(slots=True)
class _Work:
    """Customers in the making, and what is known of the addresses that people share."""

    known: Mapping[Iid, Node]
    groups: dict[Iid, _Group]
    hubs: frozenset[Iid]
    ruled: Rules
    holders: Holders | None
    shared: dict[Iid, Mapping[Iid, int] | None] = field(default_factory=dict)
    owners: dict[tuple[Iid, int], Iid] = field(default_factory=dict)


def resolve(
    nodes: Iterable[Node],
    edges: Sequence[Edge],
    hubs: frozenset[Iid] = frozenset(),
    sides: Iterable[Side] = (),
    ruled: Rules = DEFAULT,
) -> Resolution:
    """The customers these edges make of these identifiers; every end of an edge must be among them."""
    known = {node.iid: node for node in nodes}
    groups = {node.iid: _Group([node.iid], {node.kind: 1}, node.born) for node in known.values()}
    for side in sides:
        if side.iid in groups:
            groups[side.iid].sides[side.separation] = side.apart
    taken = sorted(edges, key=_canonical)
    telling = ruled.birthdays and any(node.born for node in known.values())
    heard = [edge for edge in taken if edge.a not in hubs and edge.b not in hubs]
    work = _Work(known, groups, hubs, ruled, Holders(known, heard) if telling else None)
    refusals = {
        EdgeKey(edge.a, edge.b, edge.kind): refusal for edge in taken if (refusal := _join(work, edge)) is not None
    }
    distinct = {id(group): group for group in groups.values()}.values()
    customers = {iid: customer for group in distinct for iid, customer in _named(group, known)}
    return Resolution(customers, refusals)


def _canonical(edge: Edge) -> tuple[object, ...]:
    return edge.turn, edge.at, edge.message_id, edge.a, edge.b, edge.kind


def _join(work: _Work, edge: Edge) -> Refusal | None:
    if (edge.a in work.hubs or edge.b in work.hubs) and edge.kind is not EdgeKind.MERGE:
        return Refusal.HUB
    if work.holders is not None and edge.kind is EdgeKind.TOGETHER and _is_shared(work, work.holders, edge):
        return Refusal.SHARED
    one, other = work.groups[edge.a], work.groups[edge.b]
    if one is other:
        return None
    refusal = _refused(one, other, edge.kind, work.ruled)
    if refusal is None:
        _pour(work.groups, one, other)
    return refusal


def _is_shared(work: _Work, holders: Holders, edge: Edge) -> bool:
    """Whether the edge ends at an address of several people, and is not the one by which it is the first one's.

    On the way the records that agree on a birthday are joined, each class of them to its first.
    """
    for address, holder in ((edge.a, edge.b), (edge.b, edge.a)):
        if work.known[address].kind not in ADDRESSES:
            continue
        if address not in work.shared:
            work.shared[address] = _sharing(work, holders.of(address))
        sharing = work.shared[address]
        if sharing is None:
            continue
        told = sharing.get(holder)
        if told is None:
            return True
        first = work.owners.setdefault((address, told), holder)
        if told > 0:
            one, other = work.groups[first], work.groups[holder]
            if one is not other and _refused(one, other, edge.kind, work.ruled) is None:
                _pour(work.groups, one, other)
            return True
    return False


def _sharing(work: _Work, holders: Sequence[Iid]) -> Mapping[Iid, int] | None:
    """Of an address that several people share who of its holders is which of them, 0 for the first; otherwise None."""
    holders = list(dict.fromkeys(holders))
    found = classes([work.groups[iid].born for iid in holders])
    if len({number for number in found if number is not None}) <= 1:
        return None
    return {iid: number for iid, number in zip(holders, found, strict=True) if number is not None}


def _refused(one: _Group, other: _Group, kind: EdgeKind, ruled: Rules) -> Refusal | None:
    if any(other.sides.get(separation, apart) != apart for separation, apart in one.sides.items()):
        return Refusal.SEPARATED
    if kind is EdgeKind.TOGETHER and any(
        count + other.kinds.get(name, 0) > ruled.limit(name) for name, count in one.kinds.items() if name in other.kinds
    ):
        return Refusal.LIMIT
    return None


def _pour(groups: dict[Iid, _Group], one: _Group, other: _Group) -> None:
    large, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
    for iid in small.members:
        groups[iid] = large
    large.members += small.members
    for kind, count in small.kinds.items():
        large.kinds[kind] = large.kinds.get(kind, 0) + count
    large.sides |= small.sides
    large.born |= small.born


def _named(group: _Group, known: Mapping[Iid, Node]) -> Iterable[tuple[Iid, CustomerId]]:
    """A customer's id is her oldest identifier; of two equally old the surer one, then the smaller number."""
    oldest = min((known[iid] for iid in group.members), key=lambda node: (node.first_seen, node.rank, node.iid))
    return [(iid, CustomerId(oldest.iid)) for iid in group.members]
