"""The front door of content: publish what the brand says, and get the words one customer should read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from unavoce.content import letters, rules, store
from unavoce.content.model import (
    BadBrand,
    BadMessage,
    Brand,
    Catalogue,
    Message,
    NoSuchMessage,
    Published,
    Rendered,
    UnknownVariable,
)
from unavoce.content.store import Summary
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

__all__ = ["Brand", "Catalogue", "Message", "Published", "Rendered", "Summary", "UnknownVariable"]

# Somebody to show a message to where no customer was named.
_SOMEBODY: Mapping[str, object] = MappingProxyType(
    {
        "name": "Mei Lin", "first_name": "Mei", "last_name": "Lin", "email": "mei@example.com", "city": "Taipei",
        "loyalty_card": "C-1001",
    }
)  # fmt: skip
_SOMETHING: Mapping[str, object] = MappingProxyType(
    {
        "product_id": "matcha-whisk", "name": "Matcha whisk", "category": "TEA WARE", "price": 24, "quantity": 1,
        "order_id": "1001", "url": "https://shop.example/matcha-whisk", "revenue": 24,
    }
)  # fmt: skip


def catalogue(tx: Transaction, facts: Facts, event: str = "") -> Catalogue:
    """What has been seen so far: the traits of customers, and the properties of an event."""
    seen = store.properties_seen(facts, event) if event else frozenset()
    return Catalogue(traits=frozenset(profile.trait_keys(tx)), properties=seen)


def read(document: Mapping[str, object]) -> Message:
    """The message a JSON document describes; BadMessage names the field that is wrong."""
    try:
        return msgspec.convert(document, Message)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at ")
        raise BadMessage(field=place.strip("`").removeprefix("$.") or "message", expected=said) from None


def publish(tx: Transaction, message: Message, seen: Catalogue, now: datetime) -> Published:
    """Check every variant against what has been seen, and publish; raises UnknownVariable with a suggestion."""
    rules.check(message, seen, store.brand(tx))
    store.put(tx, message, now)
    return message_of(tx, message.key)


def messages(tx: Transaction) -> list[Summary]:
    """What a decision needs to know of every message."""
    return store.summaries(tx)


def published(tx: Transaction, keys: Sequence[str] | None = None) -> list[Published]:
    """Every message with all its words, or these."""
    return store.messages(tx, keys)


def message_of(tx: Transaction, key: str) -> Published:
    """One message with all its words."""
    found = store.messages(tx, [key])
    if not found:
        raise NoSuchMessage(message=key)
    return found[0]


def brand(tx: Transaction) -> Brand:
    """The brand kit."""
    return store.brand(tx)


def put_brand(tx: Transaction, document: Mapping[str, object], now: datetime) -> Brand:
    """Replace the brand kit; fields that are left out keep their default."""
    try:
        wanted = msgspec.convert(document, Brand)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at ")
        raise BadBrand(field=place.strip("`").removeprefix("$.") or "brand", expected=said) from None
    store.put_brand(tx, wanted, now)
    return wanted


def facts_for(
    tx: Transaction,
    *,
    traits: Mapping[str, object],
    event: Mapping[str, object],
    products: Sequence[str],
    unsubscribe_url: str,
    catalogue_entry: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """What templates speak of: customer, event (its properties), product, brand, store, unsubscribe_url.

    `event` is an intent's entry event; the product is the first of `products` as the event tells of it, with
    `catalogue_entry` (id, name, category, price, image, url) filling what the event does not say.
    """
    said = event.get("properties")
    properties = said if isinstance(said, Mapping) else {}
    kit = store.brand(tx)
    return {
        "customer": dict(traits),
        "event": dict(properties),
        "product": {**(catalogue_entry or {}), **_product(properties, products[0] if products else "")},
        "brand": {"name": kit.name, "zone": kit.zone, "currency": kit.currency, "url": kit.url, "colour": kit.colour},
        "store": {"key": event.get("store") or "", "name": event.get("store") or ""},
        "unsubscribe_url": unsubscribe_url,
    }


def _product(properties: Mapping[str, object], product: str) -> dict[str, object]:
    lines = properties.get("products")
    rows = [line for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []
    rows = [line for line in rows if not product or str(line.get("product_id")) == product] or rows[:1]
    line = rows[0] if rows else properties
    found = {name: line.get(name) for name in ("name", "category", "brand", "price", "quantity", "url")}
    found |= {"id": product or line.get("product_id"), "image": line.get("image_url")}
    return {name: value for name, value in found.items() if value not in (None, "")}


def render(tx: Transaction, key: str, channel: str, language: str, facts: Mapping[str, object]) -> Rendered:
    """The words one customer gets on one channel, in her language or the one the brand falls back to."""
    message, kit = message_of(tx, key).message, store.brand(tx)
    spoken, variant = rules.variant_for(message, kit, channel, str(language))
    marketing = message.purpose == "marketing"
    return letters.filled(variant, channel, spoken, facts, kit, marketing=marketing)


def preview(
    tx: Transaction, key: str, channel: str, language: str, traits: Mapping[str, object] | None = None
) -> Rendered:
    """A message as a customer with these traits would get it; without, as somebody made up would."""
    event = {"properties": dict(_SOMETHING), "store": "taipei-101"}
    known = {**_SOMEBODY, **(traits or {})}
    facts = facts_for(
        tx, traits=known, event=event, products=["matcha-whisk"], unsubscribe_url="https://example.com/unsubscribe"
    )
    return render(tx, key, channel, language, facts)
