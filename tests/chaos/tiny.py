"""A small but real process of a deployment: it owns ClickHouse when asked to, and writes down every visit.

Run as `python -m tests.chaos.tiny_engine` or `tests.chaos.tiny_collector`.
"""

import sys
import time

from unavoce.runtime import health, process, telemetry
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.process import ASGI, Receive, Scope, Send
from unavoce.runtime.settings import Settings, keep_setting, setting
from unavoce.runtime.sql import Query

COUNT = Query("count", "How many visits there were.", "SELECT count() FROM learn.tiny_visit", "tests")
MADE = "CREATE TABLE IF NOT EXISTS learn.tiny_visit (at UInt64) ENGINE = MergeTree ORDER BY at"


def run(*, owns_clickhouse: bool) -> None:
    """Serve until told to leave."""
    process.die_with_parent()
    settings = Settings()
    telemetry.configure("tiny", level="warning")
    postgres = Postgres.connect(settings.postgres_url or "", name="tiny", size=2)
    clickhouse = ClickHouse.open(settings.clickhouse) if owns_clickhouse else None
    if clickhouse:
        migrate(postgres, clickhouse.client("api"))
        clickhouse.client("api").statement(MADE)

    def visit() -> int:
        with postgres.transaction() as tx:
            seen = int(setting(tx, "visits") or 0) + 1
            keep_setting(tx, "visits", seen)
        if clickhouse is None:
            return seen
        facts = clickhouse.client("api")
        facts.insert("learn.tiny_visit", ["at"], [[time.monotonic_ns()]])
        return int(facts.value(COUNT))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["path"] == "/slow":
            time.sleep(1.0)
        body = str(visit()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    def ready() -> None:
        with postgres.transaction() as tx:
            setting(tx, "visits")

    def build() -> ASGI:
        return health.with_health(app, {"postgres": ready})

    port = settings.port if owns_clickhouse else settings.collector_port
    process.serve(build, settings.host, port, "raw", drain=[postgres.close])
    if clickhouse:
        clickhouse.close()
    sys.stdout.write("drained\n")
