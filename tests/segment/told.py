"""What a test says has happened, been said, agreed to and put on lists, as plain rows, and what is read off one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.segment.comparing import as_text


@dataclass(frozen=True)
class Did:
    number: int
    iid: int
    name: str
    at: datetime
    received_at: datetime
    properties: dict[str, object] = field(default_factory=dict)
    store: str = ""
    product_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    revenue: int = 0
    location: dict[str, object] | None = None

    @property
    def event_id(self) -> bytes:
        return self.number.to_bytes(16, "big")


@dataclass(frozen=True)
class Said:
    number: int
    iid: int
    key: str
    value: object
    at: datetime
    received_at: datetime
    source: str
    priority: int

    @property
    def message_id(self) -> str:
        return f"t{self.number:05d}"


@dataclass(frozen=True)
class Agreed:
    number: int
    iid: int
    channel: str
    granted: bool
    at: datetime
    received_at: datetime


@dataclass(frozen=True)
class Put:
    list: str
    iid: int
    present: bool
    at: datetime
    received_at: datetime


def value_of(did: Did, name: str) -> object:
    match name:
        case "revenue":
            return did.revenue
        case "store_id" | "store":
            return did.store or None
        case "product_id":
            return did.product_ids[0] if did.product_ids else None
        case "category":
            return did.categories[0] if did.categories else None
    value: object = did.properties
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def distinct(done: list[Did], name: str) -> set[str]:
    match name:
        case "product_id":
            return {one for did in done for one in did.product_ids}
        case "category":
            return {one for did in done for one in did.categories}
    return {text for did in done if (text := as_text(value_of(did, name))) is not None}
