"""What customers do on LINE, from its webhook (webhook.yml of line-openapi)."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest

import msgspec

from unavoce.channels.line.words import INBOUND
from unavoce.deliver.contract import Inbound, InboundKind, Posted


class _Wire(msgspec.Struct, rename="camel"):
    """Every field LINE leaves out is empty here."""


class _Source(_Wire):
    user_id: str = ""


class _Message(_Wire):
    id: str = ""
    type: str = ""
    text: str = ""


class _Postback(_Wire):
    data: str = ""


class _Context(_Wire):
    is_redelivery: bool = False


class _Delivery(_Wire):
    data: str = ""


class Event(_Wire):
    """One webhook event, as far as we read it."""

    type: str = ""
    mode: str = "active"
    timestamp: int = 0
    webhook_event_id: str = ""
    reply_token: str = ""
    source: _Source = msgspec.field(default_factory=_Source)
    message: _Message = msgspec.field(default_factory=_Message)
    postback: _Postback = msgspec.field(default_factory=_Postback)
    delivery_context: _Context = msgspec.field(default_factory=_Context)
    delivery: _Delivery = msgspec.field(default_factory=_Delivery)

    @property
    def at(self) -> datetime:
        """When it happened."""
        return datetime.fromtimestamp(self.timestamp / 1000, UTC)


class _Call(_Wire):
    events: list[Event] = []


def events(request: Posted) -> list[Event]:
    """The events of one webhook call; an empty list is LINE's own check of our address."""
    return msgspec.json.decode(request.body, type=_Call).events


def signature(body: bytes, secret: str) -> str:
    """What X-Line-Signature must be: base64 of HMAC-SHA256 over the raw body."""
    return b64encode(digest(secret.encode(), body, sha256)).decode()


def read(request: Posted) -> list[Inbound]:
    """What customers did; events without a person behind them are left out."""
    return list(_inbounds(request))


def _inbounds(request: Posted) -> Iterator[Inbound]:
    for event in events(request):
        if not event.source.user_id or event.type == "delivery":
            continue
        kind = INBOUND.get(event.type, InboundKind.OTHER)
        data = {"type": event.type, "message_type": event.message.type, "reply_token": event.reply_token,
                "data": event.postback.data, "mode": event.mode}  # fmt: skip
        said = {name: value for name, value in data.items() if value}
        yield Inbound(event.webhook_event_id, kind, event.source.user_id, event.at, event.message.text, said)
