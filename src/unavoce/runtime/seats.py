"""A few clients of one engine that share a role: each does one query at a time, a thread keeps its seat meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import LifoQueue

from clickhouse_connect.driver.client import Client


class Seats:
    """At most `count` clients, made when they are first needed; whoever finds none free waits."""

    def __init__(self, connect: Callable[[], Client], count: int) -> None:
        self._connect = connect
        self._count = count
        self._free: LifoQueue[Client | None] = LifoQueue()
        for _ in range(count - 1):
            self._free.put(None)
        # The first one is made at once, so that an engine that cannot be reached is noticed now.
        self.first = connect()
        self._free.put(self.first)
        self._mine = threading.local()

    @contextmanager
    def take(self) -> Iterator[Client]:
        """A client for this thread alone; taking again inside gives the same one."""
        held: Client | None = getattr(self._mine, "client", None)
        if held is not None:
            yield held
            return
        seat = self._free.get()
        try:
            client = seat or self._connect()
            seat = self._mine.client = client
            yield client
        finally:
            self._mine.client = None
            self._free.put(seat)

    def close(self) -> None:
        """Wait for every seat to become free and close its client."""
        for _ in range(self._count):
            client = self._free.get()
            if client is not None:
                client.close()
