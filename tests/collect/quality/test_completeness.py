"""The data quality report against a slow count of the same things, and as a shopkeeper reads it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collect.stage import MEI, Stage
from tests.collect.test_web import Visitors, comes
from unavoce.access import api as access
from unavoce.collect import api as collect
from unavoce.collect.quality import desk, rules, store
from unavoce.collect.quality.model import Standing, Volume
from unavoce.collect.store import Sight
from unavoce.runtime.clickhouse import Facts

__all__ = ["comes"]
EVERYWHERE, NORTH = Sight(None), Sight(frozenset({"north"}))
NOW = datetime(2018, 3, 5, 12, 20, tzinfo=UTC)
SINCE, UNTIL = desk.window(NOW, 1)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
Row = tuple[str, int, str, str, int]
_COLUMNS = ("source", "hour", "name", "store", "accepted", "last_received")


def _write(facts: Facts, rows: Iterable[Row]) -> None:
    told = [
        (source, UNTIL - HOUR * ago, name, place, count, UNTIL - HOUR * ago + HOUR / 2)
        for source, ago, name, place, count in rows
    ]
    if told:
        facts.insert("collect.tally", _COLUMNS, list(zip(*told, strict=True)))


def _slowly(rows: list[Row], source: str, sight: Sight) -> dict[str, object]:
    """The same, counted row by row."""
    seen = [row for row in rows if row[0] == source and (sight.everywhere or row[3] in sight.listed)]
    at = {id(row): UNTIL - HOUR * row[1] for row in seen}
    last = max(at.values()) + HOUR / 2
    first = min(at.values())
    weeks = max(-1_000_000, min(4, int((SINCE - first) / WEEK)))

    def between(low: datetime, shift: int, *, strictly: bool = False) -> int:
        moved = [(row, at[id(row)] + shift * WEEK) for row in seen]
        return sum(row[4] for row, hour in moved if (hour > low if strictly else hour >= low) and hour < UNTIL)

    shifts = range(1, max(weeks, 0) + 1)
    now = [row for row in seen if SINCE <= at[id(row)] < UNTIL]
    return {
        "last_at": last,
        "weeks": max(weeks, 0),
        "events": sum(row[4] for row in now),
        "in_weeks_before": sum(between(SINCE, shift) for shift in shifts),
        "awaited_in_weeks": sum(between(last, shift, strictly=True) for shift in shifts),
        "unplanned": sum(row[4] for row in now if row[2] != "planned"),
    }


_ROWS = st.tuples(
    st.sampled_from(["till", "web"]), st.integers(1, 24 * 40), st.sampled_from(["planned", "other"]),
    st.sampled_from(["", "north", "south"]), st.integers(1, 50),
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(_ROWS, max_size=40), st.sampled_from([EVERYWHERE, NORTH]))
def test_the_report_counts_as_a_patient_person_would(facts: Facts, rows: list[Row], sight: Sight) -> None:
    facts.statement("TRUNCATE TABLE collect.tally")
    _write(facts, rows)
    found = {one.source: one for one in store.completeness(facts, SINCE, UNTIL, ["planned"], sight)}
    sources = {row[0] for row in rows if sight.everywhere or row[3] in sight.listed}
    assert set(found) == sources
    for source in sources:
        told = _slowly(rows, source, sight)
        assert {key: getattr(found[source], key) for key in told} == told


def _till(**changed: object) -> Volume:
    plain = {
        "source": "till", "last_at": NOW, "weeks": 4, "events": 100, "repeated": 0, "failed": 0, "faulty": 0,
        "clamped": 0, "unplanned": 0, "unplanned_names": [], "in_weeks_before": 400, "awaited_in_weeks": 0,
        "resolved": 0, "looked_at": 0, "missing": 0, "missing_places": [],
    }  # fmt: skip
    return Volume(**plain | changed)  # type: ignore[arg-type]


def test_a_source_is_quiet_when_it_can_hardly_be_chance() -> None:
    server = collect.SourceKind.SERVER
    assert rules.standing(server, _till()) is Standing.USUAL
    assert rules.standing(server, _till(awaited_in_weeks=27)) is Standing.USUAL
    assert rules.standing(server, _till(awaited_in_weeks=28)) is Standing.QUIET
    assert rules.standing(server, _till(events=49)) is Standing.LOW
    assert rules.standing(server, _till(events=201)) is Standing.HIGH
    assert rules.standing(server, _till(events=1, in_weeks_before=40)) is Standing.USUAL, "too few to compare"
    assert rules.standing(server, _till(weeks=0)) is Standing.NEW
    assert rules.standing(server, None) is Standing.NEVER
    assert rules.standing(collect.SourceKind.IMPORT, _till(awaited_in_weeks=400)) is Standing.PAST


def test_the_report_tells_of_a_day_at_the_shop(comes: Visitors, stage: Stage) -> None:
    stage.plans()
    good = {"order_id": "o-1", "revenue": 1, "store_id": "taipei"}
    same = {"event": "Order Completed", "messageId": "twice", "properties": good}
    stage.sends(same, same, {"event": "Order Completed", "properties": {"order_id": "o-2"}}, {"type": "dance"},
                {"event": "Cart Viewed", "timestamp": "1970-01-01T00:00:00Z"})  # fmt: skip
    stage.pumps()
    stage.door.facts.insert(
        "profile.identifier", ("iid", "kind", "first_seen"), [[MEI], ["user_id"], [stage.clock.now()]]
    )
    stage.clock.passes(timedelta(hours=1))
    answer = comes(access.Role.OWNER).get("/api/data-quality").json()
    told = {one["key"]: one for one in answer["items"]}
    shop = told["shop"]
    assert (shop["events"], shop["repeated"], shop["failed"], shop["faulty"], shop["clamped"]) == (2, 1, 2, 1, 1)
    assert (shop["unplanned"], shop["unplanned_names"]) == (1, ["Cart Viewed"])
    assert (shop["missing"], shop["missing_places"]) == (1, ["Order Completed: revenue"])
    assert (shop["resolved"], shop["looked_at"], shop["standing"]) == (2, 2, "new")
    assert told["internal"]["standing"] == "never"
    (mine,) = comes(access.Role.ANALYST, "taipei").get("/api/data-quality").json()["items"]
    assert (mine["events"], mine["failed"]) == (1, 0)
    assert comes(access.Role.VIEWER).get("/api/data-quality").status_code == 403


def test_every_number_says_how_fresh_it_is(comes: Visitors, stage: Stage) -> None:
    stage.sends({"event": "Cart Viewed", "properties": {"store_id": "taipei"}})
    stage.pumps()
    heard = stage.clock.now()
    stage.clock.passes(timedelta(seconds=30))
    stage.sends({"event": "Cart Viewed"})
    stage.clock.passes(timedelta(seconds=12))
    told = comes(access.Role.VIEWER).get("/api/freshness").json()
    assert (told["behind_seconds"], told["waiting"]) == (12.0, 1)
    assert [one["source"] for one in told["sources"]] == ["shop"]
    assert datetime.fromisoformat(told["sources"][0]["last_at"]) == heard
    assert comes(access.Role.VIEWER, "tainan").get("/api/freshness").json()["sources"] == []
    stage.pumps()
    assert comes(access.Role.VIEWER).get("/api/freshness").json()["behind_seconds"] == 0.0
