"""Files come in: checked first, then through the same intake as everything else, and never twice."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.apps.conftest import Shop
from tests.apps.test_importing import pumping
from unavoce.apps import importing
from unavoce.apps.imports import command
from unavoce.apps.imports.checking import check
from unavoce.apps.imports.command import FileWish, NoMapping, bring_file
from unavoce.collect.contract import Options
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.mapping import parse
from unavoce.sources.files.model import MissingColumns

MEMBERS = """會員編號,姓名,手機,Email,剩餘點數
M1,王小美,912345678,mei@example.com,1200
M2,陳大文,0922345678,wen@example.com,300
M3,"=HYPERLINK(""x"")",none,,50
,林一,0912***456,,7
"""


@pytest.fixture
def members(tmp_path: Path) -> Path:
    path = tmp_path / "members.csv"
    path.write_text(MEMBERS, "utf-8")
    return path


def bring(shop: Shop, wish: FileWish) -> list[str]:
    lines: list[str] = []
    with pumping(shop):
        bring_file(shop.door.postgres, shop.clock, shop.brand, wish, lines.append)
    return lines


def counts(shop: Shop) -> dict[str, int]:
    told = shop.door.facts.tree("SELECT name, count() AS n FROM collect.v_event GROUP BY name ORDER BY name")
    return dict(zip(told["name"], told["n"], strict=True))


def test_a_dry_run_sends_nothing(shop: Shop, members: Path) -> None:
    lines = bring(shop, FileWish(members, preset="91app", dry=True))
    assert counts(shop) == {}
    said = "\n".join(lines)
    assert "leading zero 1 times, as '912345678' -> '+886912345678'" in said
    assert "points: 1,557 in the file, 1,550 go in." in said
    assert "row 5: 手機: the value is masked, so it identifies nobody (0912***456)" in said


def test_members_go_in_once(shop: Shop, members: Path) -> None:
    bring(shop, FileWish(members, preset="91app"))
    before = counts(shop)
    assert before == {"Identify": 3, "Points Balance Stated": 3}
    bring(shop, FileWish(members, preset="91app"))
    assert counts(shop) == before
    [mei] = shop.log_in().get("/api/customers", params={"q": "mei@example.com"}).json()["items"]
    assert (mei["name"], mei["phone"]) == ("王小美", "+886912345678")


def test_a_check_tells_whom_the_rows_speak_of(shop: Shop, members: Path, tmp_path: Path) -> None:
    shop.hears(
        {"type": "identify", "userId": "M1", "traits": {"email": "mei@example.com"}},
        {"type": "identify", "userId": "web-2", "traits": {"phone": "0922345678"}},
        {"type": "identify", "userId": "M2", "traits": {}},
    )
    history = command.history_of(FileWish(members, preset="91app"), shop.brand)
    checked = check(shop.door.postgres, history, shop.brand.pumping, tmp_path / "bad.csv")
    assert (checked.who.rows_new, checked.who.rows_known, checked.who.rows_joining) == (1, 1, 1)
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        [bad] = csv.DictReader(file)
    assert (bad["row"], bad["reason"], bad["column"]) == ("5", "masked", "手機")


def test_bad_rows_hold_no_formula(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("手機,姓名\n=cmd,Mei\n0912345678,Wen\n", "utf-8")
    history = FileHistory(path, parse('[columns]\n"手機" = "identifier.phone"\n"姓名" = "trait.name"'))
    check(shop.door.postgres, history, shop.brand.pumping, tmp_path / "bad.csv")
    cells = [cell for row in csv.reader((tmp_path / "bad.csv").open(encoding="utf-8-sig")) for cell in row]
    assert not any(cell.startswith("=") for cell in cells)


def test_without_a_mapping_the_guess_is_told(shop: Shop, members: Path) -> None:
    with pytest.raises(NoMapping) as refused:
        bring(shop, FileWish(members))
    assert "手機 -> identifier.phone" in str(refused.value.facts["guess"])
    assert counts(shop) == {}
    bring(shop, FileWish(members, preset="guess", source="members"))
    assert counts(shop)["Identify"] == 3


def test_a_mapping_of_other_columns_is_refused_before_anything_is_sent(shop: Shop, members: Path) -> None:
    mapping = members.with_suffix(".toml")
    mapping.write_text('[columns]\n"卡號" = "identifier.loyalty_card"\n', "utf-8")
    with pytest.raises(MissingColumns):
        bring(shop, FileWish(members, mapping=mapping))
    assert counts(shop) == {}


class Kept:
    """Remembers the chunks, as the engine's job does."""

    def __init__(self) -> None:
        self.chunks = 0

    def keep(self, tx: object, chunks: int) -> None:
        self.chunks = chunks


class CutShort(Exception):
    """The machine goes down."""


def test_what_was_cut_short_goes_on_where_it_was(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("手機\n" + "".join(f"09{n:08}\n" for n in range(12_000)), "utf-8")
    mapping = parse('[columns]\n"手機" = "identifier.phone"')
    kept = Kept()

    def dies(settled: int, total: int) -> None:
        if kept.chunks == 2:
            raise CutShort

    with pumping(shop):
        with pytest.raises(CutShort):
            importing.run(shop.door.postgres, shop.clock, FileHistory(path, mapping), Options(), dies, kept)
        done = importing.run(shop.door.postgres, shop.clock, FileHistory(path, mapping), Options(), keeper=kept)
    assert (done.events, kept.chunks) == (12_000, 3)
    assert counts(shop) == {"Identify": 12_000}
