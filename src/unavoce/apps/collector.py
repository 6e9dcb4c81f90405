"""The collector: a process that takes calls in and touches nothing but the intake log, so there can be many.

It speaks RSGI, granian's own interface: over ASGI one core answers a quarter fewer calls (decision 0010).
"""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Protocol

import msgspec
import structlog

from unavoce.collect.intake import Answer, Headers, Intake
from unavoce.collect.keyring import Keyring
from unavoce.collect.ledger import Ledger
from unavoce.collect.model import LANE_COLLECTOR
from unavoce.collect.writer import GroupCommit
from unavoce.kernel.clock import Clock
from unavoce.runtime import telemetry
from unavoce.runtime.postgres import PostgresUnreachable
from unavoce.runtime.process import draining, serve
from unavoce.runtime.settings import Settings

_LOOK_EVERY_SECONDS = 1.0
_STALE_SECONDS = 5.0
_JSON: Headers = [("content-type", "application/json"), ("cache-control", "no-store")]
_TEXT: Headers = [("content-type", "text/plain; version=0.0.4; charset=utf-8"), ("cache-control", "no-store")]

_log = structlog.get_logger("unavoce.collect")
_ACCEPTED = telemetry.gauge("unavoce_collect_accepted_events", "Events accepted since this process started.")
_BACKLOG = telemetry.gauge("unavoce_collect_backlog_events", "Accepted events that wait to be pumped.")


class _Headers(Protocol):
    def get(self, key: str) -> str | None: ...


class _Scope(Protocol):
    """RSGI's description of a request."""

    @property
    def proto(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def headers(self) -> _Headers: ...


class _Exchange(Protocol):
    """RSGI's open exchange: the body comes in, one answer goes out."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


class _Call:
    """An RSGI request in the words of the intake."""

    __slots__ = ("_exchange", "_scope", "header", "method", "path")

    def __init__(self, scope: _Scope, exchange: _Exchange) -> None:
        self._scope, self._exchange = scope, exchange
        self.header = scope.headers.get
        self.method, self.path = scope.method, scope.path

    @property
    def query(self) -> str:
        return self._scope.query_string

    async def body(self, limit: int) -> bytes | None:
        length = self.header("content-length")
        if length is None:
            return await self._streamed(limit)
        heard = await self._exchange() if int(length) <= _HEARD_OUT * limit else b""
        return heard if int(length) <= limit else None

    async def _streamed(self, limit: int) -> bytes | None:
        body, seen = bytearray(), 0
        async for part in self._exchange:
            seen += len(part)
            if seen <= limit:
                body += part
            elif seen > _HEARD_OUT * limit:
                return None
        return bytes(body) if seen <= limit else None


# Who is still sending when the line is cut never reads the answer, so a little too much is heard out and thrown away.
_HEARD_OUT = 8


class Collector:
    """The RSGI app."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._ledger = Ledger(url, LANE_COLLECTOR)
        self._commit = GroupCommit(self._ledger.append, clock)
        self._keys = Keyring(lambda: self._ledger.keys(clock.now()))
        self._intake = Intake(self._commit, self._keys, clock)
        self._fresh_at = float("-inf")
        self._tasks: list[asyncio.Task[None]] = []
        telemetry.before_each_look(self._measure)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tasks = [loop.create_task(self._commit.run()), loop.create_task(self._keep_fresh())]

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        for task in self._tasks:
            task.cancel()

    async def __rsgi__(self, scope: _Scope, exchange: _Exchange) -> None:
        own = self._own(scope.path)
        answer = own if own is not None else await self._intake.answer(_Call(scope, exchange))
        exchange.response_bytes(*answer)

    def _own(self, path: str) -> Answer | None:
        match path:
            case "/healthz":
                return Answer(200, _JSON, b'{"alive":true}')
            case "/readyz":
                return self._readiness()
            case "/metrics":
                return Answer(200, _TEXT, telemetry.rendered().encode())
            case _:
                return None

    def _readiness(self) -> Answer:
        troubles = {}
        if asyncio.get_running_loop().time() - self._fresh_at > _STALE_SECONDS:
            troubles["postgres"] = "The intake log does not answer."
        if draining.is_set():
            troubles["draining"] = "This process is leaving."
        state = {"ready": not troubles, "troubles": troubles}
        return Answer(503 if troubles else 200, _JSON, msgspec.json.encode(state))

    def _measure(self) -> None:
        _ACCEPTED.set(self._intake.accepted)
        _BACKLOG.set(self._intake.backlog)

    async def _keep_fresh(self) -> None:
        """Once a second learn the write keys and how much waits."""
        while True:
            try:
                await self._keys.look()
                self._intake.backlog = await self._ledger.backlog()
                self._fresh_at = asyncio.get_running_loop().time()
            except Exception as error:
                # The next look may succeed; until then the keys of the last one hold.
                _log.warning("the intake log does not answer", error=str(error))
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


def main() -> None:
    """Run the collector with the settings of the environment until SIGTERM."""
    settings = Settings()
    telemetry.configure("collector", level=settings.log_level, form=settings.log_format)
    if settings.postgres_url is None:
        raise PostgresUnreachable(reason="The collector is started by `unavoce up`, which sets UNAVOCE_POSTGRES_URL.")
    url, clock = settings.postgres_url, settings.clock()
    # What is loaded now stays; without this a full collection looks through it all and delays a hundred answers.
    gc.freeze()
    serve(
        lambda: Collector(url, clock),
        settings.host,
        settings.collector_port,
        "rsgi",
        setting="UNAVOCE_COLLECTOR_PORT",
    )


if __name__ == "__main__":
    main()
