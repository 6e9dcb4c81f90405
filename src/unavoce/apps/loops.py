"""The engine's loops: each does one small step again and again, resting only when there was nothing to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import thread_time

import structlog

from unavoce.runtime import telemetry
from unavoce.runtime.process import ASGI, Receive, Scope, Send

_log = structlog.get_logger("unavoce.loop")
# A step that fails is tried again after this long, doubling up to the longest rest; nothing is lost meanwhile.
FIRST_REST_SECONDS = 0.1
LONGEST_REST_SECONDS = 5.0
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_CPU = telemetry.counter("unavoce_loop_cpu_seconds_total", "Processor time of each loop of the engine.")


@dataclass(slots=True)
class Loop:
    """One thread that calls `step` until told to stop; `step` says whether it did anything.

    It rests `idle_seconds` after a step that did nothing, unless woken by `wake`. With `longest_seconds` every further
    step that did nothing doubles the rest up to that, until there is something to do or it is woken.
    """

    name: str
    step: Callable[[], bool]
    idle_seconds: float
    wake: threading.Event = field(default_factory=threading.Event)
    longest_seconds: float | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self, *, patience: float = 10.0) -> None:
        """Let the present step finish, then end."""
        self._stop.set()
        self.wake.set()
        if self._thread is not None:
            self._thread.join(patience)

    @property
    def alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        rest = FIRST_REST_SECONDS
        idle, longest = self.idle_seconds, self.longest_seconds or self.idle_seconds
        counted = thread_time()
        while not self._stop.is_set():
            self.wake.clear()
            try:
                busy = self.step()
            except Exception:
                _log.exception("step failed", loop=self.name, again_in_seconds=rest)
                self._stop.wait(rest)
                rest = min(rest * 2, LONGEST_REST_SECONDS)
                continue
            rest = FIRST_REST_SECONDS
            counted, before = thread_time(), counted
            _CPU.add(counted - before, loop=self.name)
            woken = not busy and self.wake.wait(idle)
            idle = self.idle_seconds if busy or woken else min(idle * 2, longest)


def woken_by_writes(app: ASGI, loops: Sequence[Loop]) -> ASGI:
    """The same app; these loops look again as soon as a request that may have written is answered."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        finally:
            if scope["type"] == "http" and scope["method"] not in _READING:
                for loop in loops:
                    loop.wake.set()

    return answer
