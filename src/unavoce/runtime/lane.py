"""One asynchronous connection to PostgreSQL on which every statement is its own transaction.

For the collector alone: thousands of requests wait on one event loop while one statement commits for all of them.
A thread of its own for that would wait for the interpreter's lock at every step (12,000 requests/s became 7,000).
"""

from typing import Any, Self, TypeVar

import psycopg
from psycopg.rows import class_row

from unavoce.runtime.postgres import PostgresUnreachable
from unavoce.runtime.sql import Query

T = TypeVar("T")

Broken = psycopg.Error
"""What a statement raises when it was not, or perhaps not, committed."""


class LaneConnection:
    """An open connection; statements run one after the other."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str, *, name: str) -> Self:
        """Connect; `name` shows in pg_stat_activity."""
        try:
            connection = await psycopg.AsyncConnection.connect(
                url, autocommit=True, prepare_threshold=0, application_name=f"unavoce {name}",
                options="-c timezone=UTC", connect_timeout=5,
            )  # fmt: skip
        except psycopg.Error as error:
            raise PostgresUnreachable(reason=str(error).strip()) from error
        return cls(connection)

    @property
    def usable(self) -> bool:
        """Whether the connection still stands."""
        return not self._connection.closed and not self._connection.broken

    async def run(self, query: Query, **params: object) -> int:
        """Run a statement, commit it, and return how many rows it touched."""
        return (await self._connection.execute(query.text.encode(), params)).rowcount

    async def rows(self, query: Query, into: type[T], **params: object) -> list[T]:
        """Every row, each as an `into` built by column name."""
        async with self._connection.cursor(row_factory=class_row(into)) as cursor:
            await cursor.execute(query.text.encode(), params)
            return await cursor.fetchall()

    async def values(self, query: Query, **params: object) -> list[Any]:
        """The first column of every row."""
        cursor = await self._connection.execute(query.text.encode(), params)
        return [row[0] for row in await cursor.fetchall()]

    async def close(self) -> None:
        """Hang up."""
        await self._connection.close()
