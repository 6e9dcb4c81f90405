"""A full disk is said in words, nothing accepted is lost, and all goes on once there is room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from unavoce.apps.supervisor import Supervisor
from unavoce.runtime.folder import DiskFull
from unavoce.runtime.postgres import Postgres, PostgresUnreachable
from unavoce.runtime.settings import Settings, keep_setting, setting

_SIZE_MB = 160


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with little room."""
    place = tmp_path / "小 disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_MB}m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path, *, but: int) -> Path:
    """Take all the room but so many bytes."""
    films = disk / "films"
    with films.open("wb") as out:
        free = os.statvfs(disk)
        os.posix_fallocate(out.fileno(), 0, free.f_bavail * free.f_bsize - but)
    return films


def write_notes(postgres: Postgres, kept: list[int]) -> None:
    """Write notes until there is no more room; `kept` are those that were said to be kept."""
    for number in range(10_000):
        with postgres.transaction() as tx:
            keep_setting(tx, f"note {number}", os.urandom(50_000).hex())
        kept.append(number)


def test_what_was_accepted_survives_a_full_disk(small_disk: Path) -> None:
    supervisor = Supervisor(Settings(data=small_disk / "data"), roles=[]).start()
    postgres = Postgres.connect(supervisor.postgres_url, name="test", size=2)
    kept: list[int] = []
    films = fill(small_disk, but=20_000_000)
    with pytest.raises((DiskFull, PostgresUnreachable)):
        write_notes(postgres, kept)
    supervisor.look()
    films.unlink()
    supervisor._postgres_again_at = 0.0
    supervisor.look()
    with postgres.transaction() as tx:
        found = [number for number in kept if setting(tx, f"note {number}")]
    postgres.close()
    supervisor.stop()
    assert len(kept) > 10
    assert found == kept


def test_a_start_on_a_full_disk_says_so(small_disk: Path) -> None:
    fill(small_disk, but=20_000_000)
    with pytest.raises(DiskFull, match="The disk is full"):
        Supervisor(Settings(data=small_disk / "data"), roles=[]).start()
