"""Ids, chance, money, time, refusals and languages."""

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.kernel.clock import FixedClock, OffsetClock, SystemClock
from unavoce.kernel.errors import BadInput, Conflict, Refusal, TooMany, Unavailable
from unavoce.kernel.ids import digest16, iid_of, parse_id, share, text_of
from unavoce.kernel.language import Language, negotiate
from unavoce.kernel.money import MixedCurrencies, Money, minor_of

KEY = b"a brand's own key"


class CouponSpent(Conflict):
    """This coupon has already been used up.

    The second line is for programmers.
    """


def test_an_identifier_keeps_its_number_under_one_key() -> None:
    mei = iid_of(KEY, "email", "mei@example.com")
    assert mei == iid_of(KEY, "email", "mei@example.com")
    assert mei != iid_of(KEY, "user_id", "mei@example.com")
    assert mei != iid_of(b"another brand", "email", "mei@example.com")
    assert iid_of(KEY, "a", "bc") != iid_of(KEY, "ab", "c")


@given(st.text(), st.text())
def test_an_iid_fits_a_signed_bigint(kind: str, value: str) -> None:
    assert 0 <= iid_of(KEY, kind, value) < 1 << 63


@given(st.integers(0, (1 << 63) - 1))
def test_an_id_survives_javascript(number: int) -> None:
    text = text_of(number)
    assert len(text) == 16
    assert parse_id(text) == number


@pytest.mark.parametrize(
    "text", ["", "12", "g" * 16, "f" * 16, " " * 16, "0x" + "1" * 14, "_" * 16, "-" + "1" * 15, "１" * 16]
)
def test_a_nonsense_id_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="sixteen hexadecimal digits"):
        parse_id(text)


@given(st.text(), st.lists(st.one_of(st.text(), st.integers())))
def test_a_share_is_a_replayable_fraction(seed: str, parts: list[str | int]) -> None:
    assert 0 <= share(seed, *parts) < 1
    assert share(seed, *parts) == share(seed, *parts)


def test_shares_are_even_and_do_not_depend_on_each_other() -> None:
    arms = [share("welcome", customer) < 0.1 for customer in range(20_000)]
    others = [share("win-back", customer) < 0.1 for customer in range(20_000)]
    both = sum(one and other for one, other in zip(arms, others, strict=True))
    assert abs(sum(arms) - 2_000) < 150
    assert abs(both - 200) < 60


def test_a_digest_is_sixteen_bytes() -> None:
    assert len(digest16(b"")) == 16
    assert digest16(b"a") != digest16(b"b")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        (19.99, "USD", 1999), ("19.99", "USD", 1999), (Decimal("0.1"), "USD", 10), (4.35, "USD", 435),
        (1.005, "USD", 100), (1.015, "USD", 102),
        (-0.5, "USD", -50), (500, "JPY", 500), ("1.2345", "KWD", 1234), (0, "TWD", 0),
    ],
)  # fmt: skip
def test_money_is_exact(amount: float, currency: str, minor: int) -> None:
    assert minor_of(amount, currency) == minor


@given(st.integers(-(10**12), 10**12))
def test_a_float_of_cents_comes_back_as_the_same_cents(minor: int) -> None:
    assert minor_of(minor / 100, "USD") == minor


@pytest.mark.parametrize("amount", ["", "ten", float("nan"), float("inf"), "1e999999999"])
def test_what_is_no_amount_is_refused(amount: float) -> None:
    with pytest.raises(BadInput):
        minor_of(amount, "USD")


def test_money_adds_up_in_one_currency_only() -> None:
    assert Money(150, "USD") + Money(50, "USD") == Money(200, "USD")
    assert str(Money(1999, "USD")) == "19.99 USD"
    assert str(Money(500, "JPY")) == "500 JPY"
    with pytest.raises(MixedCurrencies):
        Money(1, "USD") + Money(1, "TWD")


def test_a_refusal_speaks_its_docstring() -> None:
    refused = CouponSpent(coupon="MEI10", again=None)
    assert refused.title == "This coupon has already been used up."
    assert refused.detail == "This coupon has already been used up. (coupon: MEI10)"
    assert (refused.status, refused.code, refused.again) == (409, "coupon-spent", False)
    assert refused.facts == {"coupon": "MEI10", "again": None}


def test_kinds_of_refusal_know_their_status() -> None:
    assert (TooMany(retry_after=3).retry_after, TooMany().status, TooMany.again) == (3, 429, True)
    assert (Unavailable.status, Unavailable.again, Refusal.code) == (503, True, "refusal")
    assert BadInput(field="age", value=-1, expected="0 or more", row=7).facts == {
        "field": "age", "value": -1, "expected": "0 or more", "row": 7,
    }  # fmt: skip
    assert BadInput(field="gift", value=0).facts == {"field": "gift", "value": 0}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.EN),
        ("", Language.EN),
        ("zh-TW,zh;q=0.9,en;q=0.8", Language.ZH_HANT),
        ("zh-CN", Language.ZH_HANS),
        ("zh", Language.ZH_HANS),
        ("zh-Hant-HK", Language.ZH_HANT),
        ("yue", Language.ZH_HANT),
        ("en;q=0.2, zh-HK;q=0.8", Language.ZH_HANT),
        ("fr, de;q=0.9", Language.EN),
        ("fr, zh-Hans;q=0.1", Language.ZH_HANS),
        ("zh;q=nonsense", Language.EN),
        ("zh-CN;q=0, en", Language.EN),
    ],
)
def test_a_browser_gets_its_language(header: str | None, language: Language) -> None:
    assert negotiate(header) is language


def test_the_systems_clock_is_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta()


def test_a_fixed_clock_stands_still_until_time_passes() -> None:
    clock = FixedClock(datetime(2018, 1, 5, 20, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == datetime(2018, 1, 5, 12, tzinfo=UTC)
    assert clock.passes(timedelta(days=2)) == clock.now() == datetime(2018, 1, 7, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime.fromisoformat("2018-01-05T12:00:00"))


def test_the_demos_clock_follows_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OffsetClock, "_LOOK_EVERY_SECONDS", 0.0)
    file = tmp_path / "clock.json"
    clock = OffsetClock(file)
    assert abs(clock.now() - SystemClock().now()) < timedelta(seconds=5)
    for number, days in enumerate((-3000, 10)):
        file.write_text(json.dumps({"offset_seconds": days * 86_400}))
        os.utime(file, ns=(number, number))
        assert abs(clock.now() - SystemClock().now() - timedelta(days=days)) < timedelta(seconds=5)
        assert clock.offset == timedelta(days=days)
    file.unlink()
    assert clock.offset == timedelta()
