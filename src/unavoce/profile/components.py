"""Customers out of evidence: connected components under limits, the same whatever order the evidence came in.

Edges are taken in one canonical order (strongest, earliest, ids), as in Kruskal's algorithm. An edge joins
its two customers unless a rule forbids it; the answer depends on the set of edges alone, never on their arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.model import Edge, EdgeKey, EdgeKind, Node, Refusal, Resolution, Side
from unavoce.profile.ruleset import DEFAULT, Rules

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
    sides: dict[int, bool] = field(default_factory=dict)  # where she stands in each separation


def resolve(
    nodes: Iterable[Node],
    edges: Sequence[Edge],
    hubs: frozenset[Iid] = frozenset(),
    sides: Iterable[Side] = (),
    ruled: Rules = DEFAULT,
) -> Resolution:
    """The customers these edges make of these identifiers; every end of an edge must be among them."""
    known = {node.iid: node for node in nodes}
    groups = {node.iid: _Group([node.iid], {node.kind: 1}) for node in known.values()}
    for side in sides:
        if side.iid in groups:
            groups[side.iid].sides[side.separation] = side.apart
    refusals = {
        EdgeKey(edge.a, edge.b, edge.kind): refusal
        for edge in sorted(edges, key=_canonical)
        if (refusal := _join(groups, edge, hubs, ruled)) is not None
    }
    distinct = {id(group): group for group in groups.values()}.values()
    customers = {iid: customer for group in distinct for iid, customer in _named(group, known)}
    return Resolution(customers, refusals)


def _canonical(edge: Edge) -> tuple[object, ...]:
    return edge.turn, edge.at, edge.message_id, edge.a, edge.b, edge.kind


def _join(groups: dict[Iid, _Group], edge: Edge, hubs: frozenset[Iid], ruled: Rules) -> Refusal | None:
    if (edge.a in hubs or edge.b in hubs) and edge.kind is not EdgeKind.MERGE:
        return Refusal.HUB
    one, other = groups[edge.a], groups[edge.b]
    if one is other:
        return None
    refusal = _refused(one, other, edge.kind, ruled)
    if refusal is None:
        _pour(groups, one, other)
    return refusal


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


def _named(group: _Group, known: Mapping[Iid, Node]) -> Iterable[tuple[Iid, CustomerId]]:
    """A customer's id is her oldest identifier; of two equally old the surer one, then the smaller number."""
    oldest = min((known[iid] for iid in group.members), key=lambda node: (node.first_seen, node.rank, node.iid))
    return [(iid, CustomerId(oldest.iid)) for iid in group.members]
