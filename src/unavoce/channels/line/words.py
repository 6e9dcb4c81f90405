"""What LINE answers, in our words (Messaging API reference, status codes and retrying of failed requests)."""

from datetime import datetime, timedelta

from unavoce.deliver.contract import Accepted, Delayed, InboundKind, Outcome, Refused, Unknown

# A wrong token is the brand's to mend, not the customer's fault: the message waits.
_MISCONFIGURED = frozenset({401, 403})
_TOO_MANY = 429
_SUCCESS = 2
_NO_ANSWER = (0, 5)  # hundreds: nothing came back, or LINE itself failed
_ALREADY_ACCEPTED = 409
_UNTIL_MENDED = timedelta(minutes=5)
_UNTIL_RATE_ALLOWS = timedelta(seconds=30)
_UNTIL_QUOTA_ALLOWS = timedelta(hours=6)

INBOUND = {
    "message": InboundKind.MESSAGE,
    "postback": InboundKind.POSTBACK,
    "follow": InboundKind.FOLLOW,
    "unfollow": InboundKind.UNFOLLOW,
}
"""Webhook event types; all others are InboundKind.OTHER."""


def outcome(status: int, said: str, *, accepted_id: str | None, now: datetime) -> Outcome:
    """What became of a request, from its HTTP status; 0 when no answer came."""
    # With 409 the retry key was seen before: the first request with it has reached LINE.
    if status // 100 == _SUCCESS or status == _ALREADY_ACCEPTED:
        return Accepted(accepted_id)
    if status in _MISCONFIGURED:
        return Delayed(now + _UNTIL_MENDED, reason=f"{status} {said}")
    if status == _TOO_MANY:
        monthly = "monthly limit" in said.lower()
        return Delayed(now + (_UNTIL_QUOTA_ALLOWS if monthly else _UNTIL_RATE_ALLOWS), reason=f"{status} {said}")
    if status // 100 in _NO_ANSWER:
        return Unknown(f"{status} {said}")
    return Refused(f"{status} {said}", permanent="'to'" in said)
