"""Values that spreadsheets and tills have hurt: put right where nothing is lost, refused where something is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.test_files import MEMBERS, PERSON, kept
from unavoce.sources.files import days, repairs
from unavoce.sources.files.calls import Prepared
from unavoce.sources.files.guess import guess
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.mapping import parse
from unavoce.sources.files.presets import preset_for
from unavoce.sources.files.repairs import Refused, Rules
from unavoce.sources.files.tables import look

TAIWAN = Rules()


def calls(history: FileHistory) -> list[dict]:
    return [msgspec.json.decode(one.call) for one in history.prepared() if isinstance(one, Prepared)]


@pytest.mark.parametrize(
    ("typed", "read", "repairs_made"),
    [
        ("0912-345-678", "+886912345678", {"country_added"}),
        ("912345678", "+886912345678", {"leading_zero", "country_added"}),
        ("０９１２３４５６７８", "+886912345678", {"full_width", "country_added"}),
        ("9.12345678E+08", "+886912345678", {"scientific", "leading_zero", "country_added"}),
        ("'0912345678", "+886912345678", {"apostrophe", "country_added"}),
        ("886912345678", "+886912345678", {"country_added"}),
        ("+81 90-1234-5678", "+819012345678", set()),
        ("(02) 2345-6789", "+886223456789", {"country_added"}),
        ("223456789", "+886223456789", {"leading_zero", "country_added"}),
        ("0912345678/02-23456789", "+886912345678", {"first_of_several", "country_added"}),
    ],
)
def test_a_phone_is_put_right(typed: str, read: str, repairs_made: set[str]) -> None:
    value = repairs.phone(typed, "TW")
    assert value.kept == read
    assert set(value.repairs) == repairs_made


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("9.12E+08", "digits_lost"), ("0912***456", "masked"), ("09XXXXX678", "masked"), ("none", "not_a_phone"),
        ("12", "not_a_phone"), ("0912●●●678", "masked"),
    ],
)  # fmt: skip
def test_a_phone_that_cannot_be_known_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        repairs.phone(typed, "TW")
    assert refused.value.reason == reason


@given(st.integers(min_value=900_000_000, max_value=999_999_999))
def test_however_a_mobile_was_hurt_it_is_the_same_phone(number: int) -> None:
    national = f"0{number}"
    wide = national.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    mantissa = f"{str(number)[0]}.{str(number)[1:]}E+08"
    said = {repairs.phone(text, "TW").kept for text in (national, str(number), wide, mantissa, f"+886{number}")}
    assert said == {f"+886{number}"}


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text: str) -> None:
    readers = (
        lambda one: repairs.phone(one, "TW"), repairs.email, repairs.key, repairs.number, repairs.gender,
        repairs.words, lambda one: days.day(one, TAIWAN), lambda one: days.moment(one, TAIWAN),
        lambda one: repairs.flag(one, frozenset(), frozenset()),
    )  # fmt: skip
    for reader in readers:
        with suppress(Refused):
            reader(text)


def test_an_email_is_put_right() -> None:
    assert repairs.email(" Mei.Lin @Example.com ").kept == "mei.lin@example.com"
    assert repairs.email("ｍｅｉ＠example.com").kept == "mei@example.com"
    for masked in ("m***@example.com", "not an address"):
        with pytest.raises(Refused):
            repairs.email(masked)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-11-21", "2026-11-21"), ("2026/3/5", "2026-03-05"), ("20261121", "2026-11-21"),
        ("115/11/21", "2026-11-21"), ("民國115年11月21日", "2026-11-21"), ("民國75.3.2", "1986-03-02"),
        ("1151121", "2026-11-21"), ("45987", "2025-11-26"), ("2026年3月5日 下午 3:05", "2026-03-05"),
        ("25/12/2026", "2026-12-25"), ("12/25/2026", "2026-12-25"), ("2026-11-21T10:00:00Z", "2026-11-21"),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(typed: str, read: str) -> None:
    assert days.day(typed, TAIWAN).kept == read


@given(st.dates(min_value=days.date(1912, 1, 1), max_value=days.date(2099, 12, 31)))
def test_a_year_of_the_republic_is_the_same_day(on: days.date) -> None:
    year = on.year - 1911
    said = {
        days.day(text, TAIWAN).kept
        for text in (f"民國{year}年{on.month}月{on.day}日", f"{on:%Y/%m/%d}", f"{on:%Y%m%d}")
    }
    assert said == {on.isoformat()}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("75/3/2", "year_unclear"), ("3/4/2026", "day_or_month_first"), ("2026-02-30", "not_a_day"),
        ("soon", "not_a_day"), ("99999999999999999999", "not_a_day"),
    ],
)  # fmt: skip
def test_a_day_that_is_not_clear_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        days.day(typed, TAIWAN)
    assert refused.value.reason == reason


def test_a_column_tells_how_its_days_are_written() -> None:
    assert days.order_in(["3/4/2026", "25/4/2026"]) == ("dmy", "gregorian")
    assert days.order_in(["3/4/2026", "4/25/2026"]) == ("mdy", "gregorian")
    assert days.order_in(["3/4/2026"]) == ("unclear", "gregorian")
    assert days.order_in(["75/3/4", "115/3/4"]) == ("ymd", "roc")


def test_a_moment_without_a_zone_is_the_brands() -> None:
    assert days.moment("2026/11/21 下午 01:05:00", TAIWAN).kept == "2026-11-21T05:05:00Z"
    assert days.moment("2026-11-21", TAIWAN).kept == "2026-11-21T04:00:00Z"
    assert days.moment("1795237500", TAIWAN).kept == "2026-11-21T05:05:00Z"


@pytest.mark.parametrize(
    ("typed", "read"), [("NT$1,234", 1234), ("１，２３４元", 1234), ("(300)", -300), ("12.50", 12.5), ("1.2e3", 1200)]
)
def test_a_number_is_read_however_it_is_written(typed: str, read: float) -> None:
    assert repairs.number(typed).kept == read


# --- what goes in ---


def test_members_become_calls(tmp_path: Path) -> None:
    found = look(kept(tmp_path, MEMBERS))
    history = FileHistory(tmp_path / "file.csv", guess(found, "TW").mapping("app91"), found)
    first, points, *_ = calls(history)
    assert first["userId"] == "M001"
    assert first["traits"] == {
        "name": "王小美", "phone": "+886912345678", "email": "mei@example.com", "birthday": "1990-03-05",
        "points": 1200, "consents": {"email": {"marketing": "granted"}},
    }  # fmt: skip
    assert (points["event"], points["properties"]) == ("Points Balance Stated", {"points": 1200})
    tally = history.tally
    assert (tally.rows, tally.bad) == (5, 0)
    assert (tally.points.in_file, tally.points.going_in) == (2557, 2557)
    assert {(column, what) for column, what in tally.left_out} == {
        ("手機", "masked"), ("手機", "digits_lost"), ("是否訂閱電子報", "neither_yes_nor_no"),
    }  # fmt: skip
    assert tally.repairs["手機", "leading_zero"].examples[0] == ("912345678", "+886912345678")


def test_reading_again_says_the_same(tmp_path: Path) -> None:
    found = look(kept(tmp_path, MEMBERS))
    mapping = guess(found, "TW").mapping("app91")
    once, again = (calls(FileHistory(tmp_path / "file.csv", mapping, found)) for _ in range(2))
    assert once == again
    assert len({call["messageId"] for call in once}) == len(once)


LINES = """單號,交易日期,會員卡號,貨號,品名,數量,單價,交易狀態
A1,2026/11/01 10:00,C1,WHISK,茶筅,1,480,完成
B1,2026/11/01 11:00,,TEA,抹茶,2,250,完成
A1,2026/11/01 10:00,C1,TEA,抹茶,1,250,完成
C1,2026/11/02,C2,TEA,抹茶,1,250,已取消
D1,,C2,TEA,抹茶,1,250,完成
E1,2026/11/02,C2,TEA,抹茶,一,250,完成
E1,2026/11/02,C2,WHISK,茶筅,1,480,完成
"""


def test_lines_become_orders_wherever_they_lie(tmp_path: Path) -> None:
    found = look(kept(tmp_path, LINES))
    history = FileHistory(tmp_path / "file.csv", preset_for("till", found.columns).mapping, found)
    orders = {call["properties"]["order_id"]: call for call in calls(history)}
    assert set(orders) == {"A1", "B1", "C1"}
    whole = orders["A1"]
    assert whole["properties"]["revenue"] == 730
    assert [line["product_id"] for line in whole["properties"]["products"]] == ["WHISK", "TEA"]
    assert whole["context"]["externalIds"] == [{"type": "loyalty_card", "id": "C1"}]
    assert "externalIds" not in orders["B1"]["context"]
    assert orders["C1"]["event"] == "Order Cancelled"
    assert {(line.line, line.reason) for line in history.tally.bad_lines} == {
        (6, "missing"), (7, "not_a_number"), (8, "spoiled_order"),
    }  # fmt: skip
    assert history.tally.revenue == {"TWD": 1230}


COUPONS = """手機,券號,狀態,到期日
0912345678,K1,未使用,2026/12/31
0922345678,K2,已核銷,
x,K3,未使用,
0933345678,K4,神秘,
"""


def test_unused_coupons_are_reconciled(tmp_path: Path) -> None:
    mapping = parse(
        'rows = "coupon"\nsource = "till"\n[columns]\n"手機" = "identifier.phone"\n"券號" = "property.coupon_id"\n'
        '"狀態" = "status"\n"到期日" = "property.expires_at"\n'
    )
    history = FileHistory(kept(tmp_path, COUPONS), mapping)
    assert [call["event"] for call in calls(history)] == ["Coupon Issued", "Coupon Redeemed"]
    assert (history.tally.unused_coupons.in_file, history.tally.unused_coupons.going_in) == (2, 1)
    assert {line.reason for line in history.tally.bad_lines} == {"not_a_phone", "unknown_status"}


def test_a_row_that_is_shifted_or_not_readable_is_set_aside(tmp_path: Path) -> None:
    path = kept(tmp_path, b"\xe6\x89\x8b\xe6\xa9\x9f,name\n0912345678,a\n0922345678,b,c\n0932345678,\xff\xfe\n")
    mapping = parse('[columns]\n"手機" = "identifier.phone"\n"name" = "trait.name"\n[read]\nencoding = "utf-8"\n')
    history = FileHistory(path, mapping)
    assert len(calls(history)) == 1
    assert [(line.line, line.reason) for line in history.tally.bad_lines] == [(3, "wrong_width"), (4, "unreadable")]


def test_a_cell_with_line_breaks_keeps_the_count_of_lines(tmp_path: Path) -> None:
    path = kept(tmp_path, '手機,姓名\n0912345678,"王\n小美"\nnone,陳\n')
    history = FileHistory(path, parse(PERSON))
    assert calls(history)[0]["traits"]["name"] == "王\n小美"
    assert [line.line for line in history.tally.bad_lines] == [4]
