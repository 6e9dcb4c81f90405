"""Who goes in and who goes out: what holds now against the memberships that are kept. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from unavoce.kernel.ids import CustomerId, Iid


class Kept(Protocol):
    """The memberships that are kept under one identifier."""

    @property
    def iid(self) -> Iid:
        """The identifier."""
        ...

    @property
    def segments(self) -> Sequence[int]:
        """The segments it is in."""
        ...


@dataclass(frozen=True, slots=True)
class Changes:
    """`entering` as (segment, customer); `leaving` as (segment, customer, the iids that held her memberships)."""

    entering: tuple[tuple[int, CustomerId], ...]
    leaving: tuple[tuple[int, CustomerId, tuple[Iid, ...]], ...]


def changes(
    meeting: Mapping[CustomerId, Set[int]], kept: Iterable[Kept], customer_of: Mapping[Iid, CustomerId]
) -> Changes:
    """What has to change, in a fixed order.

    `meeting` says which segments each customer meets now, of those asked about; who is absent meets none. `kept` are
    all memberships in those segments that could change, `customer_of` whose they are. Two memberships of one customer
    in a segment, from a merge, count as one and leave together; the one under her own id is named first.
    """
    held: dict[CustomerId, list[Kept]] = {}
    for membership in kept:
        held.setdefault(customer_of[membership.iid], []).append(membership)
    entering: list[tuple[int, CustomerId]] = []
    leaving: list[tuple[int, CustomerId, tuple[Iid, ...]]] = []
    for customer in meeting.keys() | held.keys():
        now, before = meeting.get(customer, frozenset()), held.get(customer, ())
        known = {segment for membership in before for segment in membership.segments}
        entering += [(segment, customer) for segment in now - known]
        leaving += [(segment, customer, _holders(segment, customer, before)) for segment in known - now]
    return Changes(tuple(sorted(entering)), tuple(sorted(leaving)))


def _holders(segment: int, customer: CustomerId, before: Iterable[Kept]) -> tuple[Iid, ...]:
    iids = [membership.iid for membership in before if segment in membership.segments]
    return tuple(sorted(iids, key=lambda iid: (int(iid) != int(customer), iid)))
