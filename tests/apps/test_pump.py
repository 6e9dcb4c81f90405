"""The pump over real engines: what comes in on any lane is history, customers and traits a moment later."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from unavoce.apps.pump import Brand, Pump
from unavoce.collect import api as collect
from unavoce.collect.api import Event
from unavoce.kernel.clock import FixedClock
from unavoce.profile import api as profile
from unavoce.profile.api import Absorbed, Interned
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.runtime.settings import brand_key

Call = dict[str, object]


class Shop:
    """A shop whose calls are pumped."""

    def __init__(self, postgres: Postgres, facts: Facts, clock: FixedClock) -> None:
        self.postgres, self.facts, self.clock = postgres, facts, clock
        with postgres.transaction() as tx:
            self.key = brand_key(tx)
            self.web = collect.ensure_source(tx, "web", "Web", "web")
            self.past = collect.ensure_source(tx, "past", "Past", "import")
        self.woken = 0
        self.pump = Pump(postgres, facts, clock, Brand(self.key, "TW"), self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def sends(self, *calls: Call, lane: int = collect.LANE_COLLECTOR) -> None:
        source = self.past if lane == collect.LANE_IMPORTS else self.web
        with self.postgres.transaction() as tx:
            collect.accept(tx, lane, source.id, [msgspec.json.encode({"batch": calls})], self.clock.now())

    def pumps(self) -> None:
        while self.pump.step():
            pass

    def history_of(self, user: str) -> list[collect.Happening]:
        identifier = profile.identifier_of("user_id", user, self.key, "TW")
        assert identifier is not None
        return collect.events_of(self.facts, [identifier.iid])

    def failures(self) -> list[collect.FailedEvent]:
        with self.postgres.transaction() as tx:
            return collect.failed_events(tx)


def viewed(message_id: str, user: str = "mei", **more: object) -> Call:
    return {"type": "track", "event": "Product Viewed", "messageId": message_id, "userId": user, **more}


@pytest.fixture
def shop(postgres: Postgres, facts: Facts, clock: FixedClock) -> Shop:
    return Shop(postgres, facts, clock)


def test_a_retry_over_another_lane_is_the_same_event(shop: Shop) -> None:
    shop.sends(viewed("m-1"), viewed("m-1"))
    shop.pumps()
    shop.clock.passes(timedelta(hours=71))
    shop.sends(viewed("m-1"), lane=collect.LANE_INTERNAL)
    shop.pumps()
    assert [event.message_id for event in shop.history_of("mei")] == ["m-1"]
    assert shop.woken == 2


def test_a_live_id_is_forgotten_after_days_and_an_imported_one_never(shop: Shop) -> None:
    for _ in range(2):
        shop.sends(viewed("live"))
        shop.sends(viewed("past", timestamp="2017-01-01T00:00:00Z"), lane=collect.LANE_IMPORTS)
        shop.pumps()
        shop.clock.passes(timedelta(days=5))
        shop.pumps()
    assert sorted(event.message_id for event in shop.history_of("mei")) == ["live", "live", "past"]


def test_live_calls_go_before_imports(shop: Shop) -> None:
    shop.sends(*(viewed(f"past-{n}") for n in range(10)), lane=collect.LANE_IMPORTS)
    shop.sends(viewed("live"))
    shop.pump.step()
    assert [event.message_id for event in shop.history_of("mei")] == ["live"]


def test_a_batch_is_never_more_than_ten_thousand_events(shop: Shop) -> None:
    for request in range(11):
        shop.sends(*(viewed(f"{request}-{n}") for n in range(1000)))
    assert collect.pin(shop.postgres) == collect.Batch(lane=1, from_seq=1, to_seq=10000, plan_version=1)


def test_large_requests_make_small_batches(shop: Shop) -> None:
    for request in range(20):
        shop.sends(viewed(f"m-{request}", properties={"x": "x" * 1_000_000}), lane=collect.LANE_IMPORTS)
    batch = collect.pin(shop.postgres)
    assert batch is not None
    assert batch.to_seq == 16
    shop.pumps()
    assert {failure.reason for failure in shop.failures()} == {"too_large"}


def test_bad_events_are_kept_with_their_reason(shop: Shop) -> None:
    shop.sends({"type": "dance", "userId": "mei"}, viewed("m-1"), {"type": "track", "userId": "mei"})
    shop.pumps()
    assert [event.message_id for event in shop.history_of("mei")] == ["m-1"]
    assert [(one.reason, one.source) for one in shop.failures()] == [("no_name", "web"), ("unknown_type", "web")]
    assert '"dance"' in shop.failures()[1].content


class _Choosy(Pump):
    """A pump that cannot bear some messages."""

    unbearable: frozenset[str] = frozenset({"poison"})

    def _absorb(self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> Absorbed:
        if any(event.message_id in self.unbearable for event in events):
            raise ValueError("I cannot bear it")
        return super()._absorb(tx, events, iids)


def _until_quiet(pump: Pump) -> int:
    troubles = 0
    while True:
        try:
            if not pump.step():
                return troubles
        except ValueError:
            troubles += 1
            assert troubles < 10, "the pump is wedged"


def test_one_bad_event_never_stops_the_pump(shop: Shop) -> None:
    choosy = _Choosy(shop.postgres, shop.facts, shop.clock, Brand(shop.key, "TW"), lambda: None)
    shop.sends(*(viewed(f"m-{n}") for n in range(20)), viewed("poison"), *(viewed(f"n-{n}") for n in range(20)))
    assert _until_quiet(choosy) == 2
    (failure,) = shop.failures()
    assert (failure.reason, failure.detail) == ("not_storable", "ValueError: I cannot bear it")
    assert "poison" in failure.content
    with shop.postgres.transaction() as tx:
        assert collect.backlog(tx) == 0


def test_when_everything_is_bad_nothing_is_set_aside(shop: Shop) -> None:
    choosy = _Choosy(shop.postgres, shop.facts, shop.clock, Brand(shop.key, "TW"), lambda: None)
    choosy.unbearable = frozenset(f"m-{n}" for n in range(20))
    shop.sends(*(viewed(f"m-{n}") for n in range(20)))
    for _ in range(5):
        with pytest.raises(ValueError, match="bear"):
            choosy.step()
    assert shop.failures() == []
    shop.pumps()
    assert len(shop.history_of("mei")) == 20
