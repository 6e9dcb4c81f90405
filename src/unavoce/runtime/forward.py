"""A small reverse proxy: what arrives here is answered by another process of ours on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Hop-by-hop headers concern one connection only (RFC 9110, 7.6.1); the host and length are set anew.
_OWN = {b"host", b"connection", b"content-length", b"transfer-encoding", b"keep-alive", b"upgrade", b"te", b"trailer"}
_TELLS_CLIENT = b"x-forwarded-for"


class Forward:
    """An ASGI app that passes every request on to `base` and streams the answer back."""

    def __init__(self, base: str, *, strip: str = "", timeout: float = 30.0) -> None:
        self._base = base.rstrip("/")
        self._strip = strip
        self._timeout = timeout
        self._http: httpx.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; 502 when the other process does not answer."""
        if scope["type"] != "http":
            return
        if self._http is None:
            limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
            self._http = httpx.AsyncClient(timeout=self._timeout, limits=limits)
        request = self._http.build_request(
            scope["method"], self._url(scope), headers=_headers(scope), content=_body(receive)
        )
        try:
            answer = await self._http.send(request, stream=True)
        except httpx.TransportError:
            await _unavailable(send)
            return
        headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in _OWN]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        async for part in answer.aiter_raw():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        await answer.aclose()

    def _url(self, scope: Scope) -> str:
        path = str(scope["path"]).removeprefix(self._strip) if self._strip else str(scope["path"])
        query = bytes(scope.get("query_string", b"")).decode("latin-1")
        return f"{self._base}{path}" + (f"?{query}" if query else "")


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in _OWN]
    client = scope.get("client")
    if client:
        kept.append((_TELLS_CLIENT, str(client[0]).encode()))
    return kept


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        part = await receive()
        more = part.get("more_body", False)
        if part.get("body"):
            yield part["body"]


async def _unavailable(send: Send) -> None:
    body = b'{"code":"unavailable","message":"The process behind this address does not answer; please try again."}'
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
