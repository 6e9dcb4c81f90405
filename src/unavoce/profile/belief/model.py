"""What the brand decides of consent and of sources, and how traits and consent came to be what they are."""

from datetime import datetime
from typing import NamedTuple

from unavoce.kernel.errors import NotFound
from unavoce.kernel.ids import CustomerId


class ConsentRule(NamedTuple):
    """On this channel a yes counts only once it has been confirmed, if it was said since then."""

    channel: str
    since: datetime
    link_days: int


class SourceRank(NamedTuple):
    """How much a source is believed; 1 is surest, a till counts 1, a form 2, what is inferred 3."""

    source: str
    rank: int


class ConsentWord(NamedTuple):
    """One thing a customer said about a channel and a purpose, and the evidence."""

    channel: str
    purpose: str
    state: str
    at: datetime
    evidence: str
    message_id: str


class ComputedWord(NamedTuple):
    """What we ourselves said last of a trait of one customer."""

    customer: CustomerId
    value: object
    at: datetime


class TraitWord(NamedTuple):
    """One value that one source gave; a smaller priority counts more."""

    key: str
    value: object
    source: str
    priority: int
    at: datetime
    received_at: datetime
    message_id: str


class TraitThen(NamedTuple):
    """What counted of a trait at a past moment."""

    key: str
    value: object
    source: str
    at: datetime
    message_id: str


class BadLink(NotFound):
    """This link is not one of ours, or it is too old; ask for a new one where you signed up."""
