"""Which encoding a text file is written in, with how sure that is.

UTF-8 is proved by decoding the whole file: other encodings of Chinese hardly ever are valid UTF-8. Big5 and GB18030
are told apart by what they make of the text: read right it is common characters (Big5's first plane holds 5,401, the
first level of GB 2312 3,755), read wrong it is rare ones and gaps.
"""

from __future__ import annotations

import codecs
from functools import cache
from importlib.resources import files
from pathlib import Path

from unavoce.sources.files.model import UnknownEncoding

KNOWN = ("utf-8", "utf-16-le", "utf-16-be", "big5", "gb18030", "windows-1252")
_CODECS = {"utf-8": "utf-8", "big5": "cp950", "gb18030": "gb18030", "windows-1252": "cp1252"}
_PIECE = 1 << 20
_SAMPLE = 1 << 18
# A text read right scores between 0.9 and 3; below this it is hardly a text of that encoding.
_PLAUSIBLE = 0.6
_SURE, _LIKELY, _GUESS = 0.99, 0.95, 0.3


def encoding_of(path: Path) -> tuple[str, float]:
    """The encoding of a text file and how sure that is, from 0 to 1."""
    head = _head(path)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8", 1.0
    if wide := _wide(head):
        return wide
    if _is_utf8(path):
        return "utf-8", 1.0 if head.isascii() else _SURE
    return _double_byte(_beyond_ascii(path))


def codec_of(encoding: str) -> str:
    """Python's name of an encoding that a person or `encoding_of` named."""
    name = encoding.strip().lower().replace("_", "-")
    name = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "cp950": "big5"}.get(
        name, name
    )
    if name == "utf-16":
        return "utf-16"
    if name not in KNOWN:
        raise UnknownEncoding(field="encoding", value=encoding, expected=", ".join(KNOWN))
    return _CODECS.get(name, name)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _wide(head: bytes) -> tuple[str, float] | None:
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", 1.0
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", 1.0
    # Commas, digits and line ends are a byte and a zero byte, and no other text has zero bytes at all.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < len(head) / 50:
        return None
    return ("utf-16-le", 0.9) if odd > even else ("utf-16-be", 0.9)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _beyond_ascii(path: Path) -> bytes:
    """A sample from where the file stops to be plain ASCII."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if not piece.isascii():
                at = next(place for place, byte in enumerate(piece) if byte > 0x7F)
                return piece[at : at + _SAMPLE]
    return b""


def _double_byte(sample: bytes) -> tuple[str, float]:
    scores = {name: _read_well(sample, _CODECS[name]) for name in ("big5", "gb18030")}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < _PLAUSIBLE:
        return "windows-1252", _GUESS
    return best, min(_LIKELY, round(scores[best] / sum(scores.values()), 2))


def _read_well(sample: bytes, codec: str) -> float:
    """How much of what a codec makes of a sample are common characters, those of known headings counting double."""
    letters = [one for one in sample.decode(codec, "replace") if one > "\x7f"]
    if len(letters) < 2:
        return 0.0
    common, known = _common(), _in_headings()
    return sum((one in common) + 2 * (one in known) for one in letters) / len(letters)


@cache
def _common() -> frozenset[str]:
    """The characters of Big5's first plane and of GB 2312's first level, with full-width letters and marks."""
    big5 = bytes(
        byte for high in range(0xA4, 0xC7) for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF)) for byte in (high, low)
    )
    gb = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low))
    marks = "，。、：；！？（）「」－～　"
    return frozenset(big5.decode("cp950", "ignore") + gb.decode("gb2312", "ignore") + marks)


@cache
def _in_headings() -> frozenset[str]:
    words = files(__package__).joinpath("words.toml").read_text("utf-8")
    return frozenset(one for one in words if one > "\u2fff")
