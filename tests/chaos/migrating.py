"""Migrates both engines: `python -m tests.chaos.migrating URL FOLDER`; dies where UNAVOCE_FAILPOINT says."""

import sys

from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres


def main(url: str, clickhouse: str) -> None:
    """Run what has not run yet and print the names."""
    postgres, engine = Postgres.connect(url, name="migrating", size=1), ClickHouse.open(clickhouse)
    for name in migrate(postgres, engine.client("api")):
        sys.stdout.write(f"{name}\n")
    engine.close()
    postgres.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
