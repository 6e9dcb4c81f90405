"""Which event of a batch moved a customer in a segment, when several of hers came at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from unavoce.collect.api import Event
from unavoce.kernel.ids import CustomerId
from unavoce.profile.api import Absorbed, Interned
from unavoce.segment.live.judging import Judge
from unavoce.segment.live.marks import Marks
from unavoce.segment.live.reading import Reader, Unsure

_Hers = list[tuple[Event, bool]]
"""A customer's events of a batch, in the order they came, and whether each names several identifiers."""


@dataclass(slots=True)
class Blame:
    """The last of her events that the segment's definition speaks of, or that says who she is when that changed.

    Where there is none, the event that touched her last.
    """

    judge: Judge
    reader: Reader
    marks: Marks
    events: Sequence[Event]
    iids: Sequence[Interned]
    absorbed: Absorbed
    _hers: Mapping[CustomerId, _Hers] | None = field(default=None, init=False)
    _relinked: frozenset[CustomerId] = field(default=frozenset(), init=False)

    def message(self, place: int, customer: CustomerId) -> str | None:
        """The message id, by the segment's place in the program; None when nothing of hers has come."""
        if self._hers is None:
            # Only now: most batches of most customers move nobody.
            self._hers = self._by_customer()
            self._relinked = frozenset(link.customer for link in self.absorbed.links)
        hers = self._hers.get(customer, [])
        if len(hers) > 1:
            relinked = customer in self._relinked
            for event, joins in reversed(hers):
                if (relinked and joins) or self._speaks_of(place, event):
                    return event.message_id
        return self.absorbed.causes.get(customer)

    def _by_customer(self) -> Mapping[CustomerId, _Hers]:
        found: dict[CustomerId, _Hers] = {}
        customers = self.absorbed.customers
        for event, one in zip(self.events, self.iids, strict=True):
            if (customer := customers.get(one.primary)) is not None:
                found.setdefault(customer, []).append((event, len(one.all) > 1))
        return found

    def _speaks_of(self, place: int, event: Event) -> bool:
        if place in self.marks.moved_by(event):
            return True
        try:
            return any(self.judge.uses(place, strand) for strand, _ in self.reader.read(event))
        except Unsure:
            return True
