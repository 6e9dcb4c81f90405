"""An engine that pumps and erases in a process of its own, so that a test can kill it.

`python -m tests.apps.erasing_child FOLDER URL [ask EMAIL]`: goes on until nothing is left to do. With `ask` it first
lets somebody of the team ask for an erasure and confirm it. Prints as one JSON line where the requests stand, whether
their receipts hold, and everything both engines keep of the words it reads from standard input.
"""

import json
import sys
from pathlib import Path

from unavoce.access.api import Person, Role, Scope
from unavoce.apps.follow import Follower
from unavoce.apps.privacy import asking, store
from unavoce.apps.privacy.gate import Gate
from unavoce.apps.privacy.model import Kind
from unavoce.apps.privacy.person import customer_by
from unavoce.apps.privacy.receipt import public_key, verified
from unavoce.apps.pump import Brand, Pump
from unavoce.kernel.clock import SystemClock
from unavoce.kernel.language import Language
from unavoce.profile import api as profile
from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.http import Door
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings, brand_key
from unavoce.segment import api as segment

_OLIVIA = Person("olivia", "Olivia", "o@shop.example", Role.OWNER, Language.EN, None, Scope(), None, frozenset())


def main(folder: str, url: str, *words: str) -> None:
    """Pump and erase until nothing is left to do, then tell."""
    postgres, engine = Postgres.connect(url, name="erasing", size=4), ClickHouse.open(f"{folder}/clickhouse")
    migrate(postgres, engine.client("pump"))
    settings = Settings(data=Path(folder), secret_key="a secret for this test")
    door = Door(postgres, engine, engine.client("api"), SystemClock(), settings)
    with postgres.transaction() as tx:
        profile.check_links(tx, engine.client("pump"))
        key = brand_key(tx)
    facts = engine.client("pump")
    pump = Pump(
        postgres,
        facts,
        door.clock,
        Brand(key, "TW"),
        lambda: None,
        Follower(facts, segment.Keeper(facts), door.clock),
        Gate(settings.secret()),
    )
    while pump.step():
        pass
    if words[:1] == ("ask",):
        with postgres.transaction() as tx:
            asked = asking.ask(door, tx, Kind.ERASE, customer_by(tx, "email", words[1], "TW"), _OLIVIA, "")
            asking.confirm(tx, asked.id, asked.id, _OLIVIA, door.clock.now())
    work = asking.worker(door, "Shop", segment.Keeper(door.facts))
    while work() or pump.step():
        pass
    with postgres.transaction() as tx:
        found = store.requests(tx, None, 10)
    own = public_key(settings.secret())
    told = {
        "states": [one.state.value for one in found],
        "holds": [verified(one.receipt or {}, own).holds for one in found if one.receipt],
        "events": engine.client("api").tree("SELECT properties FROM collect.event")["properties"],
        "identifiers": engine.client("api").tree("SELECT count() AS n FROM profile.identifier")["n"][0],
    }
    print(json.dumps(told))
    engine.close()
    postgres.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
