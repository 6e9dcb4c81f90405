"""Delivery's memory: the archive, receipts, audiences, prompts and how channels are connected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from unavoce.deliver.contract import ReceiptWord
from unavoce.deliver.model import (
    AddressState,
    AudienceRow,
    AudienceSize,
    Kept,
    Link,
    Message,
    Prompt,
    Receipt,
    Settled,
)
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")


@dataclass(frozen=True, slots=True)
class _StateOf:
    channel: str
    address: str
    state: str


# The archive


def messages(tx: Transaction, keys: Sequence[str]) -> dict[str, Message]:
    """Deliveries by their keys, locked."""
    return {found.key: found for found in tx.rows(_SQL["messages"], Message, keys=list(keys))}


def bundled(tx: Transaction, bundles: Iterable[str]) -> list[Message]:
    """All deliveries of some bundles, locked."""
    return tx.rows(_SQL["bundled"], Message, bundles=sorted(set(bundles)))


def message_with_token(tx: Transaction, token: str) -> Message | None:
    """The delivery whose links carry this token."""
    return tx.first(_SQL["message_with_token"], Message, token=token)


def last_to(tx: Transaction, channel: str, to: str) -> Message | None:
    """The last message sent to an address."""
    return tx.first(_SQL["last_to"], Message, channel=channel, to=to)


def messages_of(tx: Transaction, iids: Sequence[int], *, before: datetime, limit: int) -> list[Message]:
    """What was sent to a customer, newest first."""
    return tx.rows(_SQL["messages_of"], Message, iids=list(iids), before=before, limit=limit)


def archive(tx: Transaction, handing: Sequence[Message], now: datetime) -> None:
    """Write down what is about to be handed over."""
    rows = []
    for each in handing:
        columns: dict[str, object] = {field.name: getattr(each, field.name) for field in fields(each)}
        for name in ("blocks", "headers", "metadata"):
            columns[name] = Json(columns[name])
        rows.append(columns | {"now": now})
    tx.many(_SQL["archive"], rows)


def settle(tx: Transaction, settled: Sequence[Settled], now: datetime) -> None:
    """Write down what became of deliveries."""
    tx.many(_SQL["settle"], [asdict(each) | {"now": now} for each in settled])


def put_links(tx: Transaction, links: Sequence[Link]) -> None:
    """Remember the addresses behind our links."""
    tx.many(_SQL["put_links"], [asdict(link) for link in links])


def link(tx: Transaction, token: str) -> Link | None:
    """The address behind a link."""
    return tx.first(_SQL["link"], Link, token=token)


# Receipts and addresses


def put_receipt(tx: Transaction, receipt: Receipt, now: datetime) -> bool:
    """Keep a receipt; False when we had it."""
    columns = asdict(receipt) | {"detail": Json(dict(receipt.detail)), "now": now}
    return tx.run(_SQL["put_receipt"], **columns) > 0


def receipts_of(tx: Transaction, keys: Sequence[str]) -> list[Receipt]:
    """What became of some messages."""
    return tx.rows(_SQL["receipts_of"], Receipt, keys=list(keys))


def put_word(tx: Transaction, key: str, word: ReceiptWord) -> None:
    """Keep the last word on a message."""
    tx.run(_SQL["put_word"], key=key, word=word)


def close_address(tx: Transaction, channel: str, address: str, state: AddressState, reason: str, now: datetime) -> None:
    """From now on an address must not be written to."""
    tx.run(_SQL["put_address_state"], channel=channel, address=address, state=state, reason=reason, now=now)


def open_address(tx: Transaction, channel: str, address: str, state: AddressState) -> None:
    """A reason not to write to an address no longer holds."""
    tx.run(_SQL["drop_address_state"], channel=channel, address=address, state=state)


def closed_addresses(tx: Transaction, channel: str, addresses: Iterable[str]) -> dict[str, set[AddressState]]:
    """Which addresses must not be written to, and why."""
    found: dict[str, set[AddressState]] = {}
    rows = tx.rows(_SQL["address_states"], _StateOf, channel=channel, addresses=sorted(set(addresses)))
    for row in rows:
        found.setdefault(row.address, set()).add(AddressState(row.state))
    return found


# Audiences


def put_audience_row(tx: Transaction, message: Message, hashed: Mapping[str, str], reason: str, now: datetime) -> None:
    """Somebody comes into an audience or leaves it."""
    tx.run(_SQL["put_audience"], key=message.audience, now=now)
    tx.run(
        _SQL["put_audience_row"], key=message.key, audience=message.audience, iid=message.iid, op=message.op,
        hashed=Json(dict(hashed)), reason=reason, now=now,
    )  # fmt: skip


def audiences(tx: Transaction, key: str | None = None) -> list[AudienceSize]:
    """Every audience, or the one of this key."""
    return tx.rows(_SQL["audiences"], AudienceSize, key=key)


def audience_rows(tx: Transaction, audience: str, *, after: int, limit: int) -> list[AudienceRow]:
    """The rows of an audience, in order."""
    return tx.rows(_SQL["audience_rows"], AudienceRow, audience=audience, after=after, limit=limit)


def audience_members(tx: Transaction, audience: str, *, after: int, limit: int) -> list[AudienceRow]:
    """Those who are in an audience, by identifier, each by her last row."""
    return tx.rows(_SQL["audience_members"], AudienceRow, audience=audience, after=after, limit=limit)


# Prompts


def put_prompt(tx: Transaction, message: Message, store: str, until: datetime, now: datetime) -> None:
    """Keep a prompt."""
    tx.run(_SQL["put_prompt"], key=message.key, intent=message.intent, iid=message.iid, store=store, until=until,
           now=now)  # fmt: skip


def prompts(tx: Transaction, iids: Sequence[int], *, store: str, now: datetime, limit: int) -> list[Prompt]:
    """The prompts for a customer that are neither answered nor too old."""
    return tx.rows(_SQL["prompts"], Prompt, iids=list(iids), store=store, now=now, limit=limit)


def prompt(tx: Transaction, key: str) -> Prompt | None:
    """One prompt, locked."""
    return tx.first(_SQL["prompt"], Prompt, key=key)


def show_prompts(tx: Transaction, keys: Sequence[str], now: datetime) -> set[str]:
    """These prompts are on a screen; those that are so for the first time."""
    return set(tx.values(_SQL["show_prompts"], keys=list(keys), now=now))


def answer_prompt(tx: Transaction, key: str, answer: str, now: datetime) -> bool:
    """What came of a prompt; False when it was answered before."""
    return tx.run(_SQL["answer_prompt"], key=key, answer=answer, now=now) > 0


# Connections


def connections(tx: Transaction) -> dict[str, Kept]:
    """How channels are connected, by channel."""
    return {kept.channel: kept for kept in tx.rows(_SQL["channel_settings"], Kept)}


def put_connection(tx: Transaction, kept: Kept) -> None:
    """Connect a channel, or change how it is connected."""
    tx.run(_SQL["put_channel_settings"], channel=kept.channel, enabled=kept.enabled, given=Json(kept.given),
           secrets=kept.secrets, now=kept.changed_at, by=kept.changed_by)  # fmt: skip
