"""Our own events go in by the same door, and each happens once."""

from datetime import timedelta

import msgspec
import pytest

from unavoce.collect import api as collect
from unavoce.collect.model import NotACall, SourceKeyTaken, TooManyEvents
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.postgres import Postgres, Transaction


def _read(postgres: Postgres) -> list[collect.Event]:
    found = []
    while batch := collect.pin(postgres):
        with postgres.transaction() as tx:
            events = collect.read(tx, batch)
            collect.settle(tx, batch, events)
        found += events
    return found


def test_a_receipt_emitted_twice_happens_once(postgres: Postgres, clock: FixedClock) -> None:
    at = clock.now() - timedelta(minutes=3)
    for _ in range(2):
        with postgres.transaction() as tx:
            collect.emit(
                tx, "Message Sent", [("user_id", "mei"), ("line_user_id", "U1")], {"channel": "line"}, at, "sent:7",
                clock.now(), context={"channel": "line"},
            )  # fmt: skip
    (event,) = _read(postgres)
    assert (event.name, event.type, event.at, event.message_id) == ("Message Sent", "track", at, "sent:7")
    assert event.identifiers == (("user_id", "mei"), ("line_user_id", "U1"))
    assert (event.properties, event.context["channel"]) == ({"channel": "line"}, "line")
    assert (event.source.key, event.lane) == ("internal", collect.LANE_INTERNAL)


def test_a_score_comes_back_as_a_trait(postgres: Postgres, clock: FixedClock) -> None:
    with postgres.transaction() as tx:
        collect.emit(tx, "Identify", [("user_id", "mei")], {}, clock.now(), "score:1", clock.now(), traits={"score": 7})
    (event,) = _read(postgres)
    assert (event.type, event.traits) == ("identify", {"score": 7})


def test_what_is_undone_was_never_emitted(postgres: Postgres, clock: FixedClock) -> None:
    def emits_and_fails() -> None:
        with postgres.transaction() as tx:
            collect.emit(tx, "Message Sent", [("user_id", "mei")], {}, clock.now(), "sent:1", clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        emits_and_fails()
    with postgres.transaction() as tx:
        collect.emit(tx, "Message Sent", [("user_id", "mei")], {}, clock.now(), "sent:2", clock.now())
    assert [(event.message_id, event.seq) for event in _read(postgres)] == [("sent:2", 1)]


def test_many_emissions_are_few_rows(postgres: Postgres, clock: FixedClock) -> None:
    now = clock.now()
    with postgres.transaction() as tx:
        collect.emit_all(
            tx, [collect.Emission("Hi", [("user_id", f"u{n}")], {}, now, f"m{n}") for n in range(1200)], now
        )
        assert collect.backlog(tx, collect.LANE_INTERNAL) == 1200
    assert len(_read(postgres)) == 1200


@pytest.mark.parametrize(
    ("body", "refusal"),
    [(b"{]", NotACall), (b"7", NotACall), (msgspec.json.encode({"batch": [{}] * 2501}), TooManyEvents)],
)
def test_a_lane_takes_only_what_can_be_read(
    tx: Transaction, clock: FixedClock, body: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        collect.accept(tx, collect.LANE_IMPORTS, 1, [body], clock.now())


def test_received_times_never_go_back(postgres: Postgres, clock: FixedClock) -> None:
    now = clock.now()
    for hours in (0, -5, 1):
        with postgres.transaction() as tx:
            call = msgspec.json.encode({"type": "track", "event": "Hi", "userId": "mei", "messageId": str(hours)})
            collect.accept(tx, collect.LANE_IMPORTS, 1, [call], now + timedelta(hours=hours))
    assert [event.received_at for event in _read(postgres)] == [now, now, now + timedelta(hours=1)]


def test_a_bad_row_is_kept_once(tx: Transaction, clock: FixedClock) -> None:
    past = collect.ensure_source(tx, "past", "Past", "import")
    row = collect.Failure(collect.Reason.BAD_ROW, "no basket", b'{"a":1}', place="baskets.csv:7")
    assert collect.keep_failures(tx, past.id, [row], clock.now()) == 1
    assert collect.keep_failures(tx, past.id, [row], clock.now()) == 0
    (kept,) = collect.failed_events(tx)
    assert (kept.reason, kept.place, kept.content) == ("bad_row", "baskets.csv:7", '{"a":1}')


def test_a_source_keeps_its_kind(tx: Transaction) -> None:
    past = collect.ensure_source(tx, "past", "Past", "import")
    assert past.write_key is None
    assert collect.ensure_source(tx, "past", "Past", "import") == past
    with pytest.raises(SourceKeyTaken):
        collect.ensure_source(tx, "past", "Past", "web")
