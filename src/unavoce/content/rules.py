"""What makes a message fit to be published, and which words a customer gets."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from unavoce.content import templates
from unavoce.content.model import (
    BadMessage,
    Brand,
    Catalogue,
    Message,
    MissingLanguage,
    NoVariant,
    TooLong,
    UnknownVariable,
    Variant,
)

# Traits that every brand has, whether or not anybody has sent them yet (Segment's identify specification).
_TRAITS = frozenset(
    {"id", "name", "first_name", "last_name", "email", "phone", "language", "timezone", "birthday", "gender", "city",
     "country", "loyalty_card", "company", "title", "avatar", "created_at", "age", "username"}
)  # fmt: skip
_PRODUCT = frozenset({"id", "name", "category", "brand", "price", "image", "url", "quantity"})
_BRAND = frozenset({"name", "zone", "currency", "url", "colour", "legal"})
_STORE = frozenset({"key", "name"})
# Properties of Segment's e-commerce events.
_PRODUCT_PROPERTIES = frozenset(
    {"product_id", "sku", "category", "name", "brand", "variant", "price", "quantity", "coupon", "position", "url",
     "image_url", "currency", "value", "cart_id"}
)  # fmt: skip
_ORDER_PROPERTIES = frozenset(
    {"order_id", "checkout_id", "affiliation", "total", "subtotal", "revenue", "shipping", "tax", "discount", "coupon",
     "currency", "products", "store_id", "channel"}
)  # fmt: skip
SPECIFIED: Mapping[str, frozenset[str]] = {
    "Product Viewed": _PRODUCT_PROPERTIES,
    "Product Added": _PRODUCT_PROPERTIES,
    "Product Removed": _PRODUCT_PROPERTIES,
    "Order Completed": _ORDER_PROPERTIES,
    "Order Refunded": _ORDER_PROPERTIES,
    "Signed Up": frozenset({"type", "context_traits", "username", "email"}),
}
_ROOTS = ("customer", "event", "product", "brand", "store", "unsubscribe_url")
_LINE_LONGEST = 5_000
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")


def check(message: Message, catalogue: Catalogue, brand: Brand) -> None:
    """Refuse a message that some customer could not be sent."""
    if not message.key.replace("_", "").replace("-", "").isalnum():
        raise BadMessage(field="key", value=message.key, expected="letters, digits, - and _")
    if not message.variants or not all(message.variants.values()):
        raise BadMessage(field="variants", expected="at least one channel, each with at least one language")
    for channel, by_language in message.variants.items():
        for language in brand.languages:
            if not any(each in by_language for each in choices(message, brand, language)):
                raise MissingLanguage(message=message.key, channel=channel, language=language)
        for language, variant in by_language.items():
            _check_variant(message, f"variants.{channel}.{language}", channel, variant, catalogue)


def _check_variant(message: Message, field: str, channel: str, variant: Variant, catalogue: Catalogue) -> None:
    for place, source in sources(variant):
        for path in templates.variables(source, f"{field}.{place}"):
            _check_variable(message, f"{field}.{place}", path, catalogue)
    if channel == "email" and not variant.subject:
        raise BadMessage(field=f"{field}.subject", expected="a subject, because this is a mail")
    if channel == "line" and len(variant.text) > _LINE_LONGEST:
        raise TooLong(field=f"{field}.text", value=len(variant.text), expected=f"at most {_LINE_LONGEST} characters")


def sources(variant: Variant) -> Iterator[tuple[str, str]]:
    """Every template of a variant with its place."""
    yield from (("subject", variant.subject), ("text", variant.text), ("html", variant.html))
    for number, block in enumerate(variant.blocks):
        yield from ((f"blocks.{number}.{name}", getattr(block, name)) for name in ("text", "url", "alt"))


def _check_variable(message: Message, field: str, path: tuple[str, ...], catalogue: Catalogue) -> None:
    root, second = path[0] if path else "", path[1] if len(path) > 1 else ""
    if root not in _ROOTS:
        raise UnknownVariable(field=field, variable=".".join(path), perhaps=_near(root, _ROOTS))
    known = _known(root, message, catalogue)
    if second and known is not None and second not in known:
        raise UnknownVariable(
            field=field,
            variable=".".join(path),
            perhaps=_near(second, known),
            remedy=f"{root} has: {', '.join(sorted(known)[:30])}",
        )


def _known(root: str, message: Message, catalogue: Catalogue) -> frozenset[str] | None:
    match root:
        case "customer":
            return _TRAITS | catalogue.traits
        case "event":
            return SPECIFIED.get(message.trigger, frozenset()) | catalogue.properties
        case "product":
            return _PRODUCT
        case "brand":
            return _BRAND
        case "store":
            return _STORE
        case _:
            return None


def _near(word: str, known: frozenset[str] | tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(word, sorted(known), n=1)), None)


def choices(message: Message, brand: Brand, language: str) -> list[str]:
    """The languages to try for a customer, her own first."""
    fallback = message.fallback or brand.fallback
    return [language, *fallback.get(language, ())]


def variant_for(message: Message, brand: Brand, channel: str, language: str) -> tuple[str, Variant]:
    """The variant a customer gets, and its language."""
    by_language = message.variants.get(channel, {})
    for each in choices(message, brand, language):
        if each in by_language:
            return each, by_language[each]
    raise NoVariant(message=message.key, channel=channel, language=language)


def sms_segments(text: str) -> int:
    """How many parts a short message is sent and paid in: GSM 03.38 (160/153 characters) or UCS-2 (70/67)."""
    if all(each in _GSM or each in _GSM_TWICE for each in text):
        units, single, joined = sum(2 if each in _GSM_TWICE else 1 for each in text), 160, 153
    else:
        units, single, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= single else -(-units // joined)
