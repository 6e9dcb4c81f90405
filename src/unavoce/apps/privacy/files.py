"""Files that people sent up or had made: those that name a person, or that cannot be read, go with her."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from unavoce.runtime.private import Traces

FOLDERS = ("imports", "exports")
"""The folders of a deployment in which files with customers lie, for a week at most."""
TALLY = "files:imports and exports"
_PIECE = 4_000_000
_OVERLAP = 600  # longer than the longest identifier
_ZIP, _PLAIN = b"PK\x03\x04", re.compile(rb"[\t\r\n\x20-\xff]*")
_BETWEEN_DIGITS = re.compile(rb"(?<=\d)[ \-]+(?=\d)")
_SHORT = 6  # a shorter word is in many files by chance


def about(folder: Path, traces: Traces) -> list[Path]:
    """The files that name her; one that is packed in a way that cannot be looked into counts as naming her."""
    words = {value.lower() for value in traces.values if len(value) >= _SHORT}
    found = [each for name in FOLDERS for each in sorted((folder / name).rglob("*")) if each.is_file()]
    return [each for each in found if words and _names(each, words)]


def erase(folder: Path, traces: Traces) -> int:
    """Throw these files away; whoever still needs one sends it again without her."""
    gone = about(folder, traces)
    for each in gone:
        each.unlink(missing_ok=True)
    return len(gone)


def _names(file: Path, words: set[str]) -> bool:
    try:
        with file.open("rb") as content:
            begin = content.read(4_096)
            content.seek(0)
            if begin.startswith(_ZIP):
                return _zip_names(file, words)
            if not _PLAIN.fullmatch(begin) and not begin.startswith((b"\xff\xfe", b"\xfe\xff")):
                return True
            return any(_piece_names(piece, words) for piece in _pieces(content))
    except FileNotFoundError:  # thrown away meanwhile
        return False


def _zip_names(file: Path, words: set[str]) -> bool:
    try:
        with zipfile.ZipFile(file) as packed:
            return any(
                _piece_names(piece, words)
                for name in packed.namelist()
                for member in [packed.open(name)]
                for piece in _pieces(member)
            )
    except (zipfile.BadZipFile, RuntimeError):
        return True


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    before = b""
    while piece := content.read(_PIECE):
        yield before + piece
        before = piece[-_OVERLAP:]


def _piece_names(piece: bytes, words: set[str]) -> bool:
    # UTF-16 has a zero beside every plain sign; phones are written with spaces and hyphens.
    text = piece.replace(b"\0", b"").lower()
    joined = _BETWEEN_DIGITS.sub(b"", text)
    return any(word.encode() in text or word.encode() in joined for word in words)
