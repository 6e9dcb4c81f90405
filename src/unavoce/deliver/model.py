"""What is handed over, what became of it, and what can be refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from unavoce.deliver.contract import ReceiptWord
from unavoce.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Unauthorized


class State(StrEnum):
    """Where a delivery stands."""

    HANDING = "handing"
    """Being handed over; after a crash nobody knows whether it was."""
    DELAYED = "delayed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class AddressState(StrEnum):
    """Why an address must not be written to."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


class Answer(StrEnum):
    """What a store associate did with a prompt."""

    SHOWN = "shown"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was or will be handed over: the archive of what a customer really got."""

    key: str
    intent: int
    op: str
    iid: int
    channel: str
    message: str
    audience: str
    journey: str
    version: int
    step: str
    purpose: str
    category: str
    products: list[str]
    language: str
    to_kind: str
    to_address: str
    subject: str
    body: str
    html: str
    blocks: list[dict[str, object]]
    headers: dict[str, str]
    metadata: dict[str, str]
    token: str
    bundle: str | None
    state: str
    """One of State."""
    attempts: int
    first_handed_at: datetime
    handed_at: datetime
    word: str = ""
    reason: str = ""
    provider_id: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an attempt, to be written down."""

    intent: int
    key: str
    state: State
    reason: str = ""
    provider_id: str | None = None
    until: datetime | None = None
    """When a delayed one is tried again."""
    unbundle: bool = False
    """Whether it was surely not handed over, so that it may go alone the next time."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a message behind a token of ours."""

    token: str
    key: str
    url: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message."""

    id: str
    key: str
    word: ReceiptWord
    at: datetime
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a store associate might say to the customer in front of her."""

    key: str
    intent: int
    iid: int
    store: str
    kept_at: datetime
    until: datetime
    shown_at: datetime | None
    answer: str | None
    message: str
    subject: str
    body: str
    blocks: list[dict[str, object]]
    products: list[str]
    language: str
    journey: str


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """An ad audience and how many are in it."""

    key: str
    members: int
    rows: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """Somebody comes into an audience or leaves it."""

    id: int
    audience: str
    iid: int
    op: str
    hashed: dict[str, str]
    reason: str
    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a channel is connected, as it is stored."""

    channel: str
    enabled: bool
    given: dict[str, object]
    secrets: bytes | None
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of the sender did."""

    claimed: int = 0
    accepted: int = 0
    refused: int = 0
    delayed: int = 0
    unknown: int = 0
    withheld: int = 0

    @property
    def handed(self) -> int:
        """How many messages a provider was asked to take."""
        return self.accepted + self.refused + self.delayed + self.unknown


class UnknownChannel(NotFound):
    """There is no such channel; GET /api/channels lists them."""


class ChannelNotConnected(Conflict):
    """This channel is not connected yet; enter its settings first."""


class BadChannelSettings(BadInput):
    """These channel settings cannot be used."""


class BadSignature(Unauthorized):
    """This request is not signed by the provider; check the secret in the channel's settings."""


class UnreadableHook(BadInput):
    """This request is not what the provider documents."""


class UnknownLink(NotFound):
    """This link is not one of ours, or it is too old."""


class NoSuchPrompt(NotFound):
    """There is no such prompt for this customer any more."""


class NoSuchAudience(NotFound):
    """There is no audience of this key; GET /api/audiences lists them."""


class UnknownCaller(BadInput):
    """Say which customer this is about: `customer` or `loyalty_card`."""


class TooWide(Forbidden):
    """This reaches beyond the stores that you see; ask somebody of the head office, or name one of your stores."""
