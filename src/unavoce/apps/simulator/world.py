"""What every part of the simulator stands on: its memory, its clock, and its way out to the brand."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

import structlog
from fastapi import Depends, Request

from unavoce.apps.simulator import store
from unavoce.apps.simulator.model import BrandSilent, NotConnected, Owed, Setup
from unavoce.kernel.clock import Clock
from unavoce.runtime.outbound import Outbound, Reply
from unavoce.runtime.postgres import Postgres, Transaction

_log = structlog.get_logger("unavoce.simulator")
# LINE gives up after a while too; by then a brand that is down has been down for a day.
_MOST_ATTEMPTS = 30
_LONGEST_REST = timedelta(hours=1)
_AT_ONCE = 50
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class World:
    """The simulator's state and doors; one for the whole process."""

    postgres: Postgres
    clock: Clock
    outbound: Outbound
    owing: threading.Event = field(default_factory=threading.Event)
    """Set when there is a call to make."""

    def setup(self) -> Setup:
        """How the brand is reached; NotConnected when nobody said."""
        with self.postgres.transaction() as tx:
            found = store.setup(tx)
        if found is None:
            raise NotConnected
        return found

    def look(self) -> None:
        """Whether the memory answers; raises when it does not."""
        with self.postgres.transaction() as tx:
            store.setup(tx)

    def owe(self, tx: Transaction, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Remember a call within the caller's transaction; it is made once that is committed."""
        store.owe(tx, url, headers, body, self.clock.now())

    def pay(self) -> int:
        """Make the calls that are due; how many were made. A call that fails comes again, later each time."""
        with self.postgres.transaction() as tx:
            due = store.owed(tx, self.clock.now(), limit=_AT_ONCE)
            for call in due:
                self._make(tx, call)
        return len(due)

    def press(self, url: str) -> Reply:
        """What a browser does when somebody presses a link: one GET, no redirect followed."""
        return self._reached(self.outbound.call("GET", url), url)

    def post_form(self, url: str, body: bytes) -> Reply:
        """What a mail program does to unsubscribe: one POST without cookies."""
        return self._reached(self.outbound.call("POST", url, body=body, headers=_FORM), url)

    def is_ours(self, url: str) -> bool:
        """Whether an address leads to the brand: a simulated mail program loads nothing from elsewhere."""
        return url.startswith(self.setup().engine_url.rstrip("/") + "/")

    def _reached(self, reply: Reply, url: str) -> Reply:
        if reply.status == 0:
            raise BrandSilent(url=url, reason=reply.text)
        return reply

    def _make(self, tx: Transaction, call: Owed) -> None:
        reply = self.outbound.call("POST", call.url, body=call.body, headers=call.headers)
        if reply.ok or call.attempts >= _MOST_ATTEMPTS:
            store.paid(tx, call.id)
            return
        _log.warning("the brand did not take a call", url=call.url, status=reply.status, said=reply.text[:200])
        rest = min(timedelta(seconds=2**call.attempts / 2), _LONGEST_REST)
        store.owe_longer(tx, call.id, self.clock.now() + rest)


def world(request: Request) -> World:
    """The FastAPI dependency that hands a route the world."""
    found: World = request.app.state.world
    return found


Here = Annotated[World, Depends(world)]
