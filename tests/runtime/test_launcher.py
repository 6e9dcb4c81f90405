"""The embedded PostgreSQL: any path, any user, after any end."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from unavoce.runtime import folder, launcher
from unavoce.runtime.launcher import EmbeddedPostgres, PostgresWontStart

_START = """
import sys, time
from pathlib import Path
from unavoce.runtime.launcher import EmbeddedPostgres
server = EmbeddedPostgres.start(Path(sys.argv[1]))
print(server.pid, flush=True)
time.sleep(600)
"""


def note(server: EmbeddedPostgres) -> int:
    """Write one note and count them all."""
    with psycopg.connect(server.url()) as brand:
        brand.execute("CREATE TABLE IF NOT EXISTS note (at timestamptz DEFAULT now())")
        brand.execute("INSERT INTO note DEFAULT VALUES")
        row = brand.execute("SELECT count(*) FROM note").fetchone()
    return int(row[0]) if row else 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a space and Chinese in its name."""
    return folder.prepare(tmp_path / "我的 資料")


@pytest.fixture
def server(data: Path) -> Iterator[EmbeddedPostgres]:
    """A running server."""
    started = EmbeddedPostgres.start(data)
    yield started
    started.stop()


def test_it_keeps_what_was_written_over_a_restart(data: Path, server: EmbeddedPostgres) -> None:
    assert note(server) == 1
    server.stop()
    assert not server.alive()
    again = EmbeddedPostgres.start(data)
    assert note(again) == 2
    again.stop()


def test_it_is_durable_and_speaks_to_nobody_outside(server: EmbeddedPostgres) -> None:
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "listen_addresses": "",
              "TimeZone": "UTC", "server_encoding": "UTF8"}  # fmt: skip
    with psycopg.connect(server.url()) as brand:
        said = brand.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(wanted)]).fetchall()
    assert dict(said) == wanted
    assert psutil.Process(server.pid).net_connections("inet") == []


def test_it_never_runs_as_root(server: EmbeddedPostgres) -> None:
    assert psutil.Process(server.pid).uids().effective != 0


def test_only_the_owner_can_reach_the_socket(server: EmbeddedPostgres, data: Path) -> None:
    sockets = folder.socket_folder(data, psutil.Process(server.pid).uids().real)
    assert sockets.stat().st_mode & 0o777 == 0o700


def test_after_kill_9_it_recovers(data: Path, server: EmbeddedPostgres) -> None:
    note(server)
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    again = EmbeddedPostgres.start(data)
    assert note(again) == 2
    again.stop()


def test_it_dies_with_its_parent(data: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _START, str(data)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    postmaster = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    postmaster.wait(10)


def test_an_orphan_of_ours_is_stopped_first(data: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _START, str(data)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    orphan = psutil.Process(int(parent.stdout.readline()))
    again = EmbeddedPostgres.start(data)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert note(again) == 1
    again.stop()
    parent.kill()
    parent.communicate()


def test_a_stale_pid_that_is_somebody_elses_now_does_not_matter(data: Path, server: EmbeddedPostgres) -> None:
    note(server)
    file = data / "postgres" / "postmaster.pid"
    lines = file.read_text().splitlines()
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    again = EmbeddedPostgres.start(data)
    assert note(again) == 2
    again.stop()


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    deep = folder.prepare(tmp_path / ("long " * 20) / ("長" * 40))
    started = EmbeddedPostgres.start(deep)
    assert note(started) == 1
    started.stop()


def test_a_folder_nobody_else_may_enter_works(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    started = EmbeddedPostgres.start(folder.prepare(closed / "data"))
    assert note(started) == 1
    started.stop()


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    (data / "postgres.new").mkdir()
    (data / "postgres.new" / "PG_VERSION").write_text("18\n")
    started = EmbeddedPostgres.start(data)
    assert note(started) == 1
    started.stop()


def test_a_cluster_that_cannot_start_says_why(data: Path, server: EmbeddedPostgres) -> None:
    server.stop()
    with pytest.raises(PostgresWontStart, match="shared_buffers"):
        EmbeddedPostgres.start(data, shared_buffers="nonsense")


def test_it_starts_in_a_moment_after_the_first_time(data: Path, server: EmbeddedPostgres) -> None:
    server.stop()
    began = time.monotonic()
    again = EmbeddedPostgres.start(data)
    took = time.monotonic() - began
    again.stop()
    assert took < 5


def python_for_everybody() -> str | None:
    """An interpreter of this version that other users can run, too."""
    names = [Path(sys.executable).resolve(), Path(f"/usr/bin/python3.{sys.version_info.minor}")]
    return next((str(name) for name in names if name.exists() and launcher.reachable(name)), None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(python_for_everybody() is None, reason="this Python is root's own")
def test_an_ordinary_user_can_run_it() -> None:
    nobody = pwd.getpwnam("nobody")
    home = Path(f"/tmp/unavoce-ordinary-{os.getpid()}")
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    script = _START.replace("time.sleep(600)", "print(server.url()); server.stop()")
    done = subprocess.run(
        [str(python_for_everybody()), "-c", script, str(home)],
        user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, cwd="/", check=False,
    )  # fmt: skip
    shutil.rmtree(home)
    assert "postgresql://" in done.stdout, done.stderr


def test_the_program_says_its_version(data: Path) -> None:
    program = launcher.program_version(data)
    assert program.ok
    assert program.said.startswith("postgres (PostgreSQL) 18")
