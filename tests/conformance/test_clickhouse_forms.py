"""No code may know which ClickHouse it speaks to: the same things hold for every form."""

from datetime import UTC, datetime

from unavoce.runtime.clickhouse import ClickHouse
from unavoce.runtime.sql import Query

_AT = datetime(2018, 1, 5, 12, 0, 0, 123000, tzinfo=UTC)
_MADE = """
    CREATE TABLE conformance.visit (who UInt64, page String, at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY who
    SETTINGS non_replicated_deduplication_window = 10000
"""


def said(text: str) -> Query:
    """A query of a test's own."""
    return Query("said", "For this test.", text, "test")


def test_the_same_story_on_every_form(engine: ClickHouse) -> None:
    facts, other = engine.client("api"), engine.client("report")
    facts.statement("DROP DATABASE IF EXISTS conformance SYNC")
    facts.statement("CREATE DATABASE conformance")
    facts.statement(_MADE)
    rows = [[7, 8], ["it's 抹茶\\", ""], [_AT, _AT]]
    for _ in range(2):
        facts.insert("conformance.visit", ["who", "page", "at"], rows, token="1:0:2:visit")
    everything = said("SELECT who, page, at FROM conformance.visit ORDER BY who")
    assert other.columns(everything) == {"who": [7, 8], "page": ["it's 抹茶\\", ""], "at": [_AT, _AT]}
    nobody = said("SELECT who, page FROM conformance.visit WHERE page = {page:String}")
    assert other.columns(nobody, page="'; DROP") == {"who": [], "page": []}
    assert other.arrow(nobody, page="it's 抹茶\\").to_pydict() == {"who": [7], "page": ["it's 抹茶\\"]}
    with facts.temporary("touched", {"who": "UInt64"}, [[8, 9]]):
        assert facts.values(said("SELECT who FROM conformance.visit WHERE who IN (SELECT who FROM touched)")) == [8]
    facts.statement("DROP DATABASE conformance SYNC")
