"""A pump in a process of its own, so that a test can kill it: `python -m tests.apps.pumping FOLDER URL [WORD]`.

Pumps until nothing waits; with `forever` until SIGTERM. With `tell` it then prints as one JSON line how often each
message is in history.
"""

import json
import signal
import sys
import threading

from unavoce.apps.pump import Brand, Pump
from unavoce.collect import api as collect
from unavoce.kernel.clock import SystemClock
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import brand_key

_COUNTS = """
    SELECT message_id, count() AS times FROM collect.event GROUP BY message_id ORDER BY message_id
"""
_DOUBLED = "SELECT count() - uniqExact(iid, key, source, message_id) AS doubled FROM profile.trait"


def main(folder: str, url: str, *words: str) -> None:
    """Pump it all, then perhaps tell."""
    postgres = Postgres.connect(url, name="pump", size=2)
    engine = ClickHouse.open(folder)
    facts = engine.client("pump")
    migrate(postgres, facts)
    with postgres.transaction() as tx:
        key = brand_key(tx)
        profile.check_links(tx, facts)
    pump = Pump(postgres, facts, SystemClock(), Brand(key, "TW"), lambda: None)
    if "forever" in words:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        pump.run(stop)
    while pump.step():
        pass
    if "tell" in words:
        with postgres.transaction() as tx:
            failed = len(collect.failed_events(tx, limit=1000))
        told = facts.tree(_COUNTS)
        counts = dict(zip(told["message_id"], told["times"], strict=True))
        print(json.dumps({"counts": counts, "doubled": facts.tree(_DOUBLED)["doubled"][0], "failed": failed}))
    engine.close()
    postgres.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
