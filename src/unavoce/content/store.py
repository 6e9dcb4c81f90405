"""The only file of this context that runs SQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from unavoce.content.model import Brand, Message, Published, Variant
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a decision needs to know of a message."""

    key: str
    purpose: str
    category: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    name: dict[str, str]
    purpose: str
    category: str
    trigger: str
    offer: dict[str, object]
    fallback: dict[str, list[str]]
    published_at: datetime
    variants: list[dict[str, object]]


def put(tx: Transaction, message: Message, now: datetime) -> None:
    """Keep a message in place of the one before."""
    tx.run(
        _SQL["put_message"],
        key=message.key,
        name=Json(message.name),
        purpose=message.purpose,
        category=message.category,
        trigger=message.trigger,
        offer=Json(message.offer),
        fallback=Json(msgspec.to_builtins(message.fallback)),
        now=now,
    )
    tx.run(_SQL["drop_variants"], message=message.key)
    tx.many(
        _SQL["add_variant"],
        [
            {
                "message": message.key, "channel": channel, "language": language, "subject": variant.subject,
                "body": variant.text, "html": variant.html, "blocks": Json(msgspec.to_builtins(variant.blocks)),
            }
            for channel, by_language in message.variants.items()
            for language, variant in by_language.items()
        ],
    )  # fmt: skip


def messages(tx: Transaction, keys: Sequence[str] | None = None) -> list[Published]:
    """Every message, or these."""
    wanted = list(keys) if keys is not None else None
    return [_published(row) for row in tx.rows(_SQL["messages"], _Row, keys=wanted)]


def _published(row: _Row) -> Published:
    variants: dict[str, dict[str, Variant]] = defaultdict(dict)
    for each in row.variants:
        words = {name: value for name, value in each.items() if name not in ("channel", "language")}
        variants[str(each["channel"])][str(each["language"])] = msgspec.convert(words, Variant)
    kept = {
        "key": row.key, "name": row.name, "purpose": row.purpose, "category": row.category, "trigger": row.trigger,
        "offer": row.offer, "fallback": row.fallback, "variants": {},
    }  # fmt: skip
    message = msgspec.structs.replace(msgspec.convert(kept, Message), variants=dict(variants))
    return Published(message, row.published_at)


def brand(tx: Transaction) -> Brand:
    """The brand kit."""
    body = tx.value(_SQL["brand"])
    return msgspec.convert(body, Brand) if body else Brand()


def put_brand(tx: Transaction, wanted: Brand, now: datetime) -> None:
    """Replace the brand kit."""
    tx.run(_SQL["put_brand"], body=Json(msgspec.to_builtins(wanted)), now=now)


def summaries(tx: Transaction) -> list[Summary]:
    """What a decision needs to know of every message."""
    rows = tx.rows(_SQL["summaries"], Summary)
    return [Summary(row.key, row.purpose, row.category, tuple(row.channels)) for row in rows]


def properties_seen(facts: Facts, event: str) -> frozenset[str]:
    """The names of the properties that an event came with."""
    return frozenset(facts.values(_FACTS["properties_seen"], name=event))
