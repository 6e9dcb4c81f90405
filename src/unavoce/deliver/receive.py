"""What comes back: webhooks of providers, openings, clicks, unsubscribing. Each becomes an event, once."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from unavoce.collect import api as collect
from unavoce.collect.api import Emission
from unavoce.deliver import connect, events, registry, rules, store
from unavoce.deliver.contract import Inbound, InboundKind, Posted, ReceiptSeen, ReceiptWord
from unavoce.deliver.model import AddressState, BadSignature, Message, Receipt, UnknownLink, UnreadableHook
from unavoce.runtime.postgres import Transaction

_CLOSES = {
    ReceiptWord.BOUNCED: AddressState.BOUNCED,
    ReceiptWord.UNREACHABLE: AddressState.BOUNCED,
    ReceiptWord.COMPLAINED: AddressState.COMPLAINED,
    ReceiptWord.UNSUBSCRIBED: AddressState.UNSUBSCRIBED,
}
# What people write to be left alone, as one whole message; carriers require the English ones.
_STOP = frozenset({
    "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "退訂", "取消訂閱", "退订", "取消订阅", "td", "t",
})  # fmt: skip


def take_hook(tx: Transaction, name: str, request: Posted, *, secret: bytes) -> int:
    """Take what a provider tells us, once its signature is proved; how much of it was new."""
    channel = registry.channel(name)
    if not channel.verify(request, connect.settings_of(tx, name, secret=secret)):
        raise BadSignature(channel=name)
    try:
        receipts, inbounds = channel.read_receipts(request), channel.read_inbound(request)
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        raise UnreadableHook(field="body", expected=f"what {name} documents", reason=str(error)) from None
    told = [event for seen in receipts for event in _received(tx, name, seen, request.at)]
    told += [event for inbound in inbounds for event in _heard(tx, name, inbound, request.at)]
    collect.emit_all(tx, told, request.at)
    return len(told)


def opened(tx: Transaction, token: str, *, by: str, now: datetime) -> None:
    """A mail program loaded the picture of a message; machines that load every picture are marked."""
    message = _with_token(tx, token)
    detail = {"machine": is_machine(by)}
    event = _kept(tx, message, ReceiptWord.OPENED, now, detail)
    collect.emit_all(tx, [event] if event else [], now)


def clicked(tx: Transaction, token: str, *, by: str, now: datetime) -> str:
    """Somebody pressed a link; where it leads. UnknownLink when it is none of ours."""
    link = store.link(tx, token)
    if link is None:
        raise UnknownLink(token=token)
    message = store.messages(tx, [link.key])[link.key]
    event = _kept(tx, message, ReceiptWord.CLICKED, now, {"url": link.url, "machine": is_machine(by)}, which=token[-2:])
    collect.emit_all(tx, [event] if event else [], now)
    return link.url


def unsubscribed(tx: Transaction, token: str, now: datetime) -> Message:
    """The receiver of a message wants no more of them on this channel: no sender claims another one for her."""
    message = _with_token(tx, token)
    store.close_address(tx, message.channel, message.to_address, AddressState.UNSUBSCRIBED, "one click", now)
    detail = {"purpose": rules.MARKETING, "of": message.purpose}
    event = _kept(tx, message, ReceiptWord.UNSUBSCRIBED, now, detail, which=now.isoformat())
    collect.emit_all(tx, [event] if event else [], now)
    return message


def message_behind(tx: Transaction, token: str) -> Message:
    """The message whose links carry this token, or UnknownLink."""
    return _with_token(tx, token)


def is_machine(agent: str) -> bool:
    """Whether a picture was loaded by a machine; then it says nothing about the customer.

    Apple's proxy calls itself Mozilla/5.0 and no more, Google's and Yahoo's say who they are.
    """
    return agent.strip() in ("", "Mozilla/5.0") or "GoogleImageProxy" in agent or "YahooMailProxy" in agent


def _with_token(tx: Transaction, token: str) -> Message:
    message = store.message_with_token(tx, token)
    if message is None:
        raise UnknownLink(token=token)
    return message


def _received(tx: Transaction, channel: str, seen: ReceiptSeen, now: datetime) -> list[Emission]:
    message = store.messages(tx, [seen.key]).get(seen.key) if seen.key else None
    if message is None and seen.to:
        message = store.last_to(tx, channel, seen.to)
    if message is None or message.channel != channel:
        return []
    detail = {"detail": seen.detail} if seen.detail else {}
    event = _kept(tx, message, seen.word, seen.at, detail, which=seen.id)
    if event and seen.word in _CLOSES:
        store.close_address(tx, channel, message.to_address, _CLOSES[seen.word], seen.detail, now)
    return [event] if event else []


def _kept(
    tx: Transaction, message: Message, word: ReceiptWord, at: datetime, detail: Mapping[str, object], *, which: str = ""
) -> Emission | None:
    """Keep a receipt; the event to tell of it, or None when we had it."""
    receipt = Receipt(f"{message.key}:{word}:{which}", message.key, word, at, detail)
    if not store.put_receipt(tx, receipt, at):
        return None
    if rules.says_more(word, message.word):
        store.put_word(tx, message.key, word)
    return events.seen(message, word, at, which, detail) if word in rules.EVENT else None


def _heard(tx: Transaction, channel: str, inbound: Inbound, now: datetime) -> list[Emission]:
    kind = registry.channel(channel).capabilities.address or ""
    told = [events.heard(channel, kind, inbound)]
    says_stop = inbound.kind is InboundKind.MESSAGE and inbound.text.strip().lower() in _STOP
    if inbound.kind is InboundKind.FOLLOW:
        store.open_address(tx, channel, inbound.sender, AddressState.UNSUBSCRIBED)
    if inbound.kind is InboundKind.UNFOLLOW or says_stop:
        store.close_address(tx, channel, inbound.sender, AddressState.UNSUBSCRIBED, inbound.text or "unfollowed", now)
    return [*told, events.stopped(channel, kind, inbound)] if says_stop else told
