"""Events as the columns of `collect.event`: what reports ask for most is lifted out of the properties once."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from unavoce.collect.model import Event, EventIids
from unavoce.kernel.errors import BadInput
from unavoce.kernel.money import minor_of

_LARGEST = (1 << 63) - 1  # Int64
_PRODUCT = ("product_id", "productId", "sku")
_LINE = (*_PRODUCT, "id")

COLUMNS = (
    "event_id", "message_id", "type", "name", "iid", "iids", "source", "source_kind", "at", "received_at", "clamped",
    "order_id", "store", "product_ids", "categories", "revenue", "currency", "channel", "campaign", "utm_source",
    "properties", "context", "lane", "seq",
)  # fmt: skip


class Goods(NamedTuple):
    """What an event's e-commerce properties say (Segment's e-commerce spec); revenue in minor units."""

    order_id: str
    store: str
    product_ids: list[str]
    categories: list[str]
    revenue: int
    currency: str


class _Way(NamedTuple):
    """How the customer came: the channel, and the campaign a link was marked with."""

    channel: str
    campaign: str
    utm_source: str


_NO_GOODS = Goods("", "", [], [], 0, "")
_UNMARKED = _Way("", "", "")


def columns_of(events: Sequence[Event], iids: Sequence[EventIids]) -> list[Sequence[Any]]:
    """The data of COLUMNS, one list each, in the order of the events."""
    goods = [goods_in(event.properties) for event in events]
    ways: dict[int, _Way] = {id(event.context): _way(event.context) for event in events}
    came = [_with_properties(ways[id(event.context)], event.properties) for event in events]
    return [
        [event.event_id for event in events],
        [event.message_id for event in events],
        [event.type for event in events],
        [event.name for event in events],
        [one.primary for one in iids],
        [list(one.all) for one in iids],
        [event.source.key for event in events],
        [event.source.kind.value for event in events],
        [event.at for event in events],
        [event.received_at for event in events],
        [int(event.clamped) for event in events],
        *map(list, zip(*goods, strict=True)),
        *map(list, zip(*came, strict=True)),
        [event.properties_json for event in events],
        [event.context_json for event in events],
        [event.lane for event in events],
        [event.seq for event in events],
    ]


def goods_in(properties: dict[str, object]) -> Goods:
    """The order, store, products and money an event speaks of."""
    if not properties:
        return _NO_GOODS
    products = properties.get("products")
    lines = [line for line in products if isinstance(line, dict)] if isinstance(products, list) else [properties]
    keys = _LINE if products else _PRODUCT
    currency = _text(properties.get("currency")).upper()
    return Goods(
        order_id=_text(properties.get("order_id") or properties.get("orderId")),
        store=_text(properties.get("store_id") or properties.get("storeId")),
        product_ids=list(dict.fromkeys(found for line in lines if (found := _first(line, keys)))),
        categories=list(dict.fromkeys(found for line in lines if (found := _text(line.get("category"))))),
        revenue=_minor(properties, currency),
        currency=currency,
    )


def _minor(properties: dict[str, object], currency: str) -> int:
    """The revenue in minor units; 0 when there is none or it is no amount (the properties keep what was said)."""
    amount = properties.get("revenue", properties.get("total"))
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return 0
    try:
        minor = minor_of(amount, currency)
    except BadInput:
        return 0
    return minor if abs(minor) <= _LARGEST else 0


def _way(context: dict[str, object]) -> _Way:
    if not context:
        return _UNMARKED
    campaign, page = context.get("campaign"), context.get("page")
    marks = campaign if isinstance(campaign, dict) else {}
    if not marks and isinstance(page, dict):
        marks = _marks(page)
    return _Way(_text(context.get("channel")), _text(marks.get("name")), _text(marks.get("source")))


def _marks(page: dict[str, object]) -> dict[str, str]:
    """The utm words of a page's address, for clients that do not read them themselves."""
    search = _text(page.get("search")) or _text(page.get("url"))
    if "utm_" not in search:
        return {}
    try:
        words = parse_qs(urlsplit(search).query)
    except ValueError:
        return {}
    return {key.removeprefix("utm_").replace("campaign", "name"): values[0] for key, values in words.items()}


def _with_properties(way: _Way, properties: dict[str, object]) -> _Way:
    if not properties:
        return way
    channel = _text(properties.get("channel")) or way.channel
    campaign = _first(properties, ("campaign_id", "utm_campaign")) or way.campaign
    return _Way(channel, campaign, _text(properties.get("utm_source")) or way.utm_source)


def _first(properties: dict[str, object], keys: tuple[str, ...]) -> str:
    return next((found for key in keys if (found := _text(properties.get(key)))), "")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
