"""What the identity routes take and give, as JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from unavoce.access.api import Person, mask
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.profile.model import EdgeSeen, Graph, NodeSeen, Relinked, Separated, Separation
from unavoce.profile.telling.story import Told

Reason = Annotated[str, Field(min_length=1, max_length=1000)]
Id = Annotated[str, Field(min_length=16, max_length=16, description="Sixteen hexadecimal digits.")]
_MOST_IDENTIFIERS = 1_000


class Separate(BaseModel):
    """Which of her identifiers are somebody else's, and how that is known."""

    identifiers: Annotated[list[Id], Field(min_length=1, max_length=_MOST_IDENTIFIERS)]
    reason: Reason

    def iids(self) -> list[Iid]:
        """The identifiers as numbers; BadInput on nonsense."""
        return [Iid(parse_id(one)) for one in self.identifiers]


class Merge(BaseModel):
    """Who is the same person, and how that is known."""

    other: Id
    reason: Reason


class SeparationOut(BaseModel):
    """A person's decision that some identifiers are somebody else's."""

    id: str
    customer: str
    identifiers: list[str]
    by: str
    reason: str
    at: datetime
    undone_at: datetime | None

    @classmethod
    def of(cls, separation: Separation) -> "SeparationOut":
        """The separation as JSON."""
        return cls(
            id=str(separation.id),
            customer=text_of(separation.customer),
            identifiers=[text_of(iid) for iid in separation.identifiers],
            by=separation.by,
            reason=separation.reason,
            at=separation.at,
            undone_at=separation.undone_at,
        )


class Unmerge(BaseModel):
    """The two ids that somebody had merged, as the graph shows them."""

    a: Id
    b: Id


class ToldOut(BaseModel):
    """One decision about who she is: when, what, by which evidence, about which identifiers."""

    at: datetime
    turn: str
    iids: list[str]
    cause: str
    reason: str | None

    @classmethod
    def of(cls, told: Told) -> "ToldOut":
        """The decision as JSON."""
        reason = told.reason.value if told.reason else None
        iids = [text_of(iid) for iid in told.iids]
        return cls(at=told.at, turn=told.turn.value, iids=iids, cause=told.cause, reason=reason)


class StoryOut(BaseModel):
    """What was decided about who she is, latest first, and the identifiers it speaks of."""

    items: list[ToldOut]
    nodes: list["NodeOut"]


class PathOut(BaseModel):
    """The evidence between two identifiers in order; `joined` when all of it holds."""

    joined: bool
    nodes: list["NodeOut"]
    edges: list["EdgeOut"]


class RelinkedOut(BaseModel):
    """Which customers there are now of those that were touched, and how many identifiers changed hands."""

    customers: list[str]
    moved: int
    separation: SeparationOut | None = None

    @classmethod
    def of(cls, done: Relinked) -> "RelinkedOut":
        """What was done, as JSON."""
        separation = SeparationOut.of(done.separation) if isinstance(done, Separated) else None
        customers = [text_of(customer) for customer in done.members if _stands(customer, done)]
        return cls(customers=customers, moved=len(done.links), separation=separation)


class NodeOut(BaseModel):
    """An identifier in the graph, and whose it is; masked for who may not see it in clear."""

    iid: str
    kind: str
    value: str
    customer: str
    blocked: bool

    @classmethod
    def of(cls, node: NodeSeen, person: Person) -> "NodeOut":
        """The node as this person may see it."""
        value = mask(person, node.kind, node.value)
        return cls(
            iid=text_of(node.iid), kind=node.kind, value=value, customer=text_of(node.customer), blocked=node.blocked
        )


class EdgeOut(BaseModel):
    """Evidence in the graph; `reason` says why it joins nobody when it is not active."""

    a: str
    b: str
    kind: str
    evidence: str
    source: str
    at: datetime
    active: bool
    reason: str | None

    @classmethod
    def of(cls, edge: EdgeSeen) -> "EdgeOut":
        """The edge as JSON."""
        return cls(
            a=text_of(edge.a),
            b=text_of(edge.b),
            kind=edge.kind.value,
            evidence=edge.evidence,
            source=edge.source,
            at=edge.at,
            active=edge.active,
            reason=edge.reason.value if edge.reason else None,
        )


class GraphOut(BaseModel):
    """Why these identifiers are one customer, and what was set apart from her."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]
    separations: list[SeparationOut]

    @classmethod
    def of(cls, graph: Graph, person: Person) -> "GraphOut":
        """The graph as this person may see it."""
        return cls(
            nodes=[NodeOut.of(node, person) for node in graph.nodes],
            edges=[EdgeOut.of(edge) for edge in graph.edges],
            separations=[SeparationOut.of(one) for one in graph.separations],
        )


def _stands(customer: CustomerId, done: Relinked) -> bool:
    # An id that was merged away belongs to another customer's identifiers now.
    return not any(Iid(customer) in members[1:] for members in done.members.values())
