"""Exports as jobs: what a person may see, written into a file that she alone can fetch for a week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from pydantic import TypeAdapter

from unavoce.access.api import Person, sees_in_clear
from unavoce.apps.brand import Brand
from unavoce.apps.customers import listing
from unavoce.apps.exports import audiences
from unavoce.apps.exports.wishes import Exporter, ExportWish, Taker, What
from unavoce.apps.exports.writers import Row, writer
from unavoce.apps.imports.jobs import Unforeseen
from unavoce.apps.imports.uploads import Shelf
from unavoce.collect import api as collect
from unavoce.kernel.errors import Refusal
from unavoce.kernel.ids import CustomerId, text_of
from unavoce.kernel.money import Money
from unavoce.learn import api as learn
from unavoce.profile import api as profile
from unavoce.runtime import jobs
from unavoce.runtime.http import Door
from unavoce.runtime.jobs import Interrupted, Job, JobState, Stopped
from unavoce.runtime.postgres import Transaction

KIND = "export"
_AT_ONCE = 500
_WISH, _EXPORTER = TypeAdapter(ExportWish), TypeAdapter(Exporter)
_log = structlog.get_logger("unavoce.exports")

CUSTOMER_COLUMNS: Mapping[str, type] = {
    "id": str, "name": str, "email": str, "phone": str, "language": str, "last_seen_at": str, "orders": int,
    "revenue_minor": int, "currency": str, "segments": list,
}  # fmt: skip
EVENT_COLUMNS: Mapping[str, type] = {
    "id": str, "at": str, "received_at": str, "name": str, "type": str, "source": str, "channel": str, "store": str,
    "order_id": str, "revenue_minor": int, "currency": str, "campaign": str, "product_ids": list, "categories": list,
    "iid": str, "properties": str,
}  # fmt: skip


def shelf_of(folder: Path) -> Shelf:
    """Where a deployment keeps its exports."""
    return Shelf(folder / "exports")


def file_name(job: Job) -> str:
    """The name of a job's file."""
    wish = _WISH.validate_python(job.wish["export"])
    named = f"{wish.taker.value}{'-seed' if wish.seed else ''}" if wish.taker else wish.segment or wish.what.value
    return f"{named}.{wish.form.value}"


class Exports:
    """Works off the exports people ask for, one after the other."""

    def __init__(self, door: Door, brand: Brand) -> None:
        self._door, self._brand = door, brand
        self._shelf = shelf_of(door.settings.folder)

    def step(self) -> bool:
        """Do the next export, if one waits; says whether there was one."""
        with self._door.postgres.transaction() as tx:
            job = jobs.claim(tx, KIND, self._door.clock.now())
        if job is None:
            self._shelf.sweep()
            return False
        try:
            written = self._write(job)
        except Interrupted:
            return False
        except Stopped:
            self._end(job, JobState.CANCELLED, 0)
        except Refusal as refusal:
            self._fail(job, refusal)
        except Exception as error:
            _log.exception("an export failed", job=job.id)
            self._fail(job, Unforeseen(reason=type(error).__name__))
        else:
            self._end(job, JobState.DONE, written)
        return True

    def _write(self, job: Job) -> int:
        wish = _WISH.validate_python(job.wish["export"])
        person = _EXPORTER.validate_python(job.wish["by"]).person()
        path = self._shelf.of_job(job.id, "export", new=True)
        columns, parts = self._parts(wish, person)
        written = 0
        with writer(path, wish.form, columns) as write:
            for rows in parts:
                write(rows)
                written += len(rows)
                with self._door.postgres.transaction() as tx:
                    jobs.tell(tx, job.id, {"rows": written})
        return written

    def _parts(self, wish: ExportWish, person: Person) -> tuple[Mapping[str, type], Iterator[Sequence[Row]]]:
        match wish.what:
            case What.EVENTS:
                return EVENT_COLUMNS, self._events(wish, person)
            case What.AUDIENCE if wish.taker is not None:
                columns = audiences.columns(wish.taker, seed=wish.seed)
                return dict.fromkeys(columns, str), self._audience(wish, wish.taker, person)
            case _:
                return CUSTOMER_COLUMNS, self._customers(wish, person)

    def _customers(self, wish: ExportWish, person: Person) -> Iterator[Sequence[Row]]:
        with self._door.postgres.transaction() as tx:
            among = listing.sight_of(self._door, tx, person, wish.segment)
        for summaries in self._everybody() if among is None else self._among(among):
            with self._door.postgres.transaction() as tx:
                found = listing.rows_of(self._door, tx, person, summaries, self._brand.currency)
            yield [row.model_dump(mode="json") for row in found]

    def _everybody(self) -> Iterator[Sequence[profile.Summary]]:
        cursor: str | None = None
        while True:
            with self._door.postgres.transaction() as tx:
                page = profile.customers_page(tx, None, None, "first_seen", cursor, _AT_ONCE)
            yield page.items
            cursor = page.next
            if cursor is None:
                return

    def _among(self, customers: set[CustomerId]) -> Iterator[Sequence[profile.Summary]]:
        ids = iter(sorted(customers))
        while some := list(islice(ids, _AT_ONCE)):
            with self._door.postgres.transaction() as tx:
                known = profile.summaries(tx, some)
            yield [known[one] for one in some if one in known]

    def _audience(self, wish: ExportWish, taker: Taker, person: Person) -> Iterator[Sequence[Row]]:
        with self._door.postgres.transaction() as tx:
            members = iter(sorted(listing.sight_of(self._door, tx, person, wish.segment) or ()))
        while some := list(islice(members, _AT_ONCE)):
            with self._door.postgres.transaction() as tx:
                spent = self._spent(tx, some, person) if wish.seed else None
                yield list(audiences.rows(tx, some, taker, spent))

    def _spent(self, tx: Transaction, customers: Sequence[CustomerId], person: Person) -> Mapping[CustomerId, Decimal]:
        """What each has spent, as far as the asking person sees it."""
        bought = learn.shopping(self._door.facts, profile.members_of(tx, customers), stores=person.scope.stores)
        return {one: Money(what.revenue_minor, self._brand.currency).major for one, what in bought.items()}

    def _events(self, wish: ExportWish, person: Person) -> Iterator[Sequence[Row]]:
        in_clear = sees_in_clear(person)
        for since, until in _hours(wish.since or date.min, wish.until or date.min, self._brand.zone):
            found = collect.events_between(self._door.facts, since, until, stores=person.scope.stores)
            if found:
                yield [_event(one, in_clear=in_clear) for one in found]

    def _end(self, job: Job, state: JobState, rows: int) -> None:
        with self._door.postgres.transaction() as tx:
            jobs.end(tx, job.id, state, self._door.clock.now(), {"rows": rows})

    def _fail(self, job: Job, refusal: Refusal) -> None:
        with self._door.postgres.transaction() as tx:
            jobs.fail(tx, job.id, refusal, self._door.clock.now())


def _hours(first: date, last: date, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The hours of some days in the brand's zone: so much of a busy brand's events fits in memory."""
    at = datetime.combine(first, time(0), ZoneInfo(zone)).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)
    while at < end:
        yield at, min(end, at + timedelta(hours=1))
        at += timedelta(hours=1)


def _event(one: collect.Happening, *, in_clear: bool) -> Row:
    seen = one if in_clear else replace(one, properties={})
    return {
        "id": one.event_id.hex(), "at": one.at.isoformat(), "received_at": one.received_at.isoformat(),
        "name": one.name, "type": one.type, "source": one.source, "channel": one.channel, "store": one.store,
        "order_id": one.order_id, "revenue_minor": one.revenue_minor, "currency": one.currency,
        "campaign": one.campaign, "product_ids": one.product_ids, "categories": one.categories,
        "iid": text_of(one.iid), "properties": seen.properties,
    }  # fmt: skip
