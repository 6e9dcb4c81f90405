"""Delivering: letters into a mail server, and whole rounds of the sender, with everything that it writes down."""

import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bench.deployment import deployment
from bench.figure import Figure, Reference, medians
from unavoce.channels.email import letter
from unavoce.channels.email.adapter import Email
from unavoce.channels.email.settings import EmailSettings
from unavoce.collect import api as collect
from unavoce.content import api as content
from unavoce.decide import api as decide
from unavoce.deliver import api as deliver
from unavoce.deliver import registry
from unavoce.deliver.contract import Accepted, Capabilities, ChannelSettings, Outcome, Outgoing, Silent
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import digest16
from unavoce.profile import api as profile
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings, brand_key
from unavoce.runtime.smtp import Letter, hand_over

LETTERS, CUSTOMERS = 2_000, 1_000
NOW = datetime(2018, 1, 5, 15, tzinfo=UTC)
TEXT = "Dear {{ customer.name }}, your whisk waits: https://shop.example/whisk. " + "Tea is good for you. " * 20
_NUMBERS = itertools.count()


class Nowhere(Silent):
    """A mail channel whose provider takes everything at once."""

    name = "email"
    capabilities = Capabilities(address="email", batch=50, html=True, unsubscribe=True, tracks=True)
    settings = ChannelSettings

    def send(self, batch: Sequence[Outgoing], settings: ChannelSettings, *, now: datetime) -> Sequence[Outcome]:
        """Take everything."""
        del settings, now
        return [Accepted(each.key) for each in batch]


def figures() -> Iterator[Figure]:
    """Letters over the wire first, then the sender with everything it writes down."""
    with _sink() as port:
        letters = medians(lambda: _lettered(port))
    bare = Reference("the same letters, composed before, per second", letters["bare"])
    yield Figure("deliver_letters", letters["sent"], "letters/s", "higher", 2_000, bare)
    with deployment() as made:
        registry.channels()["email"] = cast("Any", Nowhere())
        rounds = medians(lambda: _rounds(made.postgres, Settings(data=made.folder)))
    ready = Reference("only rendered: the same words, per second", rounds["rendered"])
    yield Figure("deliver_rounds", rounds["sent"], "messages/s", "higher", 2_000, ready)


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server that throws everything away, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("sink.py")), str(port)])
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _lettered(port: int) -> Mapping[str, float]:
    settings = EmailSettings(host="127.0.0.1", port=port, security="none", from_address="hello@brand.example")
    batch = [
        Outgoing(f"{number:032x}", f"c{number}@example.com", "抹茶刷還在等您", TEXT, f"<p>{TEXT}</p>")
        for number in range(LETTERS)
    ]
    begin = time.perf_counter()
    outcomes = Email().send(batch, settings, now=NOW)
    sent = LETTERS / (time.perf_counter() - begin)
    if not all(isinstance(outcome, Accepted) for outcome in outcomes):
        raise AssertionError(outcomes[0])
    ready = [Letter("a@b.example", each.to, letter.compose(each, settings, now=NOW)) for each in batch]
    begin = time.perf_counter()
    hand_over(settings.server(), ready)
    return {"sent": sent, "bare": LETTERS / (time.perf_counter() - begin)}


def _rounds(postgres: Postgres, settings: Settings) -> Mapping[str, float]:
    clock = FixedClock(NOW + timedelta(days=next(_NUMBERS)))
    _planned(postgres, clock)
    nothing = cast("Any", None)
    door = Door(postgres, nothing, nothing, clock, settings)
    begin, sent = time.perf_counter(), 0
    while (came := deliver.send_due(door)).claimed:
        sent += came.accepted
    took = time.perf_counter() - begin
    if sent != CUSTOMERS:
        raise AssertionError(sent)
    _clear_up(postgres)
    return {"sent": sent / took, "rendered": _rendered(postgres)}


def _clear_up(postgres: Postgres) -> None:
    """Ticks stand still before events that nobody has pumped; those of this run are of no interest."""
    while (batch := collect.pin(postgres)) is not None:
        with postgres.transaction() as tx:
            collect.settle(tx, batch, collect.read(tx, batch))


def _rendered(postgres: Postgres) -> float:
    begin = time.perf_counter()
    with postgres.transaction() as tx:
        press = content.press(tx, ["pitch"])
    for number in range(200):
        known = {"name": f"C{number}"}
        facts = press.facts(traits=known, event={}, products=(), unsubscribe_url="https://b.example/u/t")
        press.render("pitch", "email", "en", facts)
    return 200 / (time.perf_counter() - begin)


def _planned(postgres: Postgres, clock: FixedClock) -> None:
    run = next(_NUMBERS)
    words = {"key": "pitch", "name": {"en": "Pitch"}, "variants": {"email": {"en": {"subject": "Hi", "text": TEXT}}}}
    journey = {"key": f"run{run}", "name": {"en": "Run"}, "entry": {"type": "event", "event": f"Asked {run}"},
               "start": "say", "steps": {"say": {"type": "send", "message": "pitch", "channels": ["email"]}},
               "exits": [{"type": "event", "event": "Left"}]}  # fmt: skip
    with postgres.transaction() as tx:
        decide.put_policy(tx, {"quiet_hours": None, "caps": []}, clock.now())
        seen = content.Catalogue(traits=frozenset({"name"}), properties=frozenset())
        content.publish(tx, content.read(words), seen, clock.now())
        decide.publish(tx, journey, clock.now())
        iids = _known(tx, clock)
        decide.notice(tx, [
            decide.Noticed(iid, iid, f"Asked {run}", clock.now(), clock.now(), f"{run}-{iid}") for iid in iids
        ])  # fmt: skip
    for _ in range(3):
        decide.tick(postgres, cast("Any", None), clock.passes(timedelta(seconds=1)))


def _known(tx: Any, clock: FixedClock) -> list[int]:
    source = collect.Source(3, "web", "The shop", collect.SourceKind.WEB)
    events = []
    for number in range(CUSTOMERS):
        who = (("user_id", f"c{number}"), ("email", f"c{number}@example.com"))
        name = f"{clock.now().isoformat()}-{number}"
        events.append(collect.Event(
            event_id=digest16(name.encode()), message_id=name, type="identify", name="Identify", identifiers=who,
            traits={"name": f"Customer {number}", "consents": {"email": True}}, at=clock.now(),
            received_at=clock.now(), source=source, lane=1, seq=number,
        ))  # fmt: skip
    iids = profile.intern(events, brand_key(tx), "US")
    profile.absorb(tx, events, iids, clock.now())
    return [each.primary for each in iids]
