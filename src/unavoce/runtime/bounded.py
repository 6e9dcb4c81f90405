"""No request is larger than an app can hold: middleware that stops reading, and says so as a problem document."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from unavoce.kernel.errors import TooLarge
from unavoce.runtime.http import problem
from unavoce.runtime.process import ASGI, Receive, Scope, Send


class BodyTooLarge(TooLarge):
    """This request is larger than what the API takes; send it in parts."""


class Bounded:
    """ASGI middleware: bodies of at most so many bytes; a path that streams its body to disk may take more."""

    def __init__(self, app: ASGI, *, most: int, larger: Mapping[str, int] | None = None) -> None:
        self._app, self._most, self._larger = app, most, dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse as soon as the body turns out too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Request(scope).headers.get("content-length", "")
        most = self._larger.get(scope["path"], self._most)
        body = _Body(receive, send, most, int(said) if said.isdecimal() else 0)
        if body.fits:
            with suppress(_BrokenOff):
                await self._app(scope, body.receive, body.send)
        if not body.fits:
            await problem(BodyTooLarge(limit_bytes=most))(scope, receive, send)


class _BrokenOff(HTTPException):
    """Makes whatever reads the body give up; its own answer is not heard."""

    def __init__(self) -> None:
        super().__init__(BodyTooLarge.status)


class _Body:
    def __init__(self, receive: Receive, send: Send, most: int, declared: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._declared, self._read = declared, 0

    @property
    def fits(self) -> bool:
        return max(self._declared, self._read) <= self._most

    async def receive(self) -> Any:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if not self.fits:
            raise _BrokenOff
        return message

    async def send(self, message: Any) -> None:
        if self.fits:
            await self._send(message)
