"""Routes: events as they arrive, and what each of them caused."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import JsonValue, TypeAdapter, ValidationError

from unavoce.access.api import Person, audit, current, mask, requires, sees_in_clear
from unavoce.apps.brand import Brand
from unavoce.apps.live.chain import chain
from unavoce.apps.live.wire import ArrivalList, ArrivalOut, CallOut
from unavoce.collect import api as collect
from unavoce.collect.api import Arrival, Outcome, Sight, Sought, Spot
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profiles
from unavoce.runtime.http import Door, door
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=200)]
_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_JSON: TypeAdapter[object] = TypeAdapter(object)
# As what somebody may have been named; whatever is typed is looked for as all of them.
_KINDS = (
    "user_id", "anonymous_id", "email", "phone", "loyalty_card", "line_user_id", "wechat_openid", "wechat_unionid",
    "messenger_psid", "instagram_id", "whatsapp_id",
)  # fmt: skip
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
# What comes again within three days is a repetition; it may have been noticed three days ago.
_FIRST_WITHIN = timedelta(days=7)
# A call that is being received while the list is asked for belongs to the list.
_AHEAD = timedelta(seconds=1)


class BadArrival(BadInput):
    """This is no id of the list of arrivals."""


def routes(brand: Brand) -> APIRouter:
    """The routes of the live events screen."""
    router = APIRouter(prefix="/api", tags=["live"])

    @router.get("/arrivals", dependencies=[requires("events:read")])
    def arrivals(
        request: Request,
        here: Here,
        source: Word = "",
        name: Word = "",
        who: Word = "",
        outcome: Outcome | None = None,
        limit: Limit = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> ArrivalList:
        """The calls of the last three days and what became of each, the one received last first.

        Filter by source, event, outcome, and by any identifier of a customer as `who`. Calls that failed or were said
        again belong to no store, so people of single stores do not see them.
        """
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            iids = _named(tx, brand, who) if who else None
            outcomes = _outcomes(person, outcome, asked_for=bool(who or name))
            after = _spot(cursor) if cursor else None
            sought = Sought(now + _AHEAD, limit, after, source, name, iids, who, outcomes)
            found = collect.arrivals(here.facts, tx, sought, _sight(person))
            shown = _shown(tx, person, found)
        following = _cursor(found[-1]) if len(found) == limit else None
        return ArrivalList(items=shown, next=following, now=now)

    @router.get("/arrivals/{arrival}", dependencies=[requires("events:read")])
    def arrival(arrival: str, request: Request, here: Here) -> CallOut:
        """One call: what was received, when it came again, and everything it caused."""
        person = current(request)
        with here.postgres.transaction() as tx:
            if arrival.startswith("failed-"):
                if not _sight(person).refused:
                    raise collect.NoSuchEvent(id=arrival)
                return _failed(person, collect.failure(tx, _number(arrival)))
            event_id, since, until = _place(arrival, here.clock.now())
            told = collect.arrival(here.facts, event_id, since, until, person.scope.stores)
            audit(tx, person, "event.looked_at", f"event:{told.happening.event_id.hex()}", here.clock.now())
            return _told(here, tx, person, arrival, told)

    return router


def _sight(person: Person) -> Sight:
    return Sight(person.scope.stores, refused=person.scope.stores is None and person.may("sources:read"))


def _outcomes(person: Person, wanted: Outcome | None, *, asked_for: bool) -> tuple[Outcome, ...]:
    """What is looked through: what failed is searched by its content, so only by those who may read it.

    Otherwise somebody could guess the content sign by sign from what is found.
    """
    outcomes = (wanted,) if wanted else tuple(Outcome)
    hidden = {Outcome.FAILED} if asked_for and not sees_in_clear(person) else set()
    return tuple(one for one in outcomes if one not in hidden)


def _named(tx: Transaction, brand: Brand, who: str) -> list[Iid]:
    """Every number that what was typed may stand for, with those of the customers they belong to."""
    key, region = brand.pumping.key, brand.pumping.region
    found = [profiles.identifier_of(kind, who.strip(), key, region) for kind in _KINDS]
    iids = [one.iid for one in found if one is not None]
    customers = set(profiles.customers_of(tx, iids).values())
    return [iid for members in profiles.members_of(tx, customers).values() for iid in members]


def _shown(tx: Transaction, person: Person, found: Collection[Arrival]) -> list[ArrivalOut]:
    iids = {one.iid for one in found if one.iid is not None and one.iid != profiles.NOBODY}
    whose = profiles.customers_of(tx, iids)
    names = profiles.summaries(tx, set(whose.values()))
    return [_row(person, one, whose.get(one.iid) if one.iid is not None else None, names) for one in found]


def _row(
    person: Person, one: Arrival, customer: CustomerId | None, names: dict[CustomerId, profiles.Summary]
) -> ArrivalOut:
    known = names.get(customer) if customer is not None else None
    return ArrivalOut(
        id=_id(one),
        outcome=one.outcome,
        received_at=one.received_at,
        at=one.at,
        source=one.source,
        type=one.type,
        name=one.name,
        message_id=one.message_id,
        store=one.store,
        clamped=one.clamped,
        flagged=one.flagged,
        customer=text_of(customer) if customer is not None else None,
        customer_name=mask(person, "name", known.name) if known else "",
        reason=one.reason,
        detail=one.detail if sees_in_clear(person) else "",
    )


def _told(here: Door, tx: Transaction, person: Person, key: str, told: collect.Told) -> CallOut:
    one = told.happening
    payload = {"properties": one.properties, "context": one.context} if sees_in_clear(person) else {}
    again = collect.repetitions(tx, one.event_id) if _sight(person).refused else []
    return CallOut(
        id=key,
        outcome=Outcome.REPEATED if key.startswith("again-") else Outcome.ACCEPTED,
        received_at=one.received_at,
        at=one.at,
        source=one.source,
        type=one.type,
        name=one.name,
        message_id=one.message_id,
        store=one.store,
        clamped=one.clamped,
        reason="",
        detail="",
        payload=_OBJECT.validate_python(payload),
        text=None,
        again_at=[each.received_at for each in again],
        chain=chain(here, tx, person, told),
    )


def _failed(person: Person, failed: collect.Failed) -> CallOut:
    text = failed.content.decode("utf-8", "replace") if sees_in_clear(person) else ""
    try:
        payload = _OBJECT.validate_json(text)
    except ValidationError:
        payload = {}
    return CallOut(
        id=f"failed-{failed.id}",
        outcome=Outcome.FAILED,
        received_at=failed.received_at,
        at=None,
        source=failed.source,
        type=str(payload.get("type") or ""),
        name=str(payload.get("event") or payload.get("type") or ""),
        message_id=str(payload.get("messageId") or ""),
        store="",
        clamped=False,
        reason=failed.reason,
        detail=failed.detail if sees_in_clear(person) else "",
        payload=payload,
        text=None if payload else text,
        again_at=[],
        chain=None,
    )


def _id(one: Arrival) -> str:
    """What opens a call: of an event its id with the moment it was received, without which it is hard to find."""
    match one.outcome:
        case Outcome.FAILED:
            return f"failed-{int(one.key)}"
        case Outcome.REPEATED:
            return f"again-{(one.event_id or b'').hex()}"
        case Outcome.ACCEPTED:
            return f"{(one.received_at - _EPOCH) // _MILLISECOND}-{one.key.lower()}"


def _place(arrival: str, now: datetime) -> tuple[bytes, datetime, datetime]:
    """The event's id, and between which moments it was received; the first of a repeated one some days ago."""
    at, _, key = arrival.partition("-")
    try:
        event_id = bytes.fromhex(key)
        if at == "again":
            return event_id, now - _FIRST_WITHIN, now
        received_at = _EPOCH + int(at) * _MILLISECOND
        return event_id, received_at, received_at
    except (ValueError, OverflowError):
        raise BadArrival(field="arrival", value=arrival[:100], expected="an id of GET /api/arrivals") from None


def _number(arrival: str) -> int:
    number = arrival.removeprefix("failed-")
    if not number.isdecimal() or len(number) > 18:
        raise BadArrival(field="arrival", value=arrival[:100], expected="an id of GET /api/arrivals")
    return int(number)


def _cursor(last: Arrival) -> str:
    words = [last.received_at.isoformat(), last.outcome, last.key]
    return base64.urlsafe_b64encode(json.dumps(words).encode()).decode()


def _spot(cursor: str) -> Spot:
    try:
        received_at, outcome, key = json.loads(base64.urlsafe_b64decode(cursor))
        return Spot(datetime.fromisoformat(received_at), Outcome(outcome), str(key))
    except (ValueError, TypeError):
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before") from None
