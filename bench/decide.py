"""Deciding: candidates through the kernel alone, and whole ticks that are committed, beside many waiting enrolments."""

import gc
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import psycopg

from bench.deployment import deployment
from bench.figure import Figure, Reference, medians
from unavoce.content import api as content
from unavoce.decide import api, journey, kernel, store, tick
from unavoce.decide.ledger import entry_written
from unavoce.decide.model import Arm, Noticed
from unavoce.decide.policy import Policy
from unavoce.decide.walk import Ask
from unavoce.decide.world import Contact, Enrolment, LiveJourney, MessageFacts, Program, World, key, number
from unavoce.runtime.postgres import Json, Postgres, Transaction

CANDIDATES = int(os.environ.get("CANDIDATES", "20_000"))
ENROLMENTS, DUE = int(os.environ.get("ENROLMENTS", "300_000")), 20_000
NOW = datetime(2018, 1, 5, 15, tzinfo=UTC)
DOCUMENT: Mapping[str, object] = {
    "key": "pitch",
    "name": {"en": "Pitch"},
    "entry": {"event": "Product Added"},
    "start": "pause",
    "steps": {
        "pause": {"type": "wait", "for": {"hours": 1}, "next": "say"},
        "say": {"type": "send", "message": "pitch", "channels": ["email"], "plan": {"local_time": "18:00"}},
    },
    "exits": [{"type": "bought"}],
    "about": "event.product_id",
}
WORDS: Mapping[str, object] = {
    "key": "pitch", "name": {"en": "Pitch"}, "variants": {"email": {"en": {"subject": "Hi", "text": "Hi"}}},
}  # fmt: skip
CONTACT = Contact(frozenset({"email"}), {("email", "marketing"): "granted"}, "Asia/Taipei")


def _nobody(asks: Sequence[Ask]) -> list[bool]:
    return [False for _ in asks]


def _none(tx: Transaction, asks: Sequence[Ask]) -> list[bool]:
    del tx
    return _nobody(asks)


def figures() -> Iterator[Figure]:
    """The kernel first, then the tick with its commit."""
    alone = medians(_decided)
    floor = Reference("the ids of as many decisions and intents, hashed, per second", alone["hashed"])
    yield Figure("decide_candidates", alone["decided"], "candidates/s", "higher", 500_000, floor)
    with deployment() as made:
        _lay_down(made.postgres)
        whole = medians(lambda: _ticked(made.postgres))
        bare = Reference("as many rows copied into the transition log alone, per second", whole["copied"])
        yield Figure("tick_transitions", whole["transitions"], "transitions/s", "higher", 100_000, bare)


def _decided() -> Mapping[str, float]:
    program = Program(
        journeys={("pitch", 1): LiveJourney(journey.read(DOCUMENT), 1)},
        policy=Policy(zone="America/New_York"),
        messages={"pitch": MessageFacts("marketing", "promotion", ("email",))},
        category_rules={},
        product_categories={},
        since=NOW,
        until=NOW + timedelta(seconds=1),
    )
    worlds = [World(each, frozenset({each}), (_standing(each),)) for each in range(1, CANDIDATES + 1)]
    gc.disable()  # as a tick does
    begin = time.perf_counter()
    outcome = kernel.tick(worlds, program, lambda wanted: dict.fromkeys(wanted, CONTACT), _nobody)
    took = time.perf_counter() - begin
    gc.enable()
    if len(outcome.decisions) != CANDIDATES:
        raise AssertionError(len(outcome.decisions))
    begin = time.perf_counter()
    for each in range(CANDIDATES):
        number("decision", each, "say", 1)
        number("intent", each, "say", 1, "email")
        key("key", each, "say", 1, "email")
    hashed = time.perf_counter() - begin
    return {"decided": CANDIDATES / took, "hashed": CANDIDATES / hashed}


def _standing(iid: int) -> Enrolment:
    entry = _entry(iid)
    return Enrolment(
        id=iid, journey="pitch", version=1, iid=iid, entry_key="", entered_at=entry.at, entry=entry, arm=Arm.TREATED,
        step="pause", since=entry.at, due=NOW, awaited="time", seq=2,
    )  # fmt: skip


def _entry(iid: int) -> Noticed:
    at = NOW - timedelta(hours=1)
    said = {"product_id": "whisk", "name": "Matcha whisk", "price": 24}
    return Noticed(iid, iid, "Product Added", at, at, f"m-{iid}", said, "", ("whisk",), ("tea",))


_LAY_ENROLMENTS = """
    INSERT INTO decide.enrolment (id, journey, version, iid, entry_key, entered_at, entry, arm, mixed)
    SELECT n, 'pitch', 1, n, '', %(at)s, %(entry)s, 'treated', false FROM generate_series(1, %(many)s::bigint) AS n
"""
_LAY_WAITING = """
    INSERT INTO decide.waiting (iid, enrolment, step, since, due, awaited, seq, attempt)
    SELECT n, n, 'pause', %(at)s, %(far)s, 'time', 2, 0 FROM generate_series(1, %(many)s::bigint) AS n
"""
_LAY_PEOPLE = """
    INSERT INTO profile.identifier (iid, kind, value, rank, first_seen)
    SELECT n, 'email', n || '@example.com', 1, %(at)s FROM generate_series(1, %(many)s::bigint) AS n
"""
_LAY_CONSENTS = """
    INSERT INTO profile.consent (iid, channel, purpose, slot, state, evidence, at, received_at, message_id)
    SELECT n, 'email', 'marketing', 's', 'granted', 'form', %(at)s, %(at)s, 'c' || n
    FROM generate_series(1, %(many)s::bigint) AS n
"""
_MAKE_DUE = """
    UPDATE decide.waiting SET due = %(now)s, step = 'pause', awaited = 'time', seq = 2
    WHERE iid BETWEEN %(a)s AND %(b)s
"""
_HINT = """
    INSERT INTO decide.due (at, iid, enrolment, seq)
    SELECT %(now)s, n, n, 2 FROM generate_series(%(a)s::bigint, %(b)s::bigint) AS n
"""
_turn = iter(range(10_000))


def _lay_down(postgres: Postgres) -> None:
    with postgres.transaction() as tx:
        content.publish(tx, content.read(WORDS), content.Catalogue(), NOW)
        api.publish(tx, DOCUMENT, NOW)
        store.put_policy(tx, Policy(zone="America/New_York"), NOW)
    given = {
        "at": NOW - timedelta(hours=1), "far": NOW + timedelta(days=30), "many": ENROLMENTS,
        "entry": Json(entry_written(_entry(1))),
    }  # fmt: skip
    with psycopg.connect(postgres.url, autocommit=True) as outside:
        for statement in (_LAY_ENROLMENTS, _LAY_WAITING, _LAY_PEOPLE, _LAY_CONSENTS):
            outside.execute(statement, given)
        outside.execute("VACUUM ANALYZE")


def _ticked(postgres: Postgres) -> Mapping[str, float]:
    turn = next(_turn)
    now = NOW + timedelta(seconds=10 * turn)
    some = {"now": now, "a": turn * DUE % ENROLMENTS + 1, "b": turn * DUE % ENROLMENTS + DUE}
    with psycopg.connect(postgres.url, autocommit=True) as outside:
        outside.execute(_MAKE_DUE, some)
        outside.execute(_HINT, some)
    begin = time.perf_counter()
    done = tick.tick(postgres, now + timedelta(seconds=1), _none)
    took = time.perf_counter() - begin
    if done.decisions != DUE:
        raise AssertionError(done)
    return {"transitions": done.transitions / took, "copied": done.transitions / _copied(postgres, done.transitions)}


def _copied(postgres: Postgres, rows: int) -> float:
    with psycopg.connect(postgres.url) as outside:
        outside.execute("CREATE TEMPORARY TABLE bare (LIKE decide.transition INCLUDING ALL)")
        begin = time.perf_counter()
        columns = "enrolment, seq, journey, version, iid, customer, from_step, to_step, move, cause, at"
        with outside.cursor().copy(f"COPY bare ({columns}) FROM STDIN") as copy:
            for place in range(rows):
                copy.write_row((place, 1, "pitch", 1, place, place, "pause", "say", "waited", "", NOW))
        return time.perf_counter() - begin
