"""Facts: what happened, in ClickHouse, embedded or a server, with clients of its own for each role.

A client serialises its queries, so roles (pump, tick, api) never share one, and the api has a few.
Parameters are written `{name:Type}`; times come back aware and in UTC.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import clickhouse_connect
import pyarrow
import structlog
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from sqlglot.expressions import Expression

from unavoce.kernel.errors import Unavailable
from unavoce.runtime.folder import DiskFull
from unavoce.runtime.seats import Seats
from unavoce.runtime.sql import Query
from unavoce.runtime.tokens import forget_unkept

T = TypeVar("T")

_log = structlog.get_logger("unavoce.clickhouse")
_NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_SETTINGS = {
    "session_timezone": "UTC",
    "insert_deduplicate": 1,
    "async_insert": 0,
}
# A report of one person must not make another wait for a name; two cores do no more than this at once. The pump
# writes three kinds of facts beside each other.
_SEATS = {"api": 3, "pump": 3}
# What a DateTime64 reaches (ClickHouse's manual); times of events are kept within it, too.
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 12, 31, tzinfo=UTC)
_OUT_OF_SPACE = ("NOT_ENOUGH_SPACE", "No space left on device", "errno: 28")


class ClickHouseUnreachable(Unavailable):
    """ClickHouse does not answer; check UNAVOCE_CLICKHOUSE_URL and that the server runs."""


class ClickHouseInUse(Unavailable):
    """Another process has these facts open; one process at a time may own an embedded ClickHouse folder."""


class Facts:
    """The clients of one role: as many queries at a time as it has seats, safe to share between threads."""

    def __init__(self, connect: Callable[[], Client], seats: int = 1) -> None:
        self._seats = Seats(connect, seats)
        self._types: dict[tuple[str, tuple[str, ...]], list[Any]] = {}
        # Without a token the engine compares contents, and would drop a true second insert of equal rows.
        # The setting that says no was renamed in ClickHouse 26.
        newer = "deduplicate_insert" in self._seats.first.server_settings
        self._undeduplicated: dict[str, Any] = {"deduplicate_insert": "disable"} if newer else {"insert_deduplicate": 0}

    def rows(self, query: Query, into: type[T], **params: object) -> list[T]:
        """Every row, each as an `into` built by column name."""
        result = self._ask(query.text, params)
        names = result.column_names
        return [into(**dict(zip(names, row, strict=True))) for row in result.result_rows]

    def values(self, query: Query, **params: object) -> list[Any]:
        """The first column of every row."""
        columns = self._ask(query.text, params, columnar=True).result_columns
        return list(columns[0]) if columns else []

    def value(self, query: Query, **params: object) -> Any:
        """The first column of the first row, or None when there is no row."""
        return next(iter(self.values(query, **params)), None)

    def columns(self, query: Query, **params: object) -> dict[str, list[Any]]:
        """Every column by its name."""
        return self._columns(query.text, params)

    def arrow(self, query: Query, **params: object) -> pyarrow.Table:
        """The result as an Arrow table, for results too large to become Python objects."""
        return self._arrow(query.text, params)

    def run(self, query: Query, **params: object) -> None:
        """Run a statement that answers nothing."""
        self.statement(query.text, params)

    def tree(self, expression: Expression | str, params: Mapping[str, object] | None = None) -> dict[str, list[Any]]:
        """Every column of a statement built as a sqlglot tree (segment/compile.py)."""
        return self._columns(_text_of(expression), params or {})

    def tree_arrow(self, expression: Expression | str, params: Mapping[str, object] | None = None) -> pyarrow.Table:
        """The same as an Arrow table."""
        return self._arrow(_text_of(expression), params or {})

    def tree_run(self, expression: Expression | str, params: Mapping[str, object] | None = None) -> None:
        """Run a built statement that answers nothing, like an INSERT ... SELECT."""
        self.statement(_text_of(expression), params or {})

    def insert(
        self, table: str, columns: Sequence[str], data: Sequence[Sequence[Any]], *, token: str | None = None
    ) -> None:
        """Insert column-oriented data; a second insert under the same token is dropped by the engine."""
        if not data or not len(data[0]):
            return
        settings = {"insert_deduplication_token": token} if token else self._undeduplicated
        # The driver's context of an insert is a circle; emptied, it does not keep the values until garbage is sought.
        held = list(data)
        with _errors_translated(), self._seats.take() as client:
            types = self._column_types(client, table, tuple(columns))
            try:
                client.insert(
                    table, held, column_names=columns, column_types=types, column_oriented=True, settings=settings
                )
            finally:
                held.clear()

    @contextmanager
    def temporary(self, name: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]]) -> Iterator[None]:
        """A temporary table of these columns (name -> ClickHouse type); the client is ours alone meanwhile."""
        described = ", ".join(f"{_plain(column)} {kind}" for column, kind in columns.items())
        with self._seats.take():
            self.statement(f"CREATE TEMPORARY TABLE {_plain(name)} ({described}) ENGINE = Memory")
            try:
                self.insert(name, list(columns), data)
                yield
            finally:
                self._types.pop((name, tuple(columns)), None)
                self.statement(f"DROP TEMPORARY TABLE {_plain(name)}")

    def statement(self, text: str, params: Mapping[str, object] | None = None) -> None:
        """Run one statement by its text; for migrations and the like."""
        with _errors_translated(), self._seats.take() as client:
            client.command(text, parameters=_told(params or {}))

    @property
    def version(self) -> str:
        """The engine's version."""
        return str(self._seats.first.server_version)

    def close(self) -> None:
        """Close the clients, each after its query."""
        self._seats.close()

    def _ask(self, text: str, params: Mapping[str, object], *, columnar: bool = False) -> Any:
        with _errors_translated(), self._seats.take() as client:
            return client.query(text, parameters=_told(params), column_oriented=columnar)

    def _columns(self, text: str, params: Mapping[str, object]) -> dict[str, list[Any]]:
        result = self._ask(text, params, columnar=True)
        if result.column_names:
            columns = [list(column) for column in result.result_columns] or [[] for _ in result.column_names]
            return dict(zip(result.column_names, columns, strict=True))
        # The embedded engine answers an empty result without saying its columns.
        described = self._ask(f"DESCRIBE TABLE ({text})", params)
        return {row[0]: [] for row in described.result_rows}

    def _arrow(self, text: str, params: Mapping[str, object]) -> pyarrow.Table:
        with _errors_translated(), self._seats.take() as client:
            return client.query_arrow(text, parameters=_told(params), use_strings=True)

    def _column_types(self, client: Client, table: str, columns: tuple[str, ...]) -> list[Any]:
        # Asked once per table and set of columns: DESCRIBE before every insert costs as much as a small insert.
        known = self._types.get((table, columns))
        if known is None:
            known = list(client.create_insert_context(table, columns).column_types)
            self._types[table, columns] = known
        return known


class ClickHouse:
    """The engine that holds the facts: embedded in this process, or a server by URL."""

    def __init__(self, connect: Callable[[], Client], *, embedded: bool) -> None:
        self._connect = connect
        self._facts: dict[str, Facts] = {}
        self._lock = threading.Lock()
        self.embedded = embedded

    @classmethod
    def open(cls, url_or_path: str) -> Self:
        """Open the embedded engine in a folder, or connect to a server by its URL."""
        embedded = "://" not in url_or_path
        target: dict[str, Any] = (
            {"interface": "chdb", "path": url_or_path} if embedded else {"dsn": url_or_path}
        )  # fmt: skip

        def connect() -> Client:
            return clickhouse_connect.get_client(**target, settings=dict(_SETTINGS), tz_mode="aware")

        if embedded and (unkept := forget_unkept(Path(url_or_path))):
            _log.warning("inserts cut short by a kill may come again", parts=unkept)
        engine = cls(connect, embedded=embedded)
        engine.client("api")
        return engine

    def client(self, name: str) -> Facts:
        """The client of this role, made on first use."""
        with self._lock:
            if name not in self._facts:
                try:
                    self._facts[name] = Facts(self._connect, _SEATS.get(name, 1))
                except ClickHouseError as error:
                    raise _unreachable(str(error), embedded=self.embedded) from error
            return self._facts[name]

    @property
    def version(self) -> str:
        """The engine's version."""
        return self.client("api").version

    def close(self) -> None:
        """Close every client; the embedded engine lets go of its folder with the last one."""
        with self._lock:
            for facts in self._facts.values():
                facts.close()
            self._facts.clear()


def _unreachable(reason: str, *, embedded: bool) -> Unavailable:
    return ClickHouseInUse(reason=reason) if embedded else ClickHouseUnreachable(reason=reason)


def _told(params: Mapping[str, object]) -> dict[str, object]:
    """The parameters; a moment that the engine cannot hold is the nearest that it can, where no event lies beyond."""
    return {name: _within(one) if isinstance(one, datetime) else one for name, one in params.items()}


def _within(moment: datetime) -> datetime:
    first, last = (one.replace(tzinfo=moment.tzinfo) for one in (_FIRST, _LAST))
    return min(max(moment, first), last)


def _text_of(expression: Expression | str) -> str:
    return expression if isinstance(expression, str) else expression.sql("clickhouse")


def _plain(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a plain name.")
    return name


@contextmanager
def _errors_translated() -> Iterator[None]:
    try:
        yield
    except ClickHouseError as error:
        if any(words in str(error) for words in _OUT_OF_SPACE):
            raise DiskFull(reason=str(error)[:300]) from error
        raise
