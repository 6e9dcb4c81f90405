"""Whether customers can be reached on each channel, and why not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unavoce.deliver import api as deliver
from unavoce.deliver.api import AddressState
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api as profile
from unavoce.profile.api import State
from unavoce.runtime.postgres import Transaction

MARKETING = "marketing"
CHANNELS = {"email": "email", "sms": "phone", "line": "line_user_id"}
"""The channels that need an address of hers, and which kind."""


class Reason(StrEnum):
    """Why she can or cannot be reached."""

    REACHABLE = "reachable"
    NO_ADDRESS = "no_address"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    DENIED = "denied"
    PENDING = "pending"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether she can be written to on a channel for marketing."""

    channel: str
    reason: Reason

    @property
    def reachable(self) -> bool:
        """Whether she can."""
        return self.reason is Reason.REACHABLE


# Of several closed states the one that says most.
_CLOSED = (
    (AddressState.COMPLAINED, Reason.COMPLAINED),
    (AddressState.BOUNCED, Reason.BOUNCED),
    (AddressState.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
)
_SAID = {State.GRANTED: Reason.REACHABLE, State.DENIED: Reason.DENIED, State.PENDING: Reason.PENDING}


def reachability(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, list[Reach]]:
    """For each of these customers, every channel; a few questions for all of them together."""
    addresses = profile.addresses_of(tx, customers)
    consents = profile.consents_of(tx, customers)
    found: dict[CustomerId, list[Reach]] = {customer: [] for customer in customers}
    for channel, kind in CHANNELS.items():
        hers = {customer: addresses[customer].get(kind, []) for customer in customers}
        closed = deliver.closed_addresses(tx, channel, {each for several in hers.values() for each in several})
        for customer in customers:
            shut = [closed.get(each, set()) for each in hers[customer]]
            found[customer].append(Reach(channel, _reason(shut, consents[customer].get((channel, MARKETING)))))
    return found


def _reason(addresses: Sequence[Collection[AddressState]], said: State | None) -> Reason:
    """With several addresses the most open one counts, for that one is written to."""
    if not addresses:
        return Reason.NO_ADDRESS
    if all(addresses):
        shut = min(addresses, key=len)
        return next(reason for state, reason in _CLOSED if state in shut)
    return _SAID[said] if said is not None else Reason.UNASKED
