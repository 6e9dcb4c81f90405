"""What mail servers say (RFC 5321 codes, RFC 3463 enhanced codes), in our words."""

import re
from datetime import datetime, timedelta

from unavoce.deliver.contract import Accepted, Delayed, Outcome, Refused, Unknown
from unavoce.runtime.smtp import Answer

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# RFC 3463: x.1.y is the address, x.2.1 a closed mailbox, x.2.2 a full one, x.7.y policy or reputation.
_PERMANENT = {"1.0": True, "1.1": True, "1.2": True, "1.3": True, "1.6": True, "1.10": True, "2.1": True,
              "2.2": False, "2.3": False, "7.1": False, "4.4": True}  # fmt: skip
_PERMANENT_CODES = frozenset({550, 551, 553})
# Mailbox providers greylist for some minutes; asking again sooner is wasted.
_LATER = timedelta(minutes=5)


def enhanced(text: str) -> str:
    """The enhanced status code in a server's text, like "5.1.1", or nothing."""
    found = _ENHANCED.search(text)
    return found.group(0) if found else ""


def is_permanent(code: int, text: str) -> bool:
    """Whether a refusal speaks of the address itself, so that it should not be tried again."""
    status = enhanced(text)
    if not status:
        return code in _PERMANENT_CODES
    return status.startswith("5") and _PERMANENT.get(status.partition(".")[2], False)


def outcome(answer: Answer, *, message_id: str, now: datetime) -> Outcome:
    """What became of a letter, from what the server said."""
    said = f"{answer.code} {answer.text}".strip()
    if answer.taken:
        return Accepted(provider_id=message_id)
    if answer.handed:
        return Unknown(reason=answer.text)
    if str(answer.code).startswith("5"):
        return Refused(reason=said, permanent=is_permanent(answer.code, answer.text))
    return Delayed(until=now + _LATER, reason=said)
