"""Phones with LINE: what their owners see and do. LINE tells the brand by signed webhooks."""

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from hmac import digest
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel

from unavoce.apps.simulator import display, line_rules, store
from unavoce.apps.simulator.model import Chat, NoSuchMessage, NoSuchPhone, NotInMessage, Phone, Setup
from unavoce.apps.simulator.world import Here, World
from unavoce.kernel.errors import BadInput
from unavoce.runtime.postgres import Transaction

_PHONES = 50
_MESSAGES = 50


class PhoneSeen(BaseModel):
    """A phone and what is on its screen."""

    line_user_id: str
    name: str
    blocked: bool
    messages: list[dict[str, Any]]


_ROUTES = APIRouter(prefix="/phones")


def routes() -> APIRouter:
    """What the console and the demo do with phones."""
    return _ROUTES


@_ROUTES.get("")
def phones(here: Here, limit: Annotated[int, Query(ge=1, le=200)] = _PHONES) -> list[PhoneSeen]:
    """The phones that were touched last, each with its newest messages."""
    with here.postgres.transaction() as tx:
        found = store.phones(tx, limit=limit)
        return _seen(tx, found)


@_ROUTES.get("/{line_user_id}")
def phone(here: Here, line_user_id: str) -> PhoneSeen:
    """One phone."""
    with here.postgres.transaction() as tx:
        return _seen(tx, [_known(tx, line_user_id)])[0]


@_ROUTES.post("/{line_user_id}/follow")
def follow(here: Here, line_user_id: str, name: Annotated[str, Body(embed=True)] = "") -> PhoneSeen:
    """Its owner adds the brand as a friend."""
    if not line_rules.USER_ID.fullmatch(line_user_id):
        raise BadInput(field="line_user_id", value=line_user_id, expected="U and 32 hexadecimal digits")
    setup = here.setup()
    with here.postgres.transaction() as tx:
        store.name_phone(tx, line_user_id, name or f"LINE {line_user_id[-6:]}", here.clock.now())
        _tell(tx, here, setup, line_user_id, {"type": "follow", "follow": {"isUnblocked": False}})
        seen = _seen(tx, [_known(tx, line_user_id)])[0]
    here.owing.set()
    return seen


@_ROUTES.post("/{line_user_id}/block")
def block(here: Here, line_user_id: str) -> PhoneSeen:
    """Its owner blocks the brand; messages no longer arrive, and LINE answers 200 all the same."""
    setup = here.setup()
    with here.postgres.transaction() as tx:
        _known(tx, line_user_id)
        store.block_phone(tx, line_user_id, here.clock.now())
        _tell(tx, here, setup, line_user_id, {"type": "unfollow"}, answerable=False)
        seen = _seen(tx, [_known(tx, line_user_id)])[0]
    here.owing.set()
    return seen


@_ROUTES.post("/{line_user_id}/reply")
def reply(here: Here, line_user_id: str, text: Annotated[str, Body(embed=True, min_length=1)]) -> PhoneSeen:
    """Its owner writes to the brand."""
    setup = here.setup()
    with here.postgres.transaction() as tx:
        _known(tx, line_user_id)
        number = store.put_chat(tx, line_user_id, "customer", {"type": "text", "text": text}, here.clock.now())
        message = {"type": "text", "id": str(number), "text": text, "quoteToken": f"quote-{number}"}
        _tell(tx, here, setup, line_user_id, {"type": "message", "message": message})
        seen = _seen(tx, [_known(tx, line_user_id)])[0]
    here.owing.set()
    return seen


@_ROUTES.post("/{line_user_id}/read")
def read(here: Here, line_user_id: str) -> PhoneSeen:
    """Its owner looks at everything."""
    with here.postgres.transaction() as tx:
        store.read_phone(tx, line_user_id, here.clock.now())
        return _seen(tx, [_known(tx, line_user_id)])[0]


@_ROUTES.post("/{line_user_id}/click")
def click(
    here: Here, line_user_id: str, message_id: Annotated[int, Body()], url: Annotated[str, Body()]
) -> dict[str, Any]:
    """Its owner presses a link in a message."""
    with here.postgres.transaction() as tx:
        chat = store.chat(tx, line_user_id, message_id)
        if chat is None:
            raise NoSuchMessage(message_id=message_id)
        if url not in display.links(chat.message):
            raise NotInMessage(field="url", value=url)
        store.read_phone(tx, line_user_id, here.clock.now())
    answer = here.press(url) if here.is_ours(url) else None
    return {"status": answer.status if answer else None, "leads_to": answer and answer.headers.get("location")}


def signature(body: bytes, secret: str) -> str:
    """X-Line-Signature as LINE makes it."""
    return b64encode(digest(secret.encode(), body, sha256)).decode()


def _known(tx: Transaction, line_user_id: str) -> Phone:
    found = store.phone(tx, line_user_id)
    if found is None:
        raise NoSuchPhone(line_user_id=line_user_id)
    return found


def _seen(tx: Transaction, found: list[Phone]) -> list[PhoneSeen]:
    by_phone: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for chat in store.chats(tx, [phone.line_user_id for phone in found], limit=_MESSAGES):
        by_phone[chat.line_user_id].append(_shown(chat))
    return [
        PhoneSeen(line_user_id=each.line_user_id, name=each.name, blocked=each.blocked,
                  messages=by_phone[each.line_user_id])
        for each in found
    ]  # fmt: skip


def _shown(chat: Chat) -> dict[str, Any]:
    return {
        "id": chat.id,
        "at": chat.at,
        "from": chat.sender,
        "text": display.text(chat.message),
        "blocks": display.blocks(chat.message),
        "links": sorted(display.links(chat.message)),
        "read": chat.read_at is not None,
    }


def _tell(
    tx: Transaction, here: World, setup: Setup, user: str, event: Mapping[str, object], *, answerable: bool = True
) -> None:
    """LINE tells the brand of an event: signed, with an id that stays the same when it is told again."""
    now = here.clock.now()
    # ULIDs name LINE's events; what matters is that no two are equal.
    event_id = sha256(f"{user} {now.isoformat()} {store.next_event(tx)}".encode()).hexdigest()[:26].upper()
    whole: dict[str, object] = {
        "mode": "active", "timestamp": _milliseconds(now), "source": {"type": "user", "userId": user},
        "webhookEventId": event_id, "deliveryContext": {"isRedelivery": False}, **event,
    }  # fmt: skip
    if answerable:
        token = sha256(f"reply {event_id}".encode()).hexdigest()[:32]
        store.put_reply_token(tx, token, user, now)
        whole["replyToken"] = token
    body = json.dumps({"destination": "U" + "0" * 32, "events": [whole]}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "X-Line-Signature": signature(body, setup.line_secret)}
    here.owe(tx, f"{setup.engine_url.rstrip('/')}/hooks/line", headers, body)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
