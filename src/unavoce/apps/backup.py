"""A brand's data into a folder and back, whole and checked.

Both engines must be of the same moment: events that PostgreSQL takes for pumped must be in ClickHouse, and no
others. So nothing may run meanwhile; a copy of running engines would lose events or hold some twice.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from unavoce.apps import offline
from unavoce.kernel.errors import BadInput, Conflict
from unavoce.runtime import dump, folder, migrate
from unavoce.runtime.settings import Settings

_DUMP, _FACTS, _MANIFEST = "postgres.dump", "clickhouse", "manifest.json"
# Small things beside the engines: the secret that opens the connectors' secrets, the demo's clock and its log-in.
_BESIDE = ("secret.key", "clock.json", "demo.json")
_CHUNK = 1 << 20


class NothingToBackUp(Conflict):
    """There is no brand in this data folder yet."""


class PlaceTaken(Conflict):
    """This folder already holds something; give a new one."""


class NotABackup(BadInput):
    """This folder is not a whole backup; choose the folder that `unavoce backup` made."""


class BackupDamaged(BadInput):
    """A file of this backup is not what it was when it was made; use another backup."""


class ServersOwnBackup(Conflict):
    """ClickHouse runs as a server of its own; back it up and restore it with its BACKUP and RESTORE statements."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    version: str
    at: str
    files: dict[str, str]
    """The path of each file in the backup, and its BLAKE2b digest."""


def back_up(settings: Settings, destination: Path, at: datetime) -> int:
    """Write a backup into a new folder; returns its size in bytes."""
    if settings.clickhouse_url:
        raise ServersOwnBackup(url=settings.clickhouse_url)
    if destination.exists():
        raise PlaceTaken(folder=str(destination))
    if not (settings.folder / "clickhouse").exists():
        raise NothingToBackUp(folder=str(settings.folder))
    half = destination.with_name(f"{destination.name}.half")
    with offline.held(settings), _refusing_full_disk(destination):
        _cleared(half).mkdir(parents=True, mode=0o700)
        with offline.postgres_url(settings, settings.folder) as url:
            dump.dump(url, half / _DUMP)
        shutil.copytree(settings.folder / "clickhouse", half / _FACTS, symlinks=True)
        for name in _BESIDE:
            if (settings.folder / name).exists():
                shutil.copy2(settings.folder / name, half / name)
        manifest = Manifest(
            version("unavoce"), at.isoformat(), {str(p.relative_to(half)): _digest(p) for p in _files(half)}
        )
        _write(half / _MANIFEST, json.dumps(asdict(manifest), indent=1))
        half.rename(destination)
    return sum(file.stat().st_size for file in _files(destination))


def restore(settings: Settings, source: Path) -> Manifest:
    """Put a backup into an empty data folder; nothing is touched unless the backup is whole."""
    if settings.clickhouse_url:
        raise ServersOwnBackup(url=settings.clickhouse_url)
    manifest = read(source)
    folder.prepare(settings.folder)
    with offline.held(settings), _refusing_full_disk(settings.folder):
        taken = [name for name in ("postgres", "clickhouse") if (settings.folder / name).exists()]
        if taken and not (settings.folder / folder.RESTORING).exists():
            raise PlaceTaken(folder=str(settings.folder))
        _put_back(settings, source)
    return manifest


def read(source: Path) -> Manifest:
    """The manifest of a backup, after comparing every file with it."""
    try:
        manifest = Manifest(**json.loads((source / _MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise NotABackup(folder=str(source)) from None
    for name, digest in manifest.files.items():
        file = source / name
        if not file.is_file() or _digest(file) != digest:
            raise BackupDamaged(file=str(file))
    return manifest


def _put_back(settings: Settings, source: Path) -> None:
    data = settings.folder
    making = _cleared(data / folder.RESTORING)
    making.mkdir(mode=0o700)
    # As root PostgreSQL's user must pass through.
    making.chmod(0o711)
    try:
        shutil.copytree(source / _FACTS, making / "clickhouse", symlinks=True)
        with offline.postgres_url(settings, making) as url:
            dump.load(url, source / _DUMP)
            with offline.connected(url) as postgres:
                migrate.check_nothing_newer(postgres)
    except BaseException:
        shutil.rmtree(making)
        raise
    for name in ("postgres", "clickhouse"):
        if (making / name).exists():
            (making / name).rename(_cleared(data / name))
    for name in _BESIDE:
        if (source / name).exists():
            shutil.copy2(source / name, data / name)
    # The folder's own presence says that the restore is under way; it goes last.
    shutil.rmtree(making)


@contextmanager
def _refusing_full_disk(where: Path) -> Iterator[None]:
    try:
        yield
    except shutil.Error as many:
        # copytree collects what went wrong with each file; the first is enough for a person.
        raise folder.FolderUnusable(folder=str(where), reason=str(many.args[0][0][2])) from many
    except OSError as error:
        raise folder.refusal_of(error, where) from error


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _digest(file: Path) -> str:
    digest = hashlib.blake2b(digest_size=20)
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _cleared(place: Path) -> Path:
    if place.exists():
        shutil.rmtree(place)
    return place


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
