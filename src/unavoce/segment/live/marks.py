"""What a batch of events may change beside the strands: which segments have to ask the statement about whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from unavoce.collect.api import Event
from unavoce.segment import closing, rules, stages
from unavoce.segment.conditions import Condition, Near, Place, Plain, Reachable, Stage
from unavoce.segment.live.strands import leaves_of
from unavoce.segment.spelled import spelled

_NAMES_OF_CONSENT = frozenset({"Consent Granted", "Subscribed", "Consent Denied", "Consent Withdrawn", "Unsubscribed"})


@dataclass(frozen=True, slots=True)
class Marks:
    """Segments by place: those that an event of a name, a word about her, or her whereabouts may move."""

    names: dict[str, list[int]] = field(default_factory=dict)
    words: list[int] = field(default_factory=list)
    whereabouts: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, conditions: Sequence[Condition]) -> "Marks":
        """What the conditions stand on that is no strand."""
        marks = cls({}, [], [])
        for number, condition in enumerate(conditions):
            for _, _, part in rules.walk(condition):
                one = spelled(part)
                if leaves_of(one) is None and not rules.holds_others(one):
                    marks._mark(number, one)
        return marks

    def _mark(self, number: int, one: Plain) -> None:
        names = {happening.name for _, happening in rules.happenings(one)}
        if isinstance(one, Stage):
            names = {stages.PURCHASE}
        if isinstance(one, Reachable):
            names = set(closing.NAMES)
            self.words.append(number)
        for name in names:
            self.names.setdefault(name, []).append(number)
        if isinstance(one, Place | Near) and one.by == "seen":
            self.whereabouts.append(number)
        elif not names:
            self.words.append(number)

    def moved_by(self, event: Event) -> list[int]:
        """The segments that an event may move beside its strands."""
        moved = self.names.get(event.name, [])
        if self.words and speaks_of_her(event):
            moved = moved + self.words
        if self.whereabouts and "location" in event.context:
            moved = moved + self.whereabouts
        return moved


def speaks_of_her(event: Event) -> bool:
    """Whether an event may say something of traits or consent; nearly all do not."""
    return bool(event.traits) or event.name in _NAMES_OF_CONSENT or "consent" in event.context


def is_open(condition: Condition) -> bool:
    """Whether some of a condition is left to the statement."""
    parts = [spelled(part) for _, _, part in rules.walk(condition)]
    return any(leaves_of(one) is None and not rules.holds_others(one) for one in parts)
