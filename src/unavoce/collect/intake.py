"""The collector's answers: a request in, an answer out, and between the two a commit.

Knows HTTP's words but no server: apps/collector.py puts it behind granian.
"""

import math
import re
from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple, Protocol

import msgspec
import structlog

from unavoce.collect import rules, wire
from unavoce.collect.dialects import rudderstack
from unavoce.collect.dialects.model import Asked, Call, Dialect, Thanks
from unavoce.collect.dialects.registry import BY_PATH
from unavoce.collect.keyring import Keyring
from unavoce.collect.model import (
    Backlogged,
    BatchTooLarge,
    Source,
    SourcePaused,
    TooManyEvents,
    UnknownCall,
    UnknownWriteKey,
)
from unavoce.collect.store import Entry
from unavoce.collect.throttle import Throttle
from unavoce.collect.writer import GroupCommit
from unavoce.kernel.clock import Clock
from unavoce.kernel.errors import Refusal, TooMany, Unavailable

Headers = list[tuple[str, str]]

_log = structlog.get_logger("unavoce.collect")
_SUCCESS = b'{"success":true}'
_JSON = [("content-type", "application/json")]
_PROBLEM = [("content-type", "application/problem+json")]
_GIF = [("content-type", "image/gif"), ("cache-control", "no-store")]
# One transparent point: the smallest image there is (GIF89a).
_POINT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")
_ALLOWED = "authorization, content-type, content-encoding, anonymousid, x-retry-count, x-write-key"
# Vendors keep adding headers of their own: RudderStack's page client alone sends SentAt and RSA-Retry-Attempt.
_HEADER_NAMES = re.compile(r"[A-Za-z0-9-]{1,60}( ?, ?[A-Za-z0-9-]{1,60}){0,30}")
_RETRY_AFTER_SECONDS = 5


class Request(Protocol):
    """What is asked of a server."""

    @property
    def method(self) -> str:
        """GET, POST, ..."""
        ...

    @property
    def path(self) -> str:
        """The path without the query."""
        ...

    @property
    def query(self) -> str:
        """What follows the question mark."""
        ...

    def header(self, name: str) -> str | None:
        """A header by its lowercase name."""
        ...

    async def body(self, limit: int) -> bytes | None:
        """The whole body; None as soon as it is longer than the limit."""
        ...


class Answer(NamedTuple):
    """What is said back."""

    status: int
    headers: Headers
    body: bytes


_OK = Answer(200, _JSON, _SUCCESS)
_THANKS = {Thanks.SUCCESS: _OK, Thanks.NOTHING: Answer(204, [], b""), Thanks.PIXEL: Answer(200, _GIF, _POINT)}
_encode = msgspec.json.Encoder().encode


class Intake:
    """Answers the calls of all sources; `backlog` is kept fresh from outside."""

    def __init__(
        self, commit: GroupCommit, keys: Keyring, clock: Clock, *, backlog_limit: int = rules.BACKLOG_LIMIT
    ) -> None:
        self._commit, self._keys, self._clock = commit, keys, clock
        self._backlog_limit = backlog_limit
        self._throttle = Throttle()
        self.backlog = 0
        self.accepted = 0
        """Events since the start."""

    async def answer(self, request: Request) -> Answer:
        """Take a call, or say why not."""
        try:
            call = wire.CALLS.get(request.path)
            if call is not None and request.method == "POST":
                answer = await self._take(call, request)
            elif dialect := BY_PATH.get((request.method, request.path)):
                answer = await self._translate(dialect, request)
            else:
                return await self._other(request)
        except Refusal as refusal:
            answer = refused(refusal)
        origin = request.header("origin")
        return answer if origin is None else answer._replace(headers=answer.headers + cors(origin))

    async def _take(self, call: str, request: Request) -> Answer:
        # Ten thousand calls a second come this way: an awaited method more is a tenth of a microsecond more.
        source = self._source_outside(request)
        self._check_backlog()
        body = _whole(await request.body(rules.LARGEST_REQUEST), request)
        if source is None:
            keys = (*wire.keys_outside(request.header, request.query), *wire.keys_inside(body))
            source = await self._source_among(keys)
        envelope = wire.opened(call, body, rules.LIMITS[source.kind])
        if self._admits(source, envelope.events):
            await self._commit.write(Entry(source.id, *envelope))
            self.accepted += envelope.events
        return _OK

    async def _translate(self, dialect: Dialect, request: Request) -> Answer:
        """Take a call of another dialect: its translation is written down, which carries what was said."""
        self._check_backlog()
        body = _whole(await request.body(rules.LARGEST_REQUEST), request)
        keys = (*dialect.keys(request.query, body), *wire.keys_outside(request.header, request.query))
        source = await self._source_among((*keys, *wire.keys_inside(body)))
        calls = self._translated(dialect, request, body, rules.LIMITS[source.kind])
        if self._admits(source, len(calls)):
            await self._commit.write(Entry(source.id, dialect.name, len(calls), _encode({"batch": calls})))
            self.accepted += len(calls)
        return _THANKS[dialect.thanks]

    def _translated(self, dialect: Dialect, request: Request, body: bytes, limits: rules.Limits) -> list[Call]:
        if len(body) > limits.batch:
            raise BatchTooLarge(bytes=len(body), limit_bytes=limits.batch)
        if dialect.in_json:
            body = wire.sound(body)
        agent = request.header("user-agent") or ""
        calls = dialect.calls(Asked(request.path, request.query, body, self._clock.now(), agent))
        if len(calls) > rules.MOST_EVENTS:
            raise TooManyEvents(events=len(calls), limit=rules.MOST_EVENTS)
        return calls

    def _check_backlog(self) -> None:
        if self.backlog > self._backlog_limit:
            raise Backlogged(retry_after=_RETRY_AFTER_SECONDS, waiting_events=self.backlog)

    def _admits(self, source: Source, events: int) -> bool:
        """Whether there is anything to write down; refuses what a source may not send now."""
        if source.paused_at is not None:
            raise SourcePaused(source=source.key)
        if events and source.events_per_second is not None:
            self._throttle.spend(source.id, source.events_per_second, events, monotonic())
        return events > 0

    def _source_outside(self, request: Request) -> Source | None:
        """The source whose key stands outside the body; None when there is no key; refuses a wrong one."""
        authorization = request.header("authorization")
        if authorization is not None and (known := self._keys.by_authorization.get(authorization)):
            return known
        sources = self._keys.sources
        keys = [key for key in wire.keys_outside(request.header, request.query) if key]
        source = next((found for key in keys if (found := sources.get(key))), None)
        if source is not None and authorization is not None:
            user = sources.get(wire.basic_user(authorization))
            if user is source:
                self._keys.remember(authorization, source)
        return source

    async def _source_among(self, keys: Sequence[str]) -> Source:
        """The source that one of these opens; whoever has just made a key waits until it is known here."""
        if source := self._opened_by(keys):
            return source
        if any(keys):
            await self._keys.look()
            if source := self._opened_by(keys):
                return source
        raise UnknownWriteKey(expected="the write key of a source, as Basic user, X-Write-Key or `writeKey`")

    def _opened_by(self, keys: Sequence[str]) -> Source | None:
        sources = self._keys.sources
        return next((source for key in keys if (source := sources.get(key))), None)

    async def _other(self, request: Request) -> Answer:
        if request.method == "OPTIONS":
            asked = request.header("access-control-request-headers") or ""
            return Answer(200, cors(request.header("origin") or "*", asked), b"")
        keys = wire.keys_outside(request.header, request.query)
        if request.method in ("GET", "HEAD") and (key := wire.settings_key(request.path, keys)):
            await self._source_among([key])
            return self._settings(key, request)
        raise UnknownCall(method=request.method, path=request.path[:200])

    def _settings(self, key: str, request: Request) -> Answer:
        origin = request.header("origin")
        if request.path.startswith("/v1/"):
            body = wire.browser_settings(key, request.header("host") or "")
        else:
            body = _encode(rudderstack.browser_settings(key))
        return Answer(200, _JSON + (cors(origin) if origin else []), body)


def _whole(body: bytes | None, request: Request) -> bytes:
    """The body as it was before it was packed, if it is not too long."""
    if body is None:
        raise BatchTooLarge(limit_bytes=rules.LARGEST_REQUEST)
    return wire.unpacked(body, request.header("content-encoding"))


def cors(origin: str, asked: str = "") -> Headers:
    """Let a page of any origin call, with whatever headers its client asks for: a write key can only write."""
    allowed = f"{_ALLOWED}, {asked.lower()}" if _HEADER_NAMES.fullmatch(asked) else _ALLOWED
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, POST, OPTIONS"),
        ("access-control-allow-headers", allowed),
        ("access-control-expose-headers", "Retry-After"),
        ("access-control-max-age", "86400"),
        ("vary", "Origin"),
    ]


def refused(refusal: Refusal) -> Answer:
    """A refusal as a problem document (RFC 9457) that Segment's clients understand, too (`code`, `message`)."""
    document = {name: fact if isinstance(fact, int | float) else str(fact) for name, fact in refusal.facts.items()} | {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "message": refusal.detail,
        "again": refusal.again,
        "success": False,
    }
    headers = list(_PROBLEM)
    if isinstance(refusal, TooMany):
        headers.append(("retry-after", str(math.ceil(refusal.retry_after))))
    elif isinstance(refusal, Unavailable):
        headers.append(("retry-after", "1"))
    return Answer(refusal.status, headers, msgspec.json.encode(document))
