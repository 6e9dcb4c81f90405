"""Routes: what a customer said over time, of herself and of consent, and writing down what she tells the team."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import JsonValue, TypeAdapter

from unavoce.access.api import Person, audit, current, mask, requires
from unavoce.apps.customers.timeline import Subject
from unavoce.apps.customers.wire import (
    ConsentIn,
    ConsentLogOut,
    ConsentWordOut,
    TraitHistoryOut,
    TraitOut,
    TraitWordOut,
)
from unavoce.collect import api as collect
from unavoce.kernel.ids import text_of
from unavoce.profile import api as profiles
from unavoce.runtime.http import Door, door
from unavoce.runtime.moments import Moment
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
FindSubject = Callable[[Door, Transaction, Person, str], Subject]
AsOf = Annotated[Moment | None, Query(description="As of this moment; now when it is left out.")]
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_MOST = 200


def routes(subject: FindSubject) -> APIRouter:
    """The routes; `subject` finds a customer whom the asking person may see."""
    router = APIRouter()

    @router.get("/customers/{customer}/traits", dependencies=[requires("customers:read")])
    def traits(
        request: Request,
        here: Here,
        customer: str,
        key: Annotated[str, Query(max_length=200)] = "",
        at: AsOf = None,
    ) -> TraitHistoryOut:
        """Every value of her traits (or of one), newest first, and what counted at a moment of the past."""
        person, until = current(request), at or here.clock.now()
        with here.postgres.transaction() as tx:
            whose = subject(here, tx, person, customer)
        told = profiles.trait_history(here.facts, whose.iids, key, until, _MOST)
        then = [one for one in profiles.traits_then(here.facts, whose.iids, until) if key in ("", one.key)]
        shown = _Shown(person, whose)
        return TraitHistoryOut(
            items=[TraitWordOut(**one._asdict() | {"value": shown.value(one.key, one.value)}) for one in told],
            then=[
                TraitOut(**one._asdict() | {"value": shown.value(one.key, one.value), "personal": shown.tag(one.key)})
                for one in then
            ],
        )

    @router.get("/customers/{customer}/consents", dependencies=[requires("customers:read")])
    def consents(request: Request, here: Here, customer: str) -> ConsentLogOut:
        """Everything she ever said about channels and purposes, newest first, with the evidence."""
        person = current(request)
        with here.postgres.transaction() as tx:
            whose = subject(here, tx, person, customer)
            found = profiles.consent_log(tx, whose.customer, _MOST)
        shown = _Shown(person, whose)
        return ConsentLogOut(
            items=[ConsentWordOut(**one._asdict() | {"evidence": shown.text(one.evidence)}) for one in found]
        )

    @router.post("/customers/{customer}/consents", dependencies=[requires("customers:write")], status_code=202)
    def record(request: Request, here: Here, customer: str, body: ConsentIn) -> ConsentLogOut:
        """Write down what she told somebody of the team, with the evidence; it takes effect like her own words."""
        person, now = current(request), here.clock.now()
        with here.postgres.transaction() as tx:
            whose = subject(here, tx, person, customer)
            known = profiles.profile(tx, whose.customer).identifiers
            said = f"{text_of(whose.customer)} {body.model_dump_json()} {now.isoformat()}"
            collect.emit(
                tx,
                "Consent Granted" if body.granted else "Consent Denied",
                [(known[0].kind, known[0].value)],
                {"channel": body.channel, "purpose": body.purpose, "evidence": f"{body.evidence} ({person.name})"},
                now,
                f"consent-{sha256(said.encode()).hexdigest()[:32]}",
                now,
            )
            detail = {"channel": body.channel, "purpose": body.purpose, "granted": body.granted}
            audit(tx, person, "customer.consent_recorded", f"customer:{text_of(whose.customer)}", now, detail)
        return ConsentLogOut(items=[])

    return router


class _Shown:
    """What a person may see of a customer's words."""

    def __init__(self, person: Person, whose: Subject) -> None:
        self._person, self._whose = person, whose

    def tag(self, key: str) -> str | None:
        """What personal data a trait holds."""
        tag = self._whose.tags.of(profiles.TagPlace.TRAIT, key)
        return tag.value if tag else None

    def value(self, key: str, value: object) -> JsonValue:
        """A trait's value as this person may see it."""
        if not self._whose.in_clear and value is not None and (tag := self.tag(key)):
            return mask(self._person, tag, str(value))
        return _JSON.validate_python(self._whose.shown({"": value})[""])

    def text(self, text: str) -> str:
        """Some words as this person may see them."""
        return str(self._whose.shown({"": text})[""])
