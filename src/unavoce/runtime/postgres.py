"""State: what is true now, in PostgreSQL, through named queries inside transactions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import orjson
import psycopg
import psycopg.sql
import psycopg_pool
from psycopg.rows import class_row
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads
from sqlglot.expressions import Expression

from unavoce.kernel.errors import Unavailable
from unavoce.runtime import sql
from unavoce.runtime.folder import DiskFull
from unavoce.runtime.sql import Query

T = TypeVar("T")
Json = Jsonb
"""Wrap a Python object in this to store it as jsonb."""

# SQLSTATE classes: connection exceptions, and the server going down or coming up.
_CONNECTION_LOST = ("08", "57P")
_SQL = sql.load(__package__, "state.sql")

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


class PostgresUnreachable(Unavailable):
    """PostgreSQL does not answer; check UNAVOCE_POSTGRES_URL and that the server runs."""


class Transaction:
    """One open transaction; everything run on it is kept together or not at all."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, query: Query, into: type[T], **params: object) -> list[T]:
        """Every row, each as an `into` built by column name."""
        with self._connection.cursor(row_factory=class_row(into)) as cursor:
            return cursor.execute(query.text.encode(), params).fetchall()

    def first(self, query: Query, into: type[T], **params: object) -> T | None:
        """The first row as an `into`, or None when there is none."""
        with self._connection.cursor(row_factory=class_row(into)) as cursor:
            return cursor.execute(query.text.encode(), params).fetchone()

    def values(self, query: Query, **params: object) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self._connection.execute(query.text.encode(), params)]

    def value(self, query: Query, **params: object) -> Any:
        """The first column of the first row, or None when there is no row."""
        row = self._connection.execute(query.text.encode(), params).fetchone()
        return row[0] if row else None

    def run(self, query: Query, **params: object) -> int:
        """Run a statement and return how many rows it touched."""
        return self._connection.execute(query.text.encode(), params).rowcount

    def many(self, query: Query, rows: Iterable[Mapping[str, object]]) -> int:
        """Run a statement once per row, pipelined; returns how many rows were touched in all."""
        with self._connection.cursor() as cursor:
            cursor.executemany(query.text.encode(), list(rows))
            return max(cursor.rowcount, 0)

    def copy(self, query: Query, rows: Iterable[Sequence[object]], *, types: Sequence[str] = ()) -> int:
        """Feed rows to a `COPY ... FROM STDIN`; a binary one needs its column `types`, like "int8"."""
        with self._connection.cursor() as cursor:
            with cursor.copy(query.text.encode()) as copy:
                if types:
                    copy.set_types(types)
                for row in rows:
                    copy.write_row(row)
            return cursor.rowcount

    def copy_bytes(self, query: Query, chunks: Iterable[bytes]) -> int:
        """Feed bytes already in COPY's format to a `COPY ... FROM STDIN`."""
        with self._connection.cursor() as cursor:
            with cursor.copy(query.text.encode()) as copy:
                for chunk in chunks:
                    copy.write(chunk)
            return cursor.rowcount

    def lock(self, name: str) -> None:
        """Wait for the lock of this name; it is held to the end of the transaction."""
        self.value(_SQL["lock"], name=name)

    def try_lock(self, name: str) -> bool:
        """Take the lock of this name if it is free, to the end of the transaction; says whether it was."""
        return bool(self.value(_SQL["try_lock"], name=name))

    def notify(self, channel: str, payload: str = "") -> None:
        """Wake whoever listens on the channel, once this transaction is committed."""
        self.value(_SQL["notify"], channel=channel, payload=payload)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone alone when it fails."""
        with self._connection.transaction():
            yield

    def listing(self, expression: Expression, into: type[T], **params: object) -> list[T]:
        """Rows of a statement built as a sqlglot tree (runtime/listing.py)."""
        with self._connection.cursor(row_factory=class_row(into)) as cursor:
            return cursor.execute(expression.sql("postgres").encode(), params).fetchall()

    def script(self, text: str) -> None:
        """Run several statements without parameters; for migrations."""
        self._connection.execute(text.encode())


class Postgres:
    """A pool of connections to the brand's database."""

    def __init__(self, pool: psycopg_pool.ConnectionPool[psycopg.Connection[Any]], url: str) -> None:
        self._pool = pool
        self.url = url

    @classmethod
    def connect(cls, url: str, *, name: str, size: int = 4) -> Self:
        """Open a pool of at most `size` connections; `name` shows in pg_stat_activity."""
        pool = psycopg_pool.ConnectionPool(
            url, min_size=1, max_size=size, timeout=15, open=False, name=name,
            kwargs={"application_name": f"unavoce {name}", "options": "-c timezone=UTC", "connect_timeout": 5},
            check=psycopg_pool.ConnectionPool.check_connection,
        )  # fmt: skip
        return cls(_opened(pool, url), url)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that is committed at the end of the block and undone when the block fails."""
        try:
            with self._pool.connection() as connection:
                yield Transaction(connection)
        except psycopg_pool.PoolTimeout as error:
            raise PostgresUnreachable(reason=str(error)) from error
        except psycopg.OperationalError as error:
            raise _translated(error) from error

    @property
    def version(self) -> int:
        """The server's version as PostgreSQL counts it: 180004 is 18.4."""
        with self._pool.connection() as connection:
            return connection.info.server_version

    def listen(self, channel: str, *, patience: float) -> Iterator[str]:
        """Wait at most `patience` seconds for notices on the channel and yield their payloads."""
        with psycopg.connect(self.url, autocommit=True, application_name="unavoce listener") as connection:
            connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
            yield from (notice.payload for notice in connection.notifies(timeout=patience))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


def _translated(error: psycopg.OperationalError) -> Exception:
    """What an error of the server's, not of ours, means; the rest stays as it is."""
    if isinstance(error, psycopg.errors.DiskFull):
        return DiskFull(reason=str(error))
    if error.sqlstate is None or error.sqlstate.startswith(_CONNECTION_LOST):
        return PostgresUnreachable(reason=str(error).strip())
    return error


def _opened(
    pool: psycopg_pool.ConnectionPool[psycopg.Connection[Any]], url: str
) -> psycopg_pool.ConnectionPool[psycopg.Connection[Any]]:
    # A plain connection first: its error names the cause, the pool's only says that time ran out.
    try:
        psycopg.connect(url, connect_timeout=5).close()
        pool.open(wait=True, timeout=15)
    except (psycopg.OperationalError, psycopg.ProgrammingError, psycopg_pool.PoolTimeout) as error:
        pool.close()
        raise PostgresUnreachable(reason=str(error).strip()) from error
    return pool
