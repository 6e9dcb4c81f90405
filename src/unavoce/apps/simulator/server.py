"""The simulator as one web application."""

import threading
from datetime import timedelta
from typing import Annotated

import structlog
from fastapi import APIRouter, Body, FastAPI

from unavoce.apps.simulator import ads, line, mailbox, phones, store, till
from unavoce.apps.simulator.world import Here, World
from unavoce.runtime.http import answer_problems

_log = structlog.get_logger("unavoce.simulator")
# LINE keeps retry keys for a day; letters and chats are looked at for a month at most.
_KEYS_KEPT = timedelta(days=1)
_MESSAGES_KEPT = timedelta(days=30)
_IDLE_SECONDS = 0.25
_LOOKS_BETWEEN_CLEANING = 2400


def build(world: World) -> FastAPI:
    """The application around one world."""
    app = FastAPI(title="Unavoce simulator", docs_url=None, redoc_url=None)
    app.state.world = world
    answer_problems(app)
    for part in (line, phones, mailbox, till, ads):
        app.include_router(part.routes())
    app.include_router(_faults())
    return app


def _faults() -> APIRouter:
    router = APIRouter()

    @router.post("/faults")
    def plan(here: Here, faults: Annotated[dict[str, int], Body()]) -> dict[str, int]:
        """Plan faults by name and how often: line_429, line_500_before, line_500_after (it was taken all the same)."""
        with here.postgres.transaction() as tx:
            store.plan_faults(tx, faults)
        return faults

    return router


class Runner:
    """The thread that makes owed calls and forgets what is too old."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator calls", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the calls under way and end."""
        self._stop.set()
        self._world.owing.set()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        looks = 0
        while not self._stop.is_set():
            self._world.owing.clear()
            looks += 1
            try:
                busy = self._world.pay()
                if looks % _LOOKS_BETWEEN_CLEANING == 1:
                    self._clean()
            except Exception:
                _log.exception("the simulator could not make its calls")
                busy = 0
            if not busy:
                self._world.owing.wait(_IDLE_SECONDS)

    def _clean(self) -> None:
        now = self._world.clock.now()
        with self._world.postgres.transaction() as tx:
            store.forget(tx, keys_before=now - _KEYS_KEPT, messages_before=now - _MESSAGES_KEPT)
