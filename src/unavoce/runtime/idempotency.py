"""A write that comes twice is done once: the first answer is kept and replayed.

Retries are the sender's right: a network that fails after the work was done must not make it be done again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request

from unavoce.kernel.clock import Clock
from unavoce.kernel.errors import BadInput, Conflict, Refusal
from unavoce.kernel.ids import digest16
from unavoce.runtime import sql
from unavoce.runtime.http import problem
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.process import ASGI, Receive, Scope, Send

_SQL = sql.load(__package__, "idempotency.sql")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LONGEST_KEY = 200
_KEPT = timedelta(days=7)
# A worker that was killed in the middle leaves its reservation; after this the key may be tried again.
_ABANDONED = timedelta(minutes=1)
# Trying again may well end differently after these, so they are not the answer for ever.
_PASSING = frozenset({401, 403, 408, 425, 429})


class KeyReused(Conflict):
    """This Idempotency-Key was used with another request; use a new key for a new request."""


class StillUnderWay(Conflict):
    """The first request with this Idempotency-Key is still under way; please try again in a moment."""

    again = True


@dataclass(frozen=True, slots=True)
class Kept:
    """A first answer; status None while it is under way."""

    request: bytes
    status: int | None
    content_type: str | None
    answer: bytes | None
    at: datetime


Who = Callable[[Request], str | None]
"""Says who sends the request, after checking the credentials, or None; answers are kept per person."""


class Idempotent:
    """ASGI middleware: writes that carry an `Idempotency-Key` are done once per person and key.

    `streamed` paths take bodies that are too large to be kept, and make the same of the same body by themselves.
    """

    def __init__(
        self, app: ASGI, *, postgres: Postgres, clock: Clock, who: Who, streamed: frozenset[str] = frozenset()
    ) -> None:
        self._app, self._postgres, self._clock, self._who = app, postgres, clock, who
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer as the first time."""
        key, person = await self._sender(scope)
        if not key or person is None:
            await self._app(scope, receive, send)
            return
        try:
            await self._once(key, person, scope, receive, send)
        except Refusal as refusal:
            await problem(refusal)(scope, receive, send)

    async def _sender(self, scope: Scope) -> tuple[str | None, str | None]:
        if scope["type"] != "http" or scope["method"] not in _WRITES or scope["path"] in self._streamed:
            return None, None
        request = Request(scope)
        key = request.headers.get("idempotency-key")
        return key, await asyncio.to_thread(self._who, request) if key else None

    async def _once(self, key: str, person: str, scope: Scope, receive: Receive, send: Send) -> None:
        if len(key) > _LONGEST_KEY:
            raise BadInput(field="Idempotency-Key", value=key[:20], expected=f"at most {_LONGEST_KEY} characters")
        body = await _body(receive)
        target = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}\0".encode()
        first = await asyncio.to_thread(self._reserve, key, person, digest16(target + body))
        if first is not None:
            await _replay(first, send)
        else:
            await self._do(key, person, scope, _again(body), send)

    async def _do(self, key: str, person: str, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()

        async def listening(message: Any) -> None:
            answer.hear(message)
            if answer.complete:
                # Kept before the sender hears of it: otherwise a lost answer could be done twice.
                await asyncio.to_thread(self._keep, key, person, answer)
            await send(message)

        try:
            await self._app(scope, receive, listening)
        finally:
            if not answer.complete:
                await asyncio.to_thread(self._keep, key, person, answer)

    def _reserve(self, key: str, person: str, request: bytes) -> Kept | None:
        now = self._clock.now()
        with self._postgres.transaction() as tx:
            tx.run(_SQL["forget"], before=now - _KEPT)
            tx.run(_SQL["forget_abandoned"], key=key, person=person, before=now - _ABANDONED)
            if tx.run(_SQL["reserve"], key=key, person=person, request=request, at=now):
                return None
            first = tx.first(_SQL["kept"], Kept, key=key, person=person)
        if first is None or (first.request == request and first.status is None):
            raise StillUnderWay(key=key)
        if first.request != request:
            raise KeyReused(key=key)
        return first

    def _keep(self, key: str, person: str, answer: "_Answer") -> None:
        with self._postgres.transaction() as tx:
            if answer.final:
                tx.run(
                    _SQL["keep"], key=key, person=person,
                    status=answer.status, content_type=answer.content_type, answer=answer.body,
                )  # fmt: skip
            else:
                tx.run(_SQL["release"], key=key, person=person)


class _Answer:
    """An answer as it passes by."""

    def __init__(self) -> None:
        self.status, self.content_type, self.body, self.complete = 500, "", b"", False
        self.secret = False

    @property
    def final(self) -> bool:
        """Whether the same answer is right for every later try."""
        return self.complete and not self.secret and self.status < 500 and self.status not in _PASSING

    def hear(self, message: Any) -> None:
        """Take note of one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = dict(message.get("headers", []))
            self.content_type = headers.get(b"content-type", b"").decode("latin-1")
            # An answer that holds a new secret is kept nowhere.
            self.secret = b"no-store" in headers.get(b"cache-control", b"")
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            self.complete = not message.get("more_body", False)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes) -> Callable[[], Awaitable[Any]]:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        return next(messages, {"type": "http.disconnect"})

    return receive


async def _replay(first: Kept, send: Send) -> None:
    headers = [(b"content-type", (first.content_type or "").encode("latin-1")), (b"idempotent-replayed", b"true")]
    await send({"type": "http.response.start", "status": first.status, "headers": headers})
    await send({"type": "http.response.body", "body": first.answer or b""})
