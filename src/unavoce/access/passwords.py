"""Passwords are kept as Argon2id, tokens and keys as SHA-256: they are long and random already."""

import hashlib
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The OWASP Password Storage Cheat Sheet's first choice of parameters: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Somebody unknown costs as much time as a wrong password, so that the answer tells nobody who is in the team.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; with nothing kept it takes as long and says no."""
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a kept password was hashed with older parameters."""
    return _HASHER.check_needs_rehash(kept)


@dataclass(frozen=True, slots=True)
class Token:
    """A new secret and its digest."""

    secret: str
    digest: bytes


def new_token(prefix: str = "") -> Token:
    """A secret of 256 random bits behind a prefix that says what it opens."""
    secret = prefix + secrets.token_urlsafe(32)
    return Token(secret, digest(secret))


def digest(secret: str) -> bytes:
    """What is kept of a token or key."""
    return hashlib.sha256(secret.encode()).digest()
