"""The overview against the slowest possible counting: every event looked at by hand, in three zones, through DST."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.learn.conftest import SOURCES, STORES, Said, Visits, happens
from unavoce.learn import api, rules
from unavoce.learn.model import Totals
from unavoce.runtime.clickhouse import Facts

FIGURES = ("sales_minor", "customers", "orders", "messages", "opt_outs")
COUNTED = ("Order Completed", "Order Refunded", "Message Sent", "Unsubscribed")
NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)

# Days around which the hours are not 24: New York's clocks, and those that China had until 1991 and Taiwan until 1979.
STRANGE_DAYS = {
    "America/New_York": (date(2017, 3, 12), date(2017, 11, 5)),
    "Asia/Shanghai": (date(1988, 4, 17), date(1988, 9, 11), date(2017, 11, 11)),
    "Asia/Taipei": (date(1979, 7, 1), date(1979, 10, 1), date(2017, 11, 11)),
}
# Mei and Lin each have a second device; the reports know that it is hers.
LINKS = {101: 1, 102: 2}


def _histories(zone: str) -> st.SearchStrategy[tuple[date, list[Said]]]:
    return st.sampled_from(STRANGE_DAYS[zone]).flatmap(lambda day: st.tuples(st.just(day), _around(zone, day)))


def _around(zone: str, day: date) -> st.SearchStrategy[list[Said]]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    said = st.builds(
        Said,
        name=st.sampled_from((*COUNTED, "Product Viewed")),
        # Half of them fall on the quarter hours, where midnight is.
        at=st.one_of(
            st.integers(-80 * 3600, 80 * 3600).map(lambda second: noon + timedelta(seconds=second)),
            st.integers(-320, 320).map(lambda quarter: noon + timedelta(minutes=15 * quarter)),
        ),
        iid=st.sampled_from((1, 2, 3, *LINKS)),
        revenue=st.integers(0, 99_999),
        store=st.sampled_from(("", *STORES)),
        channel=st.sampled_from(("", "store", "web", "line")),
        source=st.sampled_from(tuple(SOURCES)),
    )
    return st.lists(said, min_size=4, max_size=40)


def _by_hand(history: Iterable[Said], **wanted: object) -> list[Said]:
    """What of a history counts, by its day, source, channel (as the report calls it) and store."""
    return [one for one in history if one.name in COUNTED and _fits(one, wanted)]


def _fits(one: Said, wanted: Mapping[str, Any]) -> bool:
    local = one.at.astimezone(ZoneInfo(wanted["zone"])).date()
    stores = wanted.get("stores")
    return (
        wanted["first"] <= local <= wanted["last"]
        and wanted.get("source", "") in ("", one.source)
        and wanted.get("channel", "") in ("", one.channel or "unknown")
        and (stores is None or one.store in stores)
    )


def _figures(counted: Iterable[Said]) -> dict[str, int]:
    found = list(counted)
    orders = [one for one in found if one.name == "Order Completed"]
    back = sum(one.revenue for one in found if one.name == "Order Refunded")
    return {
        "sales_minor": sum(one.revenue for one in orders) - back,
        "customers": len({LINKS.get(one.iid, one.iid) for one in orders}),
        "orders": len(orders),
        "messages": sum(one.name == "Message Sent" for one in found),
        "opt_outs": sum(one.name == "Unsubscribed" for one in found),
    }


def _days(counted: Iterable[Said], zone: str) -> dict[tuple[date, str], dict[str, int]]:
    groups: dict[tuple[date, str], list[Said]] = {}
    for one in counted:
        groups.setdefault((one.at.astimezone(ZoneInfo(zone)).date(), one.channel or "unknown"), []).append(one)
    return {key: _figures(group) for key, group in sorted(groups.items())}


def _begin(facts: Facts, history: list[Said]) -> None:
    facts.statement("TRUNCATE TABLE collect.event")
    facts.statement("TRUNCATE TABLE profile.link")
    facts.insert("profile.link", ["iid", "customer"], [list(LINKS), list(LINKS.values())])
    happens(facts, history)


@pytest.mark.parametrize("zone", list(STRANGE_DAYS))
def test_the_report_equals_counting_by_hand(facts: Facts, zone: str) -> None:
    # Without shrinking, which would ask a real engine a thousand times for a failure that forty events explain.
    @settings(
        max_examples=25, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(
        told=_histories(zone),
        first=st.integers(-2, 1),
        length=st.integers(0, 3),
        source=st.sampled_from(("", "web", "till")),
        channel=st.sampled_from(("", "", "web", "unknown")),
        stores=st.sampled_from((None, None, frozenset({"tainan"}), frozenset({"tainan", "taipei-101"}), frozenset())),
    )
    def check(
        told: tuple[date, list[Said]],
        first: int,
        length: int,
        source: str,
        channel: str,
        stores: frozenset[str] | None,
    ) -> None:
        day, history = told
        _begin(facts, history)
        since, until = day + timedelta(days=first), day + timedelta(days=first + length)
        period = rules.period(since.isoformat(), until.isoformat(), zone=zone, now=NOW)
        seen = api.overview(facts, period, zone=zone, source=source, channel=channel, stores=stores)
        asked = {"zone": zone, "source": source, "channel": channel, "stores": stores}
        counted = _by_hand(history, first=since, last=until, **asked)
        assert seen.totals == Totals(**_figures(counted))
        found = {(one.day, one.channel): {name: getattr(one, name) for name in FIGURES} for one in seen.days}
        assert found == _days(counted, zone)
        assert [(one.day, one.channel) for one in seen.days] == sorted(found)
        anytime = _by_hand(history, first=date.min, last=date.max, **asked)
        length_of = period.until - period.since
        assert seen.previous == Totals(
            **_figures(e for e in anytime if period.since - length_of <= e.at < period.since)
        )

    check()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2017-03-12", 23),
        ("America/New_York", "2017-11-05", 25),
        ("America/New_York", "2017-07-04", 24),
        ("Asia/Taipei", "2017-03-12", 24),
        ("Asia/Shanghai", "1988-09-11", 25),
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks_showed(
    facts: Facts, visits: Visits, zone: str, day: str, hours: int
) -> None:
    """An order every hour of three days: the day in the middle holds as many as it had hours."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(days=1)
    happens(facts, [Said("Order Completed", start + timedelta(hours=hour), revenue=100) for hour in range(73)])
    seen = visits(zone).get("/api/reports/overview", params={"from": day, "to": day}).json()
    assert (seen["totals"]["orders"], seen["totals"]["sales_minor"]) == (hours, hours * 100)
    assert [row["day"] for row in seen["days"]] == [day]


def test_a_refund_lowers_the_day_it_is_made_on(facts: Facts, visits: Visits) -> None:
    bought = Said("Order Completed", datetime(2018, 1, 2, 3, tzinfo=UTC), revenue=5_000, channel="web")
    back = replace(bought, name="Order Refunded", at=datetime(2018, 1, 3, 3, tzinfo=UTC), revenue=2_000)
    happens(facts, [bought, back])
    seen = visits("Asia/Taipei").get("/api/reports/overview").json()
    assert {row["day"]: row["sales_minor"] for row in seen["days"]} == {"2018-01-02": 5_000, "2018-01-03": -2_000}
    assert (seen["totals"]["sales_minor"], seen["totals"]["orders"]) == (3_000, 1)


def test_the_sheet_says_what_the_report_says(facts: Facts, visits: Visits) -> None:
    """Every filter gives the same rows as JSON and as CSV, and a channel's name is no formula."""
    at = datetime(2018, 1, 4, 3, tzinfo=UTC)
    happens(
        facts,
        [
            Said("Order Completed", at - timedelta(hours=hour), iid=1 + hour % 3, revenue=1_000 + hour, store=store,
                 channel=channel, source=source)
            for hour, (store, channel, source) in enumerate(
                [("tainan", "store", "till"), ("", "web", "web"), ("", "=cmd()", "web"), ("taipei-101", "", "old")] * 6
            )
        ],
    )  # fmt: skip
    visitor = visits("Asia/Taipei")
    for asked in ({}, {"source": "web"}, {"channel": "store"}, {"from": "2018-01-04", "to": "2018-01-04"}):
        told = visitor.get("/api/reports/overview", params=asked).json()["days"]
        sheet = visitor.get("/api/reports/overview.csv", params=asked)
        assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(sheet.text)))
        assert [{**row, **{name: int(row[name]) for name in FIGURES}} for row in rows] == [
            {**row, "channel": f"'{row['channel']}" if row["channel"][0] == "=" else row["channel"]} for row in told
        ]
        assert rows


def test_a_channel_can_be_asked_for_by_the_name_it_is_shown_under(facts: Facts, visits: Visits) -> None:
    at = datetime(2018, 1, 4, 3, tzinfo=UTC)
    happens(facts, [Said("Order Completed", at, revenue=100), Said("Order Completed", at, revenue=7, channel="web")])
    visitor = visits("Asia/Taipei")
    for row in visitor.get("/api/reports/overview").json()["days"]:
        alone = visitor.get("/api/reports/overview", params={"channel": row["channel"]}).json()
        assert alone["days"] == [row]
        assert alone["totals"]["sales_minor"] == row["sales_minor"]


def test_a_manager_counts_her_own_stores_alone(facts: Facts, visits: Visits) -> None:
    at = datetime(2018, 1, 4, 3, tzinfo=UTC)
    history = [
        Said("Order Completed", at, iid=number, revenue=100 * number, store=store, channel="store")
        for number, store in enumerate((*STORES, "", "taipei-101"), 1)
    ]
    happens(facts, history)
    seen = visits("Asia/Taipei", "nora@shop.example").get("/api/reports/overview").json()["totals"]
    assert seen == _figures(one for one in history if one.store == "taipei-101")
    sheet = visits("Asia/Taipei", "nora@shop.example").get("/api/reports/overview.csv").text
    assert [row["sales_minor"] for row in csv.DictReader(io.StringIO(sheet))] == [str(seen["sales_minor"])]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2018-13-01"}, "from"),
        ({"from": "2018-01-05", "to": "2018-01-01"}, "to"),
        ({"from": "0154-12-02"}, "from"),
        ({"to": "9999-12-31"}, "to"),
    ],
)
def test_a_period_that_is_none_is_refused_by_name(visits: Visits, asked: dict[str, str], field: str) -> None:
    answer = visits("Asia/Taipei").get("/api/reports/overview", params=asked)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert answer.json()["code"] == "bad-period"
    assert "YYYY-MM-DD" in answer.json()["detail"]
