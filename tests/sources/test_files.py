"""Files as shops have them: of every form and encoding, with headings of every kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from unavoce.sources.files.encodings import encoding_of
from unavoce.sources.files.guess import guess
from unavoce.sources.files.mapping import RowIs, parse
from unavoce.sources.files.model import (
    BadMapping,
    BrokenFile,
    EmptyFile,
    Form,
    MissingColumns,
    NoSuchSheet,
    Reading,
    UnknownEncoding,
    UnknownForm,
    UnknownPreset,
)
from unavoce.sources.files.presets import preset_for, presets
from unavoce.sources.files.tables import look, rows_of

MEMBERS = """會員編號,姓名,手機,Email,生日,剩餘點數,是否訂閱電子報
M001,王小美,912345678,Mei @Example.com,79/03/05,1200,是
M002,陳大文,９１２３４５６７９,wen@example.com,115/11/21,"1,300",否
M003,林一,0912***456,,民國75年3月2日,50,
M004,黃二,9.12E+08,h@x.tw,1986-03-02,0,也許
M005,李三,9.12345670E+08,a@b.tw,75/3/2,7,Y
"""
PERSON = '[columns]\n"手機" = "identifier.phone"\n"姓名" = "trait.name"\n'


def kept(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- forms and encodings ---


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("cp950", "big5"), ("gb18030", "gb18030"),
    ],
)  # fmt: skip
def test_an_encoding_is_recognised_and_read(tmp_path: Path, codec: str, told: str) -> None:
    path = kept(tmp_path, MEMBERS.encode(codec))
    found = look(path)
    assert found.reading.encoding == told
    assert found.columns[:3] == ("會員編號", "姓名", "手機")
    assert [cells[1] for _, cells in rows_of(path, found)] == ["王小美", "陳大文", "林一", "黃二", "李三"]


def test_simplified_chinese_in_the_mainlands_encoding(tmp_path: Path) -> None:
    path = kept(tmp_path, "姓名,地址\n陈美玲,上海市浦东新区世纪大道\n".encode("gb18030"))
    assert encoding_of(path)[0] == "gb18030"


def test_how_sure_an_encoding_is_and_what_a_person_says_instead(tmp_path: Path) -> None:
    path = kept(tmp_path, "姓名\n王小美\n".encode("cp950"))
    assert 0.5 < encoding_of(path)[1] < 1
    assert look(path, Reading(encoding="gb18030")).columns != ("姓名",)
    with pytest.raises(UnknownEncoding) as refused:
        look(path, Reading(encoding="ebcdic"))
    assert refused.value.facts["value"] == "ebcdic"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    heading = delimiter.join(["name", '"city, district"', "phone"])
    path = kept(tmp_path, heading + "\n" + delimiter.join(["Mei", "Taipei", "0912345678"]) + "\n")
    assert look(path).columns == ("name", "city, district", "phone")


def test_json_lines_are_flattened(tmp_path: Path) -> None:
    path = kept(tmp_path, '{"id":"1","buyer":{"phone":912345678}}\n{"id":"2","tags":["a"]}\nnot json\n', "x.jsonl")
    found = look(path)
    assert found.form is Form.JSONL
    assert found.columns == ("id", "buyer.phone", "tags")
    assert list(rows_of(path, found))[:2] == [(1, ["1", "912345678", ""]), (2, ["2", "", '["a"]'])]


def test_parquet_keeps_its_types_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"phone": [912345678.0, None], "on": ["2026-11-21", None], "yes": [True, False]}).write_parquet(path)
    found = look(path)
    assert found.form is Form.PARQUET
    assert list(rows_of(path, found)) == [(1, ["912345678", "2026-11-21", "true"]), (2, ["", "", "false"])]


def workbook(path: Path, rows: Sequence[Sequence[object]], merged: dict[str, str]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("會員")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for area, text in merged.items():
            sheet.merge_range(area, text)
        book.add_worksheet("說明").write(0, 0, "only words")
    return path


def test_a_workbook_with_a_title_and_a_merged_heading(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "x.xlsx",
        [
            [],
            ["會員", "", "", "", ""],
            ["會員編號", "姓名", "電話", "姓名", "電話"],
            ["M1", "王小美", 912345678, "王大明", "02-2345-6789"],
        ],
        {"A1:E1": "會員資料匯出", "B2:C2": "本人", "D2:E2": "收件人"},
    )
    found = look(path)
    assert found.form is Form.XLSX
    assert found.sheets == ("會員", "說明")
    assert found.columns == ("會員編號", "本人 姓名", "本人 電話", "收件人 姓名", "收件人 電話")
    assert {note.kind for note in found.notes} == {"title_rows", "merged_heading", "renamed_column"}
    assert list(rows_of(path, found)) == [(4, ["M1", "王小美", "912345678", "王大明", "02-2345-6789"])]
    with pytest.raises(NoSuchSheet) as refused:
        look(path, Reading(sheet="訂單"))
    assert refused.value.facts["expected"] == "會員, 說明"


def test_an_old_workbook() -> None:
    path = Path(__file__).parent / "fixtures" / "members.xls"
    found = look(path)
    assert found.form is Form.XLS
    assert found.columns == ("會員編號", "手機", "生日")
    assert list(rows_of(path, found)) == [(2, ["M1", "912345678", "1990-03-05"])]


def test_equal_and_missing_headings_get_names(tmp_path: Path) -> None:
    found = look(kept(tmp_path, "電話,電話,,備註\n0912345678,0922345678,7,\n"))
    assert found.columns == ("電話", "電話 (2)", "column 3", "備註")
    assert [(note.kind, note.facts.get("name")) for note in found.notes] == [
        ("renamed_column", "電話"), ("unnamed_column", ""), ("empty_column", "備註"),
    ]  # fmt: skip


def test_a_file_without_a_heading(tmp_path: Path) -> None:
    path = kept(tmp_path, "0912345678,Mei\n0922345678,Wen\n")
    found = look(path)
    assert found.columns == ("column 1", "column 2")
    assert [cells[1] for _, cells in rows_of(path, found)] == ["Mei", "Wen"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile), (b"  \n \n", EmptyFile), (b"a,b\n", EmptyFile), (b"%PDF-1.7", UnknownForm),
        (b"PK\x03\x04 no workbook", BrokenFile), (b"PAR1 no table", BrokenFile),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        look(kept(tmp_path, content))


# --- guesses and presets ---


def test_the_members_of_91app_are_recognised(tmp_path: Path) -> None:
    guessed = guess(look(kept(tmp_path, MEMBERS)), "TW")
    assert (guessed.rows, guessed.preset, guessed.calendar) == (RowIs.CUSTOMER, "91app-members", "roc")
    assert {one.column: one.target.to for one in guessed.columns if one.target} == {
        "會員編號": "identifier.user_id", "姓名": "trait.name", "手機": "identifier.phone",
        "Email": "identifier.email", "生日": "trait.birthday", "剩餘點數": "points",
        "是否訂閱電子報": "consent.email.marketing",
    }  # fmt: skip


def test_every_guess_has_its_reason(tmp_path: Path) -> None:
    text = (
        "Contact,聯絡電話,Mail,垂詢,備註\na@x.tw,0912***456,b@y.tw,0912345678,\nc@x.tw,0922***456,d@y.tw,0922345678,\n"
    )
    guessed = guess(look(kept(tmp_path, text)), "TW")
    assert [(one.column, one.target.to if one.target else None, one.because) for one in guessed.columns] == [
        ("Contact", "identifier.email", "values"),
        ("聯絡電話", None, "masked"),
        ("Mail", "identifier.email", "heading"),
        ("垂詢", "identifier.phone", "values"),
        ("備註", None, "empty"),
    ]


def test_short_years_are_the_republics_where_another_column_says_so(tmp_path: Path) -> None:
    text = "貴姓,貴賓手機,生日,入會日期\n周雅雯,0912345601,79/3/15,112/11/21\n周志明,0912345602,68/12/1,110/01/05\n"
    guessed = guess(look(kept(tmp_path, text)), "TW")
    assert (guessed.preset, guessed.calendar) == (None, "roc")
    assert [(one.because, one.share) for one in guessed.columns if one.column == "生日"] == [("heading", 1)]


def test_short_years_alone_are_not_guessed_at(tmp_path: Path) -> None:
    guessed = guess(look(kept(tmp_path, "姓名,手機,生日\n周雅雯,0912345601,79/3/15\n")), "TW")
    assert [one.because for one in guessed.columns if one.column == "生日"] == ["unlike"]


@pytest.mark.parametrize("key", sorted(presets()))
def test_a_preset_fits_a_file_with_its_own_columns(key: str) -> None:
    preset = presets()[key]
    assert preset.fits(list(preset.mapping.columns)) > 0
    assert preset_for(preset.system, list(preset.mapping.columns)).system == preset.system


def test_a_preset_of_another_system_is_refused() -> None:
    with pytest.raises(UnknownPreset):
        preset_for("ebay", ["a"])
    with pytest.raises(MissingColumns) as refused:
        preset_for("shopee", ["姓名", "電話"])
    assert "訂單編號" in str(refused.value.facts["expected"])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[columns", "mapping"),
        ('rows = "people"\n' + PERSON, "rows"),
        ('[columns]\n"a" = "telephone"\n', "a"),
        ('[columns]\n"a" = "identifier"\n', "a"),
        ('[columns]\n"a" = {to = "trait.x", as = "colour"}\n', "a: as"),
        ("rows = 'order'\n" + PERSON, "columns"),
        ('[columns]\n"姓名" = "trait.name"\n', "columns"),
        ('source = "Mein Shop"\n' + PERSON, "source"),
        ("colour = 1\n" + PERSON, "colour"),
        ("order = 'american'\n" + PERSON, "order"),
        ("read = {header_rows = 'two'}\n" + PERSON, "read.header_rows"),
    ],
)
def test_a_wrong_mapping_is_named(text: str, field: str) -> None:
    with pytest.raises(BadMapping) as refused:
        parse(text).resolved(["手機", "姓名"])
    assert refused.value.facts["field"] == field


def test_a_mapping_may_be_json() -> None:
    told = parse(json.dumps({"rows": "customer", "columns": {"手機": "identifier.phone"}}))
    assert told.resolved(["姓名", "手機"])[1].to == "identifier.phone"
    with pytest.raises(MissingColumns) as refused:
        told.resolved(["姓名"])
    assert refused.value.facts["missing"] == "手機"
