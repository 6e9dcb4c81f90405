"""Numbers that stand for identifiers and customers, and chance that can be replayed."""

import re
from hashlib import blake2b
from typing import NewType

from unavoce.kernel.errors import BadInput

Iid = NewType("Iid", int)
"""An interned identifier: 63 bits, never negative."""

CustomerId = NewType("CustomerId", int)
"""A customer's id is one of her iids."""

_LARGEST = (1 << 63) - 1
_WRITTEN = re.compile(r"[0-9a-f]{16}")
_FRACTION_BITS = 53  # what a double holds exactly


def iid_of(key: bytes, kind: str, value: str) -> Iid:
    """The number of an identifier, the same for ever under the brand's key and unguessable without it."""
    digest = blake2b(f"{kind}\0{value}".encode(), digest_size=8, key=key).digest()
    return Iid(int.from_bytes(digest, "big") >> 1)


def text_of(number: int) -> str:
    """An id as sixteen lowercase hex digits: JavaScript's numbers cannot hold 63 bits."""
    return f"{number:016x}"


def parse_id(text: str) -> int:
    """Read back what `text_of` wrote; anything else is a BadInput."""
    number = int(text, 16) if _WRITTEN.fullmatch(text) else _LARGEST + 1
    if number > _LARGEST:
        raise BadInput(field="id", value=text, expected="sixteen hexadecimal digits")
    return number


def share(seed: str, *parts: str | int) -> float:
    """A replayable draw in [0, 1): the same seed and parts always give the same number."""
    words = "\0".join([seed, *(str(part) for part in parts)])
    return (int.from_bytes(digest16(words.encode())[:8], "big") >> (64 - _FRACTION_BITS)) / (1 << _FRACTION_BITS)


def digest16(content: bytes) -> bytes:
    """Sixteen bytes that stand for the content."""
    return blake2b(content, digest_size=16).digest()
