"""Routes: messages, their previews, the brand kit."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, ConfigDict

from unavoce.access.api import Person, audit, current, mask, requires
from unavoce.content import api
from unavoce.content.model import Message, Published
from unavoce.kernel.ids import CustomerId, Iid, parse_id
from unavoce.profile import api as profile
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
Document = Annotated[dict[str, object], Body()]
MaySee = Callable[[Door, Person, CustomerId, Collection[int]], bool]
"""Whether a customer with these identifiers is in a person's sight."""


class MessageLine(BaseModel):
    """A message in a list."""

    key: str
    name: dict[str, str]
    purpose: str
    category: str
    channels: list[str]
    languages: list[str]


class Messages(BaseModel):
    """Every message."""

    items: list[MessageLine]
    next: None = None


class MessageOut(MessageLine):
    """A message with all its words."""

    trigger: str
    offer: dict[str, object]
    variants: dict[str, dict[str, dict[str, object]]]
    published_at: datetime


class PreviewIn(BaseModel):
    """How to look at a message; without a customer, somebody made up reads it."""

    model_config = ConfigDict(extra="forbid")
    channel: str
    language: str
    customer: str | None = None


class PreviewOut(BaseModel):
    """A message as somebody would get it."""

    subject: str
    text: str
    html: str
    blocks: list[dict[str, object]]
    language: str


def routes(may_see: MaySee) -> APIRouter:
    """The routes of content; `may_see` keeps people to the customers of their stores."""
    router = APIRouter(prefix="/api", tags=["content"])
    _messages(router)
    _previews(router, may_see)
    _brand(router)
    return router


def _messages(router: APIRouter) -> None:
    @router.get("/messages", dependencies=[requires("messages:read")])
    def messages(here: Here) -> Messages:
        """Every message."""
        with here.postgres.transaction() as tx:
            return Messages(items=[_line(each.message) for each in api.published(tx)])

    @router.get("/messages/{key}", dependencies=[requires("messages:read")])
    def message(key: str, here: Here) -> MessageOut:
        """One message with all its words."""
        with here.postgres.transaction() as tx:
            return _whole(api.message_of(tx, key))

    @router.post("/messages", status_code=201, dependencies=[requires("messages:write")])
    def publish(document: Document, request: Request, here: Here) -> MessageOut:
        """Check a message's templates against what has been seen, and publish it."""
        wanted, now = api.read(document), here.clock.now()
        with here.postgres.transaction() as tx:
            seen = api.catalogue(tx, here.facts, wanted.trigger)
            published = api.publish(tx, wanted, seen, now)
            audit(tx, current(request), "message.publish", f"message:{wanted.key}", now, {})
        return _whole(published)


def _previews(router: APIRouter, may_see: MaySee) -> None:
    @router.post("/messages/{key}/preview", dependencies=[requires("messages:read")])
    def preview(key: str, wanted: PreviewIn, request: Request, here: Here) -> PreviewOut:
        """A message on one channel in one language, as a customer would get it."""
        with here.postgres.transaction() as tx:
            traits: dict[str, object] | None = None
            if wanted.customer:
                person = current(request)
                customer = profile.customer_with(tx, Iid(parse_id(wanted.customer)))
                if not may_see(here, person, customer, profile.members_of(tx, [customer])[customer]):
                    raise profile.NoSuchCustomer(customer=wanted.customer)
                known = profile.traits_of(tx, [customer]).get(customer, {})
                traits = {
                    name: mask(person, name, said) if isinstance(said, str) else said for name, said in known.items()
                }
                audit(tx, person, "message.preview", f"customer:{wanted.customer}", here.clock.now(), {"message": key})
            said = api.preview(tx, key, wanted.channel, wanted.language, traits)
        return PreviewOut(
            subject=said.subject,
            text=said.text,
            html=said.html,
            blocks=[dict(block) for block in said.blocks],
            language=said.language,
        )


def _brand(router: APIRouter) -> None:
    @router.get("/brand", dependencies=[requires("messages:read")])
    def brand(here: Here) -> dict[str, object]:
        """The brand kit."""
        with here.postgres.transaction() as tx:
            kit: dict[str, object] = msgspec.to_builtins(api.brand(tx))
        return kit

    @router.put("/brand", dependencies=[requires("settings:write")])
    def put_brand(document: Document, request: Request, here: Here) -> dict[str, object]:
        """Replace the brand kit; a field that is left out takes its default."""
        now = here.clock.now()
        with here.postgres.transaction() as tx:
            kit: dict[str, object] = msgspec.to_builtins(api.put_brand(tx, document, now))
            audit(tx, current(request), "brand.put", "brand", now, {})
        return kit


def _line(message: Message) -> MessageLine:
    return MessageLine(
        key=message.key,
        name=message.name,
        purpose=message.purpose,
        category=message.category,
        channels=list(message.channels),
        languages=list(message.languages),
    )


def _whole(published: Published) -> MessageOut:
    message = published.message
    return MessageOut(
        **_line(message).model_dump(),
        trigger=message.trigger,
        offer=message.offer,
        variants=msgspec.to_builtins(message.variants),
        published_at=published.published_at,
    )
