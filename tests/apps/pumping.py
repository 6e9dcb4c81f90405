"""A pump in a process of its own, so that a test can kill it: `python -m tests.apps.pumping FOLDER URL [tell]`.

Pumps until nothing waits, and does what was asked for on failed events. With `tell` it then prints as one JSON line
how often each message is in history, and how often something was counted double.
"""

import json
import sys

from unavoce.apps.follow import Follower
from unavoce.apps.pump import Brand, Pump
from unavoce.collect import api as collect
from unavoce.kernel.clock import SystemClock
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import brand_key
from unavoce.segment import api as segment

_COUNTS = "SELECT message_id, count() AS times FROM collect.event GROUP BY message_id"
_DOUBLED = "SELECT count() - uniqExact(iid, key, source, message_id) AS doubled FROM profile.trait"


def main(folder: str, url: str, *words: str) -> None:
    """Pump it all, then perhaps tell."""
    postgres = Postgres.connect(url, name="pump", size=2)
    engine = ClickHouse.open(folder)
    facts, clock = engine.client("pump"), SystemClock()
    migrate(postgres, facts)
    with postgres.transaction() as tx:
        key = brand_key(tx)
        profile.check_links(tx, facts)
        known = [one.key for one in segment.segments(tx)]
    if "known" not in known:
        condition = segment.parse({"type": "event", "name": "Identify", "agg": "count", "op": "gte", "value": 1,
                                   "window": None})  # fmt: skip
        segment.publish(postgres, facts, segment.Draft("known", {"en": "Known"}, condition), clock.now())
    pump = Pump(postgres, facts, clock, Brand(key, "TW"), lambda: None, Follower(facts, segment.Keeper(facts), clock))
    while pump.step() or collect.work_on_failed(postgres, clock):
        pass
    if "tell" in words:
        print(json.dumps(_told(postgres, engine)))
    engine.close()
    postgres.close()


def _told(postgres: Postgres, engine: ClickHouse) -> dict[str, object]:
    facts = engine.client("pump")
    while segment.export(postgres, facts):
        pass
    with postgres.transaction() as tx:
        failed = len(collect.failed_events(tx, limit=1000))
        members = segment.customers_in(tx, "known")
    counted = facts.tree(_COUNTS)
    flips = facts.tree("SELECT count() AS n, uniqExact(customer) AS customers FROM segment.flip")
    return {
        "counts": dict(zip(counted["message_id"], counted["times"], strict=True)),
        "doubled": facts.tree(_DOUBLED)["doubled"][0],
        "failed": failed,
        "members": len(members),
        "flips": [flips["n"][0], flips["customers"][0]],
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
