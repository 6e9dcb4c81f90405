"""Local time on ordinary days and on the two odd ones of the year."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.decide import zones

NEW_YORK, TAIPEI = "America/New_York", "Asia/Taipei"


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "at", "zone", "days", "expected"),
    [
        ("2018-01-05 15:00", "10:00", NEW_YORK, 0, "2018-01-06 15:00"),
        ("2018-01-05 14:59", "10:00", NEW_YORK, 0, "2018-01-05 15:00"),
        ("2018-01-05 14:59", "10:00", NEW_YORK, 1, "2018-01-06 15:00"),
        ("2018-01-05 15:00", "10:00", TAIPEI, 0, "2018-01-06 02:00"),
        # The clock goes from 02:00 to 03:00 on 11 March 2018: 02:30 does not exist and is 03:30.
        ("2018-03-11 05:00", "02:30", NEW_YORK, 0, "2018-03-11 07:30"),
        # It goes from 02:00 back to 01:00 on 4 November: 01:30 comes twice, the first counts.
        ("2018-11-04 04:00", "01:30", NEW_YORK, 0, "2018-11-04 05:30"),
    ],
)
def test_the_next_ten_oclock_where_she_lives(after: str, at: str, zone: str, days: int, expected: str) -> None:
    assert zones.next_local(_utc(after), at, zone, days=days) == _utc(expected)


def test_the_next_monday() -> None:
    assert zones.next_local(_utc("2018-01-05 15:00"), "09:00", NEW_YORK, weekdays=(0,)) == _utc("2018-01-08 14:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2018-01-06 02:59", None),
        ("2018-01-06 03:00", "2018-01-06 13:00"),
        ("2018-01-06 12:59", "2018-01-06 13:00"),
        ("2018-01-06 13:00", None),
    ],
)
def test_the_night_is_quiet(at: str, expected: str | None) -> None:
    found = zones.quiet_until(_utc(at), "22:00", "08:00", NEW_YORK)
    assert found == (_utc(expected) if expected else None)


@given(
    st.integers(0, 364 * 24 * 60).map(lambda minutes: _utc("2018-01-01 00:00") + timedelta(minutes=minutes)),
    st.sampled_from([NEW_YORK, TAIPEI, "Australia/Lord_Howe", "Europe/London", "America/Sao_Paulo"]),
    st.sampled_from([("22:00", "08:00"), ("00:30", "02:30"), ("12:00", "13:00"), ("23:30", "00:15")]),
)
def test_where_quiet_ends_it_is_not_quiet(moment: datetime, zone: str, hours: tuple[str, str]) -> None:
    ended = zones.quiet_until(moment, *hours, zone)
    if ended is not None:
        assert moment < ended <= moment + timedelta(hours=25)
        assert zones.quiet_until(ended, *hours, zone) is None


def test_a_zone_that_does_not_exist_falls_back() -> None:
    assert zones.zone_of("Mars/Olympus", NEW_YORK) == NEW_YORK
    assert zones.zone_of("", NEW_YORK) == NEW_YORK
    assert zones.zone_of(TAIPEI, NEW_YORK) == TAIPEI
