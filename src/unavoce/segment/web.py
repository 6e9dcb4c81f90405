"""Routes of segments. Who sees only some stores sees only customers who did something there, in numbers too."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from unavoce.access.api import audit, current, mask, requires
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import Iid, parse_id, text_of
from unavoce.profile import api as profile
from unavoce.runtime.http import Door, door
from unavoce.runtime.moments import Moment
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api, spreadsheet, wire
from unavoce.segment.model import Member, Segment

Here = Annotated[Door, Depends(door)]
Limit = Annotated[int, Query(ge=1, le=500)]
_YEAR = timedelta(days=365)
_MOST_EXPORTED = 100_000


def routes(on_flips: api.Then | None = None) -> APIRouter:
    """The routes; `on_flips` is told who goes in and out when somebody publishes or retires, in that transaction."""
    router = APIRouter(prefix="/api/segments", tags=["segments"])
    _definitions(router, on_flips)
    _looks(router)
    _people(router)
    return router


def _definitions(router: APIRouter, on_flips: api.Then | None) -> None:
    @router.get("", dependencies=[requires("segments:read")])
    def segments(request: Request, here: Here) -> wire.SegmentList:
        """The live segments and how many of the customers one may see are in each."""
        among = api.sight(here.facts, current(request).scope.stores)
        with here.postgres.transaction() as tx:
            sizes = api.sizes(tx, among)
            return wire.SegmentList(items=[_row(one, sizes[one.key]) for one in api.segments(tx)])

    @router.post("", dependencies=[requires("segments:write")], status_code=201)
    def publish(body: wire.SegmentIn, request: Request, here: Here) -> wire.SegmentOut:
        """Publish a segment, or the next version of one; its members are in when this answers."""
        draft = api.Draft(body.key, body.name, api.parse(body.definition), body.description)
        published = api.publish(here.postgres, here.facts, draft, here.clock.now(), on_flips)
        with here.postgres.transaction() as tx:
            audit(tx, current(request), "segment.published", f"segment:{body.key}", here.clock.now())
        return _out(here, request, published)

    @router.post("/preview", dependencies=[requires("segments:read")])
    def preview(body: wire.PreviewIn, request: Request, here: Here) -> wire.PreviewOut:
        """How many would be in, and can be reached; nothing is kept."""
        condition, stores = api.parse(body.definition), current(request).scope.stores
        with here.postgres.transaction() as tx:
            counted = api.count(tx, here.facts, condition, here.clock.now(), stores)
        return wire.PreviewOut(size=counted.size, reachable=dict(counted.reachable), as_of=counted.as_of)

    @router.get("/{key}", dependencies=[requires("segments:read")])
    def segment(key: str, request: Request, here: Here) -> wire.SegmentOut:
        """One segment."""
        with here.postgres.transaction() as tx:
            found = api.segment(tx, key)
        return _out(here, request, found)

    @router.delete("/{key}", dependencies=[requires("segments:write")], status_code=204)
    def retire(key: str, request: Request, here: Here) -> None:
        """Let everybody leave; refused while another segment is defined by it."""
        with here.postgres.transaction() as tx:
            api.retire(tx, key, here.clock.now(), on_flips)
            audit(tx, current(request), "segment.retired", f"segment:{key}", here.clock.now())


def _looks(router: APIRouter) -> None:
    @router.get("/{key}/history", dependencies=[requires("segments:read")])
    def history(key: str, request: Request, here: Here, since: Moment | None = None) -> wire.HistoryOut:
        """The size day by day; before the segment was published as the events tell it."""
        now = here.clock.now()
        among = api.sight(here.facts, current(request).scope.stores)
        with here.postgres.transaction() as tx:
            points = api.history(tx, api.segment(tx, key), now, since or now - _YEAR, among)
        shown = [
            wire.HistoryPoint(at=one.at, size=one.size, entered=one.entered, left=one.left, replayed=one.replayed)
            for one in points
        ]
        return wire.HistoryOut(points=shown)

    @router.get("/{key}/customers/{customer}", dependencies=[requires("segments:read"), requires("customers:read")])
    def why(key: str, customer: str, request: Request, here: Here) -> wire.WhyOut:
        """Why this customer is in, or is not."""
        among = api.sight(here.facts, current(request).scope.stores)
        with here.postgres.transaction() as tx:
            segment = api.segment(tx, key)
            hers = profile.customer_with(tx, Iid(parse_id(customer)))
            if among is not None and hers not in among:
                raise profile.NoSuchCustomer(id=customer)
            parts = api.why(tx, here.facts, segment, hers, here.clock.now())
            member = next((one for one in api.segments_of(tx, [hers]).get(hers, ()) if one.key == key), None)
            audit(tx, current(request), "customer.looked_at", f"customer:{customer}", here.clock.now())
        return wire.WhyOut(
            member=member is not None,
            since=member.since if member else None,
            cause=str(member.cause_kind) if member else None,
            evidence=member.cause if member else None,
            parts=[
                wire.PartOut(
                    path=part.path,
                    condition=dict(api.plain(part.condition)),
                    met=part.met,
                    decisive=part.decisive,
                    count=part.count,
                    events=[
                        wire.EvidenceOut(message_id=one.message_id, name=one.name, at=one.at) for one in part.events
                    ],
                )
                for part in parts
            ],
        )


def _people(router: APIRouter) -> None:
    @router.get("/{key}/members", dependencies=[requires("segments:read"), requires("customers:read")])
    def members(
        key: str, request: Request, here: Here, cursor: str | None = None, limit: Limit = 50
    ) -> wire.MemberList:
        """Who is in, newest first."""
        before = None if cursor is None else _read_cursor(cursor)
        among = api.sight(here.facts, current(request).scope.stores)
        with here.postgres.transaction() as tx:
            page, following = api.members(tx, api.segment(tx, key), before=before, limit=limit, among=among)
            items = _named(request, tx, page)
        return wire.MemberList(items=items, next=None if following is None else _cursor(following))

    @router.get("/{key}/export.csv", dependencies=[requires("segments:read"), requires("customers:export")])
    def export(key: str, request: Request, here: Here) -> Response:
        """All members as CSV; a cell that a spreadsheet would run as a formula is made text."""
        among = api.sight(here.facts, current(request).scope.stores)
        with here.postgres.transaction() as tx:
            segment = api.segment(tx, key)
            page, _ = api.members(tx, segment, limit=_MOST_EXPORTED, among=among)
            rows = _named(request, tx, page)
            audit(tx, current(request), "segment.exported", f"segment:{key}", here.clock.now(), {"rows": len(rows)})
        table = [("id", "name", "since", "cause"), *((row.id, row.name, row.since, row.cause) for row in rows)]
        name = f'attachment; filename="segment-{segment.key}.csv"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return Response(spreadsheet.csv_of(table), media_type="text/csv; charset=utf-8", headers=headers)


def _named(request: Request, tx: Transaction, members: Sequence[Member]) -> list[wire.MemberRow]:
    person = current(request)
    names = profile.summaries(tx, [member.customer for member in members])
    return [
        wire.MemberRow(
            id=text_of(member.customer),
            name=mask(person, "name", names[member.customer].name)
            if member.customer in names
            else text_of(member.customer),
            since=member.since,
            cause=str(member.cause_kind),
            evidence=member.cause,
        )
        for member in members
    ]


def _row(segment: Segment, size: int) -> wire.SegmentRow:
    return wire.SegmentRow(
        key=segment.key,
        name=wire.texts(segment.name),
        description=wire.texts(segment.description),
        size=size,
        as_of=segment.swept_at,
        version=segment.version,
    )


def _out(here: Door, request: Request, segment: Segment) -> wire.SegmentOut:
    among = api.sight(here.facts, current(request).scope.stores)
    with here.postgres.transaction() as tx:
        size = api.sizes(tx, among).get(segment.key, 0)
    row = _row(segment, size)
    definition = dict(api.plain(segment.condition))
    return wire.SegmentOut(**row.model_dump(), definition=definition, published_at=segment.published_at)


def _cursor(before: tuple[datetime, int]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([before[0].isoformat(), text_of(before[1])])).decode()


def _read_cursor(text: str) -> tuple[datetime, int]:
    try:
        since, number = orjson.loads(base64.urlsafe_b64decode(text))
        return datetime.fromisoformat(since), parse_id(number)
    except (ValueError, TypeError, binascii.Error, BadInput):
        raise BadInput(field="cursor", value=text[:40], expected="the `next` of the page before") from None
