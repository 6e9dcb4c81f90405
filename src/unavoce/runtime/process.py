"""What every process of a deployment does: die with its parent, serve, and drain before it leaves.

The server is granian inside this very process, on purpose: with a worker of its own, killing granian's main
process leaves the worker holding the port and ClickHouse's folder, and a respawn could open the folder twice.
Both forms answer equally many requests (decision 0005).
"""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Literal, Protocol

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from unavoce.kernel.errors import Conflict
from unavoce.runtime import child

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]

_INTERFACES = {"asgi": Interfaces.ASGI, "raw": Interfaces.ASGINL, "rsgi": Interfaces.RSGI}


class RSGI(Protocol):
    """An app that speaks granian's own interface."""

    async def __rsgi__(self, scope: Any, exchange: Any, /) -> None: ...


SUPERVISOR = "UNAVOCE_SUPERVISOR"
"""The environment variable that tells a child the pid of its supervisor."""

draining = threading.Event()
"""Set when this process has been asked to leave: long answers and loops should come to an end."""

_LOOK_EVERY_SECONDS = 0.5
_ORPHAN_SECONDS = 10.0


class PortInUse(Conflict):
    """Another program listens on this port; stop it, or choose another port with the setting."""


def die_with_parent() -> None:
    """Leave when the supervisor dies: drain at once, and be gone within ten seconds whatever happens.

    Does nothing in a process that no supervisor started.
    """
    # Taken out, so that a second call and our own children find nothing.
    parent = int(os.environ.pop(SUPERVISOR, "0"))
    if parent:
        child.die_with_parent(parent, signal.SIGTERM)
        threading.Thread(target=_watch, args=(parent,), name="watch parent", daemon=True).start()


def serve(
    app: Callable[[], ASGI | RSGI],
    host: str,
    port: int,
    interface: Literal["asgi", "raw", "rsgi"] = "asgi",
    *,
    setting: str = "UNAVOCE_PORT",
    drain: Sequence[Callable[[], None]] = (),
) -> None:
    """Serve the app that `app` builds, in this process, until SIGTERM or SIGINT; then drain and return.

    "raw" apps get no lifespan; "rsgi" is granian's own interface. Draining: `draining` is set, no new
    connection is taken, requests under way are answered, the lifespan ends, then each of `drain` is called
    in order. `setting` names the port's.
    """
    die_with_parent()
    check_port(host, port, setting)
    # uvloop answers a third more calls a second; only the collector is that close to the limit (decision 0010).
    loop_factory = uvloop.new_event_loop if interface == "rsgi" else None
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_serve(app(), host, port, _INTERFACES[interface]))
    for leave in drain:
        leave()


def check_port(host: str, port: int, setting: str) -> None:
    """Refuse a port that another program listens on, naming the setting that changes it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(port=port, host=host, setting=setting, reason=os.strerror(error.errno or 0)) from error


def local(host: str) -> str:
    """How a process of this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


async def _serve(app: ASGI | RSGI, host: str, port: int, interface: Interfaces) -> None:
    server = Server(app, address=host, port=port, interface=interface, websockets=False, log_enabled=False)
    loop = asyncio.get_running_loop()

    # granian leaves this one untyped.
    stop: Callable[[], None] = server.stop

    def leave() -> None:
        draining.set()
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)
    await server.serve()
    if not draining.is_set():
        # The worker ended by itself: a failed start or a fault. The supervisor starts us anew.
        sys.exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_ORPHAN_SECONDS)
    os._exit(1)
