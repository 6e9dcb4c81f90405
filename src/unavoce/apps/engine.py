"""The engine: the one process that owns the facts, and runs the API, the pump, the tick and the senders."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from unavoce.apps.brand import Brand, brand_of
from unavoce.apps.demo import scene
from unavoce.apps.exports.jobs import Exports
from unavoce.apps.follow import Follower, Relinker, tell_decisions
from unavoce.apps.identity import Background
from unavoce.apps.imports.exposures import ExposureTaker
from unavoce.apps.imports.jobs import Importer
from unavoce.apps.loops import Loop, woken_by_writes
from unavoce.apps.privacy import asking as privacy
from unavoce.apps.privacy.gate import Gate
from unavoce.apps.pump import Pump
from unavoce.apps.server import application
from unavoce.collect import api as collect
from unavoce.decide import api as decide
from unavoce.deliver import api as deliver
from unavoce.profile import api as profile
from unavoce.runtime import migrate, telemetry
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.garbage import Garbage
from unavoce.runtime.health import with_health
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Postgres, PostgresUnreachable
from unavoce.runtime.process import ASGI, die_with_parent, serve
from unavoce.runtime.settings import Settings
from unavoce.segment import api as segment
from unavoce.segment.computing import keeping

# Customers enter by event within the pump; whom the passing of time moves is known, and looked at so soon after.
KEEP_EVERY_SECONDS = 0.4
# What people ask for begins when they ask: every write wakes these. What waits for something looks again soon.
_JOB_WAITS_SECONDS, _JOBS_LOOK_SECONDS = 0.1, 10.0
_log = structlog.get_logger("unavoce.engine")


@dataclass(slots=True)
class Engine:
    """Everything this process holds open, and its loops."""

    door: Door
    brand: Brand
    keeper: segment.Keeper
    loops: list[Loop]
    jobs: list[Loop]
    garbage: Garbage

    @classmethod
    def open(cls, settings: Settings) -> Engine:
        """Open both engines, bring their tables up to date, put the links right, make the loops."""
        if settings.postgres_url is None:
            raise PostgresUnreachable(reason="The engine is started by `unavoce up`, which sets UNAVOCE_POSTGRES_URL.")
        postgres = Postgres.connect(settings.postgres_url, name="engine", size=12)
        clickhouse = ClickHouse.open(settings.clickhouse)
        pump_facts = clickhouse.client("pump")
        migrate.migrate(postgres, pump_facts)
        with postgres.transaction() as tx:
            if settings.demo:
                scene.brand(tx, settings.clock().now())
            profile.check_links(tx, pump_facts)
            profile.publish_rules(tx, pump_facts)
            brand = brand_of(tx)
            segment.set_terms(tx, segment.Terms(brand.zone, brand.currency))
        door = Door(postgres, clickhouse, clickhouse.client("api"), settings.clock(), settings)
        keeper = segment.Keeper(clickhouse.client("keeper"))
        garbage = Garbage()
        return cls(door, brand, keeper, _loops(door, brand, keeper, garbage), _jobs(door, brand, keeper), garbage)

    def app(self) -> ASGI:
        """The web application, with its loops running."""
        for loop in (*self.loops, *self.jobs):
            loop.start()
        checks: dict[str, Callable[[], object]] = {"postgres": self._ask_postgres, "loops": self._ask_loops}
        return with_health(woken_by_writes(application(self.door, self.brand, self.keeper), self.jobs), checks)

    def close(self) -> None:
        """Let every loop finish its step, then close the engines."""
        for loop in (*self.loops, *self.jobs):
            loop.stop()
        self.door.clickhouse.close()
        self.door.postgres.close()

    def _ask_postgres(self) -> object:
        with self.door.postgres.transaction() as tx:
            return brand_of(tx)

    def _ask_loops(self) -> object:
        dead = [loop.name for loop in (*self.loops, *self.jobs) if not loop.alive]
        if dead:
            raise RuntimeError(f"stopped: {', '.join(dead)}")
        return None


def _loops(door: Door, brand: Brand, keeper: segment.Keeper, garbage: Garbage) -> list[Loop]:
    tick_facts, export_facts = door.clickhouse.client("tick"), door.clickhouse.client("export")
    tick_wake, send_wake = threading.Event(), threading.Event()

    def woken() -> None:
        tick_wake.set()

    secret, address = door.settings.secret(), door.settings.address
    follower = Follower(door.clickhouse.client("pump"), keeper, door.clock, secret, address)
    gate = Gate(door.settings.secret())
    pump = Pump(door.postgres, door.clickhouse.client("pump"), door.clock, brand.pumping, woken, follower, gate)

    def pump_next() -> bool:
        busy = pump.step()
        garbage.look()  # a batch's many values are gone now
        return busy

    def tick() -> bool:
        ticked = decide.tick(door.postgres, tick_facts, door.clock.now())
        if ticked.busy:
            send_wake.set()
        return ticked.busy

    def send() -> bool:
        return deliver.send_due(door).claimed > 0

    def export() -> bool:
        copied = segment.export(door.postgres, export_facts) + decide.export(door.postgres, export_facts)
        return copied > 0

    def look_back() -> bool:
        return segment.replay_history(door.postgres, export_facts, door.clock.now())

    return [
        Loop("pump", pump_next, 0.05, longest_seconds=0.4),
        Loop("tick", tick, 0.2, tick_wake, longest_seconds=1.0),
        Loop("send", send, 0.25, send_wake, longest_seconds=2.0),
        Loop("keep", _keep(door, keeper, woken), KEEP_EVERY_SECONDS),
        Loop("export", export, 2.0, longest_seconds=4.0),
        Loop("look back", look_back, 20.0),
        Loop("compute", _compute(door), 5.0),
    ]


def _jobs(door: Door, brand: Brand, keeper: segment.Keeper) -> list[Loop]:
    """What people ask for and wait for."""

    def failed_events() -> bool:
        return collect.work_on_failed(door.postgres, door.clock)

    steps: dict[str, Callable[[], bool]] = {
        "imports": Importer(door, brand).step,
        "exposures": ExposureTaker(door).step,
        "exports": Exports(door, brand).step,
        "privacy": privacy.worker(door, brand.name, keeper),
        "identity": Background(door, Relinker(keeper)).step,
        "failed events": failed_events,
    }
    return [Loop(name, step, _JOB_WAITS_SECONDS, longest_seconds=_JOBS_LOOK_SECONDS) for name, step in steps.items()]


def _keep(door: Door, keeper: segment.Keeper, woken: Callable[[], None]) -> Callable[[], bool]:
    def keep() -> bool:
        if keeper.step(door.postgres, door.clock.now(), tell_decisions):
            woken()
        return False

    return keep


def _compute(door: Door) -> Callable[[], bool]:
    facts = door.clickhouse.client("export")
    return lambda: keeping.sweep(door.postgres, facts, door.clock.now())


def main() -> None:
    """Run the engine with the settings of the environment until SIGTERM."""
    settings = Settings()
    telemetry.configure("engine", level=settings.log_level, form=settings.log_format)
    die_with_parent()
    engine = Engine.open(settings)
    engine.garbage.begin()
    serve(engine.app, settings.host, settings.port, drain=[engine.close])


if __name__ == "__main__":
    main()
