"""Segments that a new brand starts with, named in the three languages of the console."""

from collections.abc import Mapping
from datetime import datetime

from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.segment import defining
from unavoce.segment.keeping import Then
from unavoce.segment.model import Draft, Segment
from unavoce.segment.parse import parse

_YEAR_2017 = {"kind": "between", "from": "2017-01-01", "to": "2017-12-31"}
_ORDER = "Order Completed"

DEFINITIONS: Mapping[str, Mapping[str, object]] = {
    "vip": {"type": "rfm", "r": [4, 5], "f": [5], "m": [5]},
    "100-baskets-2017": {"type": "event", "name": _ORDER, "op": "gte", "value": 100, "window": _YEAR_2017},
    "over-5000-2017": {
        "type": "event", "name": _ORDER, "agg": "sum", "property": "revenue", "op": "gt", "value": 5000,
        "window": _YEAR_2017,
    },
    "lapsed-60": {"type": "recency", "name": _ORDER, "op": "gt", "days": 60},
    "cart-abandoners": {
        "type": "all",
        "of": [
            {
                "type": "event", "name": "Product Added", "op": "gte", "value": 1,
                "window": {"kind": "rolling", "days": 3},
            },
            {"type": "not_done", "name": _ORDER, "window": {"kind": "rolling", "days": 3}},
        ],
    },
}  # fmt: skip

NAMES: Mapping[str, Mapping[str, str]] = {
    "vip": {"en": "Best customers", "zh-Hant": "頂級顧客", "zh-Hans": "高价值客户"},
    "100-baskets-2017": {
        "en": "At least 100 baskets in 2017", "zh-Hant": "2017 年消費滿 100 次", "zh-Hans": "2017 年购买满 100 次",
    },
    "over-5000-2017": {
        "en": "Spent over 5,000 in 2017", "zh-Hant": "2017 年消費超過 5,000", "zh-Hans": "2017 年消费超过 5,000",
    },
    "lapsed-60": {"en": "Lapsed for 60 days", "zh-Hant": "沉睡 60 天", "zh-Hans": "流失 60 天"},
    "cart-abandoners": {"en": "Left the cart", "zh-Hant": "購物車未結帳", "zh-Hans": "加购未下单"},
}  # fmt: skip

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "vip": {
        "en": "Bought lately, often and for much: the best fifths of all buyers.",
        "zh-Hant": "最近有買、常買、買得多：在所有買家中名列前茅。",
        "zh-Hans": "最近买过、常买、买得多：在所有买家中名列前茅。",
    },
    "100-baskets-2017": {
        "en": "Completed at least 100 orders in 2017, in the brand's own time zone.",
        "zh-Hant": "以品牌所在時區計，2017 年完成至少 100 筆訂單。",
        "zh-Hans": "按品牌所在时区计，2017 年完成至少 100 笔订单。",
    },
    "over-5000-2017": {
        "en": "Spent more than 5,000 in 2017, over all sales channels.",
        "zh-Hant": "2017 年在所有銷售通路合計消費超過 5,000。",
        "zh-Hans": "2017 年在所有销售渠道合计消费超过 5,000。",
    },
    "lapsed-60": {
        "en": "Bought before, but not in the last 60 days.",
        "zh-Hant": "買過，但最近 60 天沒有再買。",
        "zh-Hans": "买过，但最近 60 天没有再买。",
    },
    "cart-abandoners": {
        "en": "Put something in the cart in the last 3 days and has not bought since.",
        "zh-Hant": "最近 3 天把商品放進購物車，還沒有購買。",
        "zh-Hans": "最近 3 天把商品加入购物车，还没有购买。",
    },
}


def drafts() -> list[Draft]:
    """The segments, ready to publish."""
    return [Draft(key, NAMES[key], parse(raw), DESCRIPTIONS[key]) for key, raw in DEFINITIONS.items()]


def publish_examples(postgres: Postgres, facts: Facts, now: datetime, on_flips: Then | None = None) -> list[Segment]:
    """Publish those that are not there yet; returns what was published."""
    with postgres.transaction() as tx:
        known = defining.known_keys(tx)
    return [defining.publish(postgres, facts, draft, now, on_flips) for draft in drafts() if draft.key not in known]
