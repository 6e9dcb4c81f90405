"""What the simulator remembers, and what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from unavoce.kernel.errors import BadInput, Conflict, NotFound, Unavailable


@dataclass(frozen=True, slots=True)
class Setup:
    """How the simulator reaches the brand, and which keys both have agreed on."""

    engine_url: str
    collector_url: str
    line_token: str
    line_secret: str
    ads_token: str
    till_write_key: str = ""
    engine_key: str = ""
    """An API key that may answer prompts; the tills use it."""
    currency: str = "USD"
    monthly_quota: int | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone with LINE on it."""

    line_user_id: str
    name: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """One message object on a phone."""

    id: int
    line_user_id: str
    at: datetime
    sender: str
    message: Mapping[str, object]
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stored:
    """One letter in a mailbox, raw."""

    id: int
    address: str
    at: datetime
    raw: bytes
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale at a till, with the event that told of it."""

    order_id: str
    store_id: str
    loyalty_card: str | None
    call: Mapping[str, object]
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Owed:
    """A call the simulator still owes somebody."""

    id: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class AdMember:
    """One person in an audience, as an ad platform knows her: by hashes."""

    audience: str
    member: str
    hashed: Mapping[str, str]
    at: datetime


class NoSuchPhone(NotFound):
    """There is no phone of this LINE user id; follow the account with it first."""


class NoSuchMessage(NotFound):
    """There is no such message on this phone."""


class NoSuchLetter(NotFound):
    """There is no such letter in this mailbox."""


class NoSuchSale(NotFound):
    """No till has made this sale."""


class AlreadyReturned(Conflict):
    """This order has been returned already."""


class NotInMessage(BadInput):
    """This address is not in the message, so nobody can press it."""


class NoOneClick(Conflict):
    """This letter does not offer one-click unsubscribing."""


class NotConnected(Unavailable):
    """The simulator is not connected to a brand yet; run `unavoce demo`, or connect the sandbox in the settings."""


class BrandSilent(Unavailable):
    """The brand's server does not answer the simulator."""
