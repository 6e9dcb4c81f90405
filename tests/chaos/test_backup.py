"""Backup, destroy, restore: everything is back; and nothing half-made passes for whole."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from unavoce.apps import backup
from unavoce.apps.cli import app
from unavoce.apps.supervisor import Supervisor
from unavoce.kernel.errors import Refusal
from unavoce.runtime import folder
from unavoce.runtime.settings import Settings

_AT = datetime(2018, 1, 5, 12, tzinfo=UTC)
# ClickHouse lets a process open one folder only, so each look at another folder is a process of its own.
_WRITE = """
import sys
from unavoce.apps import offline
from unavoce.runtime import migrate
from unavoce.runtime.settings import Settings, keep_setting
settings = Settings()
settings.folder.mkdir(parents=True, mode=0o711)
with (offline.held(settings), offline.postgres_url(settings, settings.folder) as url,
      offline.connected(url) as postgres, offline.clickhouse(settings) as engine):
    facts = engine.client("api")
    migrate.migrate(postgres, facts)
    facts.statement("CREATE TABLE learn.noted (who UInt64) ENGINE = MergeTree ORDER BY who")
    facts.insert("learn.noted", ["who"], [[7, 8]])
    with postgres.transaction() as tx:
        keep_setting(tx, "name", "Mei's tea shop")
settings.secret()
(settings.folder / "demo.json").write_text("the demo's log-in")
"""
_READ = """
import json
from unavoce.apps import offline
from unavoce.runtime import migrate
from unavoce.runtime.settings import Settings, setting
settings = Settings()
with (offline.held(settings), offline.postgres_url(settings, settings.folder) as url,
      offline.connected(url) as postgres, offline.clickhouse(settings) as engine):
    assert migrate.migrate(postgres, engine.client("api")) == []
    with postgres.transaction() as tx:
        name = setting(tx, "name")
    whos = engine.client("api").tree("SELECT who FROM learn.noted ORDER BY who")["who"]
print(json.dumps([name, whos, settings.secret().decode()]))
"""


def in_a_process(script: str, data: Path) -> str:
    """Run a script on a data folder."""
    env = {"UNAVOCE_DATA": str(data), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", script], env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A stopped brand with something in both engines."""
    data = tmp_path_factory.mktemp("brand") / "抹茶 shop"
    in_a_process(_WRITE, data)
    return Settings(data=data)


@pytest.fixture(scope="module")
def kept(brand: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    place = tmp_path_factory.mktemp("backups") / "monday 備份"
    backup.back_up(brand, place, _AT)
    return place


def test_what_was_destroyed_is_back(brand: Settings, kept: Path, tmp_path: Path) -> None:
    before = in_a_process(_READ, brand.folder)
    again = Settings(data=tmp_path / "again")
    assert backup.restore(again, kept).at == _AT.isoformat()
    assert json.loads(in_a_process(_READ, again.folder)) == json.loads(before)
    assert json.loads(before)[:2] == ["Mei's tea shop", [7, 8]]
    assert not list(again.folder.glob("restoring*"))


def test_the_demos_log_in_still_opens_the_restored_demo(kept: Path, tmp_path: Path) -> None:
    restored = Settings(data=tmp_path / "restored")
    backup.restore(restored, kept)
    assert (restored.folder / "demo.json").read_text("utf-8") == "the demo's log-in"


def test_a_backup_is_for_its_owner_only(kept: Path) -> None:
    assert kept.stat().st_mode & 0o077 == 0


def test_nothing_is_backed_up_while_unavoce_runs(brand: Settings, kept: Path, tmp_path: Path) -> None:
    lock = folder.hold(brand.folder)
    try:
        with pytest.raises(Refusal, match="stop it first"):
            backup.back_up(brand, tmp_path / "b", _AT)
        with pytest.raises(Refusal, match="stop it first"):
            backup.restore(brand, kept)
    finally:
        lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_holds_something_is_left_alone(brand: Settings, kept: Path) -> None:
    with pytest.raises(backup.PlaceTaken):
        backup.back_up(brand, kept, _AT)
    with pytest.raises(backup.PlaceTaken):
        backup.restore(brand, kept)


def test_a_damaged_backup_touches_nothing(kept: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(kept, damaged, symlinks=True)
    with (damaged / "postgres.dump").open("ab") as file:
        file.write(b"x")
    with pytest.raises(backup.BackupDamaged, match=r"postgres\.dump"):
        backup.restore(Settings(data=tmp_path / "again"), damaged)
    (damaged / "manifest.json").write_text("{}")
    with pytest.raises(backup.NotABackup):
        backup.restore(Settings(data=tmp_path / "again"), damaged)
    assert not (tmp_path / "again").exists()


def test_a_restore_that_was_cut_short_is_finished_not_started(kept: Path, tmp_path: Path) -> None:
    cut = Settings(data=tmp_path / "cut")
    (cut.folder / "restoring").mkdir(parents=True)
    shutil.copytree(kept / "clickhouse", cut.folder / "clickhouse", symlinks=True)
    with pytest.raises(folder.RestoreCutShort):
        Supervisor(cut, roles=[]).start()
    backup.restore(cut, kept)
    folder.check_whole(cut.folder)
    assert json.loads(in_a_process(_READ, cut.folder))[0] == "Mei's tea shop"


def test_an_empty_folder_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(backup.NothingToBackUp):
        backup.back_up(Settings(data=tmp_path / "empty"), tmp_path / "b", _AT)


def test_a_servers_facts_are_the_servers_to_keep(tmp_path: Path) -> None:
    with pytest.raises(backup.ServersOwnBackup):
        backup.back_up(Settings(data=tmp_path, clickhouse_url="http://localhost:8123"), tmp_path / "b", _AT)


@pytest.mark.parametrize("command", ["up", "backup", "restore", "upgrade", "doctor", "bench", "version"])
def test_every_command_explains_itself(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"])
    assert said.exit_code == 0
    assert len(said.output.splitlines()) > 4
