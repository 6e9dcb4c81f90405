"""The front door of content: publish what the brand says, and get the words one customer should read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from unavoce.content import rules, store
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
from unavoce.content.press import Press
from unavoce.content.store import Summary
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

__all__ = ["Brand", "Catalogue", "Message", "Press", "Published", "Rendered", "Summary", "UnknownVariable"]

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


def press(tx: Transaction, keys: Sequence[str]) -> Press:
    """These messages and the brand kit, looked up once, to be rendered for many customers."""
    found = store.messages(tx, sorted(set(keys)))
    return Press(store.brand(tx), {each.message.key: each.message for each in found})


def facts_for(
    tx: Transaction,
    *,
    traits: Mapping[str, object],
    event: Mapping[str, object],
    products: Sequence[str],
    unsubscribe_url: str,
    catalogue_entry: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """What templates speak of, as `Press.facts` has it."""
    return press(tx, []).facts(
        traits=traits, event=event, products=products, unsubscribe_url=unsubscribe_url,
        catalogue_entry=catalogue_entry,
    )  # fmt: skip


def render(tx: Transaction, key: str, channel: str, language: str, facts: Mapping[str, object]) -> Rendered:
    """The words one customer gets on one channel, in her language or the one the brand falls back to."""
    return press(tx, [key]).render(key, channel, language, facts)


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
