"""The group commit: one writer puts down whatever is waiting, and everyone who waited for it is answered together."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from unavoce.collect.model import Backlogged, NotDurable
from unavoce.collect.store import Entry
from unavoce.kernel.clock import Clock

Append = Callable[[Sequence[Entry], datetime], Awaitable[None]]

# What may wait in memory while a commit is under way: a hundred times what one commit usually carries.
_MOST_BYTES = 64 * 1024 * 1024
# One statement carries at most so much; more would only make the answer later.
_GROUP_BYTES = 8 * 1024 * 1024
_RETRY_AFTER_SECONDS = 1.0

_log = structlog.get_logger("unavoce.collect")


class GroupCommit:
    """Writes entries in the order they came; `write` returns when its entry is durable."""

    def __init__(self, append: Append, clock: Clock) -> None:
        self._append, self._clock = append, clock
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._bytes = 0
        self._some = asyncio.Event()

    async def write(self, entry: Entry) -> None:
        """Return when the entry is committed; NotDurable when that failed, Backlogged when too much waits."""
        if self._bytes > _MOST_BYTES:
            raise Backlogged(retry_after=_RETRY_AFTER_SECONDS)
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        self._bytes += len(entry.body)
        self._some.set()
        await done

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._some.wait()
            group = self._next_group()
            try:
                await self._append([entry for entry, _ in group], self._clock.now())
            except Exception as error:
                # Whatever it was: these entries may not be there, and the next ones may fare better.
                _log.exception("events were not written down", requests=len(group))
                _answer(group, NotDurable(retry_after=_RETRY_AFTER_SECONDS, reason=type(error).__name__))
            else:
                _answer(group, None)

    def _next_group(self) -> list[tuple[Entry, asyncio.Future[None]]]:
        size, count = 0, 0
        for entry, _ in self._waiting:
            size += len(entry.body)
            count += 1
            if size > _GROUP_BYTES:
                break
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        self._bytes -= size
        if not self._waiting:
            self._some.clear()
        return group


def _answer(group: Sequence[tuple[Entry, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, done in group:
        # Whoever hung up has cancelled her future.
        with contextlib.suppress(asyncio.InvalidStateError):
            done.set_result(None) if error is None else done.set_exception(error)
