"""What statements answer with, row by row."""

from datetime import datetime
from typing import NamedTuple

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile.model import Edge, EdgeKind, Refusal


class Unfamiliar(NamedTuple):
    """What is special about an identifier of a batch."""

    iid: Iid
    fresh: bool
    hub: bool
    filled: bool
    collides: bool
    older: bool


class Resident(NamedTuple):
    """An identifier in a region of the evidence, and whose it is now."""

    iid: Iid
    kind: str
    rank: int
    first_seen: datetime
    customer: CustomerId


class RuledEdge(NamedTuple):
    """An edge in a region of the evidence, and what the rules said of it last."""

    a: Iid
    b: Iid
    kind: EdgeKind
    turn: int
    at: datetime
    message_id: str
    refusal: Refusal | None

    def edge(self, turn: int) -> Edge:
        """The edge alone, taken at this turn."""
        return Edge(self.a, self.b, self.kind, turn, self.at, self.message_id)


class Link(NamedTuple):
    """Whose an identifier is."""

    iid: Iid
    customer: CustomerId


class Links(NamedTuple):
    """Many links in one row: a row for each takes ten times as long to read."""

    iids: list[Iid]
    customers: list[CustomerId]


class Checksum(NamedTuple):
    """What two copies of the links must have in common."""

    links: int
    checksum: int


class BirthRow(NamedTuple):
    """A birthday as somebody wrote it."""

    iid: Iid
    value: str


class TraitRow(NamedTuple):
    """A trait that counts, of one of several customers."""

    customer: CustomerId
    key: str
    value: object
    source: str
    at: datetime
    message_id: str


class IdentifierRow(NamedTuple):
    """An identifier of one of several customers."""

    customer: CustomerId
    iid: Iid
    kind: str
    value: str
    first_seen_at: datetime
    last_seen_at: datetime
    blocked: bool


class ConsentRow(NamedTuple):
    """A consent that counts, of one of several customers."""

    customer: CustomerId
    channel: str
    purpose: str
    state: str
    at: datetime
    evidence: str


class TagRow(NamedTuple):
    """What the brand says of a name."""

    what: str
    name: str
    tag: str


class Place(NamedTuple):
    """A customer's place in a sorted list."""

    customer: CustomerId
    at: datetime
    tie: int


class RulesRow(NamedTuple):
    """A published version of the rules."""

    version: int
    body: str
