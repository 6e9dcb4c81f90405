"""The plan on events that come: what enters, what is flagged, what is kept out, and under which version."""

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collect.stage import ORDER, Stage
from unavoce.collect import api as collect
from unavoce.collect import emission
from unavoce.collect.parsing import IntakeRow, Reader
from unavoce.collect.plan import desk, store
from unavoce.collect.plan.model import DraftMovedOn, Mode, NothingToPublish, NotInThePlan
from unavoce.kernel.clock import SystemClock

GOOD = {"order_id": "o-1", "revenue": 12.5, "currency": "TWD"}
BAD = {"order_id": "o-2", "revenue": "12.5", "currency": "EUR"}


def _wrong(stage: Stage) -> set[tuple[str, str, str, int]]:
    found = store.wrong(stage.door.facts, "Order Completed", stage.clock.now().replace(year=2017))
    return {(one.mode, one.kind, one.place, one.events) for one in found}


def test_a_blocked_order_waits_and_a_good_one_enters(stage: Stage) -> None:
    stage.plans()
    stage.sends({"event": "Order Completed", "properties": GOOD}, {"event": "Order Completed", "properties": BAD},
                {"event": "Product Viewed", "properties": BAD})  # fmt: skip
    stage.pumps()
    assert sorted(one.name for one in stage.history()) == ["Order Completed", "Product Viewed"]
    (failed,) = stage.failed()
    assert (failed.reason, failed.name, failed.message_id) == ("against_plan", "Order Completed", "m-2")
    assert {(one["kind"], one["property"]) for one in failed.faults} == {
        ("wrong_type", "revenue"),
        ("not_allowed", "currency"),
    }
    assert "12.5" not in failed.detail


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.WARN])
def test_a_watched_order_enters_and_is_counted(stage: Stage, mode: Mode) -> None:
    stage.plans(mode=mode)
    stage.sells(**BAD)
    assert len(stage.history()) == 1
    assert stage.failed() == []
    assert _wrong(stage) == {(mode, "wrong_type", "revenue", 1), (mode, "not_allowed", "currency", 1)}


def test_a_source_says_where_the_rule_does_not(stage: Stage) -> None:
    stage.plans(mode=None)
    stage.sells(**BAD)
    assert len(stage.history()) == 1
    with stage.door.postgres.transaction() as tx:
        desk.set_source(tx, "shop", Mode.BLOCK, by="Olivia", now=stage.clock.now())
    stage.sells(**BAD)
    assert len(stage.history()) == 1
    assert len(stage.failed()) == 1


def test_a_batch_is_judged_by_the_plan_it_was_pinned_under(stage: Stage) -> None:
    stage.sends({"event": "Order Completed", "properties": BAD})
    batch = collect.pin(stage.door.postgres)
    assert batch is not None
    stage.plans()
    for _ in range(2):
        with stage.door.postgres.transaction() as tx:
            assert [one.message_id for one in collect.take(tx, batch).events] == ["m-1"]
    again = collect.pin(stage.door.postgres)
    assert again == batch, "the pinned batch is found with the plan it was pinned under"
    stage.pumps()
    stage.sells(**BAD)
    assert (len(stage.history()), len(stage.failed())) == (1, 1)


def test_a_batch_taken_twice_blocks_the_same_once(stage: Stage) -> None:
    """The second call of the same id has another content; it must not slip in when the first is blocked already."""
    stage.plans()
    same = {"event": "Order Completed", "messageId": "same"}
    stage.sends(same | {"properties": BAD}, same | {"properties": GOOD})
    batch = collect.pin(stage.door.postgres)
    assert batch is not None
    for _ in range(3):
        with stage.door.postgres.transaction() as tx:
            assert collect.take(tx, batch).events == []
    assert len(stage.failed()) == 1


def test_a_sender_that_tries_again_is_not_kept_twice(stage: Stage) -> None:
    stage.plans()
    for _ in range(3):
        stage.sends({"event": "Order Completed", "messageId": "same", "properties": BAD})
        stage.pumps()
    assert len(stage.failed()) == 1


def test_a_published_version_is_never_changed(stage: Stage) -> None:
    first = stage.plans()
    second = stage.plans({"type": "object", "required": ["order_id"]})
    assert (first.version, second.version, second.plan_version) == (1, 2, first.plan_version + 1)
    with stage.door.postgres.transaction() as tx:
        assert [one.schema for one in store.rules_of(tx, "Order Completed")] == [second.schema, first.schema]
        assert [one.property for one in desk.changes(tx, "Order Completed", 1, 2) if one.keyword == "required"] == [
            "revenue"
        ]
        with pytest.raises(NotInThePlan):
            desk.changes(tx, "Order Completed", 1, 3)
    with pytest.raises(psycopg.errors.RestrictViolation), psycopg.connect(stage.door.postgres.url) as connection:
        connection.execute("UPDATE collect.plan_rule SET mode = 'observe'")


def test_only_the_draft_that_was_looked_at_is_published(stage: Stage) -> None:
    with stage.door.postgres.transaction() as tx:
        seen = desk.save(tx, "Order Completed", {}, None, by="Olivia", now=stage.clock.now()).changed_at
        desk.save(tx, "Order Completed", {"type": "object"}, None, by="Bo", now=SystemClock().now())
        with pytest.raises(DraftMovedOn):
            desk.publish(tx, "Order Completed", seen=seen, by="Olivia", now=stage.clock.now())
        desk.publish(tx, "Order Completed", seen=None, by="Olivia", now=stage.clock.now())
        with pytest.raises(NothingToPublish):
            desk.publish(tx, "Order Completed", seen=None, by="Olivia", now=stage.clock.now())


def test_publishing_says_first_what_it_would_do(stage: Stage) -> None:
    for number in range(10):
        stage.sends({"event": "Order Completed", "properties": BAD if number < 3 else GOOD})
    stage.pumps()
    effect = desk.effect_of(stage.door.facts, "Order Completed", ORDER)
    assert (effect.checked, effect.faulty) == (10, 3)
    assert dict(effect.faults) == {"wrong_type revenue": 3, "not_allowed currency": 3}
    inferred = desk.infer_from(stage.door.facts, "Order Completed")
    assert inferred.events == 10
    assert desk.effect_of(stage.door.facts, "Order Completed", inferred.schema).faulty == 0


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).map(str.strip).filter(bool)
_JSON = st.dictionaries(_TEXT, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT, max_size=3)
_CALLS = st.one_of(
    st.fixed_dictionaries({"type": st.just("track"), "event": _TEXT, "properties": _JSON, "userId": _TEXT}),
    st.fixed_dictionaries({"type": st.just("identify"), "traits": _JSON, "userId": _TEXT, "anonymousId": _TEXT}),
    st.fixed_dictionaries({"type": st.just("page"), "name": _TEXT, "properties": _JSON, "anonymousId": _TEXT}),
    st.fixed_dictionaries({"type": st.just("group"), "groupId": _TEXT, "traits": _JSON, "userId": _TEXT}),
    st.fixed_dictionaries({"type": st.just("alias"), "previousId": _TEXT, "userId": _TEXT}),
    st.fixed_dictionaries(
        {"type": st.just("track"), "event": _TEXT, "context": st.fixed_dictionaries({"traits": st.fixed_dictionaries(
            {"email": _TEXT}), "externalIds": st.lists(st.fixed_dictionaries(
                {"type": st.sampled_from(["loyalty_card", "device"]), "id": _TEXT}), max_size=2)})}
    ),
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_CALLS, st.sampled_from(["2018-01-05T11:00:00Z", "1234567890", None, "3018-01-05T11:00:00Z", "yesterday"]))
def test_a_kept_event_sent_again_is_the_same_event(call: dict[str, object], happened: str | None) -> None:
    """Its id, time, name, who, and what: only when and where it was received differ."""
    clock = SystemClock().now()
    source = collect.Source(2, "shop", "Shop", collect.SourceKind.SERVER)
    sent = call | ({"timestamp": happened, "sentAt": "2018-01-05T11:30:00Z"} if happened else {})
    (event,) = Reader(1).read(IntakeRow(1, clock, 2, "", msgspec.json.encode(sent)), source)
    if not isinstance(event, collect.Event):
        return
    later = clock.replace(year=clock.year + 1)
    (again,) = Reader(3).read(IntakeRow(9, later, 2, "", emission.content_of(event)), source)
    assert isinstance(again, collect.Event)
    same = ("event_id", "message_id", "type", "name", "at", "properties", "traits")
    assert {key: getattr(again, key) for key in same} == {key: getattr(event, key) for key in same}
    assert set(again.identifiers) == set(event.identifiers)
