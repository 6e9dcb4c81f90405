"""The proof that a person's data is gone: signed by the deployment, checked by anybody with its public key.

Ed25519 (RFC 8032) over the receipt as JSON with sorted keys and no spaces, without the signature itself.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from unavoce.apps.privacy.model import BadReceipt

VERSION = 1
_HASH_BYTES = 16
# Both sign with or hash under what is derived from one secret, so each has its own purpose mixed in.
_SIGNING, _FORGETTING = b"unavoce erasure receipts\0", b"unavoce forgotten identifiers\0"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a receipt says."""

    signed: bool
    """Whether the words are those that were signed."""
    ours: bool
    """Whether this deployment (or the given key) signed them."""
    about: bool | None = None
    """Whether it is about the identifier that was asked for; None when none was."""

    @property
    def holds(self) -> bool:
        """Whether the receipt proves what it says."""
        return self.signed and self.ours and self.about is not False


def forgotten_hash(secret: bytes, iid: int) -> bytes:
    """What stands for an identifier that was erased: nobody without the deployment's secret can tell whose it was."""
    return hmac.digest(secret, _FORGETTING + iid.to_bytes(8, "big"), sha256)[:_HASH_BYTES]


def public_key(secret: bytes) -> str:
    """The key with which everybody can check this deployment's receipts, in base64."""
    return b64encode(_private(secret).public_key().public_bytes_raw()).decode()


def signed(secret: bytes, said: Mapping[str, object]) -> dict[str, object]:
    """A receipt: what is said, the public key and the signature."""
    words = dict(said) | {"version": VERSION, "algorithm": "Ed25519", "public_key": public_key(secret)}
    return words | {"signature": b64encode(_private(secret).sign(_bytes(words))).decode()}


def verified(receipt: Mapping[str, object], key: str, hashes: Iterable[bytes] | None = None) -> Verdict:
    """Check a receipt against a public key, and whether it is about identifiers with these hashes; BadReceipt."""
    words = {name: value for name, value in receipt.items() if name != "signature"}
    own, signature = _decoded(receipt, "public_key"), _decoded(receipt, "signature")
    try:
        Ed25519PublicKey.from_public_bytes(own).verify(signature, _bytes(words))
        genuine = True
    except (InvalidSignature, ValueError):
        genuine = False
    named = receipt.get("identifiers")
    known = {str(one) for one in named} if isinstance(named, list) else set()
    about = None if hashes is None else any(one.hex() in known for one in hashes)
    return Verdict(genuine, b64encode(own).decode() == key, about)


def _private(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(_SIGNING + secret).digest())


def _bytes(words: Mapping[str, object]) -> bytes:
    return orjson.dumps(words, option=orjson.OPT_SORT_KEYS)


def _decoded(receipt: Mapping[str, object], name: str) -> bytes:
    try:
        return b64decode(str(receipt[name]), validate=True)
    except (KeyError, NotBase64, ValueError):
        raise BadReceipt(field=name, expected="base64 from the receipt as it was handed out") from None
