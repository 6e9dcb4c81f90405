"""One sender in a process of its own, so that it can be killed: `python -m tests.deliver.round`."""

from typing import cast

from unavoce.deliver import api as deliver
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings


def main() -> None:
    """Send what is due, by the environment's settings, until nothing is."""
    settings = Settings()
    postgres = Postgres.connect(settings.postgres_url or "", name="sender", size=4)
    nothing = cast("tuple[ClickHouse, Facts]", (None, None))  # a sender asks no facts
    door = Door(postgres, *nothing, settings.clock(), settings)
    while deliver.send_due(door).claimed:
        continue
    postgres.close()


if __name__ == "__main__":
    main()
