"""The simulator's memory in PostgreSQL, so that kill -9 loses nothing a provider would have kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from unavoce.apps.simulator.model import AdMember, Chat, Owed, Phone, Sale, Setup, Stored
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")


def setup(tx: Transaction) -> Setup | None:
    """How the brand is reached, or None as long as nobody connected us."""
    kept = tx.value(_SQL["setup"])
    return Setup(**kept) if kept else None


def put_setup(tx: Transaction, given: Setup) -> None:
    """Connect to a brand."""
    tx.run(_SQL["put_setup"], value=Json(asdict(given)))


def plan_faults(tx: Transaction, faults: Mapping[str, int]) -> None:
    """Plan how often each fault is to be played."""
    tx.run(_SQL["put_faults"], value=Json(dict(faults)))


def take_fault(tx: Transaction, name: str) -> bool:
    """Whether this fault is to be played now; each time counts down."""
    faults: dict[str, int] = tx.value(_SQL["faults"]) or {}
    if faults.get(name, 0) <= 0:
        return False
    plan_faults(tx, faults | {name: faults[name] - 1})
    return True


def meet_phone(tx: Transaction, line_user_id: str, now: datetime) -> Phone:
    """The phone of this id; one nobody knew appears, named by its last digits."""
    tx.run(_SQL["put_phone"], line_user_id=line_user_id, name=f"LINE {line_user_id[-6:]}", now=now)
    return phone(tx, line_user_id) or Phone(line_user_id, line_user_id, blocked=False)


def name_phone(tx: Transaction, line_user_id: str, name: str, now: datetime) -> None:
    """The owner of a phone follows the account."""
    tx.run(_SQL["name_phone"], line_user_id=line_user_id, name=name, now=now)


def block_phone(tx: Transaction, line_user_id: str, now: datetime) -> bool:
    """The owner blocks the account; False when there is no such phone."""
    return tx.run(_SQL["block_phone"], line_user_id=line_user_id, now=now) > 0


def phone(tx: Transaction, line_user_id: str) -> Phone | None:
    """One phone."""
    return tx.first(_SQL["phone"], Phone, line_user_id=line_user_id)


def phones(tx: Transaction, *, limit: int) -> list[Phone]:
    """The phones that were touched last."""
    return tx.rows(_SQL["phones"], Phone, limit=limit)


def put_chat(
    tx: Transaction, line_user_id: str, sender: str, message: Mapping[str, object], now: datetime, request_id: str = ""
) -> int:
    """A message on a phone, from the brand or from its owner; its id."""
    read_at = now if sender == "customer" else None
    return int(
        tx.value(
            _SQL["put_chat"], line_user_id=line_user_id, now=now, sender=sender, message=Json(dict(message)),
            request_id=request_id or None, read_at=read_at,
        )
    )  # fmt: skip


def chats(tx: Transaction, line_user_ids: Sequence[str], *, limit: int) -> list[Chat]:
    """The newest messages of each phone, the oldest of them first."""
    return tx.rows(_SQL["chats"], Chat, line_user_ids=list(line_user_ids), limit=limit)


def chat(tx: Transaction, line_user_id: str, number: int) -> Chat | None:
    """One message on a phone."""
    return tx.first(_SQL["chat"], Chat, id=number, line_user_id=line_user_id)


def read_phone(tx: Transaction, line_user_id: str, now: datetime) -> None:
    """The owner reads her messages."""
    tx.run(_SQL["read_chat"], line_user_id=line_user_id, now=now)


def take_retry_key(tx: Transaction, key: UUID, request_id: str, now: datetime) -> str | None:
    """Remember a retry key; when it was used before, the request it was first used with."""
    taken = tx.value(_SQL["take_retry_key"], key=key, request_id=request_id, now=now)
    return None if taken else str(tx.value(_SQL["request_of_retry_key"], key=key))


def put_reply_token(tx: Transaction, token: str, line_user_id: str, now: datetime) -> None:
    """Hand out a reply token."""
    tx.run(_SQL["put_reply_token"], token=token, line_user_id=line_user_id, now=now)


def use_reply_token(tx: Transaction, token: str, *, since: datetime) -> str | None:
    """The phone a reply token answers; None when it was used, is too old or was never handed out."""
    found: str | None = tx.value(_SQL["use_reply_token"], token=token, since=since)
    return found


def use_quota(tx: Transaction, month: date, messages: int) -> int:
    """Count messages against the month's quota; how many there are now."""
    return int(tx.value(_SQL["use_quota"], month=month, messages=messages))


def quota_used(tx: Transaction, month: date) -> int:
    """How many messages were sent this month."""
    return int(tx.value(_SQL["quota_used"], month=month) or 0)


def put_letter(tx: Transaction, address: str, raw: bytes, now: datetime) -> None:
    """A letter arrives."""
    tx.run(_SQL["put_letter"], address=address, raw=raw, now=now)


def mailboxes(tx: Transaction, *, limit: int) -> list[str]:
    """The mailboxes that got a letter last."""
    return tx.values(_SQL["mailboxes"], limit=limit)


def letters(tx: Transaction, addresses: Sequence[str], *, limit: int) -> list[Stored]:
    """The newest letters of each mailbox, the oldest of them first."""
    return tx.rows(_SQL["letters"], Stored, addresses=list(addresses), limit=limit)


def letter(tx: Transaction, address: str, number: int) -> Stored | None:
    """One letter."""
    return tx.first(_SQL["letter"], Stored, id=number, address=address)


def open_letter(tx: Transaction, number: int, now: datetime) -> None:
    """A letter is opened."""
    tx.run(_SQL["open_letter"], id=number, now=now)


def put_sale(
    tx: Transaction, order_id: str, store_id: str, card: str | None, call: Mapping[str, object], now: datetime
) -> bool:
    """Remember a sale; False when this order was sold before."""
    return tx.run(_SQL["put_sale"], order_id=order_id, store_id=store_id, loyalty_card=card, call=Json(dict(call)),
                  now=now) > 0  # fmt: skip


def sale(tx: Transaction, order_id: str) -> Sale | None:
    """One sale."""
    return tx.first(_SQL["sale"], Sale, order_id=order_id)


def sales(tx: Transaction, *, limit: int) -> list[Sale]:
    """The latest sales."""
    return tx.rows(_SQL["sales"], Sale, limit=limit)


def return_sale(tx: Transaction, order_id: str, now: datetime) -> bool:
    """An order comes back; False when it came back before."""
    return tx.run(_SQL["return_sale"], order_id=order_id, now=now) > 0


def put_ad_member(tx: Transaction, audience: str, member: str, hashed: Mapping[str, str], now: datetime) -> None:
    """Put somebody into an audience."""
    tx.run(_SQL["put_ad_member"], audience=audience, member=member, hashed=Json(dict(hashed)), now=now)


def drop_ad_member(tx: Transaction, audience: str, member: str) -> None:
    """Take somebody out of an audience."""
    tx.run(_SQL["drop_ad_member"], audience=audience, member=member)


def ad_members(tx: Transaction, audience: str, *, limit: int) -> list[AdMember]:
    """Who is in an audience."""
    return tx.rows(_SQL["ad_members"], AdMember, audience=audience, limit=limit)


def audiences(tx: Transaction) -> list[str]:
    """The audiences that hold anybody."""
    return tx.values(_SQL["audiences"])


def next_event(tx: Transaction) -> int:
    """The number of the next webhook event."""
    return int(tx.value(_SQL["next_event"]))


def owe(tx: Transaction, url: str, headers: Mapping[str, str], body: bytes, due_at: datetime) -> int:
    """Remember a call that must reach somebody; its number."""
    return int(tx.value(_SQL["owe"], url=url, headers=Json(dict(headers)), body=body, due_at=due_at))


def owed(tx: Transaction, now: datetime, *, limit: int) -> list[Owed]:
    """The calls that are due and that nobody else is making."""
    return tx.rows(_SQL["owed"], Owed, now=now, limit=limit)


def paid(tx: Transaction, number: int) -> None:
    """A call was taken."""
    tx.run(_SQL["paid"], id=number)


def owe_longer(tx: Transaction, number: int, due_at: datetime) -> None:
    """A call was not taken; make it again later."""
    tx.run(_SQL["owe_longer"], id=number, due_at=due_at)


def forget(tx: Transaction, *, keys_before: datetime, messages_before: datetime) -> None:
    """Drop what a provider would have dropped, and what nobody looks at any more."""
    tx.run(_SQL["drop_retry_keys"], before=keys_before)
    tx.run(_SQL["drop_reply_tokens"], before=keys_before)
    tx.run(_SQL["drop_chats"], before=messages_before)
    tx.run(_SQL["drop_letters"], before=messages_before)
