"""Routes: logging in, the team, its places, API keys and the audit trail."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from unavoce.access import api, passwords, rules, sessions, wire
from unavoce.access.gate import COOKIE, caller, current, public, requires, session_of, team_only
from unavoce.access.model import NotLoggedIn, Session
from unavoce.kernel.clock import SystemClock
from unavoce.kernel.errors import BadInput
from unavoce.runtime.http import Door, door
from unavoce.runtime.listing import Ask, asked
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
Wanted = Annotated[Ask, Depends(asked)]


def routes(brand: wire.Brand) -> APIRouter:
    """The team's routes; `brand` is shown to whoever logs in."""
    router = APIRouter(prefix="/api", tags=["team"])
    router.include_router(_session_routes(brand))
    router.include_router(_people_routes())
    router.include_router(_key_routes())
    router.include_router(_trail_routes())
    return router


def _session_routes(brand: wire.Brand) -> APIRouter:
    router = APIRouter()

    def shown(session: Session, here: Door) -> wire.SessionOut:
        now, wall = here.clock.now(), SystemClock().now()
        offset = (now - wall).total_seconds() if here.settings.demo else 0.0
        return wire.SessionOut(
            person=wire.PersonOut.of(session.person),
            csrf=session.csrf,
            brand=brand,
            clock=wire.ClockOut(now=now, demo=here.settings.demo, offset_seconds=round(offset, 3)),
        )

    @router.post("/session", dependencies=[public()])
    def log_in(body: wire.LogIn, request: Request, response: Response, here: Here) -> wire.SessionOut:
        """Log in; the answer sets the cookie."""
        session = sessions.log_in(here.postgres, body.email, body.password, caller(request))
        with here.postgres.transaction() as tx:
            api.audit(tx, session.person, "session.opened", f"person:{session.person.id}", here.clock.now())
        response.set_cookie(
            COOKIE, session.token, max_age=int(rules.SESSION_LASTS.total_seconds()), path="/",
            httponly=True, samesite="lax", secure=_over_tls(request, here),
        )  # fmt: skip
        return shown(session, here)

    @router.get("/session", dependencies=[team_only()])
    def who_am_i(request: Request, here: Here) -> wire.SessionOut:
        """Who is logged in, for which brand, at which brand time."""
        return shown(session_of(request), here)

    @router.patch("/session", dependencies=[team_only()])
    def change_myself(body: wire.SelfChange, request: Request, here: Here) -> wire.SessionOut:
        """Change one's own name, language or password."""
        me = session_of(request)
        if not me.person.email:
            raise BadInput(field="session", expected="a person; a key cannot change itself")
        if body.password is not None:
            sessions.log_in(here.postgres, me.person.email, body.old_password or "", caller(request))
        with here.postgres.transaction() as tx:
            api.change_person(
                tx,
                me.person.id,
                api.Changes(name=body.name, language=body.language, password=body.password),
                stay=passwords.digest(me.token),
            )
            changed = sorted(body.model_fields_set - {"old_password"})
            _note(tx, request, here, "person.changed", f"person:{me.person.id}", {"fields": changed})
        return shown(sessions.visit(here.postgres, me.token, caller(request)), here)

    @router.delete("/session", dependencies=[public()])
    def log_out(request: Request, response: Response, here: Here) -> wire.Done:
        """Log out; harmless when nobody is logged in."""
        try:
            session = session_of(request)
        except NotLoggedIn:
            return wire.Done()
        with here.postgres.transaction() as tx:
            sessions.log_out(tx, session.token)
            api.audit(tx, session.person, "session.closed", f"person:{session.person.id}", here.clock.now())
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return wire.Done()

    return router


def _people_routes() -> APIRouter:
    router = APIRouter()

    @router.get("/people", dependencies=[requires("team:read")])
    def people(request: Request, here: Here, ask: Wanted) -> wire.MemberPage:
        """The team, as far as it works in one's own stores."""
        with here.postgres.transaction() as tx:
            found = api.people(tx, current(request), ask)
        return wire.MemberPage(items=[wire.MemberOut.of(member) for member in found.items], next=found.next)

    @router.post("/people", status_code=201, dependencies=[requires("team:write")])
    def join(body: wire.Joining, request: Request, here: Here) -> wire.MemberOut:
        """Take somebody into the team, with no more rights than one's own."""
        with here.postgres.transaction() as tx:
            rules.check_reach(current(request), body.role, api.scope_of(tx, body.places))
            added = api.add_person(
                tx, email=body.email, password=body.password, name=body.name, role=body.role,
                places=body.places, language=body.language,
            )  # fmt: skip
            detail = {"role": body.role.value, "places": body.places}
            _note(tx, request, here, "person.added", f"person:{added.id}", detail)
        return wire.MemberOut.of(added)

    @router.patch("/people/{person}", dependencies=[requires("team:write")])
    def change(person: str, body: wire.Change, request: Request, here: Here) -> wire.MemberOut:
        """Change somebody's name, language, role, places or password."""
        move = "places" in body.model_fields_set
        with here.postgres.transaction() as tx:
            before = api.member(tx, person)
            rules.check_reach(current(request), before.role, before.scope)
            scope = api.scope_of(tx, body.places) if move else before.scope
            rules.check_reach(current(request), body.role or before.role, scope)
            wanted = api.Changes(body.name, body.role, body.language, body.password, move, body.places)
            changed = api.change_person(tx, person, wanted, stay=passwords.digest(session_of(request).token))
            detail = body.model_dump(mode="json", exclude_unset=True, exclude={"password"})
            _note(tx, request, here, "person.changed", f"person:{person}", detail)
        return wire.MemberOut.of(changed)

    @router.delete("/people/{person}", dependencies=[requires("team:write")])
    def part(person: str, request: Request, here: Here) -> wire.Done:
        """Somebody leaves the team."""
        with here.postgres.transaction() as tx:
            leaving = api.member(tx, person)
            rules.check_reach(current(request), leaving.role, leaving.scope)
            api.part_with(tx, person, here.clock.now())
            _note(tx, request, here, "person.left", f"person:{person}", {"role": leaving.role.value})
        return wire.Done()

    @router.get("/places", dependencies=[team_only()])
    def places(request: Request, here: Here) -> wire.PlacePage:
        """The regions and stores one sees."""
        with here.postgres.transaction() as tx:
            found = api.places(tx, current(request).scope)
        return wire.PlacePage(items=[wire.PlaceOut.of(place) for place in found], next=None)

    return router


def _key_routes() -> APIRouter:
    router = APIRouter()

    @router.get("/keys", dependencies=[requires("settings:write")])
    def keys(request: Request, here: Here, ask: Wanted) -> wire.KeyPage:
        """API keys, newest first, without their secrets."""
        with here.postgres.transaction() as tx:
            found = api.keys(tx, current(request), ask)
        items = [wire.KeyOut.model_validate(wire.key_facts(key)) for key in found.items]
        return wire.KeyPage(items=items, next=found.next)

    @router.post("/keys", status_code=201, dependencies=[requires("settings:write")])
    def make(body: wire.NewKey, request: Request, response: Response, here: Here) -> wire.KeyMade:
        """Make an API key; its secret is in this answer and nowhere else."""
        with here.postgres.transaction() as tx:
            key, secret = api.add_key(
                tx, name=body.name, role=body.role, places=body.places, by=current(request)
            )  # fmt: skip
            _note(tx, request, here, "key.made", f"key:{key.id}", {"name": key.name, "role": key.role.value})
        response.headers["Cache-Control"] = "no-store"
        return wire.KeyMade.model_validate(wire.key_facts(key) | {"secret": secret})

    @router.delete("/keys/{key}", dependencies=[requires("settings:write")])
    def revoke(key: str, request: Request, here: Here) -> wire.Done:
        """End an API key at once."""
        with here.postgres.transaction() as tx:
            api.revoke_key(tx, key, here.clock.now())
            _note(tx, request, here, "key.revoked", f"key:{key}", {})
        return wire.Done()

    return router


def _trail_routes() -> APIRouter:
    router = APIRouter()

    @router.get("/audit", dependencies=[requires("audit:read")])
    def trail(request: Request, here: Here, ask: Wanted) -> wire.EntryPage:
        """The audit trail, newest first."""
        with here.postgres.transaction() as tx:
            found = api.entries(tx, current(request), ask)
        return wire.EntryPage(items=[wire.EntryOut.of(entry) for entry in found.items], next=found.next)

    return router


def _note(
    tx: Transaction, request: Request, here: Door, action: str, target: str, detail: Mapping[str, object]
) -> None:
    api.audit(tx, current(request), action, target, here.clock.now(), detail)


def _over_tls(request: Request, here: Door) -> bool:
    """Whether the browser speaks TLS to us, or to a proxy in front of us."""
    return request.url.scheme == "https" or (here.settings.public_url or "").startswith("https:")
