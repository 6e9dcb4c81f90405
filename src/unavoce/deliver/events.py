"""What delivery tells the rest: its deliveries and receipts as events, each named so that it happens once."""

from collections.abc import Mapping
from datetime import datetime

from unavoce.collect.api import Emission
from unavoce.deliver import rules
from unavoce.deliver.contract import Inbound, InboundKind, ReceiptWord
from unavoce.deliver.model import Message
from unavoce.kernel.ids import text_of

_INBOUND = {
    InboundKind.MESSAGE: "Message Received",
    InboundKind.POSTBACK: "Postback Received",
    InboundKind.FOLLOW: "Subscribed",
    InboundKind.UNFOLLOW: "Unsubscribed",
    InboundKind.OTHER: "Channel Event",
}
_AUDIENCE = {"add": "Audience Joined", "remove": "Audience Left"}


def about(message: Message) -> dict[str, object]:
    """What every event about a delivery says of it."""
    said = {"channel": message.channel, "message": message.message, "journey": message.journey,
            "version": message.version, "step": message.step, "intent": text_of(message.intent), "key": message.key,
            "purpose": message.purpose, "category": message.category, "about": list(message.products),
            "audience": message.audience}  # fmt: skip
    return {name: value for name, value in said.items() if value not in ("", [])}


def sent(message: Message, at: datetime) -> Emission:
    """A message was handed over, or somebody came into an audience or left it."""
    name = _AUDIENCE.get(message.op, "Message Sent")
    return _emission(name, message, about(message), at, "sent")


def failed(message: Message, at: datetime, *, reason: str, permanent: bool) -> Emission:
    """A message was refused for good."""
    name = "Message Bounced" if permanent else "Message Failed"
    return _emission(name, message, about(message) | {"reason": reason, "permanent": permanent}, at, "failed")


def seen(message: Message, word: ReceiptWord, at: datetime, which: str, detail: Mapping[str, object]) -> Emission:
    """What became of a message; `which` tells two of the same word apart."""
    return _emission(rules.EVENT[word], message, about(message) | dict(detail), at, f"{word}{which}")


def shown(message: Message, store: str, at: datetime) -> Emission:
    """A prompt is on an associate's screen for the first time: that is when it was said."""
    return _emission("Message Sent", message, about(message) | _where(store), at, "sent")


def answered(message: Message, answer: str, store: str, at: datetime) -> Emission:
    """A store associate said what came of a prompt."""
    return _emission("Prompt Answered", message, about(message) | {"answer": answer} | _where(store), at, "answered")


def heard(channel: str, kind: str, inbound: Inbound) -> Emission:
    """What a customer did on a channel."""
    properties = {"channel": channel, "purpose": rules.MARKETING, "text": inbound.text, **inbound.data}
    said = {name: value for name, value in properties.items() if value}
    return Emission(_INBOUND[inbound.kind], [(kind, inbound.sender)], said, inbound.at, f"{channel}:{inbound.id}")


def stopped(channel: str, kind: str, inbound: Inbound) -> Emission:
    """A customer wrote a word that means stop."""
    properties = {"channel": channel, "purpose": rules.MARKETING, "text": inbound.text}
    return Emission("Unsubscribed", [(kind, inbound.sender)], properties, inbound.at, f"{channel}:{inbound.id}:stop")


def _emission(name: str, message: Message, properties: Mapping[str, object], at: datetime, which: str) -> Emission:
    who = [(message.to_kind, message.to_address)] if message.to_kind else []
    return Emission(name, who, properties, at, f"deliver:{message.key}:{which}")


def _where(store: str) -> dict[str, object]:
    return {"store_id": store} if store else {}
