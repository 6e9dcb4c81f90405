"""One command, one deployment: the engines and the processes on one data folder, started, watched and stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Self

import structlog
from pydantic import SecretStr

from unavoce.kernel.errors import Refusal, Unavailable
from unavoce.runtime import folder, migrate, process
from unavoce.runtime.client import Visitor
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings

_Handler = Callable[[int, FrameType | None], object] | int | None
_log = structlog.get_logger("unavoce.supervisor")
_LOOK_EVERY_SECONDS = 0.1
# After a crash the engine first takes up what was left; with a long backlog that is minutes.
_READY_SECONDS = 300.0
_DRAIN_SECONDS = 30.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0
# A process that ran this long was well; its next death starts the pauses over.
_WELL_AFTER_SECONDS = 30.0
_TRIES_BEFORE_READY = 4
_LONGEST_LOG = 20_000_000


class NeverReady(Unavailable):
    """A process did not become ready; its log says why."""

    again = False


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of process: a module that serves on a port. `setting` is the variable that moves the port."""

    name: str
    module: str
    port: int
    setting: str


@dataclass(slots=True)
class Child:
    """One running role, and how often it had to be started."""

    role: Role
    process: subprocess.Popen[bytes]
    began: float
    deaths: int = 0
    again_at: float = 0.0
    log: IO[bytes] | None = field(default=None, repr=False)


def roles_of(settings: Settings) -> list[Role]:
    """The processes of an embedded deployment, in the order they start; they stop in the same order."""
    roles = [
        Role("collector", "unavoce.apps.collector", settings.collector_port, "UNAVOCE_COLLECTOR_PORT"),
        Role("engine", "unavoce.apps.engine", settings.port, "UNAVOCE_PORT"),
    ]
    if settings.demo or settings.simulator:
        port = settings.simulator_port
        roles.append(Role("simulator", "unavoce.apps.simulator", port, "UNAVOCE_SIMULATOR_PORT"))
    return roles


class Supervisor:
    """Starts everything, starts again what dies, and stops everything in order.

    Use it from one thread that lives as long as it does: the kernel ends the children with the thread that
    made them. With `quiet` the children write to files in the folder `logs` instead of our standard error.
    """

    def __init__(self, settings: Settings, *, roles: list[Role] | None = None, quiet: bool = False) -> None:
        self.settings = settings
        self._roles = roles_of(settings) if roles is None else roles
        self._quiet = quiet
        self._children: list[Child] = []
        self._postgres: EmbeddedPostgres | None = None
        self._postgres_url = settings.postgres_url or ""
        self._postgres_again_at = 0.0
        self._leaving = threading.Event()
        self._told_to_leave = False
        self._handlers: dict[signal.Signals, _Handler] = {}

    def start(self) -> Self:
        """Start the engines and the processes; returns when all of them are ready."""
        data = folder.prepare(self.settings.folder)
        folder.check_whole(data)
        self._lock = folder.hold(data)
        self._hear_signals()
        try:
            for role in self._roles:
                process.check_port(self.settings.host, role.port, role.setting)
            self._start_postgres()
            self._children = [self._spawn(role) for role in self._roles]
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def watch(self) -> None:
        """Start again what dies, until SIGTERM, SIGINT or `leave`; call `stop` afterwards."""
        while not self._left(after=_LOOK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Look once whether everything runs, and start again what does not."""
        if self._postgres is not None and not self._postgres.alive() and time.monotonic() >= self._postgres_again_at:
            self._revive_postgres()
        for child in self._children:
            if child.process.poll() is not None:
                self._revive(child)

    def leave(self) -> None:
        """Ask `watch` to return."""
        self._leaving.set()

    def stop(self) -> None:
        """Let every process drain, one role after the other, then stop PostgreSQL."""
        for child in self._children:
            _end(child)
        self._children = []
        if self._postgres is not None:
            self._postgres.stop()
            self._postgres = None
        self._lock.release()
        for number, handler in self._handlers.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        self._handlers = {}

    @property
    def postgres_url(self) -> str:
        """The address of the brand's database."""
        return self._postgres_url

    def pid_of(self, name: str) -> int:
        """The process id of a role, or of "postgres"."""
        if name == "postgres" and self._postgres is not None:
            return self._postgres.pid
        return next(child.process.pid for child in self._children if child.role.name == name)

    def _left(self, *, after: float) -> bool:
        """Whether somebody has asked to leave, within so many seconds."""
        return self._told_to_leave or self._leaving.wait(after) or self._told_to_leave

    def _hear(self, *_: object) -> None:
        # A handler runs in the middle of whatever the main thread does: while that waits for the event it holds the
        # event's lock, and setting the event would wait for it for ever.
        self._told_to_leave = True

    def _hear_signals(self) -> None:
        # Only the main thread may; elsewhere `leave` is the way.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._handlers[number] = signal.signal(number, self._hear)

    def _start_postgres(self) -> None:
        if self.settings.postgres_url is None:
            self._postgres = EmbeddedPostgres.start(self.settings.folder)
            self._postgres_url = self._postgres.url()
        postgres = Postgres.connect(self._postgres_url, name="migrate", size=1)
        try:
            migrate.check_nothing_newer(postgres)
            # The embedded ClickHouse belongs to the engine process, which migrates it when it opens it.
            migrate.migrate(postgres, None)
        finally:
            postgres.close()

    def _revive_postgres(self) -> None:
        _log.error("postgres died, starting it again")
        try:
            self._start_postgres()
        except Refusal as refusal:
            # A full disk, most likely; once there is room it comes back by itself.
            self._postgres_again_at = time.monotonic() + _LONGEST_PAUSE_SECONDS
            _log.error("postgres does not start", **refusal.facts, reason=refusal.title)

    def _spawn(self, role: Role) -> Child:
        log = self._log_of(role)
        running = subprocess.Popen(
            [sys.executable, "-m", role.module],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C goes to the whole foreground group; only the supervisor shall hear it.
            start_new_session=True,
            pass_fds=(self._lock.fileno(),),
        )
        _log.info("started", role=role.name, child=running.pid)
        return Child(role, running, time.monotonic(), log=log)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if not child.again_at:
            child.deaths = 1 if now - child.began > _WELL_AFTER_SECONDS else child.deaths + 1
            pause = min(_FIRST_PAUSE_SECONDS * 2 ** (child.deaths - 1), _LONGEST_PAUSE_SECONDS)
            _log.error("died", role=child.role.name, code=child.process.returncode, again_in_seconds=pause)
            child.again_at = now + pause
        if now >= child.again_at:
            fresh = self._spawn(child.role)
            if child.log:
                child.log.close()
            child.process, child.log, child.began, child.again_at = fresh.process, fresh.log, fresh.began, 0.0

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        waiting = list(self._children)
        while waiting and not self._left(after=_LOOK_EVERY_SECONDS):
            self.look()
            waiting = [child for child in waiting if not self._ready(child.role)]
            failing = next((child for child in waiting if child.deaths >= _TRIES_BEFORE_READY), None)
            if failing or (waiting and time.monotonic() > deadline):
                late = failing or waiting[0]
                raise NeverReady(role=late.role.name, log=str(late.log.name) if late.log else None)

    def _ready(self, role: Role) -> bool:
        visitor = Visitor(f"http://{process.local(self.settings.host)}:{role.port}", timeout=5)
        try:
            return visitor.status("/readyz") == 200
        finally:
            visitor.close()

    def _environment(self) -> dict[str, str]:
        given = {name: _as_text(value) for name, value in self.settings if value is not None}
        given |= {"data": str(self.settings.folder), "postgres_url": self._postgres_url}
        ours = {f"UNAVOCE_{name.upper()}": value for name, value in given.items()}
        return {**os.environ, **ours, process.SUPERVISOR: str(os.getpid()), "PYTHONUNBUFFERED": "1"}

    def _log_of(self, role: Role) -> IO[bytes] | None:
        if not self._quiet:
            return None
        file = self.settings.folder / "logs" / f"{role.name}.log"
        file.parent.mkdir(exist_ok=True)
        if file.exists() and file.stat().st_size > _LONGEST_LOG:
            file.replace(file.with_suffix(".log.1"))
        return file.open("ab")


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _end(child: Child) -> None:
    """Ask the process to drain; kill it when it takes too long."""
    child.process.send_signal(signal.SIGTERM)
    try:
        child.process.wait(_DRAIN_SECONDS)
    except subprocess.TimeoutExpired:
        _log.error("did not drain in time, killed", role=child.role.name)
        child.process.kill()
        child.process.wait()
    if child.log:
        child.log.close()
