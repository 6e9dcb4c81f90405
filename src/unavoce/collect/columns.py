"""Events as the columns of `collect.event`: what reports ask for most is lifted out of the properties once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from unavoce.collect.model import Event, EventIids, Goods
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


class _Way(NamedTuple):
    """How the customer came: the channel, and the campaign a link was marked with."""

    channel: str
    campaign: str
    utm_source: str


_CAMPAIGN = ("campaign_id", "utm_campaign")
_MARKING = frozenset({"channel", "utm_source", *_CAMPAIGN})
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_NO_GOODS = Goods("", "", [], [], 0, "")
_UNMARKED = _Way("", "", "")


def columns_of(events: Sequence[Event], iids: Sequence[EventIids]) -> list[Sequence[Any]]:
    """The data of COLUMNS, one list each, in the order of the events."""
    goods = [goods_of(event) for event in events]
    ways = _Ways()
    came = [ways.of(event.context, event.properties) for event in events]
    return [
        [event.event_id for event in events],
        [event.message_id for event in events],
        [event.type for event in events],
        [event.name for event in events],
        [one.primary for one in iids],
        [list(one.all) for one in iids],
        [event.source.key for event in events],
        [event.source.kind.value for event in events],
        _milliseconds([event.at for event in events]),
        _milliseconds([event.received_at for event in events]),
        [int(event.clamped) for event in events],
        *map(list, zip(*goods, strict=True)),
        *map(list, zip(*came, strict=True)),
        [event.properties_json for event in events],
        [event.context_json for event in events],
        [event.lane for event in events],
        [event.seq for event in events],
    ]


def _milliseconds(times: Sequence[datetime]) -> list[int]:
    """DateTime64(3) as the engine counts it; rounding down, as it does."""
    return [(time - _EPOCH) // _MILLISECOND for time in times]


def goods_of(event: Event) -> Goods:
    """The order, store, products and money an event speaks of; read once, when the event is."""
    return event.goods if event.goods is not None else goods_in(event.properties)


def goods_in(properties: Mapping[str, object]) -> Goods:
    """The order, store, products and money that properties speak of; empty values where they do not."""
    if not properties:
        return _NO_GOODS
    get = properties.get
    products = get("products")
    if isinstance(products, list):
        product_ids, categories = _listed(products)
    else:
        product_ids = [found] if (found := _one(properties, _PRODUCT)) else []
        categories = [found] if (found := _text(get("category"))) else []
    currency = _text(get("currency")).upper()
    return Goods(
        order_id=_text(get("order_id") or get("orderId")),
        store=_text(get("store_id") or get("storeId")),
        product_ids=product_ids,
        categories=categories,
        revenue=_minor(get("revenue", get("total")), currency),
        currency=currency,
    )


def _listed(products: list[object]) -> tuple[list[str], list[str]]:
    """The products of a basket and their categories, each once."""
    ids: dict[str, None] = {}
    categories: dict[str, None] = {}
    for line in products:
        if isinstance(line, dict):
            ids[_one(line, _LINE)] = None
            categories[_text(line.get("category"))] = None
    ids.pop("", None)
    categories.pop("", None)
    return list(ids), list(categories)


def _one(line: Mapping[str, object], keys: Sequence[str]) -> str:
    for key in keys:
        if found := _text(line.get(key)):
            return found
    return ""


def _minor(amount: object, currency: str) -> int:
    """The revenue in minor units; 0 when there is none or it is no amount (the properties keep what was said)."""
    if amount is None or isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return 0
    try:
        minor = minor_of(amount, currency)
    except BadInput:
        return 0
    return minor if abs(minor) <= _LARGEST else 0


class _Ways:
    """How customers came; senders repeat their contexts, so each is looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, _Way] = {}

    def of(self, context: Mapping[str, object], properties: Mapping[str, object]) -> _Way:
        """By the event's own word, else by its context."""
        way = self._known.get(id(context))
        if way is None:
            way = self._known[id(context)] = _way(context)
        if not properties or _MARKING.isdisjoint(properties):
            return way
        return _Way(
            _text(properties.get("channel")) or way.channel,
            _one(properties, _CAMPAIGN) or way.campaign,
            _text(properties.get("utm_source")) or way.utm_source,
        )


def _way(context: Mapping[str, object]) -> _Way:
    if not context:
        return _UNMARKED
    campaign, page = context.get("campaign"), context.get("page")
    marks: Mapping[str, object] = campaign if isinstance(campaign, dict) else {}
    if not marks and isinstance(page, dict):
        marks = _marks(page)
    return _Way(_text(context.get("channel")), _text(marks.get("name")), _text(marks.get("source")))


def _marks(page: Mapping[str, object]) -> dict[str, object]:
    """The utm words of a page's address, for clients that do not read them themselves."""
    search = _text(page.get("search")) or _text(page.get("url"))
    if "utm_" not in search:
        return {}
    try:
        words = parse_qs(urlsplit(search).query)
    except ValueError:
        return {}
    return {key.removeprefix("utm_").replace("campaign", "name"): values[0] for key, values in words.items()}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, bool) or not isinstance(value, int | float) else str(value)
