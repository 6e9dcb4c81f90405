"""The obvious way to judge a condition: one customer at a time, over plain Python lists. Slow and easy to believe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.segment.comparing import as_number, as_text, compare, compare_json, compare_list, is_plain_number
from tests.segment.measuring import comes_round, day_of, kilometres, rhythm
from tests.segment.told import Agreed, Did, Put, Said, distinct, value_of
from unavoce.kernel.money import minor_of
from unavoce.segment.conditions import (
    Absent,
    All,
    Anniversary,
    Answer,
    Any,
    Between,
    Calendar,
    Condition,
    Consent,
    Event,
    Happening,
    Identified,
    InList,
    Message,
    Near,
    Not,
    NotDone,
    Place,
    Reachable,
    Recency,
    Rfm,
    Rolling,
    Score,
    Sequence,
    Since,
    Stage,
    Step,
    Trait,
    Where,
)
from unavoce.segment.model import Terms


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
            case Sequence() | Message() | Answer() | Score() | Place() | Near() | Anniversary() | Since():
                return self._of_more(condition)
        return self._of_her(condition)

    def _of_more(self, condition: Condition) -> bool:
        match condition:
            case Sequence():
                return self._sequence(condition)
            case Message() | Answer() | Score():
                return self._said(condition)
            case Place() | Near():
                return self._place(condition)
        return self._day(condition)

    def _sequence(self, condition: Sequence) -> bool:
        """Every way to choose one event per step, tried."""
        names = {one.name for one in condition.steps} | {w.name for one in condition.steps for w in one.without}
        names |= {condition.then_not.name} if condition.then_not else set()
        done = [one for name in names for one in self._done(name, (), condition.window)]
        done.sort(key=lambda one: (one.at, one.event_id))
        return any(self._holds(condition, done, chosen) for chosen in self._choices(condition, done, ()))

    def _choices(self, condition: Sequence, done: list[Did], chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(chosen) == len(condition.steps):
            yield chosen
            return
        wanted = condition.steps[len(chosen)]
        for number in range(chosen[-1] + 1 if chosen else 0, len(done)):
            between = done[chosen[-1] + 1 : number] if chosen else []
            spoilt = any(self._fits(one, bad) for one in between for bad in wanted.without)
            if self._fits(done[number], wanted) and not spoilt:
                yield from self._choices(condition, done, (*chosen, number))

    def _holds(self, condition: Sequence, done: list[Did], chosen: tuple[int, ...]) -> bool:
        first, last, absent = done[chosen[0]].at, done[chosen[-1]].at, condition.then_not
        if condition.within is not None and last - first > timedelta(milliseconds=condition.within.milliseconds):
            return False
        if absent is None:
            return True
        waited = self.at - last >= timedelta(milliseconds=absent.span.milliseconds)
        return waited and not any(self._fits(one, absent) for one in done[chosen[-1] + 1 :])

    def _fits(self, did: Did, kind: Step | Happening | Absent) -> bool:
        return did.name == kind.name and all(self._is(did, part) for part in kind.where)

    def _said(self, condition: Message | Answer | Score) -> bool:
        match condition:
            case Message(did=did, op=op, value=value):
                name = {"opened": "Message Opened", "unsubscribed": "Unsubscribed"}[did]
                about = {key: getattr(condition, key) for key in ("message", "channel") if getattr(condition, key)}
                hers = [
                    one for one in self._done(name, (), condition.window)
                    if one.properties.get("machine") is not True
                    and all(as_text(one.properties.get(key)) == wanted for key, wanted in about.items())
                ]  # fmt: skip
                return compare(len(hers), op, value)
            case Answer(survey=survey, question=question, op=op, value=value, window=window):
                where = (Where("survey", "eq", survey), Where("question", "eq", question))
                return self._event(Event("Survey Answered", op, value, "last", "answer", where, window))
            case Score(name=name, op=op, value=value):
                return compare_json(self._trait(f"predicted_{name}"), op, value)
        raise AssertionError(condition)

    def _place(self, condition: Place | Near) -> bool:
        land = isinstance(condition, Place)
        if condition.by == "home":
            address = self._trait("address")
            here = dict(address) if isinstance(address, dict) else {}
            if land:
                here = {key: here.get(key) or self._trait(key) or "" for key in ("country", "city")}
        else:
            keys = ("country", "city") if land else ("latitude", "longitude")
            seen = [
                one for one in self._past(self.world.did)
                if one.iid in self._iids and one.location is not None and self._inside(one.at, condition.window)
                and (any if land else all)(one.location.get(key) not in (None, "") for key in keys)
            ]  # fmt: skip
            here = max(seen, key=lambda one: (one.at, one.event_id)).location if seen else {}
        if land:
            asked = {"country": condition.country, "city": condition.city}
            return all(
                str(here.get(key) or "").lower() in [one.lower() for one in wanted]
                for key, wanted in asked.items() if wanted
            )  # fmt: skip
        if here.get("latitude") is None or here.get("longitude") is None or condition.latitude is None:
            return False
        return kilometres(here["latitude"], here["longitude"], condition.latitude, condition.longitude) <= condition.km

    def _day(self, condition: Anniversary | Since) -> bool:
        zone = ZoneInfo(self.terms.zone)
        today, told = self.at.astimezone(zone).date(), self._trait(condition.key)
        day = day_of(told, zone)
        if day is None:
            return False
        if isinstance(condition, Since):
            return compare((today - day).days, condition.op, condition.days)
        days = [today + timedelta(days=n) for n in range(condition.first, condition.last + 1)]
        return any(comes_round(day, one) for one in days)

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
                kind = {"line": "line_user_id"}.get(channel, channel)
                hers = [iid for iid in self._iids if self.world.kinds[iid] == kind]
                open_ = [iid for iid in hers if not any(self._closes(one, iid, channel) for one in self.world.did)]
                return bool(open_) and self._consent(channel) == "granted"
            case Rfm(r=r, f=f, m=m):
                fifths = self._fifths()
                asked = zip(fifths or (), (r, f, m), strict=False)
                return fifths is not None and all(not some or fifth in some for fifth, some in asked)
            case Stage(stages=stages):
                return self._stage() in stages
            case InList(id=key):
                return any(self._on(key, iid) for iid in self._iids)
        raise AssertionError(condition)

    def _closes(self, one: Did, iid: int, channel: str) -> bool:
        """Whether an event says that an address on a channel is dead, or that its owner has complained."""
        told = one.properties
        if one.iid != iid or told.get("channel") != channel or not self._past([one]):
            return False
        if one.name == "Message Complained":
            return True
        return one.name == "Message Bounced" and told.get("permanent") not in (False, "false")

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
            case "most":
                return self._most(done, condition, wanted)
        numbers = [number for one in done if (number := as_number(value_of(one, condition.property))) is not None]
        if condition.agg == "sum":
            return compare(sum(numbers), condition.op, wanted)
        if condition.agg == "avg":
            return bool(numbers) and compare(sum(numbers) / len(numbers), condition.op, wanted)
        return bool(numbers) and compare((min if condition.agg == "min" else max)(numbers), condition.op, wanted)

    def _picked(self, done: list[Did], condition: Event, wanted: object) -> bool:
        as_wanted = as_number if isinstance(wanted, int | float) and not isinstance(wanted, bool) else as_text
        known = [one for one in done if as_wanted(value_of(one, condition.property)) is not None]
        if not known:
            return condition.op == "missing"
        pick = min if condition.agg == "first" else max
        picked = pick(known, key=lambda one: (one.at, one.event_id))
        return compare_json(value_of(picked, condition.property), condition.op, wanted)

    def _most(self, done: list[Did], condition: Event, wanted: object) -> bool:
        several = {"product_id": "product_ids", "category": "categories"}.get(condition.property)
        if several is not None:
            values = [one for did in done for one in getattr(did, several)]
        else:
            first = wanted[0] if isinstance(wanted, tuple) else wanted
            as_wanted = as_number if is_plain_number(first) else as_text
            values = [as_wanted(value_of(did, condition.property)) for did in done]
        counted = Counter(value for value in values if value is not None)
        if not counted:
            return condition.op == "missing"
        best = min(counted, key=lambda value: (-counted[value], value))
        return compare_json(best, condition.op, wanted)

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
