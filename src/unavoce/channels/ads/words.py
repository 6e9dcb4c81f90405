"""What the receiver of audience rows answers, in our words."""

from datetime import datetime, timedelta

from unavoce.deliver.contract import Accepted, Delayed, Outcome, Refused

_AGAIN = frozenset({0, 401, 403, 408, 429})
_REST = timedelta(seconds=30)


def outcome(status: int, said: str, *, key: str, now: datetime) -> Outcome:
    """What became of a row; one whose answer was lost is simply sent again, it changes nothing twice."""
    hundreds = f"{status:03d}"[0]
    if hundreds == "2":
        return Accepted(key)
    if status in _AGAIN or hundreds == "5":
        return Delayed(now + _REST, reason=f"{status} {said}")
    return Refused(f"{status} {said}")
