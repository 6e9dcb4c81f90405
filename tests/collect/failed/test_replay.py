"""Failed events are repaired and sent again: once each, under their first id and time, whatever happens meanwhile."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.collect.stage import Stage
from unavoce.collect import api as collect
from unavoce.collect import store as intake
from unavoce.collect.failed import store, work
from unavoce.collect.failed.model import NotJson, NotOpen, State, StillFails, Which, Work
from unavoce.collect.failed.repair import Step

BAD = {"order_id": "o-2", "revenue": "12.5"}
NUMBER = Step("convert", "properties.revenue", to="number")
ORDERS = Which(name="Order Completed")


def _asks(stage: Stage, kind: Work, which: Which = ORDERS, *steps: Step) -> None:
    with stage.door.postgres.transaction() as tx:
        work.ask(tx, kind, which, steps, by="Olivia", now=stage.clock.now())
    stage.works()
    stage.pumps()


def _replays(stage: Stage, number: int) -> None:
    with stage.door.postgres.transaction() as tx:
        work.replay_one(tx, number, by="Olivia", now=stage.clock.now())


def test_a_repaired_order_enters_with_its_first_id_and_time(stage: Stage) -> None:
    stage.plans()
    at = stage.clock.now() - timedelta(hours=3)
    stage.sends({"event": "Order Completed", "messageId": "paid", "properties": BAD, "timestamp": at.isoformat()})
    stage.pumps()
    stage.clock.passes(timedelta(days=5))
    (failed,) = stage.failed()
    with pytest.raises(StillFails):
        _replays(stage, failed.id)
    content = json.loads(failed.content) | {"properties": BAD | {"revenue": 12.5}}
    with stage.door.postgres.transaction() as tx:
        assert work.try_content(tx, failed.id, json.dumps(content)).passes
        repaired = work.repair_one(tx, failed.id, json.dumps(content), by="Olivia", now=stage.clock.now())
    assert (repaired.state, repaired.original) == (State.OPEN, failed.content)
    _replays(stage, failed.id)
    with pytest.raises(NotOpen):
        _replays(stage, failed.id)
    stage.pumps()
    (order,) = stage.history()
    assert (order.message_id, order.at, order.revenue_minor) == ("paid", at, 1250)
    (failed,) = stage.failed()
    assert (failed.state, failed.result) == (State.REPLAYED, "entered")
    with pytest.raises(NotOpen):
        _replays(stage, failed.id)


def test_what_came_meanwhile_is_counted_once(stage: Stage) -> None:
    stage.plans()
    stage.sends({"event": "Order Completed", "messageId": "paid", "properties": BAD})
    stage.pumps()
    stage.sends({"event": "Order Completed", "messageId": "paid", "properties": BAD | {"revenue": 12.5}})
    stage.pumps()
    _asks(stage, Work.REPAIR, ORDERS, NUMBER)
    _asks(stage, Work.REPLAY)
    assert len(stage.history()) == 1
    (failed,) = stage.failed()
    assert (failed.state, failed.result) == (State.REPLAYED, "repeated")


def test_a_plan_that_changes_on_the_way_opens_the_replay_again(stage: Stage) -> None:
    """It would pass when it is sent and is blocked when it is read: the same failed event then waits again."""
    stage.plans()
    stage.sends({"event": "Order Completed", "properties": BAD})
    stage.pumps()
    stage.plans({"type": "object"})
    (failed,) = stage.failed()
    _replays(stage, failed.id)
    stage.plans({"type": "object", "required": ["store_id"]})
    stage.pumps()
    (again,) = stage.failed()
    assert (again.id, again.state, again.result) == (failed.id, State.OPEN, "failed")
    assert [one["property"] for one in again.faults] == ["store_id"]
    stage.plans({"type": "object"})
    _replays(stage, failed.id)
    stage.pumps()
    assert [one.result for one in stage.failed()] == ["entered"]
    assert len(stage.history()) == 1


def test_a_call_without_a_name_gets_one(stage: Stage) -> None:
    """Not the plan but the reader refused it: repaired, it enters at the time it was received first."""
    stage.sends({"properties": {"order_id": "o-1"}, "messageId": "nameless"}, {"type": "dance"})
    stage.pumps()
    first = stage.clock.now()
    stage.clock.passes(timedelta(days=1))
    _asks(stage, Work.REPAIR, Which(reason="no_name"), Step("set", "event", "Order Completed"))
    _asks(stage, Work.REPLAY, Which(source="shop"))
    (order,) = stage.history()
    assert (order.name, order.at, order.message_id) == ("Order Completed", first, "nameless")
    assert [(one.reason, one.state) for one in stage.failed()] == [("no_name", "replayed"), ("unknown_type", "open")]


def test_a_call_on_a_path_of_its_own_is_still_that_call(stage: Stage) -> None:
    with stage.door.postgres.transaction() as tx:
        shop = collect.ensure_source(tx, "shop", "Shop", "server")
        call = msgspec.json.encode({"userId": "mei", "properties": {}})
        intake.append(tx, 1, [intake.Entry(shop.id, "track", 1, call)], stage.clock.now())
    stage.pumps()
    _asks(stage, Work.REPAIR, Which(source="shop"), Step("set", "event", "Cart Viewed"))
    _asks(stage, Work.REPLAY, Which(source="shop"))
    assert [one.name for one in stage.history()] == ["Cart Viewed"]


def test_the_past_is_sent_again_as_the_past(stage: Stage) -> None:
    """An imported event of 1999 keeps its time, which a live one could not have."""
    stage.plans()
    sold = {"event": "Order Completed", "properties": BAD, "timestamp": "1999-05-01T10:00:00Z"}
    stage.sends(sold, kind="import", key="past")
    stage.pumps()
    _asks(stage, Work.REPAIR, ORDERS, NUMBER)
    _asks(stage, Work.REPLAY)
    (order,) = stage.history()
    assert (order.at, order.source_kind) == (datetime(1999, 5, 1, 10, tzinfo=UTC), "import")


def test_a_repair_is_rehearsed_before_anything_changes(stage: Stage) -> None:
    stage.plans()
    for number in range(7):
        stage.sends({"event": "Order Completed", "properties": BAD | ({"currency": "EUR"} if number < 2 else {})})
    stage.pumps()
    before = stage.failed()
    with stage.door.postgres.transaction() as tx:
        found = work.rehearse(tx, ORDERS, [NUMBER])
    assert (found.matching, found.changed, found.passing_before, found.passing) == (7, 7, 0, 5)
    assert found.left == {"not_allowed currency": 2}
    assert json.loads(found.examples[0].after)["properties"]["revenue"] == 12.5
    assert stage.failed() == before


def test_many_are_repaired_and_replayed_and_the_rest_stays(stage: Stage) -> None:
    stage.plans()
    for number in range(12):
        stage.sends({"event": "Order Completed", "properties": BAD | ({"currency": "EUR"} if number % 4 == 0 else {})})
    stage.pumps()
    _asks(stage, Work.REPAIR, ORDERS, NUMBER)
    _asks(stage, Work.REPLAY)
    assert len(stage.history()) == 9
    with stage.door.postgres.transaction() as tx:
        jobs = store.jobs(tx)
    assert [(job.kind, job.state, job.total, job.done, job.changed, job.passing) for job in jobs] == [
        ("replay", "done", 12, 12, 9, 9),
        ("repair", "done", 12, 12, 12, 9),
    ]
    assert {one.what for one in stage.failed("open")} == {"not_allowed currency"}


def test_work_that_is_cancelled_stops(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 2)
    stage.plans()
    for _ in range(5):
        stage.sends({"event": "Order Completed", "properties": BAD})
    stage.pumps()
    with stage.door.postgres.transaction() as tx:
        job = work.ask(tx, Work.DISCARD, ORDERS, (), by="Olivia", now=stage.clock.now())
    assert work.step(stage.door.postgres, stage.clock)
    with stage.door.postgres.transaction() as tx:
        assert work.cancel(tx, job.id, stage.clock.now()).state == "cancelled"
    stage.works()
    assert len(stage.failed("discarded")) == 2
    _asks(stage, Work.RESTORE)
    assert len(stage.failed("open")) == 5


def test_one_is_discarded_and_restored(stage: Stage) -> None:
    stage.plans()
    stage.sells(**BAD)
    (failed,) = stage.failed()
    for kind, state in ((Work.DISCARD, State.DISCARDED), (Work.RESTORE, State.OPEN)):
        with stage.door.postgres.transaction() as tx:
            assert work.move(tx, failed.id, kind, by="Olivia", now=stage.clock.now()).state is state
    with stage.door.postgres.transaction() as tx, pytest.raises(NotOpen):
        work.move(tx, failed.id, Work.RESTORE, by="Olivia", now=stage.clock.now())


@pytest.mark.parametrize("content", ["", "[]", "nonsense", '{"batch": []}', '{"batch": [{}, {}]}', "1", "{" * 5000])
def test_a_content_that_is_no_call_is_refused(stage: Stage, content: str) -> None:
    stage.plans()
    stage.sells(**BAD)
    (failed,) = stage.failed()
    with stage.door.postgres.transaction() as tx, pytest.raises(NotJson):
        work.repair_one(tx, failed.id, content, by="Olivia", now=stage.clock.now())
    assert stage.failed() == [failed]


def test_what_failed_alike_stands_together(stage: Stage) -> None:
    stage.plans()
    for _ in range(3):
        stage.sells(**BAD)
    stage.sends({"type": "dance"})
    stage.pumps()
    with stage.door.postgres.transaction() as tx:
        groups = store.groups(tx, state="open", source="", most=10)
    assert [(one.reason, one.name, one.what, one.events) for one in groups] == [
        ("against_plan", "Order Completed", "wrong_type revenue", 3),
        ("unknown_type", "", "", 1),
    ]
