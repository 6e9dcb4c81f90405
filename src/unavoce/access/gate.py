"""The gate before every route: who is asking, by cookie or key, and may she?"""

import hmac

from fastapi import Request, params

from unavoce.access import sessions
from unavoce.access.model import CsrfMissing, NotLoggedIn, NotPermitted, Permission, Person, Session
from unavoce.kernel.clock import Clock, SystemClock
from unavoce.kernel.errors import Refusal
from unavoce.runtime.http import Door, door

COOKIE = "unavoce_session"
CSRF_HEADER = "X-CSRF-Token"
_BEARER = "bearer "
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_WALL = SystemClock()


class Gate(params.Depends):
    """What a route declares: a permission, that anybody of the team may, or that it is public.

    Goes into `dependencies=[...]` as it is.
    """

    permission: Permission | None
    is_public: bool

    def __init__(self, permission: Permission | None, *, is_public: bool = False) -> None:
        def check(request: Request) -> None:
            if not is_public:
                admit(request, permission)

        super().__init__(dependency=check)
        object.__setattr__(self, "permission", permission)
        object.__setattr__(self, "is_public", is_public)


def requires(permission: Permission) -> Gate:
    """The route is for people whose role has this permission."""
    return Gate(permission)


def team_only() -> Gate:
    """The route is for everybody of the team who is logged in."""
    return Gate(None)


def public() -> Gate:
    """The route is for everybody, logged in or not."""
    return Gate(None, is_public=True)


def current(request: Request) -> Person:
    """Who is asking; NotLoggedIn on a public route that nobody has logged in for."""
    return session_of(request).person


def who(request: Request) -> str | None:
    """The id of who is asking, her credentials checked; None for somebody who may not ask."""
    try:
        return current(request).id
    except Refusal:
        return None


def session_of(request: Request) -> Session:
    """The session or key of this request, looked up once."""
    known = getattr(request.state, "session", None)
    if isinstance(known, Session):
        return known
    found = _recognised(request, door(request))
    request.state.session = found
    return found


def admit(request: Request, permission: Permission | None) -> None:
    """Let the request in, or say why not."""
    session = session_of(request)
    if permission is not None and not session.person.may(permission):
        raise NotPermitted(permission=permission, role=session.person.role.value)


def caller(request: Request) -> sessions.Caller:
    """Where a request comes from and when, by the wall clock."""
    wall: Clock = getattr(request.app.state, "wall", _WALL)
    return sessions.Caller(ip=request.client.host if request.client else "", now=wall.now())


def _recognised(request: Request, here: Door) -> Session:
    said = request.headers.get("Authorization", "")
    if said.lower().startswith(_BEARER):
        return sessions.of_key(here.postgres, said[len(_BEARER) :].strip(), caller(request))
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotLoggedIn
    session = sessions.visit(here.postgres, token, caller(request))
    # A browser sends the cookie along from anywhere; only our own pages know the token.
    if request.method not in _READING and not _same(request.headers.get(CSRF_HEADER, ""), session.csrf):
        raise CsrfMissing
    return session


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
