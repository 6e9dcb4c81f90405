"""Mailboxes: an SMTP server that keeps every letter, and what the owners do with them."""

import asyncio
from collections import defaultdict
from typing import Annotated, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, Body, Query
from pydantic import BaseModel

from unavoce.apps.simulator import display, store
from unavoce.apps.simulator.model import NoOneClick, NoSuchLetter, NotInMessage, Stored
from unavoce.apps.simulator.world import Here, World

_MAILBOXES = 50
_LETTERS = 50
_LARGEST_LETTER = 10_000_000
# As in other sandboxes, the name before the @ says what the mail server answers.
_ANSWERS = {
    "bounce": "550 5.1.1 The email account that you tried to reach does not exist",
    "closed": "550 5.2.1 The mailbox is disabled",
    "full": "452 4.2.2 The mailbox is full",
    "spam": "554 5.7.1 Message refused by policy",
}


class MailboxSeen(BaseModel):
    """A mailbox and its letters, the oldest first."""

    address: str
    messages: list[dict[str, Any]]


class Sink:
    """What aiosmtpd asks: whether an address is known, and to take a letter."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept an address, or play the answer that its name asks for."""
        del server, session, options
        for name, answer in _ANSWERS.items():
            if address.lower().startswith(name):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a letter; the answer comes once it is safe on disk."""
        del server, session
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        await asyncio.to_thread(self._keep, list(envelope.rcpt_tos), raw)
        return "250 2.0.0 OK: kept"

    def _keep(self, addresses: list[str], raw: bytes) -> None:
        with self._world.postgres.transaction() as tx:
            for address in addresses:
                store.put_letter(tx, address.lower(), raw, self._world.clock.now())


def smtp_server(world: World, host: str, port: int) -> Controller:
    """The SMTP server, ready to be started."""
    return Controller(
        Sink(world), hostname=host, port=port, data_size_limit=_LARGEST_LETTER, server_hostname="simulator.test"
    )


_ROUTES = APIRouter(prefix="/mailboxes")


def routes() -> APIRouter:
    """What the console and the demo do with mailboxes."""
    return _ROUTES


@_ROUTES.get("")
def mailboxes(
    here: Here, address: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = _MAILBOXES
) -> list[MailboxSeen]:
    """The mailboxes that got a letter last, or one of them."""
    with here.postgres.transaction() as tx:
        wanted = [address.lower()] if address else store.mailboxes(tx, limit=limit)
        by_address: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for stored in store.letters(tx, wanted, limit=_LETTERS):
            by_address[stored.address].append(_shown(stored))
    return [MailboxSeen(address=each, messages=by_address[each]) for each in wanted]


@_ROUTES.post("/{address}/{letter_id}/open")
def open_letter(here: Here, address: str, letter_id: int) -> dict[str, Any]:
    """Its owner opens a letter; her mail program loads the pictures."""
    stored = _opened(here, address, letter_id)
    for image in display.letter(stored.raw).images:
        if here.is_ours(image):
            here.press(image)
    return _shown(stored) | {"opened": True}


@_ROUTES.post("/{address}/{letter_id}/click")
def click(here: Here, address: str, letter_id: int, url: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
    """Its owner presses a link."""
    stored = _opened(here, address, letter_id)
    if url not in display.letter(stored.raw).links:
        raise NotInMessage(field="url", value=url)
    answer = here.press(url) if here.is_ours(url) else None
    return {"status": answer.status if answer else None, "leads_to": answer and answer.headers.get("location")}


@_ROUTES.post("/{address}/{letter_id}/unsubscribe")
def unsubscribe(here: Here, address: str, letter_id: int) -> dict[str, Any]:
    """Its owner presses her mail program's own unsubscribe button (RFC 8058)."""
    stored = _found(here, address, letter_id)
    url = display.letter(stored.raw).one_click
    if url is None or not here.is_ours(url):
        raise NoOneClick(letter=letter_id)
    answer = here.post_form(url, b"List-Unsubscribe=One-Click")
    return {"status": answer.status}


def _found(here: World, address: str, letter_id: int) -> Stored:
    with here.postgres.transaction() as tx:
        stored = store.letter(tx, address.lower(), letter_id)
    if stored is None:
        raise NoSuchLetter(address=address, id=letter_id)
    return stored


def _opened(here: World, address: str, letter_id: int) -> Stored:
    stored = _found(here, address, letter_id)
    with here.postgres.transaction() as tx:
        store.open_letter(tx, stored.id, here.clock.now())
    return stored


def _shown(stored: Stored) -> dict[str, Any]:
    letter = display.letter(stored.raw)
    return {
        "id": stored.id,
        "at": stored.at,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "headers": letter.headers,
        "links": sorted(letter.links),
        "opened": stored.opened_at is not None,
    }
