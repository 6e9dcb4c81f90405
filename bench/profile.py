"""Identity: events absorbed a second when nobody new comes, when everybody is new, and through a store tablet."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figure import Figure, medians
from unavoce.collect.api import Event, Source, SourceKind
from unavoce.kernel.ids import digest16
from unavoce.profile import api
from unavoce.runtime.launcher import EmbeddedPostgres
from unavoce.runtime.migrate import migrate
from unavoce.runtime.postgres import Postgres

BATCH, PEOPLE, BATCHES = 5_000, 20_000, 8
KEY, REGION, BAR = b"a key for the figures", "TW", 20_000
START = datetime(2018, 1, 5, 12, tzinfo=UTC)
WEB = Source(3, "web", "The shop", SourceKind.WEB)
Named = Callable[[int], tuple[tuple[str, str], ...]]


def figures() -> Iterator[Figure]:
    """Events a second that one resolver takes in, with its commits."""
    found = medians(_measured)
    yield Figure("profile_absorb_known", found["known"], "events/s", "higher", bar=BAR)
    yield Figure("profile_absorb_new", found["new"], "events/s", "higher")
    yield Figure("profile_absorb_hub", found["hub"], "events/s", "higher")


def _measured() -> Mapping[str, float]:
    with tempfile.TemporaryDirectory(prefix="unavoce-bench-") as folder:
        server = EmbeddedPostgres.start(Path(folder))
        postgres = Postgres.connect(server.url("bench"), name="bench", size=1)
        try:
            migrate(postgres, None)
            new = _rate(postgres, 0, _visitor)
            _rate(postgres, 1, _visitor)
            known = _rate(postgres, 2, _visitor)
            return {"known": known, "new": new, "hub": _rate(postgres, 3, _at_the_tablet)}
        finally:
            postgres.close()
            server.stop()


def _visitor(number: int) -> tuple[tuple[str, str], ...]:
    person = number * 31 % PEOPLE
    return (("user_id", f"u{person}"), ("anonymous_id", f"web-{person}"))


def _at_the_tablet(number: int) -> tuple[tuple[str, str], ...]:
    return (("loyalty_card", f"C{number * 31 % PEOPLE}"), ("anonymous_id", "the store's tablet"))


def _rate(postgres: Postgres, round_: int, named: Named) -> float:
    spent = 0.0
    for batch in range(BATCHES):
        events = [_event(f"{round_}-{number}", number, round_, named) for number in _numbers(batch)]
        start = time.perf_counter()
        iids = api.intern(events, KEY, REGION)
        with postgres.transaction() as tx:
            api.absorb(tx, events, iids, START)
        spent += time.perf_counter() - start
    return BATCH * BATCHES / spent


def _numbers(batch: int) -> range:
    return range(batch * BATCH, (batch + 1) * BATCH)


def _event(message_id: str, number: int, round_: int, named: Named) -> Event:
    at = START + timedelta(hours=round_, milliseconds=number)
    return Event(
        event_id=digest16(message_id.encode()), message_id=message_id, type="track", name="Product Viewed",
        identifiers=named(number), at=at, received_at=at, source=WEB, lane=1, seq=number,
    )  # fmt: skip
