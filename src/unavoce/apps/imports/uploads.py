"""Files on disk: what people have sent up, and what a check has found, for a week."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkstemp

from unavoce.kernel.clock import SystemClock
from unavoce.kernel.errors import BadInput, NotFound, TooLarge
from unavoce.sources.files.model import EmptyFile
from unavoce.sources.files.tables import form_of

LARGEST_UPLOAD = 2_000_000_000
KEPT_SECONDS = 7 * 86_400
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f-]{36}")


class NoSuchFile(NotFound):
    """This file is not here any more; files are kept for a week and until they are imported. Please send it again."""


class FileTooLarge(TooLarge):
    """A file may have 2 GB; split it, or import it with `unavoce import FILE`, which has no limit."""


class NamelessFile(BadInput):
    """A file needs a name."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent up; its id stands for its content."""

    id: str
    name: str
    bytes: int


class Coming:
    """A file that is still streaming in."""

    def __init__(self, name: str, place: Path) -> None:
        self._name, self._place = Path(name).name[:200], place
        self._digest, self._size = hashlib.sha256(), 0
        handle, path = mkstemp(dir=place)
        os.close(handle)
        self._path = Path(path)

    def add(self, piece: bytes) -> None:
        """The next piece; FileTooLarge above 2 GB."""
        self._size += len(piece)
        if self._size > LARGEST_UPLOAD:
            raise FileTooLarge(limit_bytes=LARGEST_UPLOAD)
        self._digest.update(piece)
        with self._path.open("ab") as out:
            out.write(piece)

    def keep(self) -> Upload:
        """The file is whole; the same content is the same file, and what is no table is refused."""
        if not self._size:
            raise EmptyFile(file=self._name)
        form_of(self._path)
        upload = Upload(self._digest.hexdigest()[:32], self._name, self._size)
        self._path.replace(self._place / upload.id)
        (self._place / f"{upload.id}.json").write_text(json.dumps(asdict(upload)), "utf-8")
        return upload

    def drop(self) -> None:
        """Nothing of it is wanted."""
        self._path.unlink(missing_ok=True)


class Shelf:
    """The folder of one deployment where files of imports and exports lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, name: str) -> Coming:
        """A file begins to stream in."""
        if not name.strip():
            raise NamelessFile(field="name", expected="the file's name")
        return Coming(name, self._made("uploads"))

    def upload(self, file_id: str) -> Upload:
        """What is known of a file, or NoSuchFile."""
        told = self._named("uploads", f"{_checked(file_id)}.json")
        return Upload(**json.loads(told.read_text("utf-8")))

    def path(self, file_id: str) -> Path:
        """Where a file lies."""
        return self._named("uploads", _checked(file_id))

    def of_job(self, job_id: str, name: str, *, new: bool = False) -> Path:
        """A file that belongs to a job."""
        if new:
            return self._made(_checked(job_id)) / name
        return self._named(_checked(job_id), name)

    def let_go(self, file_id: str) -> None:
        """A file has been imported."""
        for name in (file_id, f"{file_id}.json"):
            (self._folder / "uploads" / name).unlink(missing_ok=True)

    def sweep(self, now: float | None = None) -> int:
        """Throw away what is older than a week; answers how many went."""
        # Files know the machine's time only, whatever the brand's clock says.
        before = (SystemClock().now().timestamp() if now is None else now) - KEPT_SECONDS
        old = [one for one in self._folder.glob("*/*") if one.is_file() and one.stat().st_mtime < before]
        for one in old:
            one.unlink(missing_ok=True)
        for folder in self._folder.glob("*"):
            if folder.is_dir() and folder.name != "uploads" and not any(folder.iterdir()):
                shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    def _made(self, name: str) -> Path:
        place = self._folder / name
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place

    def _named(self, folder: str, name: str) -> Path:
        place = self._folder / folder / name
        if not place.is_file():
            raise NoSuchFile(file=name)
        return place


def _checked(name: str) -> str:
    if not _ID.fullmatch(name):
        raise NoSuchFile(file=name[:60])
    return name
