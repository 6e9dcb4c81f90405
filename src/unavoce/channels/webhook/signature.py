"""How a request to the brand's own program is signed: time and body together, so that an old one cannot be replayed."""

from hashlib import sha256
from hmac import digest

HEADER = "X-Unavoce-Signature"


def signature(body: bytes, secret: str, *, at: int) -> str:
    """`t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""
    return f"t={at},v1={digest(secret.encode(), f'{at}.'.encode() + body, sha256).hex()}"


def signed_at(header: str) -> int | None:
    """The time a signature claims, or None when it is none of ours."""
    claim = header.partition(",")[0].removeprefix("t=")
    return int(claim) if claim.isdecimal() else None
