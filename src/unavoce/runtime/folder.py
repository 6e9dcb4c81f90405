"""The data folder: who may use it, and where things lie in it."""

import errno
import fcntl
import hashlib
import os
import stat
import time
from pathlib import Path

import psutil

from unavoce.kernel.errors import Conflict, Unavailable


class FolderInUse(Conflict):
    """Another Unavoce is already running on this data folder; stop it, or choose another with UNAVOCE_DATA."""


class FolderUnusable(Unavailable):
    """This data folder cannot be written; choose another with UNAVOCE_DATA, or correct its permissions."""

    again = False


class DiskFull(Unavailable):
    """The disk is full; free some space and try again. Nothing accepted so far is lost."""

    status = 507


class RestoreCutShort(Conflict):
    """A restore into this data folder was cut short; run `unavoce restore` again, or remove the folder."""


class FolderLock:
    """The exclusive hold on a data folder; the kernel lets go of it when the process dies."""

    def __init__(self, folder: Path, file: int) -> None:
        self.folder = folder
        self._file = file

    def release(self) -> None:
        """Let somebody else have the folder."""
        os.close(self._file)

    def fileno(self) -> int:
        """The file to hand to children, so that the hold lasts until the last of them is gone."""
        return self._file


def prepare(folder: Path) -> Path:
    """Make the data folder if need be and return its absolute path, or say why it cannot be used."""
    absolute = folder.absolute()
    if "?" in str(absolute):
        # chDB reads everything after a question mark as options.
        raise FolderUnusable(folder=str(absolute), reason="the path holds a question mark")
    try:
        absolute.mkdir(parents=True, exist_ok=True)
        # As root PostgreSQL runs as another user, who must be able to pass through.
        absolute.chmod(0o711 if os.geteuid() == 0 else 0o700)
        probe = absolute / ".writable"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise refusal_of(error, absolute) from error
    return absolute


def check_whole(folder: Path) -> None:
    """Refuse a data folder in which a restore was cut short."""
    if (folder / RESTORING).exists():
        raise RestoreCutShort(folder=str(folder))


def refusal_of(error: OSError, folder: Path) -> FolderUnusable | DiskFull:
    """What an operating system's error on this folder means for the person who reads it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(folder=str(folder))
    return FolderUnusable(folder=str(folder), reason=os.strerror(error.errno or 0))


def hold(folder: Path, *, name: str = "lock") -> FolderLock:
    """Take the folder for this process and its children; FolderInUse names the process that has it.

    When that process was killed, its children are given a while to notice and leave.
    """
    try:
        file = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refusal_of(error, folder) from error
    deadline = time.monotonic() + _LEAVING_SECONDS
    while not _locked(file):
        holder = os.pread(file, 32, 0).decode("ascii", "replace").strip()
        if not holder.isdigit() or alive(int(holder)) or time.monotonic() > deadline:
            os.close(file)
            raise FolderInUse(folder=str(folder), pid=holder or "unknown")
        time.sleep(0.05)
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    return FolderLock(folder, file)


def alive(pid: int) -> bool:
    """Whether a process of this id runs; one that only waits to be buried does not."""
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def holder_of(folder: Path, *, name: str = "lock") -> str | None:
    """The pid of the process that holds the folder, or None when nobody does."""
    try:
        file = os.open(folder / name, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return None if _locked(file) else os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
    finally:
        os.close(file)


RESTORING = "restoring"
"""Where a restore is built; while it is there the data folder is not whole."""

# How long the children of a killed process may take to drain.
_LEAVING_SECONDS = 30.0
# Linux allows 107 bytes for a socket's path; ".s.PGSQL.5432" and some room are taken off.
_LONGEST_SOCKET_FOLDER = 90


def socket_folder(folder: Path, owner: int) -> Path:
    """A folder for sockets that only `owner` and root can enter, short enough for the kernel."""
    inside = folder / "run"
    if len(os.fsencode(inside)) > _LONGEST_SOCKET_FOLDER:
        digest = hashlib.blake2b(os.fsencode(folder), digest_size=6).hexdigest()
        short = Path("/tmp") / f"unavoce-{os.geteuid()}-{digest}"
        _private(short, os.geteuid(), 0o711 if os.geteuid() == 0 else 0o700)
        inside = short / "run"
    _private(inside, owner, 0o700)
    return inside


def _private(folder: Path, owner: int, mode: int) -> None:
    folder.mkdir(mode=mode, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (owner, os.geteuid()):
        raise FolderUnusable(folder=str(folder), reason="it belongs to somebody else")
    folder.chmod(mode)
    if seen.st_uid != owner:
        os.chown(folder, owner, -1)
