"""The data folder: who may use it, and what is wrong with it in plain words."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from unavoce.runtime import folder
from unavoce.runtime.folder import DiskFull, FolderInUse, FolderUnusable


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a tiny disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_folder_is_made_for_its_owner(tmp_path: Path) -> None:
    made = folder.prepare(tmp_path / "a" / "b")
    assert made.is_dir()
    assert made.stat().st_mode & 0o077 == (0o011 if os.geteuid() == 0 else 0)


def test_a_full_disk_is_said_in_words(tiny_disk: Path) -> None:
    (tiny_disk / "films").write_bytes(b"\0" * 64 * 1024)
    with pytest.raises(DiskFull, match="The disk is full"):
        folder.prepare(tiny_disk)


@pytest.mark.parametrize("place", ["/proc/nothing", "/dev/null/x", "a?b"])
def test_a_place_that_cannot_be_written_is_named(place: str) -> None:
    with pytest.raises(FolderUnusable, match="UNAVOCE_DATA") as refused:
        folder.prepare(Path(place))
    assert place in str(refused.value.facts["folder"])


def test_an_operating_systems_error_is_translated(tmp_path: Path) -> None:
    assert isinstance(folder.refusal_of(OSError(errno.ENOSPC, ""), tmp_path), DiskFull)
    assert isinstance(folder.refusal_of(OSError(errno.EDQUOT, ""), tmp_path), DiskFull)
    assert isinstance(folder.refusal_of(OSError(errno.EACCES, ""), tmp_path), FolderUnusable)


def test_a_folder_has_one_holder(tmp_path: Path) -> None:
    lock = folder.hold(tmp_path)
    assert folder.holder_of(tmp_path) == str(os.getpid())
    with pytest.raises(FolderInUse) as refused:
        folder.hold(tmp_path)
    assert refused.value.facts == {"folder": str(tmp_path), "pid": str(os.getpid())}
    lock.release()
    assert folder.holder_of(tmp_path) is None
    folder.hold(tmp_path).release()


def test_a_killed_holders_children_are_waited_for(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys; from pathlib import Path; from unavoce.runtime import folder\n"
        "lock = folder.hold(Path(sys.argv[1]))\n"
        "child = subprocess.Popen(['sleep', '1'], pass_fds=(lock.fileno(),))\n"
        "print('held', flush=True)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, stdout=subprocess.DEVNULL)
    assert folder.holder_of(tmp_path) is not None
    folder.hold(tmp_path).release()


def test_sockets_lie_in_a_short_private_folder(tmp_path: Path) -> None:
    near = folder.socket_folder(tmp_path, os.geteuid())
    assert near == tmp_path / "run"
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    short = folder.socket_folder(deep, os.geteuid())
    assert len(os.fsencode(short)) < 90
    assert short.stat().st_mode & 0o777 == 0o700
    assert short == folder.socket_folder(deep, os.geteuid())
    short.rmdir()
    short.parent.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_folder_is_not_used_for_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    trap = folder.socket_folder(deep, 0).parent
    os.chown(trap, 12345, 12345)
    with pytest.raises(FolderUnusable, match="somebody else"):
        folder.socket_folder(deep, 0)
    (trap / "run").rmdir()
    trap.rmdir()
