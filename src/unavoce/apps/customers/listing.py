"""The list of customers: who matches, who may be seen, in which order, and what each bought."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from unavoce.access.api import Person, mask, sees_in_clear
from unavoce.apps.customers.wire import CustomerRow, CustomerRows
from unavoce.apps.sheets import safe_cell
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, text_of
from unavoce.learn import api as learn
from unavoce.profile import api as profiles
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segments

Sort = Literal["last_seen", "first_seen", "revenue", "orders"]
# Sorting by purchases among a filtered set is done on the whole set; larger sets are asked to be narrowed.
MOST_RANKED = 20_000
MOST_EXPORTED = 100_000


class TooManyToRank(BadInput):
    """So many customers cannot be sorted by purchases at once; narrow the search or choose another order."""


class BadOffset(BadInput):
    """This cursor was not given by this list; start again without one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked the list for."""

    q: str = ""
    segment: str = ""
    sort: Sort = "last_seen"
    cursor: str | None = None
    limit: int = 50


def page(here: Door, tx: Transaction, person: Person, wish: Wish, currency: str) -> CustomerRows:
    """One page of the customers this person may see."""
    among = sight_of(here, tx, person, wish.segment)
    if wish.sort in ("revenue", "orders"):
        return _ranked(here, tx, person, wish, among, currency)
    found = profiles.customers_page(
        tx, wish.q or None, sorted(among) if among is not None else None, wish.sort, wish.cursor, wish.limit,
        whole=not sees_in_clear(person),
    )  # fmt: skip
    return CustomerRows(items=rows_of(here, tx, person, found.items, currency), next=found.next)


def sight(here: Door, person: Person) -> set[CustomerId] | None:
    """The customers this person may see; None is everybody."""
    return None if person.scope.stores is None else set(learn.shoppers_at(here.facts, person.scope.stores))


def may_see(here: Door, person: Person, customer: CustomerId, iids: Collection[int]) -> bool:
    """Whether a customer is in this person's sight: she did something in one of the person's stores."""
    if person.scope.stores is None:
        return True
    seen = set(learn.shoppers_at(here.facts, person.scope.stores))
    return customer in seen or not seen.isdisjoint(iids)


def sheet(rows: Iterable[CustomerRow]) -> str:
    """The rows as CSV, with no cell that a spreadsheet would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "name", "email", "phone", "language", "last_seen_at", "orders", "revenue_minor", "currency"])
    for row in rows:
        said = (row.id, row.name, row.email or "", row.phone or "", row.language or "")
        told = (row.last_seen_at.isoformat(), row.orders, row.revenue_minor, row.currency)
        writer.writerow([*(safe_cell(cell) for cell in said), *told])
    return out.getvalue()


def sight_of(here: Door, tx: Transaction, person: Person, segment: str) -> set[CustomerId] | None:
    """The customers the list is limited to by sight and segment, None for no limit."""
    sight = None if person.scope.stores is None else set(learn.shoppers_at(here.facts, person.scope.stores))
    if not segment:
        return sight
    members = set(segments.customers_in(tx, segment))
    return members if sight is None else members & sight


def _ranked(
    here: Door, tx: Transaction, person: Person, wish: Wish, among: set[CustomerId] | None, currency: str
) -> CustomerRows:
    after = _offset(wish.cursor)
    by_orders = wish.sort == "orders"
    if wish.q:
        found = set(profiles.search(tx, wish.q, whole=not sees_in_clear(person)))
        among = found if among is None else among & found
    if among is None:
        ids = learn.best_shoppers(here.facts, by_orders=by_orders, after=after, most=wish.limit + 1)
    else:
        ids = _order(here, tx, person, among, by_orders=by_orders)[after : after + wish.limit + 1]
    shown = ids[: wish.limit]
    known = profiles.summaries(tx, shown)
    rows = rows_of(here, tx, person, [known[one] for one in shown if one in known], currency)
    return CustomerRows(items=rows, next=str(after + wish.limit) if len(ids) > wish.limit else None)


def _order(here: Door, tx: Transaction, person: Person, among: set[CustomerId], *, by_orders: bool) -> list[CustomerId]:
    if len(among) > MOST_RANKED:
        raise TooManyToRank(field="sort", value=len(among), expected=f"at most {MOST_RANKED}")
    bought = learn.shopping(here.facts, profiles.members_of(tx, among), stores=person.scope.stores)
    return sorted(among, key=lambda one: (-(bought[one].orders if by_orders else bought[one].revenue_minor), one))


def rows_of(
    here: Door, tx: Transaction, person: Person, found: Sequence[profiles.Summary], currency: str
) -> list[CustomerRow]:
    """These customers as lines, masked for who must not see them in clear."""
    ids = [summary.id for summary in found]
    bought = learn.shopping(here.facts, profiles.members_of(tx, ids), stores=person.scope.stores)
    memberships = segments.segments_of(tx, ids)
    return [
        CustomerRow(
            id=text_of(summary.id),
            name=mask(person, "name", summary.name),
            email=_masked(person, "email", summary.email),
            phone=_masked(person, "phone", summary.phone),
            language=summary.language,
            last_seen_at=summary.last_seen_at,
            orders=bought[summary.id].orders,
            revenue_minor=bought[summary.id].revenue_minor,
            currency=currency,
            segments=[membership.key for membership in memberships.get(summary.id, ())],
        )
        for summary in found
    ]


def _masked(person: Person, kind: str, value: str | None) -> str | None:
    return mask(person, kind, value) if value else None


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not cursor.isdigit():
        raise BadOffset(field="cursor", value=cursor)
    return int(cursor)
