"""The world outside: everything an onlooker can do to, and see of, a running Unavoce without opening it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unavoce.apps.demo.plot import STORE, Plot
from unavoce.runtime.client import Sender, Visitor


@dataclass(slots=True)
class World:
    """The console's API as the brand's owner, the simulator's devices, and the shop's website and app."""

    office: Visitor
    devices: Visitor
    website: Sender
    app: Sender
    count: int = 0

    def now(self) -> datetime:
        """What the brand's clock shows."""
        return datetime.fromisoformat(self.office.get("/api/session")["clock"]["now"])

    def passes(self, seconds: int) -> None:
        """Let the demo brand's clock run ahead."""
        self.office.post("/api/demo/clock", {"advance_seconds": seconds})

    def call(self, kind: str, plot: Plot, **what: object) -> dict[str, object]:
        """A Segment call with an id and a time of its own."""
        self.count += 1
        stamp = self.now().isoformat()
        return {
            "type": kind,
            "messageId": f"{plot.tag}-{self.count}",
            "timestamp": stamp,
            "sentAt": stamp,
            **{name: value for name, value in what.items() if value is not None},
        }

    def customer(self, text: str) -> str | None:
        """The id of the one customer a search finds, or None."""
        items = self.office.get("/api/customers", q=text)["items"]
        return str(items[0]["id"]) if len(items) == 1 else None

    def profile(self, customer: str) -> dict[str, Any]:
        """A customer's page."""
        page: dict[str, Any] = self.office.get(f"/api/customers/{customer}")
        return page

    def timeline(self, customer: str) -> list[dict[str, Any]]:
        """Everything on a customer's timeline, newest first."""
        return self._all(f"/api/customers/{customer}/timeline")

    def decisions(self, customer: str) -> list[dict[str, Any]]:
        """Every decision taken about a customer, newest first."""
        return self._all(f"/api/customers/{customer}/decisions")

    def decided(self, customer: str | None, **wanted: str) -> dict[str, Any] | None:
        """The newest decision about a customer whose fields start with what is wanted."""
        if customer is None:
            return None
        return next((row for row in self.decisions(customer) if matches(row, wanted)), None)

    def letters(self, address: str) -> list[dict[str, Any]]:
        """What lies in a mailbox."""
        boxes = self.devices.get("/mailboxes")
        return next((box["messages"] for box in _items(boxes) if box["address"] == address), [])

    def chats(self, line_user_id: str) -> list[dict[str, Any]]:
        """What a phone shows in LINE."""
        phones = self.devices.get("/phones")
        return next((phone["messages"] for phone in _items(phones) if phone["line_user_id"] == line_user_id), [])

    def prompts(self, plot: Plot) -> list[dict[str, Any]]:
        """What the associate's till shows when the card is scanned."""
        return _items(self.devices.get("/till/prompts", loyalty_card=plot.card, store=STORE))

    def audience(self, key: str) -> list[dict[str, Any]]:
        """The members an ad platform holds of an audience, after every add and remove row."""
        members: list[dict[str, Any]] = self.devices.get(f"/ads/{key}")["members"]
        return members

    def sells(self, plot: Plot, order_id: str) -> None:
        """The till rings up her product with her card."""
        line = {"product_id": plot.product.id, "quantity": 1, "price": plot.product.price_minor / 100}
        sale = {"store_id": STORE, "loyalty_card": plot.card, "products": [line], "order_id": order_id}
        self.devices.post("/till/sale", sale)

    def takes_back(self, plot: Plot, order_id: str) -> None:
        """The till takes the product back."""
        line = {"product_id": plot.product.id, "quantity": 1, "price": plot.product.price_minor / 100}
        back = {"store_id": STORE, "loyalty_card": plot.card, "products": [line], "order_id": order_id}
        self.devices.post("/till/return", back)

    def _all(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.office.get(path, limit=200, **({"cursor": cursor} if cursor else {}))
            rows.extend(page["items"])
            cursor = page.get("next") or ""
            if not cursor:
                return rows


def matches(row: dict[str, Any], wanted: dict[str, str]) -> bool:
    """Whether each wanted field of a row is what is wanted."""
    return all(str(row.get(name)) == value for name, value in wanted.items())


def finds(look: Callable[[], object]) -> Callable[[], bool]:
    """A look that says only whether there was something."""
    return lambda: bool(look())


def _items(answer: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(answer["items"]) if isinstance(answer, dict) else list(answer)
