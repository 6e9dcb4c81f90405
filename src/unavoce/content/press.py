"""Many messages at once: the brand kit and the messages are looked up once, then only words are filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unavoce.content import letters, rules
from unavoce.content.model import Brand, Message, NoSuchMessage, Rendered


@dataclass(frozen=True, slots=True)
class Press:
    """Some messages and the brand kit, ready to be rendered for any number of customers."""

    kit: Brand
    messages: Mapping[str, Message]

    def facts(
        self,
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
        kit = self.kit
        return {
            "customer": dict(traits),
            "event": dict(properties),
            "product": {**(catalogue_entry or {}), **_product(properties, products[0] if products else "")},
            "brand": {"name": kit.name, "zone": kit.zone, "currency": kit.currency, "url": kit.url,
                      "colour": kit.colour},
            "store": {"key": event.get("store") or "", "name": event.get("store") or ""},
            "unsubscribe_url": unsubscribe_url,
        }  # fmt: skip

    def render(self, key: str, channel: str, language: str, facts: Mapping[str, object]) -> Rendered:
        """The words one customer gets on one channel, in her language or the one the brand falls back to."""
        message = self.messages.get(key)
        if message is None:
            raise NoSuchMessage(message=key)
        spoken, variant = rules.variant_for(message, self.kit, channel, str(language))
        marketing = message.purpose == "marketing"
        return letters.filled(variant, channel, spoken, facts, self.kit, marketing=marketing)


def _product(properties: Mapping[str, object], product: str) -> dict[str, object]:
    lines = properties.get("products")
    rows = [line for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []
    rows = [line for line in rows if not product or str(line.get("product_id")) == product] or rows[:1]
    line = rows[0] if rows else properties
    found = {name: line.get(name) for name in ("name", "category", "brand", "price", "quantity", "url")}
    found |= {"id": product or line.get("product_id"), "image": line.get("image_url")}
    return {name: value for name, value in found.items() if value not in (None, "")}
