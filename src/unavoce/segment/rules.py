"""What is known of a definition without asking anybody: its parts, what it stands on, what can move people in it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeGuard

import msgspec

from unavoce.segment.conditions import (
    All,
    Anniversary,
    Any,
    Calendar,
    Condition,
    Event,
    Happening,
    InSegment,
    Near,
    Not,
    NotDone,
    Place,
    Recency,
    Rfm,
    Rolling,
    Sequence,
    Since,
    Stage,
)
from unavoce.segment.model import SegmentCycle
from unavoce.segment.spelled import spelled

Points = Mapping[str, tuple[float, float]]
"""Latitude and longitude of the stores that have them, by the store's key."""


def walk(condition: Condition, path: str = "definition", depth: int = 0) -> Iterator[tuple[str, int, Condition]]:
    """Every condition of the tree with where it stands, from the outside in."""
    yield path, depth, condition
    match condition:
        case All(of=parts) | Any(of=parts):
            for number, part in enumerate(parts):
                yield from walk(part, f"{path}.of[{number}]", depth + 1)
        case Not(of=part):
            yield from walk(part, f"{path}.of", depth + 1)
        case _:
            pass


def inlined(
    condition: Condition,
    definition_of: Callable[[str], Condition],
    around: tuple[str, ...] = (),
    points: Points | None = None,
) -> Condition:
    """The condition with segments replaced by their definitions and stores by where they are.

    A circle is a SegmentCycle; a store of which nobody knows where it is has nobody near it.
    """
    match condition:
        case All(of=parts):
            return All(tuple(inlined(part, definition_of, around, points) for part in parts))
        case Any(of=parts):
            return Any(tuple(inlined(part, definition_of, around, points) for part in parts))
        case Not(of=part):
            return Not(inlined(part, definition_of, around, points))
        case Near(store=str() as store):
            latitude, longitude = (points or {}).get(store, (None, None))
            return msgspec.structs.replace(condition, latitude=latitude, longitude=longitude)
        case InSegment(id=key):
            if key in around:
                raise SegmentCycle(circle=" > ".join([*around[around.index(key) :], key]))
            return inlined(definition_of(key), definition_of, (*around, key), points)
        case _:
            return condition


def segments_named(condition: Condition) -> frozenset[str]:
    """The keys of the segments that a definition speaks of itself."""
    return frozenset(one.id for _, _, one in walk(condition) if isinstance(one, InSegment))


def holds_others(condition: Condition) -> bool:
    """Whether a condition is made of other conditions."""
    return isinstance(condition, All | Any | Not)


def depends_on_time(condition: Condition) -> bool:
    """Whether somebody can enter or leave although nothing happens; of an inlined condition."""
    return any(_moves(one) for _, _, one in walk(condition))


def depends_on_others(condition: Condition) -> bool:
    """Whether what others do can make somebody enter or leave: fifths are relative to everybody."""
    return any(isinstance(one, Rfm) for _, _, one in walk(condition))


def happenings(condition: Condition) -> Iterator[tuple[str, Happening]]:
    """The events that one condition names itself, each with where in the condition it stands."""
    match spelled(condition):
        case Event(name=name, where=where) | NotDone(name=name, where=where) | Recency(name=name, where=where):
            yield "", Happening(name, where)
        case Sequence(steps=steps, then_not=then_not):
            for number, step in enumerate(steps):
                yield f".steps[{number}]", Happening(step.name, step.where)
                yield from ((f".steps[{number}].without[{one}]", each) for one, each in enumerate(step.without))
            if then_not is not None:
                yield ".then_not", Happening(then_not.name, then_not.where)
        case _:
            return


def _moves(condition: Condition) -> bool:
    match spelled(condition):
        case Recency() | Anniversary() | Since() | Stage():
            return True
        case Sequence(then_not=then_not, window=window):
            return then_not is not None or isinstance(window, Rolling | Calendar)
        case Event(window=window) | NotDone(window=window) | Place(window=window) | Near(window=window):
            return isinstance(window, Rolling | Calendar)
        case _:
            return False


def decisive(condition: Condition, met: Mapping[str, bool]) -> frozenset[str]:
    """Where the parts stand whose coming out the other way alone would turn the verdict; `met` is by place."""
    places = [path for path, _, one in walk(condition) if not holds_others(one)]
    now = outcome(condition, met)
    return frozenset(path for path in places if outcome(condition, {**met, path: not met[path]}) != now)


def outcome(condition: Condition, met: Mapping[str, bool], path: str = "definition") -> bool:
    """The verdict that follows from the parts that are made of no others."""
    match condition:
        case All(of=parts):
            return all(outcome(part, met, f"{path}.of[{number}]") for number, part in enumerate(parts))
        case Any(of=parts):
            return any(outcome(part, met, f"{path}.of[{number}]") for number, part in enumerate(parts))
        case Not(of=part):
            return not outcome(part, met, f"{path}.of")
        case _:
            return met[path]


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is compared as a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
