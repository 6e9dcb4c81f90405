"""Identity: a store tablet that 100,000 people log in on, beside the same people on browsers of their own."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figure import Figure, Reference, medians
from unavoce.collect.api import Event, Source, SourceKind
from unavoce.kernel.ids import digest16
from unavoce.profile import api
from unavoce.profile.ruling import store as ruling
from unavoce.runtime.garbage import Garbage
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

BATCH, BATCHES = 5_000, 20
PEOPLE = BATCH * BATCHES
KEY, REGION = b"a key for the figures", "TW"
START = datetime(2018, 1, 5, 12, tzinfo=UTC)
TABLET = Source(3, "tablet", "The store's tablet", SourceKind.WEB)
SLOWED_BAR, MERGED_BAR = 10, 0
Named = Callable[[int], tuple[tuple[str, str], ...]]


def figures() -> Iterator[Figure]:
    """Events a second through the tablet, by how much that is slower than without it, and who was merged."""
    found = medians(_measured)
    alone = Reference("the same people, a browser each", found["alone"])
    yield Figure("hub_absorb", found["tablet"], "events/s", "higher", reference=alone)
    yield Figure("hub_slowed", found["slowed"], "%", "lower", bar=SLOWED_BAR)
    yield Figure("hub_last_tenth_slower_than_first", found["tiring"], "%", "lower", bar=SLOWED_BAR)
    yield Figure("hub_merged_people", found["merged"], "people", "lower", bar=MERGED_BAR)
    yield Figure("hub_evidence_kept", found["kept"], "edges", "lower")


def _measured() -> Mapping[str, float]:
    with tempfile.TemporaryDirectory(prefix="unavoce-bench-") as folder:
        server = EmbeddedPostgres.start(Path(folder))
        alone = Postgres.connect(server.url("alone"), name="bench", size=1)
        shared = Postgres.connect(server.url("shared"), name="bench", size=1)
        try:
            for postgres in (alone, shared):
                migrate(postgres, None)
            return _compared(alone, shared)
        finally:
            alone.close()
            shared.close()
            server.stop()


def _compared(alone: Postgres, shared: Postgres) -> Mapping[str, float]:
    # In alternation, so that whatever else the machine does slows both.
    apart, together = [0.0] * BATCHES, [0.0] * BATCHES
    garbage = Garbage()
    garbage.begin()  # as in the engine
    for batch in range(BATCHES):
        garbage.look()
        apart[batch] = _absorbed(alone, batch, _at_home)
        together[batch] = _absorbed(shared, batch, _at_the_tablet)
    tenth = max(BATCHES // 10, 1)
    return {
        "alone": PEOPLE / sum(apart),
        "tablet": PEOPLE / sum(together),
        "slowed": 100 * (sum(together) / sum(apart) - 1),
        "tiring": 100 * (sum(together[-tenth:]) / sum(together[1 : tenth + 1]) - 1),
        "merged": _merged(shared),
        "kept": _kept(shared),
    }


def _absorbed(postgres: Postgres, batch: int, named: Named) -> float:
    events = [_event(number, named) for number in range(batch * BATCH, (batch + 1) * BATCH)]
    start = time.perf_counter()
    iids = api.intern(events, KEY, REGION)
    with postgres.transaction() as tx:
        api.absorb(tx, events, iids, START)
    return time.perf_counter() - start


def _at_home(number: int) -> tuple[tuple[str, str], ...]:
    return (("user_id", f"u{number}"), ("phone", f"09{number:08d}"), ("anonymous_id", f"web-{number}"))


def _at_the_tablet(number: int) -> tuple[tuple[str, str], ...]:
    return (("user_id", f"u{number}"), ("phone", f"09{number:08d}"), ("anonymous_id", "the store's tablet"))


def _merged(postgres: Postgres) -> float:
    """How many people share a customer with somebody else."""
    iids = {number: api.identifier_of("user_id", f"u{number}", KEY, REGION) for number in range(PEOPLE)}
    with postgres.transaction() as tx:
        customers = api.customers_of(tx, [one.iid for one in iids.values() if one])
    return float(PEOPLE - len(set(customers.values())))


def _kept(postgres: Postgres) -> float:
    with postgres.transaction() as tx:
        (tablet,) = ruling.hubs(tx, 0, 10)
        return float(tablet.people)


def _event(number: int, named: Named) -> Event:
    at = START + timedelta(milliseconds=number)
    return Event(
        event_id=digest16(f"{number}".encode()), message_id=f"{number}", type="track", name="Signed In",
        identifiers=named(number), at=at, received_at=at, source=TABLET, lane=1, seq=number,
    )  # fmt: skip
