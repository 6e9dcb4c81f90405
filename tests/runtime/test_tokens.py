"""An insert that is killed between its token and its rows comes in when it is tried again; others stay once."""

import fcntl
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from unavoce.runtime.tokens import forget_unkept

# A process of its own for each life of the engine; one that is killed leaves as a kill does.
_LIFE = """
import os, signal, sys
from unavoce.runtime.clickhouse import ClickHouse
facts = ClickHouse.open(sys.argv[1]).client("pump")
facts.statement(
    "CREATE TABLE IF NOT EXISTS told (day UInt8, batch String) ENGINE = MergeTree PARTITION BY day ORDER BY batch "
    "SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1"
)
for word in sys.argv[2:]:
    if word == "merge":
        facts.statement("OPTIMIZE TABLE told FINAL")
    elif word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    else:
        facts.insert("told", ["day", "batch"], [[1, 2], [word, word]], token=word)
rows = facts.tree("SELECT batch, count() AS rows FROM told GROUP BY batch ORDER BY batch")
print(dict(zip(rows["batch"], rows["rows"])))
"""


def lives(folder: Path, *words: str) -> str:
    """What the engine tells after these batches, or nothing when it was killed."""
    command = [sys.executable, "-c", _LIFE, str(folder), *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == (-signal.SIGKILL if "killed" in words else 0)
    return done.stdout.splitlines()[-1] if done.stdout else ""


def parts(folder: Path) -> dict[str, Path]:
    """Every part of the table by its name."""
    return {path.name: path for path in folder.glob("store/*/*/*_*_*_*") if path.is_dir() and path.name[0].isdigit()}


def logged(folder: Path) -> list[str]:
    """The parts whose tokens hold, in their order."""
    (log,) = folder.glob("store/*/*/deduplication_logs/deduplication_log_1.txt")
    holding: dict[str, None] = {}
    for operation, part, _ in (line.split("\t") for line in log.read_text().splitlines()):
        if operation == "1":
            holding[part] = None
        else:
            del holding[part]
    return list(holding)


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """A folder after a kill between the token of a batch's second part and that part's name."""
    folder = tmp_path / "facts"
    lives(folder, "a", "b", "merge", "c", "killed")
    shutil.rmtree(parts(folder)[logged(folder)[-1]])
    return folder


def test_what_a_kill_cut_short_comes_in_when_it_is_tried_again(cut: Path) -> None:
    assert lives(cut, "a", "b", "c") == "{'a': 2, 'b': 2, 'c': 2}"
    lives(cut, "c", "d", "killed")
    assert lives(cut, "c", "d") == "{'a': 2, 'b': 2, 'c': 2, 'd': 2}"


def test_only_the_token_without_rows_is_forgotten(cut: Path) -> None:
    before = logged(cut)
    assert forget_unkept(cut) == before[-1:]
    assert logged(cut) == before[:-1]
    assert forget_unkept(cut) == []


def test_after_a_kill_elsewhere_and_a_clean_stop_nothing_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    assert forget_unkept(folder) == []
    lives(folder, "a", "killed")
    assert forget_unkept(folder) == []
    assert lives(folder, "a", "merge") == "{'a': 2}"
    assert forget_unkept(folder) == []
    assert lives(folder, "a") == "{'a': 2}"


def test_a_folder_that_somebody_has_open_is_left_alone(cut: Path) -> None:
    before = logged(cut)
    with (cut / "status").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert forget_unkept(cut) == []
        assert logged(cut) == before
    assert forget_unkept(cut) == before[-1:]
