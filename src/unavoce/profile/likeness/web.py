"""Routes: the queue of probable duplicates, and what people decide."""

from collections.abc import Callable, Collection
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from unavoce.access.api import Person, audit, current, requires
from unavoce.kernel.errors import BadInput, Refusal
from unavoce.kernel.ids import CustomerId, text_of
from unavoce.profile import links, resolver
from unavoce.profile.likeness import deciding, store, wire
from unavoce.profile.likeness.model import Decision, NoSuchSuggestion, Suggestion
from unavoce.profile.model import Relinked
from unavoce.profile.people import reading
from unavoce.profile.ruling import publishing
from unavoce.profile.ruling import store as works
from unavoce.profile.ruling.model import OPEN, WorkKind, WorkState
from unavoce.profile.ruling.wire import WorkOut
from unavoce.runtime.http import Door, RowId, door
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
OnLinks = Callable[[Door, Transaction, Relinked], None]
"""What must follow when customers change, in the same transaction: segments, journeys."""
Sight = Callable[[Door, Person], Collection[int] | None]
"""Customers and identifiers a person may see; None is everybody."""
_FIRST = (1e9, 0)
_SEARCH = "identity:duplicates"


def routes(on_links: OnLinks, sight: Sight) -> APIRouter:
    """The routes about duplicates."""
    router = APIRouter(prefix="/api/identity/duplicates", tags=["identity"])

    def seen(here: Door, tx: Transaction, person: Person, found: list[Suggestion]) -> list[Suggestion]:
        among = sight(here, person)
        if among is None:
            return found
        members = resolver.members_of(tx, {one for each in found for one in (each.first, each.second)})
        known = {one for one, hers in members.items() if one in among or not set(hers).isdisjoint(among)}
        return [each for each in found if each.first in known and each.second in known]

    def shown(tx: Transaction, person: Person, found: Suggestion) -> wire.SuggestionOut:
        one, other = (reading.profile(tx, CustomerId(iid)) for iid in (found.one, found.other))
        return wire.SuggestionOut.of(found, one, other, person)

    def one_of(here: Door, tx: Transaction, person: Person, number: int) -> Suggestion:
        found = seen(here, tx, person, [deciding.found(tx, number)])
        if not found:
            raise NoSuchSuggestion(suggestion=number)
        return found[0]

    @router.get("", dependencies=[requires("customers:read")])
    def queue(
        request: Request,
        here: Here,
        state: Literal["open", "accepted", "rejected"] = "open",
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> wire.SuggestionsOut:
        """Probable duplicates, the surest first."""
        person = current(request)
        with here.postgres.transaction() as tx:
            found = store.queue(tx, Decision(state), _place(cursor), limit + 1)
            page = seen(here, tx, person, found[:limit])
            last = works.works(tx, [WorkKind.LIKENESS], 1)
            items = [shown(tx, person, one) for one in page]
            audit(tx, person, "identity.duplicates_looked_at", _SEARCH, here.clock.now(), {"shown": len(items)})
            return wire.SuggestionsOut(
                items=items,
                next=f"{found[limit - 1].score!r}~{found[limit - 1].id}" if len(found) > limit else None,
                waiting=store.waiting(tx) if len(page) == len(found[:limit]) else len(page),
                searched_at=last[0].finished_at if last else None,
                searching=bool(last) and last[0].state in OPEN,
                failed=bool(last) and last[0].state is WorkState.FAILED,
                learnt=dict(last[0].result) if last else {},
            )

    @router.get("/{duplicate}", dependencies=[requires("customers:read")])
    def one(duplicate: RowId, request: Request, here: Here) -> wire.SuggestionOut:
        """Two customers side by side, and why they are probably one."""
        person = current(request)
        with here.postgres.transaction() as tx:
            found = one_of(here, tx, person, duplicate)
            for customer in {found.first, found.second}:
                subject = f"customer:{text_of(customer)}"
                audit(tx, person, "customer.compared", subject, here.clock.now(), {"duplicate": duplicate})
            return shown(tx, person, found)

    @router.post("/search", dependencies=[requires("customers:write")], status_code=201)
    def search(request: Request, here: Here) -> WorkOut:
        """Look for duplicates now; answers with the work that does."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            last = works.works(tx, [WorkKind.LIKENESS], 1)
            # One that has begun may not see who came since.
            if not last or last[0].state is not WorkState.WAITING:
                number = works.add_work(tx, WorkKind.LIKENESS, {}, person.name, now, 1)
                audit(tx, person, "identity.duplicates_searched", _SEARCH, now)
                last = [publishing.found(tx, number)]
            return WorkOut.of(last[0], person)

    @router.post("/decisions", dependencies=[requires("customers:write")])
    def decide(body: wire.Decide, request: Request, here: Here) -> wire.DecidedOut:
        """Merge, keep apart, or take a decision back; each by itself, so that one refusal stops no other."""
        return wire.DecidedOut(items=[_decided(here, request, number, body.decision) for number in body.ids])

    def _decided(here: Door, request: Request, number: int, decision: str) -> wire.Decided:
        person, now = current(request), here.clock.now()
        try:
            with here.postgres.transaction() as tx:
                found = one_of(here, tx, person, number)
                done = _do(tx, found, Decision(decision), person, here)
                for customer in {found.first, found.second}:
                    detail = {"duplicate": number}
                    audit(tx, person, f"customer.duplicate_{decision}", f"customer:{text_of(customer)}", now, detail)
                if done is not None:
                    on_links(here, tx, done)
        except Refusal as refused:
            return wire.Decided(id=str(number), state=None, problem=refused.code)
        if done is not None:
            with here.postgres.transaction() as tx:
                links.publish(tx, here.facts, done.links)
        return wire.Decided(id=str(number), state=Decision(decision).value)

    return router


def _do(tx: Transaction, found: Suggestion, decision: Decision, person: Person, here: Door) -> Relinked | None:
    now = here.clock.now()
    match decision:
        case Decision.ACCEPTED:
            return deciding.accept(tx, found, person.name, now)
        case Decision.REJECTED:
            deciding.reject(tx, found, person.name, now)
            return None
        case Decision.OPEN:
            return deciding.take_back(tx, found, person.name, now)


def _place(cursor: str | None) -> tuple[float, int]:
    if not cursor:
        return _FIRST
    score, _, number = cursor.partition("~")
    try:
        return float(score), int(number)
    except ValueError:
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before") from None
