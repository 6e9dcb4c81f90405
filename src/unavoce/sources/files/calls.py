"""What rows say, as calls of Segment's wire: an id is made of the content, so the same file says the same again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from unavoce.kernel.ids import digest16
from unavoce.sources.files.mapping import Mapping, RowIs
from unavoce.sources.files.reading import Said
from unavoce.sources.files.statuses import coupon_event, order_event
from unavoce.sources.files.tally import Tally

POINTS_STATED = "Points Balance Stated"
_encode = msgspec.json.Encoder(order="sorted").encode

# Of these the first of a kind is a trait as well; a platform's own ids are not.
_TRAIT_KINDS = ("email", "phone", "loyalty_card", "line_user_id", "wechat_openid", "wechat_unionid")


class Prepared(NamedTuple):
    """A call ready to be sent, whom it names, and the line it comes from."""

    call: bytes
    identifiers: tuple[tuple[str, str], ...]
    line: int


class Caller:
    """Makes the calls of one file under one mapping."""

    def __init__(self, mapping: Mapping, tally: Tally) -> None:
        self._mapping, self._tally = mapping, tally

    def of_row(self, said: Said) -> Iterator[Prepared]:
        """The calls of a row that stands alone."""
        match self._mapping.rows:
            case RowIs.CUSTOMER:
                yield self._identify(said)
                if said.points is not None:
                    yield self._points(said)
            case RowIs.POINTS:
                yield self._points(said)
            case RowIs.COUPON:
                yield self._coupon(said)
            case RowIs.EVENT:
                yield from self._told_beside(said)
                yield self._event(said)
            case RowIs.ORDER | RowIs.ORDER_LINE:
                yield from self.of_order([said])

    def of_order(self, lines: Sequence[Said]) -> Iterator[Prepared]:
        """The calls of an order out of all of its lines."""
        first = _together(lines)
        yield from self._told_beside(first)
        goods = [one.goods for one in lines if one.goods]
        revenue = first.properties.get("revenue")
        if revenue is None:
            revenue = _exact(sum(_value(one) for one in goods))
        properties = {"currency": self._mapping.rules.currency, **first.properties, "revenue": revenue}
        if goods:
            properties["products"] = goods
        name = order_event(first.status)
        order = str(first.properties["order_id"])
        if name == "Order Completed":
            currency = str(properties["currency"])
            self._tally.revenue[currency] = self._tally.revenue.get(currency, 0) + float(str(revenue))
        yield self._track(first, name, properties, f"o:{order}:{name}")

    def _identify(self, said: Said) -> Prepared:
        traits = dict(said.traits)
        for kind, value in said.identifiers:
            if kind in _TRAIT_KINDS:
                traits.setdefault(kind, value)
        if said.points is not None:
            traits["points"] = said.points
        if said.consents:
            traits["consents"] = said.consents
        call = {"type": "identify", "traits": traits, **self._whom(said)}
        return self._prepared(said, call, "Identify", f"c:{digest16(_encode(call)).hex()}")

    def _told_beside(self, said: Said) -> Iterator[Prepared]:
        """What an order or an event says of its customer beside itself."""
        if said.identifiers and (said.traits or said.consents):
            yield self._identify(said)

    def _points(self, said: Said) -> Prepared:
        points = said.points or 0
        whose = digest16(_encode(said.identifiers))
        self._tally.stated(points, whose)
        return self._track(
            said, POINTS_STATED, {"points": points, **said.properties}, f"p:{whose.hex()}:{points}:{said.at}"
        )

    def _coupon(self, said: Said) -> Prepared:
        name = coupon_event(said.status)
        if name == "Coupon Issued":
            self._tally.unused_coupons.going_in += 1
        return self._track(said, name, said.properties, f"k:{said.properties['coupon_id']}:{name}")

    def _event(self, said: Said) -> Prepared:
        name = said.event or self._mapping.event
        content = digest16(_encode([name, said.identifiers, said.at, said.properties, said.goods])).hex()
        properties = {**said.properties, "products": [said.goods]} if said.goods else said.properties
        return self._track(said, name, properties, f"e:{content}")

    def _track(self, said: Said, name: str, properties: dict[str, object], key: str) -> Prepared:
        call = {"type": "track", "event": name, "properties": properties, **self._whom(said)}
        return self._prepared(said, call, name, key)

    def _whom(self, said: Said) -> dict[str, object]:
        found: dict[str, object] = {}
        others = []
        for kind, value in said.identifiers:
            wire = {"user_id": "userId", "anonymous_id": "anonymousId"}.get(kind)
            if wire and wire not in found:
                found[wire] = value
            else:
                others.append({"type": kind, "id": value})
        context: dict[str, object] = {"channel": self._mapping.channel} if self._mapping.channel else {}
        if others:
            context["externalIds"] = others
        return found | ({"context": context} if context else {})

    def _prepared(self, said: Said, call: dict[str, object], name: str, key: str) -> Prepared:
        message_id = f"file:{self._mapping.source}:{key}"
        call["messageId"] = message_id
        if at := said.at or self._mapping.as_of:
            call["timestamp"] = at
        self._tally.made(name, message_id)
        return Prepared(_encode(call), tuple(said.identifiers), said.line)


def _together(lines: Sequence[Said]) -> Said:
    """What the lines of an order say of the order: each thing once, the first line's word first."""
    first = lines[0]
    for one in lines[1:]:
        first.identifiers = list(dict.fromkeys([*first.identifiers, *one.identifiers]))
        first.traits = {**one.traits, **first.traits}
        first.properties = {**one.properties, **first.properties}
        first.consents = {**one.consents, **first.consents}
        first.at, first.status = first.at or one.at, first.status or one.status
    return first


def _value(goods: dict[str, object]) -> float:
    if isinstance(value := goods.get("value"), int | float):
        return value
    price, quantity = goods.get("price", 0), goods.get("quantity", 1)
    return price * quantity if isinstance(price, int | float) and isinstance(quantity, int | float) else 0


def _exact(number: float) -> int | float:
    """Money to the cent: sums of floats carry dust."""
    rounded = round(number, 4)
    return int(rounded) if rounded == int(rounded) else rounded
