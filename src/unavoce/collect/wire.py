"""Segment's HTTP wire format, request to envelope: paths, keys, gzip, limits. No I/O.

Only what must be known before the answer is read here; the rest waits for the pump (parsing.py).
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qs

import msgspec

from unavoce.collect import rules
from unavoce.collect.model import (
    BatchTooLarge,
    BrokenGzip,
    BrokenJson,
    EventTooLarge,
    NotACall,
    TooManyEvents,
)
from unavoce.collect.rules import Limits

T = TypeVar("T")

SINGLE = ("track", "identify", "page", "screen", "group", "alias")
BATCH = "batch"
_NAMES = {name: name for name in SINGLE} | {"batch": BATCH, "import": BATCH}
_SHORT = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": BATCH}
# Jitsu's two doors, for pages and for servers; RudderStack's for pages that are being left.
_JITSU = {f"/api/s/{way}{name}": call for name, call in _NAMES.items() for way in ("", "s2s/")}
_SEGMENT = {f"/v1/{word}": call for word, call in (_NAMES | _SHORT).items()}
_PATHS = _SEGMENT | _JITSU | {"/beacon/v1/batch": BATCH}
CALLS = {f"{path}{end}": call for path, call in _PATHS.items() for end in ("", "/")}
"""Every path a call in Segment's own words may be posted to, and the call it stands for."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's number for "a gzip header, the largest window"
# Half of a surrogate pair, as JavaScript leaves it when it cuts an emoji in two.
_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class Envelope(NamedTuple):
    """A request that may be written down: the call its path named ("" for a batch), its events, its JSON."""

    call: str
    events: int
    body: bytes


class _Single(msgspec.Struct):
    """Nothing is taken out of a single call before the answer; this only proves that it is a JSON object."""


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw]


class _Keys(msgspec.Struct):
    write_key: str | None = msgspec.field(default=None, name="writeKey")
    api_key: str | None = None


_single = msgspec.json.Decoder(_Single).decode
_batch = msgspec.json.Decoder(_Batch).decode
_keys = msgspec.json.Decoder(_Keys).decode


def keys_outside(header: Callable[[str], str | None], query: str) -> Iterator[str]:
    """The write keys a request shows outside its body: Basic user, X-Write-Key, query."""
    if authorization := header("authorization"):
        yield basic_user(authorization)
    if key := header("x-write-key"):
        yield key.partition(":")[0]
    if query:
        found = parse_qs(query)
        yield from found.get("writeKey", ())


def basic_user(authorization: str) -> str:
    """The user of a Basic header; as Segment does, a wrong base64 and a missing colon are forgiven."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(encoded + "===").decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return encoded
    return decoded.partition(":")[0]


def keys_inside(body: bytes) -> Iterator[str]:
    """The write keys in the body: Segment's `writeKey`, `api_key` of others."""
    try:
        found = _keys(body)
    except msgspec.MsgspecError:
        return
    yield from (key for key in (found.write_key, found.api_key) if key)


def unpacked(body: bytes, encoding: str | None) -> bytes:
    """The body without gzip, which is known by its header or, since clients forget that, by its first bytes.

    What it unpacks to is bounded while it is unpacked: a bomb is never in memory.
    """
    if not body.startswith(_GZIP_MAGIC) and encoding != "gzip":
        return body
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = inflater.decompress(body, rules.LARGEST_REQUEST + 1)
    except zlib.error as error:
        raise BrokenGzip(field="body", expected="a complete gzip stream", reason=str(error)) from None
    if len(plain) > rules.LARGEST_REQUEST:
        raise BatchTooLarge(limit_bytes=rules.LARGEST_REQUEST)
    if not inflater.eof:
        raise BrokenGzip(field="body", expected="a complete gzip stream", reason="it ends too early")
    return plain


def opened(call: str, body: bytes, limits: Limits) -> Envelope:
    """Check that a body may be written down: valid JSON of the right outer shape, within the limits."""
    if call == BATCH:
        return _opened_batch(body, limits)
    if len(body) > limits.event:
        raise EventTooLarge(bytes=len(body), limit_bytes=limits.event)
    body, _ = _read(body, _single)
    return Envelope(call, 1, body)


def _opened_batch(body: bytes, limits: Limits) -> Envelope:
    if len(body) > limits.batch:
        raise BatchTooLarge(bytes=len(body), limit_bytes=limits.batch)
    body, found = _read(body, _batch)
    events = len(found.batch)
    if events > rules.MOST_EVENTS:
        raise TooManyEvents(events=events, limit=rules.MOST_EVENTS)
    return Envelope("", events, body)


def sound(body: bytes) -> bytes:
    """The body of another dialect, once it is sure to be JSON and an object."""
    return _read(body, _single)[0]


def _read(body: bytes, read: Callable[[bytes], T]) -> tuple[bytes, T]:
    # With this the pump is sure to be able to read it later.
    try:
        if not body.isascii():
            body.decode()
        return body, read(body)
    except msgspec.ValidationError as error:
        raise NotACall(
            field="body", expected='a JSON object; for a batch {"batch": [...]}', reason=str(error)
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        mended = _LONE_SURROGATE.sub(rb"\\ufffd", body)
        if mended == body:
            raise _broken(body, error) from None
    return _read(mended, read)


def _broken(body: bytes, error: Exception) -> BrokenJson:
    if isinstance(error, UnicodeDecodeError):
        return BrokenJson(field="body", expected="UTF-8", position=error.start, reason=error.reason)
    try:
        json.loads(body)
    except json.JSONDecodeError as found:
        where = {"position": found.pos, "line": found.lineno, "column": found.colno}
        return BrokenJson(field="body", expected="JSON", reason=found.msg, **where)
    except (RecursionError, ValueError) as found:
        error = found
    return BrokenJson(field="body", expected="JSON", position=0, reason=str(error))


def settings_key(path: str, keys: Iterator[str]) -> str:
    """The write key a browser SDK asks the settings of; "" where the path asks for no settings.

    Segment's stands in the path (`/v1/projects/{writeKey}/settings`), RudderStack's beside it (`/sourceConfig/`).
    """
    match path.rstrip("/").split("/"):
        case ["", "v1", "projects", key, "settings"]:
            return key
        case ["", "sourceConfig"]:
            return next(keys, "")
        case _:
            return ""


def browser_settings(key: str, host: str) -> bytes:
    """What Segment's browser SDK asks for before it sends: the key to use and where to send to."""
    ours = {"apiKey": key, "apiHost": f"{host}/v1", "versionSettings": {"version": "4", "componentTypes": ["browser"]}}
    return msgspec.json.encode(
        {
            "integrations": {"Segment.io": ours},
            "plan": {"track": {"__default": {"enabled": True}}, "identify": {"__default": {"enabled": True}}},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )
