"""PostgreSQL into one file and back, by the wheel's own pg_dump and pg_restore, for either form of the engine."""

import contextlib
import subprocess
import tempfile
from pathlib import Path

from unavoce.kernel.errors import Conflict, Unavailable
from unavoce.runtime import sql
from unavoce.runtime.launcher import binaries
from unavoce.runtime.postgres import Postgres

_SQL = sql.load(__package__, "state.sql")


class DumpFailed(Unavailable):
    """PostgreSQL's own tool did not finish; its last words say why."""

    again = False


class DatabaseNotEmpty(Conflict):
    """This database already holds a brand; restore into an empty one."""


def dump(url: str, file: Path) -> None:
    """Write the whole database to a file, as it is at one moment."""
    _run("pg_dump", "--format=custom", "--compress=1", f"--file={file}", f"--dbname={url}")


def load(url: str, file: Path) -> None:
    """Fill an empty database from a dump, wholly or not at all."""
    postgres = Postgres.connect(url, name="restore", size=1)
    try:
        with postgres.transaction() as tx:
            if tx.value(_SQL["has_migrations"]):
                raise DatabaseNotEmpty
    finally:
        postgres.close()
    _replay(url, file)


def _replay(url: str, file: Path) -> None:
    unpack = [str(binaries() / "pg_restore"), "--no-owner", "--file=-", str(file)]
    fill = [str(binaries() / "psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", url]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(unpack, stdout=subprocess.PIPE, stderr=said) as unpacking,
        subprocess.Popen(fill, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as filling,
    ):
        with contextlib.suppress(BrokenPipeError):
            _pass_on(unpacking, filling)
        codes = (unpacking.wait(), filling.wait())
        if any(codes):
            said.seek(0)
            raise DumpFailed(tool="pg_restore", said=said.read().decode(errors="replace")[-1000:].strip())


def _pass_on(unpacking: subprocess.Popen[bytes], filling: subprocess.Popen[bytes]) -> None:
    if unpacking.stdout is None or filling.stdin is None:
        return
    with filling.stdin as sink:
        for line in unpacking.stdout:
            # A setting of PostgreSQL 17 that older servers refuse; it only says "no limit", the default.
            if line != b"SET transaction_timeout = 0;\n":
                sink.write(line)


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run([str(binaries() / tool), *arguments], capture_output=True, check=False)
    if done.returncode:
        raise DumpFailed(tool=tool, said=done.stderr.decode(errors="replace")[-1000:].strip())
