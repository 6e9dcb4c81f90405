"""Who goes in and who goes out: what holds now against the memberships that are kept. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from unavoce.kernel.ids import CustomerId, Iid


class Kept(Protocol):
    """A membership that is kept."""

    @property
    def segment(self) -> int:
        """The segment's number."""
        ...

    @property
    def iid(self) -> Iid:
        """The identifier it is kept under."""
        ...

    @property
    def since(self) -> datetime:
        """When she entered."""
        ...


@dataclass(frozen=True, slots=True)
class Changes:
    """`entering` as (segment, customer); `leaving` as (segment, customer, the iids that held her memberships)."""

    entering: tuple[tuple[int, CustomerId], ...]
    leaving: tuple[tuple[int, CustomerId, tuple[Iid, ...]], ...]


def changes(
    meeting: Mapping[int, Collection[CustomerId]],
    kept: Iterable[Kept],
    customer_of: Mapping[Iid, CustomerId],
) -> Changes:
    """What has to change, in a fixed order.

    `meeting` says for each segment asked about which customers meet it now; `kept` are all memberships of those
    segments that could change, `customer_of` whose they are. Two memberships of one customer, from a merge, count as
    one and leave together; the earliest is named first.
    """
    held: dict[tuple[int, CustomerId], list[Kept]] = {}
    for membership in kept:
        held.setdefault((membership.segment, customer_of[membership.iid]), []).append(membership)
    entering = [
        (segment, customer)
        for segment, customers in meeting.items()
        for customer in customers
        if (segment, customer) not in held
    ]
    leaving = [
        (segment, customer, tuple(one.iid for one in sorted(memberships, key=lambda one: (one.since, one.iid))))
        for (segment, customer), memberships in held.items()
        if customer not in meeting.get(segment, ())
    ]
    return Changes(tuple(sorted(entering)), tuple(sorted(leaving)))
