"""Who it is: identifiers, the evidence that joins them, traits, consent, and what can be refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from unavoce.kernel.errors import BadInput, Conflict, NotFound
from unavoce.kernel.ids import CustomerId, Iid

NOBODY = Iid(0)
"""Stands for the customer of an event that names nobody, like a till sale without a card; she is no customer."""


class Identifier(NamedTuple):
    """A typed, normalised value that points to a customer, and its number."""

    iid: Iid
    kind: str
    value: str


class EdgeKind(StrEnum):
    """How two identifiers came to be joined."""

    # The text's own hash: Enum's is written in Python, and every edge of every batch is looked up by its kind.
    __hash__ = str.__hash__

    MERGE = "merge"  # a person said so
    ALIAS = "alias"  # the brand's own code said so
    TOGETHER = "together"  # one event named both


class Refusal(StrEnum):
    """Why evidence joins nobody."""

    HUB = "hub"  # one end belongs to too many people
    SHARED = "shared"  # one end is an address of several people, whose birthdays tell them apart
    LIMIT = "limit"  # the customer would have too many identifiers of one kind
    SEPARATED = "separated"  # a person has set the two apart
    BLOCKED = "blocked"  # a rule of the brand's says that one end identifies nobody
    UNDONE = "undone"  # a person took the merge back


class Edge(NamedTuple):
    """Evidence that two identifiers (a < b) belong to one person: the earliest of its kind.

    `turn` says when it is taken: the surer, the sooner.
    """

    a: Iid
    b: Iid
    kind: EdgeKind
    turn: int
    at: datetime
    message_id: str


class EdgeKey(NamedTuple):
    """What names an edge."""

    a: Iid
    b: Iid
    kind: EdgeKind


class Node(NamedTuple):
    """An identifier as the resolution sees it."""

    iid: Iid
    kind: str
    rank: int
    first_seen: datetime
    born: frozenset[str] = frozenset()
    """The birthdays that were told under it."""


class Side(NamedTuple):
    """Where an identifier stands in a separation that holds."""

    separation: int
    iid: Iid
    apart: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """The customers that the evidence makes: every identifier's customer, and the edges that join nobody."""

    customers: Mapping[Iid, CustomerId]
    refusals: Mapping[EdgeKey, Refusal]


class LinkChange(NamedTuple):
    """From now on this identifier belongs to this customer."""

    iid: Iid
    customer: CustomerId

    @property
    def alone(self) -> bool:
        """Whether it is its own customer, and so needs no link."""
        return int(self.iid) == int(self.customer)


Members = Mapping[CustomerId, tuple[Iid, ...]]
"""All identifiers of some customers."""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What a batch of events did to the customers.

    `customers` has every identifier of the batch, `members` every customer it touched with all her identifiers,
    `causes` the message that touched each of them last, `links` every identifier that changed hands.
    """

    customers: Mapping[Iid, CustomerId] = field(default_factory=dict)
    members: Members = field(default_factory=dict)
    links: tuple[LinkChange, ...] = ()
    causes: Mapping[CustomerId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relinked:
    """What a merge, a separation or its undoing did: who changed hands, and everybody touched with her identifiers."""

    links: tuple[LinkChange, ...]
    members: Members
    cause: str


@dataclass(frozen=True, slots=True)
class Separation:
    """A person's decision that some identifiers of a customer are somebody else's."""

    id: int
    customer: CustomerId
    identifiers: tuple[Iid, ...]
    by: str
    reason: str
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Separated(Relinked):
    """A separation and what it did."""

    separation: Separation


class Priority(IntEnum):
    """How much a source's word on a trait counts; the smallest wins."""

    TILL = 1
    FORM = 2
    INFERRED = 3


class State(StrEnum):
    """What a customer said about one channel and purpose."""

    GRANTED = "granted"
    DENIED = "denied"
    PENDING = "pending"
    """She said yes where the brand asks twice, and has not confirmed it."""


class TraitSaid(NamedTuple):
    """One value that one source gave for a trait."""

    iid: Iid
    key: str
    source: str
    priority: Priority
    value: object
    at: datetime
    received_at: datetime
    message_id: str


class ConsentSaid(NamedTuple):
    """One statement about one channel and purpose; the same slot means the same statement again."""

    iid: Iid
    channel: str
    purpose: str
    slot: str
    state: State
    evidence: str
    at: datetime
    received_at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class TraitSeen:
    """A trait as it counts now, and where it comes from."""

    key: str
    value: object
    source: str
    at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class IdentifierSeen:
    """An identifier of a customer; `blocked` when it belongs to too many people to join anybody."""

    iid: Iid
    kind: str
    value: str
    first_seen_at: datetime
    last_seen_at: datetime
    blocked: bool


@dataclass(frozen=True, slots=True)
class ConsentSeen:
    """What counts now for one channel and purpose, and the statement it rests on."""

    channel: str
    purpose: str
    state: State
    at: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A customer in one line of a list."""

    id: CustomerId
    name: str
    email: str | None
    phone: str | None
    language: str | None
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """Some customers in order, and the cursor that continues after them."""

    items: tuple[Summary, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of a customer herself."""

    id: CustomerId
    name: str
    traits: tuple[TraitSeen, ...]
    identifiers: tuple[IdentifierSeen, ...]
    consents: tuple[ConsentSeen, ...]


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """An identifier in the identity graph, and whose it is."""

    iid: Iid
    kind: str
    value: str
    customer: CustomerId
    blocked: bool


@dataclass(frozen=True, slots=True)
class EdgeSeen:
    """Evidence in the identity graph; `reason` says why it joins nobody when it is not active."""

    a: Iid
    b: Iid
    kind: EdgeKind
    evidence: str
    source: str
    at: datetime
    reason: Refusal | None

    @property
    def active(self) -> bool:
        """Whether it joins the two."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Graph:
    """Why these identifiers are one customer, and what was set apart from her."""

    nodes: tuple[NodeSeen, ...]
    edges: tuple[EdgeSeen, ...]
    separations: tuple[Separation, ...]

    def without(self, customers: Collection[CustomerId]) -> "Graph":
        """The same with nothing of these customers in it."""
        gone = {node.iid for node in self.nodes if node.customer in customers}
        return Graph(
            nodes=tuple(node for node in self.nodes if node.iid not in gone),
            edges=tuple(edge for edge in self.edges if edge.a not in gone and edge.b not in gone),
            separations=tuple(one for one in self.separations if gone.isdisjoint(one.identifiers)),
        )


class NoSuchCustomer(NotFound):
    """Nobody has this customer id."""


class NoSuchMerge(NotFound):
    """Nobody has merged these two, or it has been taken back."""


class NoSuchSeparation(NotFound):
    """There is no such separation."""


class SameCustomer(Conflict):
    """These two are one customer already."""


class SeparatedBefore(Conflict):
    """These two were set apart by a person; undo that separation first."""


class SeparationUndone(Conflict):
    """This separation has been undone already."""


class NotHers(BadInput):
    """This identifier does not belong to the customer."""


class NothingLeft(BadInput):
    """A separation must name some of her identifiers and leave her some."""
