"""The obvious way to judge a condition: one customer at a time, over plain Python lists. Slow and easy to believe."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from unavoce.kernel.money import minor_of
from unavoce.segment.conditions import (
    All,
    Any,
    Between,
    Calendar,
    Condition,
    Consent,
    Event,
    Identified,
    InList,
    Not,
    NotDone,
    Reachable,
    Recency,
    Rfm,
    Rolling,
    Stage,
    Trait,
    Where,
)
from unavoce.segment.model import Terms


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


@dataclass(frozen=True)
class World:
    customers: dict[int, tuple[int, ...]]
    kinds: dict[int, str]
    did: tuple[Did, ...]
    said: tuple[Said, ...]
    agreed: tuple[Agreed, ...]
    put: tuple[Put, ...] = ()

    def meets(
        self, condition: Condition, customer: int, at: datetime, terms: Terms, *, as_known_then: bool = False
    ) -> bool:
        return Judge(self, customer, at, terms, as_known_then).meets(condition)


@dataclass(frozen=True)
class Judge:
    world: World
    customer: int
    at: datetime
    terms: Terms
    as_known_then: bool

    def meets(self, condition: Condition) -> bool:
        match condition:
            case All(of=parts):
                return all(self.meets(part) for part in parts)
            case Any(of=parts):
                return any(self.meets(part) for part in parts)
            case Not(of=part):
                return not self.meets(part)
            case Event() | NotDone() | Recency():
                return self._of_events(condition)
        return self._of_her(condition)

    def _of_events(self, condition: Event | NotDone | Recency) -> bool:
        match condition:
            case Event():
                return self._event(condition)
            case NotDone(name=name, where=where, window=window):
                return not self._done(name, where, window)
        done = self._done(condition.name, condition.where, None)
        since = [self.at - one.at for one in done]
        return bool(done) and compare(min(since), condition.op, timedelta(days=condition.days))

    def _of_her(self, condition: Condition) -> bool:
        match condition:
            case Trait(key=key, op=op, value=value):
                return compare_json(self._trait(key), op, value)
            case Consent(channel=channel, state=state):
                return self._consent(channel) == state
            case Identified(kind=kind):
                return any(self.world.kinds[iid] == kind for iid in self._iids)
            case Reachable(channel=channel):
                addressed = self.meets(Identified({"line": "line_user_id"}.get(channel, channel)))
                return addressed and self._consent(channel) == "granted"
            case Rfm(r=r, f=f, m=m):
                fifths = self._fifths()
                asked = zip(fifths or (), (r, f, m), strict=False)
                return fifths is not None and all(not some or fifth in some for fifth, some in asked)
            case Stage(stages=stages):
                return self._stage() in stages
            case InList(id=key):
                return any(self._on(key, iid) for iid in self._iids)
        raise AssertionError(condition)

    def _on(self, key: str, iid: int) -> bool:
        told = [one for one in self._past(self.world.put) if (one.list, one.iid) == (key, iid)]
        return bool(told) and max(told, key=lambda one: (one.at, one.present)).present

    def _stage(self) -> str:
        zone = ZoneInfo(self.terms.zone)
        days = sorted({one.at.astimezone(zone).date() for one in self._done("Order Completed", (), None)})
        if not days:
            known = {self.world.kinds[iid] for iid in self._iids} - {"anonymous_id", "device_id"}
            return "lead" if known else "visitor"
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        came_back = bool(gaps) and gaps[-1] > 3 * rhythm(gaps[:-1])
        usual = rhythm(gaps[:-1]) if came_back else rhythm(gaps)
        since = (self.at.astimezone(zone).date() - days[-1]).days
        if since > 3 * usual:
            return "lapsed"
        if since > 1.5 * usual:
            return "at_risk"
        if len(days) == 1:
            return "first_time"
        return "won_back" if came_back else "active"

    @property
    def _iids(self) -> tuple[int, ...]:
        return self.world.customers[self.customer]

    def _past(self, facts: Iterable[object]) -> list:
        known = [one for one in facts if one.at <= self.at]
        return [one for one in known if not self.as_known_then or one.received_at <= self.at]

    def _done(self, name: str, where: tuple[Where, ...], window: object) -> list[Did]:
        hers = [one for one in self._past(self.world.did) if one.iid in self._iids and one.name == name]
        return [one for one in hers if self._inside(one.at, window) and all(self._is(one, part) for part in where)]

    def _inside(self, happened: datetime, window: object) -> bool:
        zone = ZoneInfo(self.terms.zone)
        match window:
            case None:
                return True
            case Rolling(days=days, hours=hours):
                return happened > self.at - timedelta(days=days or 0, hours=hours or 0)
            case Between(start=start, end=end):
                return start <= happened.astimezone(zone).date() <= end
            case Calendar(days=days):
                first = self.at.astimezone(zone).date() - timedelta(days=days - 1)
                return happened >= datetime.combine(first, time(), zone).astimezone(UTC)
        raise AssertionError(window)

    def _is(self, did: Did, where: Where) -> bool:
        several = {"product_id": did.product_ids, "category": did.categories}.get(where.property)
        if several is not None:
            return compare_list(several, where.op, where.value)
        if where.property == "revenue":
            amount = did.revenue or None
            if where.op in ("exists", "missing"):
                return compare_json(amount, where.op, None)
            return compare_json(amount, where.op, minor_of(where.value, self.terms.currency))
        return compare_json(value_of(did, where.property), where.op, where.value)

    def _event(self, condition: Event) -> bool:
        done = self._done(condition.name, condition.where, condition.window)
        wanted = condition.value
        if condition.property == "revenue" and condition.agg != "distinct" and wanted is not None:
            wanted = minor_of(wanted, self.terms.currency)
        match condition.agg:
            case "count":
                return compare(len(done), condition.op, wanted)
            case "distinct":
                return compare(len(distinct(done, condition.property)), condition.op, wanted)
            case "first" | "last":
                return self._picked(done, condition, wanted)
        numbers = [number for one in done if (number := as_number(value_of(one, condition.property))) is not None]
        if condition.agg == "sum":
            return compare(sum(numbers), condition.op, wanted)
        return bool(numbers) and compare((min if condition.agg == "min" else max)(numbers), condition.op, wanted)

    def _picked(self, done: list[Did], condition: Event, wanted: object) -> bool:
        as_wanted = as_number if isinstance(wanted, int | float) and not isinstance(wanted, bool) else as_text
        known = [one for one in done if as_wanted(value_of(one, condition.property)) is not None]
        if not known:
            return condition.op == "missing"
        pick = min if condition.agg == "first" else max
        picked = pick(known, key=lambda one: (one.at, one.event_id))
        return compare_json(value_of(picked, condition.property), condition.op, wanted)

    def _trait(self, key: str) -> object:
        told = [one for one in self._past(self.world.said) if one.iid in self._iids and one.key == key]
        return max(told, key=lambda one: (-one.priority, one.at, one.message_id)).value if told else None

    def _consent(self, channel: str) -> str:
        last = []
        for iid in self._iids:
            told = [one for one in self._past(self.world.agreed) if one.iid == iid and one.channel == channel]
            if told:
                last.append(max(told, key=lambda one: (one.at, not one.granted)).granted)
        if not last:
            return "unknown"
        return "granted" if all(last) else "denied"

    def _fifths(self) -> tuple[int, int, int] | None:
        buyers = {}
        for customer, iids in self.world.customers.items():
            orders = [one for one in self._past(self.world.did) if one.iid in iids and one.name == "Order Completed"]
            if orders:
                buyers[customer] = (max(o.at for o in orders), len(orders), sum(o.revenue for o in orders))
        if self.customer not in buyers:
            return None
        mine = buyers[self.customer]
        worse = [sum(other[n] < mine[n] for other in buyers.values()) for n in range(3)]
        r, f, m = (5 * count // len(buyers) + 1 for count in worse)
        return r, f, m


def rhythm(gaps: list[int]) -> int:
    return min(max(sorted(gaps)[len(gaps) // 2], 7), 365) if gaps else 60


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


def as_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | dict):
        return json.dumps(value, separators=(",", ":"))
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None if value is None or isinstance(value, list | dict) else float(value)


def compare_json(value: object, op: str, wanted: object) -> bool:
    if op in ("exists", "missing"):
        return (value is not None) == (op == "exists")
    if op in ("in", "not_in"):
        first = wanted[0]
        held = [compare_json(value, "eq", one) for one in wanted]
        converted = as_number(value) if is_plain_number(first) else as_text(value)
        return converted is not None and (any(held) == (op == "in"))
    if is_plain_number(wanted):
        number = as_number(value)
        return number is not None and compare(number, op, wanted)
    text = as_text(value)
    return text is not None and compare(text, op, as_text(wanted))


def compare_list(values: tuple[str, ...], op: str, wanted: object) -> bool:
    match op:
        case "exists":
            return bool(values)
        case "missing":
            return not values
        case "ne":
            return bool(values) and not compare_list(values, "eq", wanted)
        case "not_in":
            return bool(values) and not compare_list(values, "in", wanted)
        case "in":
            return any(str(one) in values for one in wanted)
    return any(compare(value, op, str(wanted)) for value in values)


def is_plain_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare(value: object, op: str, wanted: object) -> bool:
    return COMPARE[op](value, wanted)


COMPARE: dict[str, Callable[[object, object], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "contains": lambda value, wanted: str(wanted) in str(value),
    "starts_with": lambda value, wanted: str(value).startswith(str(wanted)),
}
