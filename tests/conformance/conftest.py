"""The forms an engine can take; every test here runs on each form that this machine has."""

import contextlib
import itertools
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import psycopg.sql
import pytest

from unavoce.runtime import folder, launcher
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.launcher import EmbeddedPostgres

_DEBIAN = Path("/usr/lib/postgresql/15/bin")
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of PostgreSQL: makes empty databases."""

    name: str
    maintenance: str

    def empty(self) -> str:
        """The address of a new, empty database."""
        name = f"conformance_{os.getpid()}_{next(_NUMBERS)}"
        with psycopg.connect(self.maintenance, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return psycopg.conninfo.make_conninfo(self.maintenance, dbname=name)

    def drop_all(self) -> None:
        """Remove what `empty` made."""
        made = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        with psycopg.connect(self.maintenance, autocommit=True) as connection:
            for (name,) in connection.execute(made, [f"conformance\\_{os.getpid()}\\_%"]).fetchall():
                drop = psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(drop.format(psycopg.sql.Identifier(name)))


@contextlib.contextmanager
def debian_server() -> Iterator[str]:
    """PostgreSQL 15 from Debian's packages, started as an unprivileged user on a socket."""
    with tempfile.TemporaryDirectory(prefix="unavoce-pg15-") as place:
        data = folder.prepare(Path(place))
        # Made by the launcher's own rules: the user, the socket's folder, the privileges.
        owner = launcher.owner()
        sockets, cluster = folder.socket_folder(data, owner[0]), data / "fifteen"
        cluster.mkdir(mode=0o700)
        os.chown(cluster, *owner)
        make = [
            str(_DEBIAN / "initdb"),
            "-D",
            str(cluster),
            "-U",
            "brand",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(launcher.as_owner(make, reaching=cluster), check=True, cwd="/", capture_output=True)
        run = [str(_DEBIAN / "postgres"), "-D", str(cluster), "-h", "", "-k", str(sockets), "-F"]
        server = subprocess.Popen(launcher.as_owner(run, reaching=cluster), cwd="/", stderr=subprocess.DEVNULL)
        url = f"postgresql://brand@/postgres?host={quote(str(sockets), safe='')}"
        yield from _while_it_answers(server, url)


def _while_it_answers(server: "subprocess.Popen[bytes]", url: str) -> Iterator[str]:
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            break
        assert server.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield url
    server.terminate()
    server.wait()


@pytest.fixture(scope="session", params=["embedded", "debian", "url"])
def form(request: pytest.FixtureRequest, postgres_server: EmbeddedPostgres) -> Iterator[Form]:
    """PostgreSQL: embedded, Debian's by URL, and the one that UNAVOCE_POSTGRES_URL names."""
    with contextlib.ExitStack() as stack:
        if request.param == "embedded":
            url = postgres_server.url("postgres")
        elif request.param == "debian":
            if not _DEBIAN.exists():
                pytest.skip("Debian's PostgreSQL 15 is not installed")
            url = stack.enter_context(debian_server())
        else:
            url = os.environ.get("UNAVOCE_POSTGRES_URL", "")
            if not url:
                pytest.skip("UNAVOCE_POSTGRES_URL is not set")
        made = Form(request.param, url)
        stack.callback(made.drop_all)
        yield made


@pytest.fixture(params=["embedded", "url"])
def engine(request: pytest.FixtureRequest) -> Iterator[ClickHouse]:
    """ClickHouse: embedded, and the one that UNAVOCE_CLICKHOUSE_URL names."""
    if request.param == "embedded":
        yield request.getfixturevalue("clickhouse")
        return
    url = os.environ.get("UNAVOCE_CLICKHOUSE_URL", "")
    if not url:
        pytest.skip("UNAVOCE_CLICKHOUSE_URL is not set")
    opened = ClickHouse.open(url)
    yield opened
    opened.close()
