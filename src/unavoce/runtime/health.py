"""/healthz, /readyz and /metrics around any ASGI app, so that every process answers them alike."""

import asyncio
from collections.abc import Callable, Mapping

import orjson
import structlog

from unavoce.runtime import telemetry
from unavoce.runtime.process import ASGI, Receive, Scope, Send, draining

Checks = Mapping[str, Callable[[], object]]
"""What must work before this process is ready: each check raises when its thing does not."""

_log = structlog.get_logger("unavoce.health")
_JSON, _TEXT = b"application/json", b"text/plain; version=0.0.4; charset=utf-8"


def with_health(app: ASGI, checks: Checks) -> ASGI:
    """The same app, answering three more paths.

    /healthz: 200 while the process lives. /readyz: 200 when every check passes, else 503 naming those that
    do not. /metrics: Prometheus' text.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else None
        if path == "/healthz":
            await _say(send, 200, _JSON, b'{"alive":true}')
        elif path == "/readyz":
            status, body = await asyncio.to_thread(_ready, checks)
            await _say(send, status, _JSON, body)
        elif path == "/metrics":
            await _say(send, 200, _TEXT, (await asyncio.to_thread(telemetry.rendered)).encode())
        else:
            await app(scope, receive, send)

    return answer


def _ready(checks: Checks) -> tuple[int, bytes]:
    troubles = {name: trouble for name, check in checks.items() if (trouble := _trouble_of(name, check))}
    if draining.is_set():
        troubles["draining"] = "This process is leaving."
    state = {"ready": not troubles, "troubles": troubles}
    return (503 if troubles else 200), orjson.dumps(state)


def _trouble_of(name: str, check: Callable[[], object]) -> str | None:
    try:
        check()
    except Exception as error:
        _log.warning("not ready", check=name, error=str(error))
        return f"{type(error).__name__}: {error}"
    return None


async def _say(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
