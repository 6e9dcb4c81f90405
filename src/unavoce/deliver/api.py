"""The front door of delivery."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from unavoce.deliver import connect as connecting
from unavoce.deliver import store
from unavoce.deliver.connect import Connection, connections
from unavoce.deliver.model import AddressState, AudienceRow, AudienceSize, Message, Prompt, Receipt, Sent
from unavoce.deliver.sender import send_due
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.settings import Settings

__all__ = [
    "AddressState", "AudienceRow", "AudienceSize", "Connection", "Message", "Prompt", "Receipt", "Sent",
    "closed_addresses", "connect", "connections", "messages_of", "receipts_of", "send_due",
]  # fmt: skip


def connect(
    tx: Transaction, channel: str, given: Mapping[str, object], *, settings: Settings, by: str, now: datetime
) -> None:
    """Connect a channel and switch it on; BadChannelSettings names the field that is wrong."""
    connecting.connect(tx, channel, given, enabled=True, secret=settings.secret(), by=by, now=now)


def messages_of(tx: Transaction, iids: Sequence[int], *, before: datetime, limit: int = 50) -> list[Message]:
    """What was sent to a customer (all her identifiers), newest first, in the words she got."""
    return store.messages_of(tx, iids, before=before, limit=limit)


def closed_addresses(tx: Transaction, channel: str, addresses: Collection[str]) -> dict[str, set[AddressState]]:
    """Which of these addresses must not be written to on a channel, and why."""
    return store.closed_addresses(tx, channel, addresses)


def receipts_of(tx: Transaction, keys: Sequence[str]) -> list[Receipt]:
    """What became of some messages, in order."""
    return store.receipts_of(tx, keys)
