"""The stage: a supervised deployment in demo mode, and the work that is done on it while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from unavoce.apps.demo import scene
from unavoce.apps.demo.scene import OWNER, Cast
from unavoce.apps.demo.world import World
from unavoce.apps.supervisor import Supervisor
from unavoce.runtime.client import Sender, Visitor
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """A running demo: its settings, its database, what both sides agreed on, and the owner's session."""

    settings: Settings
    postgres: Postgres
    cast: Cast
    office: Visitor

    def world(self) -> World:
        """The world outside, as the story's people and onlookers have it."""
        intake = f"http://127.0.0.1:{self.settings.port}"
        keys = self.cast.write_keys
        devices = Visitor(f"http://127.0.0.1:{self.settings.simulator_port}")
        return World(self.office, devices, Sender(intake, keys["web"]), Sender(intake, keys["app"]))


def on_stage(settings: Settings, work: Callable[[Stage], T], *, stay: bool) -> T | None:
    """Start everything, do the work in a thread beside the watch, and stop: at once, or with `stay` on Ctrl-C.

    What the work raises is raised here after everything has been stopped.
    """
    scene.wind_clock(settings)
    supervisor = Supervisor(settings, quiet=True).start()
    done: list[T] = []
    broken: list[BaseException] = []

    def play() -> None:
        try:
            done.append(work(_set(settings, supervisor.postgres_url)))
        except BaseException as trouble:
            broken.append(trouble)
        finally:
            if broken or not stay:
                supervisor.leave()

    worker = threading.Thread(target=play, name="demo", daemon=True)
    try:
        worker.start()
        supervisor.watch()
    finally:
        supervisor.stop()
    if broken:
        raise broken[0]
    return done[0] if done else None


def _set(settings: Settings, url: str) -> Stage:
    postgres = Postgres.connect(url, name="demo", size=4)
    cast = scene.set_up(postgres, settings)
    office = Visitor(f"http://127.0.0.1:{settings.port}", timeout=120)
    office.log_in(OWNER, cast.password)
    if not scene.have_key(postgres):
        made = office.post("/api/keys", {"name": "Store tills", "role": "associate"})
        scene.give_devices(postgres, settings, cast, str(made["secret"]))
    else:
        scene.give_devices(postgres, settings, cast, "")
    return Stage(settings, postgres, cast, office)
