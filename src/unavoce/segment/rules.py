"""What makes a definition sound: operators that fit, windows that are spans, words that exist, no circles."""

from collections.abc import Callable, Iterator
from typing import assert_never

from unavoce.segment.conditions import (
    All,
    Any,
    Between,
    Calendar,
    Condition,
    Event,
    InList,
    InSegment,
    Not,
    NotDone,
    Op,
    Recency,
    Rfm,
    Rolling,
    Stage,
    Trait,
    Value,
    Where,
    Window,
)
from unavoce.segment.model import BadField, Catalogue, SegmentCycle
from unavoce.segment.parse import nearest
from unavoce.segment.words import SPECIFIED_EVENTS, SPECIFIED_PROPERTIES, SPECIFIED_TRAITS

# More is no longer a rule that a person can read, and costs as much as many segments.
MOST_CONDITIONS = 200
DEEPEST = 20
LONGEST_WINDOW_DAYS = 36_500
FIFTHS = range(1, 6)
_ORDER: tuple[Op, ...] = ("gt", "gte", "lt", "lte")
_NUMERIC: tuple[Op, ...] = ("eq", "ne", *_ORDER)


def check(condition: Condition, catalogue: Catalogue | None = None) -> None:
    """Refuse a definition that makes no sense, or that speaks of what the catalogue has never seen."""
    for count, (path, depth, one) in enumerate(walk(condition), start=1):
        if count > MOST_CONDITIONS or depth > DEEPEST:
            raise BadField(field=path, expected=f"at most {MOST_CONDITIONS} conditions, {DEEPEST} inside each other")
        _check_one(path, one)
        if catalogue is not None:
            _check_words(path, one, catalogue)


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


def inlined(condition: Condition, definition_of: Callable[[str], Condition], around: tuple[str, ...] = ()) -> Condition:
    """The condition with every other segment replaced by its definition; a circle is a SegmentCycle."""
    match condition:
        case All(of=parts):
            return All(tuple(inlined(part, definition_of, around) for part in parts))
        case Any(of=parts):
            return Any(tuple(inlined(part, definition_of, around) for part in parts))
        case Not(of=part):
            return Not(inlined(part, definition_of, around))
        case InSegment(id=key):
            if key in around:
                raise SegmentCycle(circle=" > ".join([*around[around.index(key) :], key]))
            return inlined(definition_of(key), definition_of, (*around, key))
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


def _moves(condition: Condition) -> bool:
    match condition:
        case Recency() | Stage():
            return True
        case Event(window=Rolling() | Calendar()) | NotDone(window=Rolling() | Calendar()):
            return True
        case _:
            return False


def _check_one(path: str, condition: Condition) -> None:
    match condition:
        case Trait(key=key, op=op, value=value):
            _check_name(f"{path}.key", key)
            _check_comparison(path, op, value)
        case Event():
            _check_event(path, condition)
        case NotDone(name=name, where=where, window=window):
            _check_happening(path, name, where, window)
        case Recency():
            _check_recency(path, condition)
        case Rfm():
            _check_rfm(path, condition)
        case InSegment(id=key) | InList(id=key):
            _check_name(f"{path}.id", key)
        case Stage(stages=()):
            raise BadField(field=f"{path}.stages", expected="at least one stage")
        case _:
            pass


def _check_recency(path: str, condition: Recency) -> None:
    _check_happening(path, condition.name, condition.where, None)
    if condition.op not in _ORDER:
        raise BadField(field=f"{path}.op", value=condition.op, expected=f"one of {', '.join(_ORDER)}")
    if not 0 <= condition.days <= LONGEST_WINDOW_DAYS:
        raise BadField(field=f"{path}.days", value=condition.days, expected=f"0 to {LONGEST_WINDOW_DAYS}")


def _check_rfm(path: str, condition: Rfm) -> None:
    asked = (*condition.r, *condition.f, *condition.m)
    if not asked or any(fifth not in FIFTHS for fifth in asked):
        raise BadField(field=path, value=str(asked), expected="fifths from 1 to 5 in r, f or m")


def _check_event(path: str, condition: Event) -> None:
    _check_happening(path, condition.name, condition.where, condition.window)
    if condition.agg == "count" and condition.property is not None:
        raise BadField(field=f"{path}.property", value=condition.property, expected="nothing, when events are counted")
    if condition.agg != "count":
        _check_name(f"{path}.property", condition.property or "")
    if condition.agg in ("first", "last"):
        _check_comparison(path, condition.op, condition.value)
    elif condition.op not in _NUMERIC:
        raise BadField(field=f"{path}.op", value=condition.op, expected=f"one of {', '.join(_NUMERIC)}")
    elif not is_number(condition.value):
        raise BadField(field=f"{path}.value", value=str(condition.value), expected="a number")
    if condition.agg in ("sum", "min", "max") and condition.property in ("product_id", "category"):
        raise BadField(field=f"{path}.property", value=condition.property, expected="a property that is a number")


def _check_happening(path: str, name: str, where: tuple[Where, ...], window: Window | None) -> None:
    _check_name(f"{path}.name", name)
    for number, filtered in enumerate(where):
        _check_name(f"{path}.where[{number}].property", filtered.property)
        _check_comparison(f"{path}.where[{number}]", filtered.op, filtered.value)
        if filtered.property == "revenue" and not _amount(filtered.op, filtered.value):
            raise BadField(field=f"{path}.where[{number}].value", value=str(filtered.value), expected="an amount")
    _check_window(f"{path}.window", window)


def _check_window(path: str, window: Window | None) -> None:
    match window:
        case None:
            pass
        case Rolling(days=days, hours=hours):
            spans = [span for span in (days, hours) if span is not None]
            if len(spans) != 1 or not 1 <= spans[0] <= LONGEST_WINDOW_DAYS:
                raise BadField(field=path, value=str((days, hours)), expected="either days or hours, from 1 up")
        case Calendar(days=days):
            if not 1 <= days <= LONGEST_WINDOW_DAYS:
                raise BadField(field=f"{path}.days", value=days, expected=f"1 to {LONGEST_WINDOW_DAYS}")
        case Between(start=start, end=end):
            if end < start:
                raise BadField(field=f"{path}.to", value=str(end), expected=f"a day from {start} on")
        case _:
            assert_never(window)


def _check_comparison(path: str, op: Op, value: Value) -> None:
    field = f"{path}.value"
    if op in ("exists", "missing"):
        if value is not None:
            raise BadField(field=field, value=str(value), expected=f"nothing beside {op}")
    elif op in ("in", "not_in"):
        if not isinstance(value, tuple) or not value or len({is_number(one) for one in value}) > 1:
            raise BadField(field=field, value=str(value), expected="a list of values, all numbers or all texts")
    elif value is None or isinstance(value, tuple):
        raise BadField(field=field, value=str(value), expected="one value")
    elif op in ("contains", "starts_with") and not isinstance(value, str):
        raise BadField(field=field, value=value, expected="a text")
    elif op in _ORDER and isinstance(value, bool):
        raise BadField(field=field, value=value, expected="a number or a text")


def _check_words(path: str, condition: Condition, catalogue: Catalogue) -> None:
    match condition:
        case Trait(key=key):
            _check_known(f"{path}.key", key, catalogue.traits | SPECIFIED_TRAITS, "a trait that was seen")
        case InList(id=key):
            _check_known(f"{path}.id", key, catalogue.lists, "a list that was uploaded")
        case Event(name=name, where=where) | NotDone(name=name, where=where) | Recency(name=name, where=where):
            _check_known(f"{path}.name", name, catalogue.events | SPECIFIED_EVENTS, "an event that was seen")
            used = [(f"{path}.where[{number}].property", one.property) for number, one in enumerate(where)]
            if isinstance(condition, Event) and condition.property is not None:
                used.append((f"{path}.property", condition.property))
            known = catalogue.properties.get(name, frozenset()) | SPECIFIED_PROPERTIES
            for field, word in used:
                _check_known(field, word.partition(".")[0], known, f"a property of {name} that was seen")
        case _:
            pass


def _check_known(field: str, word: str, known: frozenset[str], expected: str) -> None:
    if word not in known:
        raise BadField(field=field, value=word, expected=expected, did_you_mean=nearest(word, known))


def _check_name(field: str, name: str) -> None:
    if not name.strip() or len(name) > 200 or "\0" in name:
        raise BadField(field=field, value=name[:200], expected="a name of 1 to 200 characters")


def is_number(value: object) -> bool:
    """Whether a value is compared as a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _amount(op: Op, value: Value) -> bool:
    if op in ("exists", "missing"):
        return True
    return all(is_number(one) for one in (value if isinstance(value, tuple) else (value,)))
