"""Facts: what goes in comes out, once."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlglot

from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.sql import Query

_AT = datetime(2018, 1, 5, 12, 0, 0, 123000, tzinfo=UTC)
_MADE = """
    CREATE TABLE IF NOT EXISTS learn.visit (who UInt64, page String, at DateTime64(3, 'UTC'), tags Array(UInt64))
    ENGINE = MergeTree ORDER BY who SETTINGS non_replicated_deduplication_window = {window}
"""
_COLUMNS = ("who", "page", "at", "tags")


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of the table of these tests."""

    who: int
    page: str
    at: datetime
    tags: list[int]


def said(text: str) -> Query:
    """A query of a test's own."""
    return Query("said", "For this test.", text, "test")


@pytest.fixture(params=[10_000])
def visits(facts: Facts, request: pytest.FixtureRequest) -> Iterator[Facts]:
    """A table of visits that remembers the tokens of its inserts."""
    facts.statement(_MADE.replace("{window}", str(request.param)))
    yield facts
    facts.statement("DROP TABLE learn.visit SYNC")


def arrive(facts: Facts, token: str | None, *whos: int) -> None:
    """Let these customers look at the whisk, as one insert."""
    count = len(whos)
    pages = ["it's a \\ whisk\n抹茶"] * count
    facts.insert("learn.visit", _COLUMNS, [list(whos), pages, [_AT] * count, [[1, 2]] * count], token=token)


def test_a_replayed_insert_is_dropped(visits: Facts) -> None:
    arrive(visits, "1:0:2:visit", 7, 8)
    arrive(visits, "1:0:2:visit", 7, 8)
    assert visits.values(said("SELECT who FROM learn.visit ORDER BY who")) == [7, 8]


def test_another_token_or_none_is_another_insert(visits: Facts) -> None:
    arrive(visits, "1:0:2:visit", 7)
    arrive(visits, "1:2:3:visit", 7)
    arrive(visits, None, 7)
    arrive(visits, None, 7)
    assert visits.value(said("SELECT count() FROM learn.visit")) == 4


@pytest.mark.parametrize("visits", [0], indirect=True)
def test_without_the_window_the_token_is_ignored(visits: Facts) -> None:
    arrive(visits, "1:0:2:visit", 7)
    arrive(visits, "1:0:2:visit", 7)
    assert visits.value(said("SELECT count() FROM learn.visit")) == 2


def test_a_row_comes_back_as_it_was(visits: Facts) -> None:
    arrive(visits, "t", 7)
    assert visits.rows(said("SELECT * FROM learn.visit"), Visit) == [
        Visit(7, "it's a \\ whisk\n抹茶", _AT, [1, 2]),
    ]


def test_no_rows_still_name_their_columns(visits: Facts) -> None:
    arrive(visits, "t")
    assert visits.columns(said("SELECT who, page FROM learn.visit")) == {"who": [], "page": []}
    assert visits.value(said("SELECT who FROM learn.visit")) is None


@pytest.mark.parametrize("text", ["it's", "back\\slash", "tab\tline\n", "{who:UInt64}", "%(x)s", "抹茶 🍵", "", "NULL"])
def test_a_parameter_is_only_ever_a_value(facts: Facts, text: str) -> None:
    assert facts.value(said("SELECT {text:String}"), text=text) == text
    assert facts.value(said("SELECT {texts:Array(String)}"), texts=[text, "b"]) == [text, "b"]


def test_parameters_of_every_kind_we_use(facts: Facts) -> None:
    asked = said("SELECT {at:DateTime64(3, 'UTC')}, {day:Date}, {share:Float64}, {yes:Bool}, {none:Nullable(Int64)}")
    answer = facts.columns(asked, at=_AT, day=date(2018, 1, 5), share=0.25, yes=True, none=None)
    assert [column[0] for column in answer.values()] == [_AT, date(2018, 1, 5), 0.25, True, None]


def test_a_moment_beyond_all_is_the_last_there_is(facts: Facts) -> None:
    asked = said("SELECT {early:DateTime64(3, 'UTC')}, {late:DateTime64(3, 'UTC')}")
    early, late = datetime(154, 12, 2, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    answer = facts.columns(asked, early=early, late=late)
    assert [column[0].year for column in answer.values()] == [1900, 2299]


def test_five_thousand_ids_travel_as_one_parameter(facts: Facts) -> None:
    ids = [(1 << 63) - 1 - number for number in range(5_000)]
    assert facts.value(said("SELECT arraySum({ids:Array(UInt64)} AS ids) = 0 OR length(ids)"), ids=ids) == 1
    assert facts.value(said("SELECT {ids:Array(UInt64)}"), ids=ids) == ids


def test_a_large_set_travels_by_a_temporary_table(facts: Facts) -> None:
    with facts.temporary("touched", {"who": "UInt64"}, [list(range(200_000))]):
        assert facts.value(said("SELECT count() FROM touched WHERE who % 2 = 0")) == 100_000
    with facts.temporary("touched", {"who": "UInt64"}, [[]]):
        assert facts.value(said("SELECT count() FROM touched")) == 0


def test_results_leave_as_arrow(visits: Facts) -> None:
    arrive(visits, "t", 7, 8)
    table = visits.arrow(said("SELECT who, page FROM learn.visit WHERE who > {low:UInt64}"), low=7)
    assert table.to_pydict() == {"who": [8], "page": ["it's a \\ whisk\n抹茶"]}


def test_a_built_statement_takes_parameters(visits: Facts) -> None:
    arrive(visits, "t", 7, 8)
    tree = sqlglot.parse_one("SELECT who FROM learn.visit WHERE who = {who: UInt64}", dialect="clickhouse")
    assert visits.tree(tree, {"who": 8}) == {"who": [8]}


def test_a_long_report_does_not_make_others_wait(facts: Facts) -> None:
    report = threading.Thread(target=facts.value, args=(said("SELECT sum(sleepEachRow(0.5)) FROM numbers(6)"),))
    report.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert facts.value(said("SELECT 1")) == 1
    assert time.monotonic() - began < 2.0
    report.join()


def test_a_temporary_table_is_seen_by_its_thread_alone(facts: Facts) -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(bool(facts.value(said("EXISTS TEMPORARY TABLE touched"))))

    with facts.temporary("touched", {"who": "UInt64"}, [[1]]):
        other = threading.Thread(target=look)
        other.start()
        other.join()
        look()
    look()
    assert seen == [False, True, False]


def test_more_threads_than_seats_wait_their_turn(facts: Facts) -> None:
    with ThreadPoolExecutor(12) as many:
        asked = list(many.map(lambda number: facts.value(said("SELECT {n:UInt64} * 2"), n=number), range(200)))
    assert asked == [number * 2 for number in range(200)]


def test_another_process_may_not_open_the_same_folder(clickhouse: ClickHouse, engines_folder: Path) -> None:
    script = (
        "import sys; from unavoce.runtime.clickhouse import ClickHouse, ClickHouseInUse\n"
        "try: ClickHouse.open(sys.argv[1])\n"
        "except ClickHouseInUse: print('in use')"
    )
    command = [sys.executable, "-c", script, str(engines_folder / "clickhouse")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "in use\n"
