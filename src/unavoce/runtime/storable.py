"""What no engine can store is refused at the door: middleware that names the field of such a text or number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from unavoce.kernel.errors import BadInput
from unavoce.runtime.http import problem
from unavoce.runtime.process import ASGI, Receive, Scope, Send

# PostgreSQL's text holds no U+0000 (its manual, 8.3), and half of a surrogate pair is no character at all.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SHOWN = 60
# Both engines count in 64 bits, and so does the JSON that is kept.
_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1
_LONG_NUMBER = re.compile(rb"\d{19}")


class NotStorable(BadInput):
    """This text holds a character that cannot be stored; leave it out and try again."""


class NumberTooLarge(BadInput):
    """This number is larger than what can be stored; give a smaller one."""


class Storable:
    """ASGI middleware: paths, queries, and under `prefix` JSON bodies hold nothing but whole characters and 64 bits.

    `streamed` paths take files, which are too large to be looked into here.
    """

    def __init__(self, app: ASGI, *, prefix: str, streamed: frozenset[str] = frozenset()) -> None:
        self._app, self._prefix, self._streamed = app, prefix, streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or say what cannot be stored."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        found = _in_address(scope)
        if found is None and self._may_hold_text(scope):
            try:
                body = await Request(scope, receive).body()
            except ClientDisconnect:
                return
            found, receive = _in_json(body), _again(body, receive)
        if found is None:
            await self._app(scope, receive, send)
        else:
            await problem(found)(scope, receive, send)

    def _may_hold_text(self, scope: Scope) -> bool:
        if scope["path"] in self._streamed:
            return False
        kind = Request(scope).headers.get("content-type", "")
        is_json = not kind or "json" in kind
        return is_json and scope["method"] not in ("GET", "HEAD") and scope["path"].startswith(self._prefix)


def _in_address(scope: Scope) -> BadInput | None:
    if _UNSTORABLE.search(scope["path"]):
        return _refused("path", scope["path"])
    query = scope["query_string"].decode("latin-1")
    if "%00" not in query:
        return None
    said = parse_qsl(query, keep_blank_values=True)
    return next((_refused(name.replace("\0", ""), value) for name, value in said if "\0" in name + value), None)


def _in_json(body: bytes) -> BadInput | None:
    # Both characters can only be written with a backslash: bare, they are no JSON or no UTF-8, and the route says so.
    if rb"\u" not in body and not _LONG_NUMBER.search(body):
        return None
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return next((refusal for field, one in _leaves(parsed) if (refusal := _refusal(field, one)) is not None), None)


def _refusal(field: str, value: str | int) -> BadInput | None:
    if isinstance(value, str):
        return _refused(field, value) if _UNSTORABLE.search(value) else None
    if _SMALLEST <= value <= _LARGEST:
        return None
    return NumberTooLarge(field=field, value=str(value)[:_SHOWN], expected=f"{_SMALLEST} to {_LARGEST}")


def _leaves(value: object, field: str = "") -> Iterator[tuple[str, str | int]]:
    """Every text and whole number in a JSON value and the field it stands in; a name is a text as well."""
    if isinstance(value, str | int):
        yield field or "body", value
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{field}.{number}".lstrip("."))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield field or "body", name
            yield from _leaves(one, f"{field}.{name}".lstrip("."))


def _refused(field: str, text: str) -> BadInput:
    shown = ascii(text[:_SHOWN])
    return NotStorable(field=field, value=shown, expected="text without U+0000 and without half a surrogate pair")


def _again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def once_more() -> Any:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once_more
