"""What an HTTP status says of a delivery (RFC 9110), and the receiver's own words for what became of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from unavoce.deliver.contract import Accepted, Delayed, Outcome, ReceiptWord, Refused, Unknown

RECEIPT = {word.value: word for word in ReceiptWord}
"""A receiver of ours is asked to use our own words; another one counts as unknown."""

# The receiver asks to be called again: busy, too early, or waiting for something else.
_AGAIN = frozenset({408, 409, 423, 425, 429})
_GONE = 410
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(hours=1)


def receipt(word: str) -> ReceiptWord:
    """Our word for what the receiver said."""
    return RECEIPT.get(word, ReceiptWord.UNKNOWN)


def outcome(status: int, said: str, headers: Mapping[str, str], *, sent: bool, now: datetime) -> Outcome:
    """What became of a request; status 0 when nobody answered."""
    hundreds = f"{status:03d}"[0]
    if hundreds == "2":
        return Accepted(headers.get("x-message-id"))
    if status in _AGAIN or not sent:
        return Delayed(now + _rest(headers), reason=f"{status} {said}")
    if hundreds in "05":
        return Unknown(f"{status} {said}")
    return Refused(f"{status} {said}", permanent=status == _GONE)


def _rest(headers: Mapping[str, str]) -> timedelta:
    wish = headers.get("retry-after", "")
    return min(timedelta(seconds=int(wish)), _LONGEST_REST) if wish.isdecimal() else _FIRST_REST
