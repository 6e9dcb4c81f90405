"""How often each event is in the history of a stopped deployment: `python -m tests.sdk.counting FOLDER BY`.

By message_id or by product; only those count that the tests number: messages m-0, m-1, ... about products p-0, p-1, ...
"""

import json
import sys

from unavoce.runtime.clickhouse import ClickHouse

_COUNTS = {
    "message_id": "SELECT message_id AS what, count() AS times FROM collect.event "
    "WHERE what LIKE 'm-%' OR JSONExtractString(properties, 'product_id') LIKE 'p-%' GROUP BY what",
    "product": "SELECT JSONExtractString(properties, 'product_id') AS what, count() AS times FROM collect.event "
    "WHERE what LIKE 'p-%' GROUP BY what",
}


def main(folder: str, by: str) -> None:
    """Count, and print it as one JSON line."""
    engine = ClickHouse.open(folder)
    counted = engine.client("api").tree(_COUNTS[by])
    print(json.dumps(dict(zip(counted["what"], counted["times"], strict=True))))
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
