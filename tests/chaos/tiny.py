"""A small but real process of a deployment: it owns ClickHouse when asked to, and writes down every visit.

Run as `python -m tests.chaos.tiny_engine` or `tests.chaos.tiny_collector`.
"""

import asyncio
import sys
import time

from unavoce.runtime import health, process, telemetry
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.process import Receive, Scope, Send
from unavoce.runtime.settings import Settings, keep_setting, setting
from unavoce.runtime.sql import Query

COUNT = Query("count", "How many visits there were.", "SELECT count() FROM learn.tiny_visit", "tests")
MADE = "CREATE TABLE IF NOT EXISTS learn.tiny_visit (at UInt64) ENGINE = MergeTree ORDER BY at"


class Tiny:
    """The app: every request is a visit, written to the engines this process has."""

    def __init__(self, postgres: Postgres, facts: Facts | None) -> None:
        self._postgres, self._facts = postgres, facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with how many visits there were."""
        await receive()
        if scope["path"] == "/slow":
            await asyncio.sleep(1.0)
        body = str(self.visit()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    def visit(self) -> int:
        """Write one down in every engine and count them in the last."""
        with self._postgres.transaction() as tx:
            seen = int(setting(tx, "visits") or 0) + 1
            keep_setting(tx, "visits", seen)
        if self._facts is None:
            return seen
        self._facts.insert("learn.tiny_visit", ["at"], [[time.monotonic_ns()]])
        return int(self._facts.value(COUNT))

    def ready(self) -> None:
        """Fail when PostgreSQL does not answer."""
        with self._postgres.transaction() as tx:
            setting(tx, "visits")


def run(*, owns_clickhouse: bool) -> None:
    """Serve until told to leave."""
    process.die_with_parent()
    settings = Settings()
    telemetry.configure("tiny", level="warning")
    postgres = Postgres.connect(settings.postgres_url or "", name="tiny", size=2)
    clickhouse = ClickHouse.open(settings.clickhouse) if owns_clickhouse else None
    facts = clickhouse.client("api") if clickhouse else None
    if facts:
        migrate(postgres, facts)
        facts.statement(MADE)
    tiny = Tiny(postgres, facts)
    port = settings.port if owns_clickhouse else settings.collector_port
    app = health.with_health(tiny, {"postgres": tiny.ready})
    process.serve(lambda: app, settings.host, port, "raw", drain=[postgres.close])
    if clickhouse:
        clickhouse.close()
    sys.stdout.write("drained\n")
