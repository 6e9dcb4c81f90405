"""Why she is one person: the path of evidence between two identifiers, and what was decided over time."""

import heapq
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import resolver
from unavoce.profile.model import EdgeKind, EdgeSeen, NodeSeen, Refusal, Separation
from unavoce.profile.people import store as people
from unavoce.profile.telling import store
from unavoce.runtime.postgres import Transaction

_MOST_EVIDENCE, _MOST_TOLD = 20_000, 200


@dataclass(frozen=True, slots=True)
class Path:
    """The evidence that leads from one identifier to another; a refused piece is where they come apart.

    Two records may be one customer over an address that is not hers: a shared one joins those who agree on a birthday.
    """

    nodes: Sequence[NodeSeen]
    edges: Sequence[EdgeSeen]
    same: bool

    @property
    def joined(self) -> bool:
        """Whether all of it holds, so that both are one customer."""
        return bool(self.edges) and (self.same or all(edge.active for edge in self.edges))


class Turn(StrEnum):
    """What can happen to a customer's identity."""

    CAME = "came"  # identifiers became hers
    LEFT = "left"  # identifiers stopped being hers
    REFUSED = "refused"  # evidence was not believed
    SEPARATED = "separated"  # a person set identifiers apart
    REJOINED = "rejoined"  # a person took that back


@dataclass(frozen=True, slots=True)
class Told:
    """One decision about who she is: when, what, by which evidence, about whom."""

    at: datetime
    turn: Turn
    iids: tuple[Iid, ...]
    cause: str
    reason: Refusal | None = None


def path(tx: Transaction, start: Iid, end: Iid) -> Path:
    """The path of evidence with the fewest refusals, then the fewest steps; empty when there is none."""
    customers = set(resolver.customers_of(tx, [start, end]).values())
    members = [iid for hers in resolver.members_of(tx, customers).values() for iid in hers]
    edges = [_typed(one) for one in store.evidence(tx, members, _MOST_EVIDENCE)]
    steps = _shortest(edges, start, end)
    shown = {start, end, *(iid for edge in steps for iid in (edge.a, edge.b))}
    return Path(people.graph_nodes(tx, shown), steps, len(customers) == 1)


def story(tx: Transaction, customer: CustomerId) -> list[Told]:
    """What was decided about who she is, latest first."""
    hers = resolver.members_of(tx, [customer])[customer]
    told = _moves(store.hands(tx, hers, _MOST_TOLD), set(hers))
    for edge in map(_typed, store.refusals(tx, hers, _MOST_TOLD)):
        told.append(Told(edge.at, Turn.REFUSED, (edge.a, edge.b), edge.evidence, edge.reason))
    for one in people.graph_separations(tx, hers):
        told += _separation(one)
    return sorted(told, key=lambda one: (one.at, one.turn, one.iids), reverse=True)[:_MOST_TOLD]


def _moves(hands: Sequence[store.Hand], hers: Collection[int]) -> list[Told]:
    """Identifiers that moved together for one reason are one thing that happened."""
    together: Mapping[tuple[datetime, Turn, str], list[Iid]] = defaultdict(list)
    for hand in hands:
        turn = Turn.CAME if hand.came == (hand.customer in hers) else Turn.LEFT
        together[hand.at, turn, hand.cause].append(hand.iid)
    return [Told(at, turn, tuple(dict.fromkeys(iids)), cause) for (at, turn, cause), iids in together.items()]


def _separation(one: Separation) -> list[Told]:
    made = Told(one.at, Turn.SEPARATED, one.identifiers, f"{one.by}: {one.reason}")
    if one.undone_at is None:
        return [made]
    return [made, Told(one.undone_at, Turn.REJOINED, one.identifiers, f"{one.by}: {one.reason}")]


def _typed(edge: EdgeSeen) -> EdgeSeen:
    reason = Refusal(edge.reason) if edge.reason else None
    return EdgeSeen(edge.a, edge.b, EdgeKind(edge.kind), edge.evidence, edge.source, edge.at, reason)


def _shortest(edges: Sequence[EdgeSeen], start: Iid, end: Iid) -> list[EdgeSeen]:
    """Dijkstra's algorithm; of equally good paths the one by surer evidence, as the edges are sorted."""
    around: Mapping[Iid, list[tuple[int, Iid]]] = defaultdict(list)
    for place, edge in enumerate(edges):
        around[edge.a].append((place, edge.b))
        around[edge.b].append((place, edge.a))
    came: dict[Iid, tuple[int, Iid] | None] = {}
    waiting: list[tuple[int, int, int, Iid, tuple[int, Iid] | None]] = [(0, 0, 0, start, None)]
    while waiting and end not in came:
        refused, steps, _, iid, by = heapq.heappop(waiting)
        if iid in came:
            continue
        came[iid] = by
        for place, other in around[iid]:
            if other not in came:
                cost = refused + (not edges[place].active)
                heapq.heappush(waiting, (cost, steps + 1, place, other, (place, iid)))
    return _walked_back(edges, came, end)


def _walked_back(edges: Sequence[EdgeSeen], came: Mapping[Iid, tuple[int, Iid] | None], end: Iid) -> list[EdgeSeen]:
    path: list[EdgeSeen] = []
    while (step := came.get(end)) is not None:
        place, end = step
        path.append(edges[place])
    return path[::-1]
