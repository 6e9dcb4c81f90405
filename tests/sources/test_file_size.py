"""A file of a million rows, one in a hundred bad: the rest goes in, and memory does not grow with the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import json, resource, sys
from pathlib import Path
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.mapping import parse
history = FileHistory(Path(sys.argv[1]), parse(Path(sys.argv[2]).read_text("utf-8")))
tally = history.dry()
told = {"rows": tally.rows, "bad": tally.bad, "events": sum(tally.events.values()), "reasons": dict(tally.bad_reasons)}
print(json.dumps(told | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
CUSTOMERS = '[columns]\n"手機" = "identifier.phone"\n"姓名" = "trait.name"\n"點數" = "points"\n'
LINES = """rows = "order_line"
[columns]
"單號" = "property.order_id"
"日期" = "time"
"卡號" = "identifier.loyalty_card"
"品號" = "line.product_id"
"數量" = "line.quantity"
"單價" = "line.price"
"""


def read(folder: Path, mapping: str) -> dict:
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    words = [sys.executable, "-c", READ, str(folder / "rows.csv"), str(folder / "mapping.toml")]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def customers(folder: Path, rows: int) -> dict:
    with (folder / "rows.csv").open("w", encoding="utf-8") as out:
        out.write("手機,姓名,點數\n")
        # Of a hundred rows one tells no number that means anybody, and one tells points that are no number.
        out.writelines(
            f"{'0912***456' if n % 100 == 7 else f'09{n:08}'},Mei {n},{'many' if n % 100 == 8 else n % 500}\n"
            for n in range(rows)
        )
    return read(folder, CUSTOMERS)


def sales(folder: Path, rows: int) -> dict:
    with (folder / "rows.csv").open("w", encoding="utf-8") as out:
        out.write("單號,日期,卡號,品號,數量,單價\n")
        # The lines of an order lie a third of the file apart.
        out.writelines(
            f"O{n % (rows // 3)},2026/11/01,C{n % 999},P{n % 77},1,{'?' if n % 101 == 7 else 30}\n" for n in range(rows)
        )
    return read(folder, LINES)


def test_bad_rows_stop_nothing(tmp_path: Path) -> None:
    assert customers(tmp_path, 20_000) | {"megabytes": 0} == {
        "rows": 20_000, "bad": 200, "events": 2 * 19_800 - 200, "reasons": {"masked": 200, "points_unread": 200},
        "megabytes": 0,
    }  # fmt: skip


def test_orders_are_put_together_from_all_over_a_file(tmp_path: Path) -> None:
    told = sales(tmp_path, 30_000)
    # Each of 297 bad lines takes the two others of its order with it.
    assert (told["rows"], told["bad"], told["events"]) == (30_000, 3 * 297, 10_000 - 297)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_million_rows_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    few, many = customers(tmp_path, 20_000), customers(tmp_path, 1_000_000)
    assert (many["rows"], many["bad"], many["events"]) == (1_000_000, 10_000, 1_970_000)
    # Forty megabytes of it are the eight bytes per event and balance that count repetitions exactly.
    assert many["megabytes"] - few["megabytes"] < 200


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_million_lines_of_orders(tmp_path: Path) -> None:
    few, many = sales(tmp_path, 30_000), sales(tmp_path, 999_999)
    assert many["rows"] == 999_999
    assert many["megabytes"] - few["megabytes"] < 200
