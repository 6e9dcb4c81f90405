"""Who speaks when not all may: greedy over a total order, against every cap at once."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from unavoce.decide.policy import Cap, Policy


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A message's place in time under the caps."""

    at: datetime
    intent: int
    channel: str = field(compare=False)
    category: str = field(compare=False)
    journey: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Which rule stood in the way, which intent holds the place, and when it is free again."""

    rule: str
    by: int | None
    free_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rival:
    """A candidate as arbitration sees it; `rank` is its place in the total order, lowest first."""

    slot: Slot
    priority: int
    effective: datetime

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """Priority, then the effective time, then the hash that its id is."""
        return (-self.priority, self.effective, self.slot.intent)


class Book:
    """One customer's taken slots, in order of time."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        self._slots = sorted(slots)

    def blocked(self, slot: Slot, policy: Policy) -> Blocked | None:
        """What stands in the way of taking this slot; None when it is free under every cap."""
        if slot.channel not in policy.capped_channels:
            return None
        gap = self._too_close(slot, timedelta(minutes=policy.min_gap_minutes))
        if gap is not None:
            return gap
        return next((found for cap in policy.caps if (found := self._over(slot, cap))), None)

    def take(self, slot: Slot) -> None:
        """Take the slot."""
        insort(self._slots, slot)

    def give_back(self, intent: int) -> None:
        """Free the slot of an intent that will not be sent."""
        self._slots = [slot for slot in self._slots if slot.intent != intent]

    def _too_close(self, slot: Slot, gap: timedelta) -> Blocked | None:
        if not gap:
            return None
        near = [each for each in self._slots if abs(each.at - slot.at) < gap]
        return Blocked("cap:gap", near[-1].intent, near[-1].at + gap) if near else None

    def _over(self, slot: Slot, cap: Cap) -> Blocked | None:
        """Whether some window of the cap's length that holds this slot would hold more than `max`."""
        if not _concerns(cap, slot):
            return None
        if cap.max == 0:
            return Blocked(cap.rule, None, None)
        length = timedelta(hours=cap.hours)
        times = [each for each in self._slots if abs(each.at - slot.at) < length and _concerns(cap, each)]
        place = bisect_left(times, slot)
        # With the slot put at `place`, a window too full is any max+1 neighbours nearer than its length.
        for first in range(max(0, place - cap.max), min(place, len(times) - cap.max) + 1):
            others = times[first : first + cap.max]
            low, high = min(others[0].at, slot.at), max(others[-1].at, slot.at)
            if high - low < length:
                return Blocked(cap.rule, others[-1].intent, others[0].at + length)
        return None


def _concerns(cap: Cap, slot: Slot) -> bool:
    match cap.scope:
        case "global":
            return True
        case "channel":
            return slot.channel == cap.of
        case "category":
            return slot.category == cap.of
        case "journey":
            return slot.journey == cap.of


def arbitrate(rivals: Sequence[Rival], book: Book, policy: Policy) -> dict[int, Blocked | None]:
    """For each rival's intent, what stops it; those that nothing stops have their slot in the book."""
    verdicts: dict[int, Blocked | None] = {}
    for rival in sorted(rivals, key=lambda rival: rival.rank):
        found = book.blocked(rival.slot, policy)
        verdicts[rival.slot.intent] = found
        if found is None and rival.slot.channel in policy.capped_channels:
            book.take(rival.slot)
    return verdicts
