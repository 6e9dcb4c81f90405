"""Tills: sales and returns become events at the public intake; prompts are fetched as any store system would."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from unavoce.apps.simulator import store
from unavoce.apps.simulator.model import AlreadyReturned, BrandSilent, NoSuchSale, Setup
from unavoce.apps.simulator.world import Here, World
from unavoce.runtime.postgres import Transaction

Json = dict[str, Any] | list[Any] | None

_ANSWERS = ("shown", "accepted", "declined")


class Line(BaseModel):
    """One product on a receipt; the price of one piece in major units."""

    product_id: str = Field(min_length=1)
    quantity: int = Field(default=1, ge=1)
    price: float = Field(default=0, ge=0)
    name: str = ""
    category: str = ""


class NewSale(BaseModel):
    """A sale as the cashier enters it; without a card nobody is known."""

    store_id: str = Field(min_length=1)
    loyalty_card: str | None = None
    products: list[Line] = Field(min_length=1, max_length=200)
    order_id: str | None = Field(default=None, max_length=100)
    coupon: str | None = None


class Return(BaseModel):
    """An order comes back; without products all of it."""

    order_id: str
    products: list[Line] = []
    store_id: str | None = None


class Answered(BaseModel):
    """What the associate did with a prompt."""

    answer: str = Field(pattern="|".join(_ANSWERS))


_ROUTES = APIRouter(prefix="/till")


def routes() -> APIRouter:
    """What cashiers do."""
    return _ROUTES


@_ROUTES.post("/sale")
def sale(here: Here, sold: NewSale) -> dict[str, Any]:
    """Sell; the same order twice is one sale."""
    setup = here.setup()
    call = _order_completed(here, setup, sold)
    with here.postgres.transaction() as tx:
        now = here.clock.now()
        is_new = store.put_sale(tx, str(_order_of(call)), sold.store_id, sold.loyalty_card, call, now)
        if is_new:
            _tell(here, setup, call, tx)
    here.pay()
    return {"order_id": _order_of(call), "message_id": call["messageId"], "is_new": is_new}


@_ROUTES.post("/return")
def take_back(here: Here, back: Return) -> dict[str, Any]:
    """Take an order back."""
    setup = here.setup()
    with here.postgres.transaction() as tx:
        sold = store.sale(tx, back.order_id)
        if sold is None:
            raise NoSuchSale(order_id=back.order_id)
        if not store.return_sale(tx, back.order_id, here.clock.now()):
            raise AlreadyReturned(order_id=back.order_id)
        call = _order_refunded(here, dict(sold.call), back)
        _tell(here, setup, call, tx)
    here.pay()
    return {"order_id": back.order_id, "message_id": call["messageId"]}


@_ROUTES.get("/sales")
def sales(here: Here, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:
    """The latest receipts."""
    with here.postgres.transaction() as tx:
        found = store.sales(tx, limit=limit)
    return [
        {"order_id": each.order_id, "store_id": each.store_id, "loyalty_card": each.loyalty_card,
         "returned_at": each.returned_at, "properties": each.call["properties"]}
        for each in found
    ]  # fmt: skip


@_ROUTES.get("/prompts")
def prompts(here: Here, loyalty_card: str, store: str = "") -> Json:
    """What the brand would have the associate say to this customer."""
    return _asked(here, "GET", f"/api/store/prompts?{urlencode({'loyalty_card': loyalty_card, 'store': store})}")


@_ROUTES.post("/prompts/{prompt_id}")
def answer(here: Here, prompt_id: str, answered: Answered) -> Json:
    """What came of it."""
    return _asked(here, "POST", f"/api/store/prompts/{prompt_id}/answer", {"answer": answered.answer})


def _order_completed(here: World, setup: Setup, sold: NewSale) -> dict[str, object]:
    now = here.clock.now().isoformat()
    order_id = sold.order_id or f"till-{uuid5(NAMESPACE_URL, f'{sold.model_dump_json()} {now}').hex[:12]}"
    products = [line.model_dump(exclude_defaults=True) | {"quantity": line.quantity} for line in sold.products]
    total = round(sum(line.price * line.quantity for line in sold.products), 2)
    properties = {"order_id": order_id, "store_id": sold.store_id, "channel": "store", "currency": setup.currency,
                  "revenue": total, "total": total, "products": products}  # fmt: skip
    if sold.coupon:
        properties["coupon"] = sold.coupon
    return _track("Order Completed", f"till-sale-{order_id}", properties, _card(sold.loyalty_card), now)


def _order_refunded(here: World, sold: dict[str, Any], back: Return) -> dict[str, object]:
    properties = dict(sold["properties"])
    if back.products:
        properties["products"] = [line.model_dump() for line in back.products]
        properties["total"] = round(sum(line.price * line.quantity for line in back.products), 2)
    properties["store_id"] = back.store_id or properties["store_id"]
    # A refund is no revenue: the sum that goes back is its total.
    properties.pop("revenue", None)
    now = here.clock.now().isoformat()
    external = sold["context"].get("externalIds", [])
    return _track("Order Refunded", f"till-return-{properties['order_id']}", properties, external, now)


def _track(
    event: str, message_id: str, properties: dict[str, object], external: Sequence[object], at: str
) -> dict[str, object]:
    context = {"channel": "store", "library": {"name": "simulated till", "version": "1"}}
    return {"type": "track", "event": event, "messageId": message_id, "timestamp": at, "sentAt": at,
            "properties": properties, "context": context | {"externalIds": list(external)}}  # fmt: skip


def _card(card: str | None) -> list[dict[str, str]]:
    return [{"type": "loyalty_card", "id": card, "collection": "users", "encoding": "none"}] if card else []


def _order_of(call: dict[str, object]) -> object:
    properties = call["properties"]
    return properties["order_id"] if isinstance(properties, dict) else None


def _tell(here: World, setup: Setup, call: dict[str, object], tx: Transaction) -> None:
    pair = b64encode(f"{setup.till_write_key}:".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {pair}"}
    body = json.dumps(call, ensure_ascii=False).encode()
    here.owe(tx, f"{setup.collector_url.rstrip('/')}/v1/track", headers, body)


def _asked(here: World, method: str, path: str, body: object = None) -> Json:
    setup = here.setup()
    headers = {"Authorization": f"Bearer {setup.engine_key}", "Content-Type": "application/json"}
    content = json.dumps(body).encode() if body is not None else b""
    reply = here.outbound.call(method, setup.engine_url.rstrip("/") + path, body=content, headers=headers)
    if not reply.ok:
        raise BrandSilent(url=path, status=reply.status, reason=reply.text[:300])
    answer: Json = json.loads(reply.body) if reply.body else None
    return answer
