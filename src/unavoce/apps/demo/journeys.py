"""The demo brand's program: three example journeys, the thank-you after a purchase, and the rules of contact."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from unavoce.apps.demo.messages import LEGAL, MESSAGES
from unavoce.commerce import api as commerce
from unavoce.content import api as content
from unavoce.decide import api as decide
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction

LAPSED = "lapsed-60"
"""The segment that win-back starts from."""

WELCOME: Mapping[str, object] = {
    "key": "welcome",
    "name": {"en": "Welcome", "zh-Hans": "欢迎新客", "zh-Hant": "歡迎新客"},
    "entry": {"type": "event", "event": "Signed Up"},
    "reentry": "never",
    "category": "service",
    "priority": 60,
    "start": "welcome",
    "steps": {
        "welcome": {"type": "send", "message": "welcome", "channels": ["email", "line"], "next": "first_order"},
        "first_order": {
            "type": "wait_for",
            "events": [{"event": "Order Completed", "next": "done"}],
            "timeout": {"days": 3},
            "otherwise": "first_look",
        },
        "first_look": {
            "type": "send", "message": "first_look", "channels": ["email"], "plan": {"local_time": "10:00"},
            "on_loss": "defer", "next": "done",
        },
        "done": {"type": "end"},
    },
    "goals": [{"event": "Order Completed", "within_days": 14}],
    "exits": [{"event": "Account Deleted"}, {"event": "Unsubscribed"}],
}  # fmt: skip

CART_REMINDER: Mapping[str, object] = {
    "key": "cart_reminder",
    "name": {"en": "Cart reminder", "zh-Hans": "购物车提醒", "zh-Hant": "購物車提醒"},
    "entry": {"type": "event", "event": "Product Added"},
    "entry_key": "product_id",
    "reentry": "per_key",
    "category": "promotion",
    "priority": 70,
    "about": "event.product_id",
    "about_kind": "product",
    "start": "think",
    "steps": {
        "think": {"type": "wait", "for": {"hours": 1}, "next": "remind"},
        "remind": {"type": "send", "message": "cart_reminder", "channels": ["line", "email"], "next": "advertise"},
        "advertise": {
            "type": "action", "do": {"type": "audience_add", "audience": "cart: {product}"}, "next": "prompt",
        },
        "prompt": {"type": "send", "message": "cart_prompt", "channels": ["store"], "next": "pitch"},
        "pitch": {
            "type": "send", "message": "cart_pitch", "channels": ["email"], "plan": {"local_time": "10:00", "days": 1},
            "next": "done",
        },
        "done": {"type": "end"},
    },
    "goals": [
        {
            "event": "Order Completed", "within_days": 7,
            "where": [{"property": "product_ids", "op": "contains", "entry": "product_id"}],
        }
    ],
    "exits": [
        {"type": "bought"},
        {"event": "Product Removed", "where": [{"property": "product_id", "entry": "product_id"}]},
    ],
}  # fmt: skip

WIN_BACK: Mapping[str, object] = {
    "key": "win_back",
    "name": {"en": "Win back", "zh-Hans": "唤回沉睡客户", "zh-Hant": "喚回沉睡顧客"},
    "entry": {"type": "segment_entered", "segment": LAPSED},
    "reentry": {"cooldown_hours": 24 * 90},
    "holdout": {"share": 0.1, "seed": "win-back-2018"},
    "category": "promotion",
    "priority": 40,
    "start": "miss_you",
    "steps": {
        "miss_you": {
            "type": "send", "message": "win_back", "channels": ["line", "email"], "plan": {"local_time": "11:00"},
            "on_loss": "defer", "next": "wait",
        },
        "wait": {
            "type": "wait_for",
            "events": [{"event": "Order Completed", "next": "done"}],
            "timeout": {"days": 30},
            "otherwise": "done",
        },
        "done": {"type": "end"},
    },
    "goals": [{"event": "Order Completed", "within_days": 30}],
    "exits": [{"event": "Account Deleted"}, {"event": "Unsubscribed"}],
}  # fmt: skip

POST_PURCHASE: Mapping[str, object] = {
    "key": "post_purchase",
    "name": {"en": "After the purchase", "zh-Hans": "购后关怀", "zh-Hant": "購後關懷"},
    "entry": {"type": "purchase"},
    "entry_key": "order_id",
    "reentry": "per_key",
    "category": "service",
    "priority": 80,
    "start": "thank",
    "steps": {
        "thank": {
            "type": "send", "message": "thanks", "channels": ["line", "email"], "plan": {"after": {"hours": 2}},
            "next": "done",
        },
        "done": {"type": "end"},
    },
    "exits": [{"event": "Order Refunded", "where": [{"property": "order_id", "entry": "order_id"}]}],
}  # fmt: skip

JOURNEYS = (WELCOME, CART_REMINDER, WIN_BACK, POST_PURCHASE)

# Tea and coffee ware lasts for years: who bought one is not pitched another for a season.
CATEGORY_RULES = (
    commerce.CategoryRule("TEA WARE", commerce.CategoryKind.DURABLE, 90),
    commerce.CategoryRule("COFFEE WARE", commerce.CategoryKind.DURABLE, 90),
    commerce.CategoryRule("KITCHEN WARE", commerce.CategoryKind.DURABLE, 60),
)


def policy(zone: str) -> dict[str, object]:
    """The rules of contact: quiet nights, a few messages a week, and the purchase rule."""
    return {
        "zone": zone,
        "seed": "unavoce-demo",
        "quiet_hours": {"start": "22:00", "end": "08:00", "channels": ["email", "line", "sms", "push"]},
        "caps": [
            {"max": 8, "hours": 168},
            {"max": 3, "hours": 24, "scope": "channel", "of": "email"},
            {"max": 3, "hours": 24, "scope": "channel", "of": "line"},
        ],
        "purchase_rule": True,
        "purchase_days": 14,
        "post_purchase_journey": POST_PURCHASE["key"],
    }


def publish_examples(tx: Transaction, facts: Facts | None, now: datetime) -> None:
    """Publish the messages, the journeys and the rules that are not there yet; what is there stays as it is."""
    kit: dict[str, object] = msgspec.to_builtins(content.brand(tx))
    if not kit["legal"]:
        content.put_brand(tx, {**kit, "legal": LEGAL, "languages": ["en", "zh-Hans", "zh-Hant"]}, now)
    there = {each.key for each in content.messages(tx)}
    for document in MESSAGES:
        message = content.read(document)
        if message.key not in there:
            seen = content.catalogue(tx, facts, message.trigger) if facts else content.Catalogue()
            content.publish(tx, message, seen, now)
    live = {each.key for each in decide.journeys(tx)}
    for journey in JOURNEYS:
        if journey["key"] not in live:
            decide.publish(tx, journey, now)
    if not live:
        commerce.put_category_rules(tx, CATEGORY_RULES, now)
        decide.put_policy(tx, policy(str(kit["zone"])), now)
