"""Delivery's routes: for providers, for customers' own clicks, for stores, and for the team."""

import base64
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from unavoce.access.api import audit, current, public, requires
from unavoce.deliver import connect, page, prompts, receive, store
from unavoce.deliver.contract import Posted
from unavoce.deliver.model import Answer, AudienceRow, AudienceSize, NoSuchAudience, Prompt, TooWide, UnknownCaller
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.kernel.language import Language
from unavoce.profile import api as profile
from unavoce.runtime.http import Door, door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segment

_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_FRESH = {"Cache-Control": "no-store, max-age=0"}
_MOST_ROWS = 1000

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=_MOST_ROWS)]
_ROUTES = APIRouter()


def routes() -> APIRouter:
    """All of delivery's routes."""
    return _ROUTES


# Providers


async def _posted(request: Request) -> Posted:
    at = request.app.state.door.clock.now()
    return Posted(await request.body(), {name.lower(): value for name, value in request.headers.items()}, at)


@_ROUTES.post("/hooks/{channel}", dependencies=[public()])
def hook(channel: str, posted: Annotated[Posted, Depends(_posted)], here: Here) -> dict[str, int]:
    """A provider tells of receipts, or of what customers did; it proves itself by its signature."""
    with here.postgres.transaction() as tx:
        return {"new": receive.take_hook(tx, channel, posted, secret=here.settings.secret())}


# Customers


@_ROUTES.get("/t/o/{token}.gif", dependencies=[public()])
def opened(token: str, request: Request, here: Here) -> Response:
    """The picture that tells of an opening."""
    with here.postgres.transaction() as tx:
        receive.opened(tx, token, by=request.headers.get("user-agent", ""), now=here.clock.now())
    return Response(_GIF, media_type="image/gif", headers=_FRESH)


@_ROUTES.get("/t/c/{token}", dependencies=[public()])
def clicked(token: str, request: Request, here: Here) -> Response:
    """A link in a message; leads on to where it was meant to."""
    with here.postgres.transaction() as tx:
        url = receive.clicked(tx, token, by=request.headers.get("user-agent", ""), now=here.clock.now())
    return RedirectResponse(url, 302, headers=_FRESH)


@_ROUTES.get("/u/{token}", dependencies=[public()])
def ask_to_unsubscribe(token: str, here: Here) -> HTMLResponse:
    """Asks whether to unsubscribe; looking at it changes nothing."""
    with here.postgres.transaction() as tx:
        message = receive.message_behind(tx, token)
    return HTMLResponse(page.ask(Language(message.language), page.masked(message.to_address)), headers=_FRESH)


@_ROUTES.post("/u/{token}", dependencies=[public()])
def unsubscribe(token: str, here: Here) -> HTMLResponse:
    """Unsubscribes, from the page's button or by a mail program's one click (RFC 8058)."""
    with here.postgres.transaction() as tx:
        message = receive.unsubscribed(tx, token, here.clock.now())
    return HTMLResponse(page.done(Language(message.language), page.masked(message.to_address)), headers=_FRESH)


# Stores


class PromptOut(BaseModel):
    """Something an associate may say to the customer in front of her."""

    id: str
    message: str
    title: str
    text: str
    blocks: list[dict[str, Any]]
    products: list[str]
    journey: str
    language: str
    until: datetime


class PromptsOut(BaseModel):
    """What may be said to this customer now."""

    customer: str | None
    items: list[PromptOut]


class AnswerIn(BaseModel):
    """What came of a prompt."""

    answer: Answer
    store: str = ""


@_ROUTES.get("/api/store/prompts", dependencies=[requires("prompts:answer")])
def store_prompts(
    request: Request, here: Here, customer: str = "", loyalty_card: str = "", store: str = ""
) -> PromptsOut:
    """What the associate may say to a customer, known by her id or by her card."""
    _within(request, store)
    now = here.clock.now()
    with here.postgres.transaction() as tx:
        if not customer and not loyalty_card:
            raise UnknownCaller(field="customer", expected="customer or loyalty_card")
        found = _seen(request, here, tx, customer) if customer else prompts.customer_with_card(tx, loyalty_card)
        shown = prompts.show(tx, found, at=store, now=now) if found is not None else []
        if found is not None:
            audit(tx, current(request), "prompts.looked_at", f"customer:{text_of(found)}", now, {"store": store})
    return PromptsOut(customer=text_of(found) if found is not None else None, items=[_prompt(each) for each in shown])


@_ROUTES.post("/api/store/prompts/{prompt_id}/answer", dependencies=[requires("prompts:answer")])
def answer_prompt(prompt_id: str, given: AnswerIn, request: Request, here: Here) -> PromptOut:
    """An associate says what came of a prompt."""
    _within(request, given.store)
    with here.postgres.transaction() as tx:
        return _prompt(prompts.answer(tx, prompt_id, given.answer, at=given.store, now=here.clock.now()))


def _seen(request: Request, here: Door, tx: Transaction, number: str) -> CustomerId:
    """The customer with this number; her card shows that she is there, but a number is known to anybody."""
    sight = segment.sight(here.facts, current(request).scope.stores)
    iid = Iid(parse_id(number))
    if sight is not None and profile.customers_of(tx, [iid])[iid] not in sight:
        raise profile.NoSuchCustomer(customer=number)
    return CustomerId(iid)


def _within(request: Request, at: str) -> None:
    stores = current(request).scope.stores
    if stores is not None and at not in stores:
        raise TooWide(store=at or None)


def _prompt(found: Prompt) -> PromptOut:
    return PromptOut(
        id=found.key, message=found.message, title=found.subject, text=found.body, blocks=found.blocks,
        products=found.products, journey=found.journey, language=found.language, until=found.until,
    )  # fmt: skip


# Audiences


class AudienceOut(BaseModel):
    """An ad audience."""

    key: str
    members: int
    rows: int
    changed_at: datetime | None


class RowOut(BaseModel):
    """Somebody comes into an audience or leaves it."""

    id: int
    member: str
    op: str
    hashed: dict[str, str]
    reason: str
    at: datetime


class AudiencesOut(BaseModel):
    """A page of audiences."""

    items: list[AudienceOut]
    next: str | None = None


class RowsOut(BaseModel):
    """A page of rows; `next` asks for those after it, and stays a good question when there are none yet."""

    items: list[RowOut]
    next: str | None


@_ROUTES.get("/api/audiences", dependencies=[requires("journeys:read")])
def audiences(here: Here) -> AudiencesOut:
    """Every ad audience and how many are in it."""
    with here.postgres.transaction() as tx:
        return AudiencesOut(items=[_audience(each) for each in store.audiences(tx)])


@_ROUTES.get("/api/audiences/{key:path}/rows", dependencies=[requires("customers:export")])
def audience_rows(key: str, request: Request, here: Here, cursor: str = "", limit: Limit = 200) -> RowsOut:
    """The rows of an audience in order, for an ad platform to apply."""
    _everywhere(request)
    with here.postgres.transaction() as tx:
        _known(store.audiences(tx, key), key)
        found = store.audience_rows(tx, key, after=parse_id(cursor) if cursor else 0, limit=limit)
    following = text_of(found[-1].id) if found else cursor or None
    return RowsOut(items=[_row(each) for each in found], next=following)


@_ROUTES.get("/api/audiences/{key:path}/members", dependencies=[requires("customers:export")])
def audience_members(key: str, request: Request, here: Here, cursor: str = "", limit: Limit = 200) -> RowsOut:
    """Who is in an audience now."""
    _everywhere(request)
    with here.postgres.transaction() as tx:
        _known(store.audiences(tx, key), key)
        found = store.audience_members(tx, key, after=parse_id(cursor) if cursor else -1, limit=limit)
    following = text_of(found[-1].iid) if len(found) == limit else None
    return RowsOut(items=[_row(each) for each in found], next=following)


def _everywhere(request: Request) -> None:
    # A row belongs to no store, so who may see only some stores sees none.
    if current(request).scope.stores is not None:
        raise TooWide


def _known(found: list[AudienceSize], key: str) -> None:
    if not found:
        raise NoSuchAudience(key=key)


def _audience(found: AudienceSize) -> AudienceOut:
    return AudienceOut(key=found.key, members=found.members, rows=found.rows, changed_at=found.changed_at)


def _row(found: AudienceRow) -> RowOut:
    return RowOut(id=found.id, member=text_of(found.iid), op=found.op, hashed=found.hashed, reason=found.reason,
                  at=found.at)  # fmt: skip


# Channels


class FieldOut(BaseModel):
    """One field of a channel's form; a secret never shows its value."""

    name: str
    type: str
    about: str
    required: bool
    secret: bool
    value: Any
    is_set: bool


class ChannelOut(BaseModel):
    """A channel and how it is connected."""

    name: str
    connected: bool
    enabled: bool
    address: str | None
    pull: bool
    fields: list[FieldOut]
    changed_at: datetime | None
    changed_by: str


class ChannelsOut(BaseModel):
    """Every installed channel."""

    items: list[ChannelOut]
    next: str | None = None


class ConnectIn(BaseModel):
    """A channel's settings; a secret that is left out stays as it is."""

    settings: dict[str, Any]
    enabled: bool = True


@_ROUTES.get("/api/channels", dependencies=[requires("messages:read")])
def channels(here: Here) -> ChannelsOut:
    """Every installed channel and how it is connected."""
    with here.postgres.transaction() as tx:
        found = connect.connections(tx, secret=here.settings.secret())
    return ChannelsOut(items=[ChannelOut.model_validate(each, from_attributes=True) for each in found])


@_ROUTES.put("/api/channels/{name}", dependencies=[requires("settings:write")])
def connect_channel(name: str, given: ConnectIn, request: Request, here: Here) -> ChannelOut:
    """Connect a channel, change how it is connected, or switch it off."""
    person, now, secret = current(request), here.clock.now(), here.settings.secret()
    with here.postgres.transaction() as tx:
        connect.connect(tx, name, given.settings, enabled=given.enabled, secret=secret, by=person.name, now=now)
        audit(tx, person, "channel.connected", f"channel:{name}", now, {"enabled": given.enabled})
        found = next(each for each in connect.connections(tx, secret=secret) if each.name == name)
    return ChannelOut.model_validate(found, from_attributes=True)
