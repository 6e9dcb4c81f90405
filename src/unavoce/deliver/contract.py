"""What a channel must be able to do. A channel is one folder and one entry point; of ours it knows only this file."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from unavoce.kernel.addresses import AN_ADDRESS, is_web_address


class ReceiptWord(StrEnum):
    """What became of a delivery, in our words; unknown is a word too."""

    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    READ = "read"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    UNKNOWN = "unknown"


class InboundKind(StrEnum):
    """What a customer did on a channel without being asked."""

    MESSAGE = "message"
    POSTBACK = "postback"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What sets this channel apart from the others; everything else about them is equal."""

    address: str | None
    """The kind of identifier that it speaks to, such as `email`; None when it needs no address."""
    batch: int = 100
    """The most messages one `send` takes."""
    idempotent: bool = False
    """Whether handing over the same key twice is certain to reach the customer at most once."""
    same_to_many: int = 1
    """How many customers one provider call reaches when all of them get the very same words."""
    html: bool = False
    unsubscribe: bool = False
    """Whether a message carries its own way to unsubscribe."""
    tracks: bool = False
    """Whether our links take the place of its own, so that a click is seen."""
    pull: bool = False
    """Whether the message waits to be fetched, as a prompt for a store associate does."""


class ChannelSettings(BaseModel):
    """What the team enters to connect a channel; a `SecretStr` is encrypted at rest and never shown again."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _web_address(text: str) -> str:
    if not is_web_address(text):
        raise ValueError(AN_ADDRESS)
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""A setting that must be a whole http or https address."""
WebAddressOrNone = Annotated[str, AfterValidator(lambda text: _web_address(text) if text else text)]
"""The same, or empty for none."""


def secret_fields(settings: type[ChannelSettings]) -> frozenset[str]:
    """The names of the settings that are secrets."""
    return frozenset(name for name, about in settings.model_fields.items() if about.annotation is SecretStr)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one customer, rendered and ready to be handed over."""

    key: str
    """The idempotency key, 32 hexadecimal digits: the same delivery always carries the same one."""
    to: str
    subject: str = ""
    text: str = ""
    html: str = ""
    blocks: Sequence[Mapping[str, object]] = ()
    """Building blocks, each with its `type` (text, image, button), `text` and `url`; a channel draws what it can."""
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    metadata: Mapping[str, str] = field(default_factory=dict)
    bundle: str | None = None
    """Messages of one bundle have the same words and go to the provider in one call under the bundle's own key."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message; `provider_id` is its name for it."""

    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not take the message; when `permanent`, not to this address at any other time either."""

    reason: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Delayed:
    """Nothing was handed over; it can be tried again from `until` on."""

    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The message may or may not have been taken: the answer never came."""

    reason: str


Outcome = Accepted | Refused | Delayed | Unknown


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that a provider made to us, exactly as it came; header names are in lower case."""

    body: bytes
    headers: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """What a provider says of one delivery, found by our key or by the address."""

    id: str
    """Names this report for ever, so that a repeated one is told apart."""
    word: ReceiptWord
    at: datetime
    key: str | None = None
    to: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something that a customer did on the channel."""

    id: str
    """Names this for ever: providers repeat themselves."""
    kind: InboundKind
    sender: str
    """The identifier's value; its kind is the channel's address."""
    at: datetime
    text: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


S = TypeVar("S", bound=ChannelSettings)


class Channel(Protocol[S]):
    """A way to reach and hear a customer."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    @property
    def settings(self) -> type[S]:
        """The form the team fills in to connect this channel."""
        ...

    def send(self, batch: Sequence[Outgoing], settings: S, *, now: datetime) -> Sequence[Outcome]:
        """Hand the batch to the provider; one outcome for each message, in the same order. Raises never."""
        ...

    def verify(self, request: Posted, settings: S) -> bool:
        """Whether the request really comes from the provider."""
        ...

    def read_receipts(self, request: Posted) -> Sequence[ReceiptSeen]:
        """The receipts in a verified request."""
        ...

    def read_inbound(self, request: Posted) -> Sequence[Inbound]:
        """What customers did, as told by a verified request."""
        ...


class Silent:
    """Part of a channel whose provider never calls us: it trusts no request and reads nothing from any."""

    def verify(self, request: Posted, settings: ChannelSettings) -> bool:
        """Never: nobody is expected to call."""
        del request, settings
        return False

    def read_receipts(self, request: Posted) -> Sequence[ReceiptSeen]:
        """None, ever."""
        del request
        return ()

    def read_inbound(self, request: Posted) -> Sequence[Inbound]:
        """None, ever."""
        del request
        return ()


def same(one: str | bytes, other: str | bytes) -> bool:
    """Whether two signatures are equal, without telling by the time it takes how far they are."""
    left = one.encode() if isinstance(one, str) else one
    right = other.encode() if isinstance(other, str) else other
    return hmac.compare_digest(left, right)
