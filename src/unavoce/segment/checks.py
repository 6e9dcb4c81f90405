"""What makes a definition sound: operators that fit, windows that are spans, words that exist."""

from typing import assert_never

from unavoce.segment.conditions import (
    Absent,
    Anniversary,
    Answer,
    Between,
    Calendar,
    Condition,
    Event,
    Happening,
    InList,
    InSegment,
    Message,
    Near,
    NotDone,
    Op,
    Place,
    Recency,
    Rfm,
    Rolling,
    Score,
    Sequence,
    Since,
    Span,
    Stage,
    Step,
    Trait,
    Value,
    Where,
    Window,
)
from unavoce.segment.model import BadField, Catalogue
from unavoce.segment.parse import nearest
from unavoce.segment.rules import happenings, is_number, walk
from unavoce.segment.spelled import spelled
from unavoce.segment.words import SPECIFIED_EVENTS, SPECIFIED_PROPERTIES, SPECIFIED_TRAITS

# More is no longer a rule that a person can read, and costs as much as many segments.
MOST_CONDITIONS = 200
DEEPEST = 20
LONGEST_WINDOW_DAYS = 36_500
# A sequence is judged event by event with a number per step; more steps are a funnel report, not a rule.
MOST_STEPS = 8
FARTHEST_KM = 20_037.5  # half way round the Earth
FIFTHS = range(1, 6)
_YEAR = 365
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
        case _:
            _check_more(path, condition)


def _check_more(path: str, condition: Condition) -> None:
    match condition:
        case Stage(stages=()):
            raise BadField(field=f"{path}.stages", expected="at least one stage")
        case Sequence():
            _check_sequence(path, condition)
        case Message() | Answer() | Score():
            _check_said(path, condition)
        case Place() | Near():
            _check_where_she_is(path, condition)
        case Anniversary() | Since():
            _check_day(path, condition)
        case _:
            pass


def _check_sequence(path: str, condition: Sequence) -> None:
    if not 1 <= len(condition.steps) <= MOST_STEPS or (len(condition.steps) == 1 and condition.then_not is None):
        raise BadField(
            field=f"{path}.steps", value=len(condition.steps), expected=f"2 to {MOST_STEPS} steps, or 1 with then_not"
        )
    for number, step in enumerate(condition.steps):
        _check_step(f"{path}.steps[{number}]", step, first=number == 0)
    if condition.within is not None:
        _check_span(f"{path}.within", condition.within)
    if condition.then_not is not None:
        _check_absent(f"{path}.then_not", condition.then_not)
    _check_window(f"{path}.window", condition.window)


def _check_step(path: str, step: Step, *, first: bool) -> None:
    _check_happening(path, step.name, step.where, None)
    if first and step.without:
        raise BadField(field=f"{path}.without", expected="nothing at the first step: no step comes before it")
    for number, one in enumerate(step.without):
        _check_happening(f"{path}.without[{number}]", one.name, one.where, None)


def _check_absent(path: str, absent: Absent) -> None:
    _check_happening(path, absent.name, absent.where, None)
    _check_span(f"{path}.for", absent.span)


def _check_span(path: str, span: Span) -> None:
    given = [one for one in (span.days, span.hours, span.minutes) if one is not None]
    if len(given) != 1 or not given[0] >= 1 or span.milliseconds > LONGEST_WINDOW_DAYS * 86_400_000:
        raise BadField(field=path, value=str(span), expected="one of days, hours and minutes, from 1 up")


def _check_said(path: str, condition: Message | Answer | Score) -> None:
    match condition:
        case Message(value=value):
            for field in ("message", "journey", "channel", "purpose"):
                if (name := getattr(condition, field)) is not None:
                    _check_name(f"{path}.{field}", name)
            if value < 0:
                raise BadField(field=f"{path}.value", value=value, expected="how many times, from 0 up")
        case Answer(survey=survey, question=question):
            _check_name(f"{path}.survey", survey)
            _check_name(f"{path}.question", question)
        case Score(name=name, op=op):
            _check_name(f"{path}.name", name)
            if op not in _NUMERIC:
                raise BadField(field=f"{path}.op", value=op, expected=f"one of {', '.join(_NUMERIC)}")
    _check_one(path, spelled(condition))


def _check_where_she_is(path: str, condition: Place | Near) -> None:
    if condition.by == "home" and condition.window is not None:
        raise BadField(field=f"{path}.window", expected="nothing beside home: an address holds until another is told")
    _check_window(f"{path}.window", condition.window)
    match condition:
        case Place(country=country, city=city):
            if not (country or city) or any(not one.strip() for one in (*country, *city)):
                raise BadField(field=path, expected="names in country or city")
        case Near():
            _check_near(path, condition)


def _check_near(path: str, condition: Near) -> None:
    if not 0 < condition.km <= FARTHEST_KM:
        raise BadField(field=f"{path}.km", value=condition.km, expected=f"more than 0, at most {FARTHEST_KM}")
    point = (condition.latitude, condition.longitude)
    if (condition.store is None) == (None in point) and not (condition.store is None and None not in point):
        raise BadField(field=f"{path}.store", value=condition.store, expected="a store, or latitude and longitude")
    for field, most in (("latitude", 90), ("longitude", 180)):
        degrees = getattr(condition, field)
        if degrees is not None and not -most <= degrees <= most:
            raise BadField(field=f"{path}.{field}", value=degrees, expected=f"degrees from -{most} to {most}")


def _check_day(path: str, condition: Anniversary | Since) -> None:
    _check_name(f"{path}.key", condition.key)
    match condition:
        case Anniversary(first=first, last=last):
            if not (-_YEAR <= first <= last <= _YEAR) or last - first > _YEAR:
                raise BadField(
                    field=f"{path}.to", value=last, expected="a day not before `from`, both within a year of today"
                )
        case Since(op=op, days=days):
            if op not in _NUMERIC:
                raise BadField(field=f"{path}.op", value=op, expected=f"one of {', '.join(_NUMERIC)}")
            if abs(days) > LONGEST_WINDOW_DAYS:
                raise BadField(field=f"{path}.days", value=days, expected=f"at most {LONGEST_WINDOW_DAYS}")


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
    if condition.agg in ("first", "last", "most"):
        _check_comparison(path, condition.op, condition.value)
    elif condition.op not in _NUMERIC:
        raise BadField(field=f"{path}.op", value=condition.op, expected=f"one of {', '.join(_NUMERIC)}")
    elif not is_number(condition.value):
        raise BadField(field=f"{path}.value", value=str(condition.value), expected="a number")
    if condition.property in ("product_id", "category"):
        _check_of_several(path, condition)


def _check_of_several(path: str, condition: Event) -> None:
    """What is asked of a property that an order has several of: they are texts."""
    several = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.agg == "most" and any(map(is_number, several)):
        raise BadField(field=f"{path}.value", value=str(condition.value), expected="a text")
    if condition.agg in ("sum", "avg", "min", "max"):
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
        case Trait(key=key) | Anniversary(key=key) | Since(key=key):
            _check_known(f"{path}.key", key, catalogue.traits | SPECIFIED_TRAITS, "a trait that was seen")
        case Score(name=name):
            _check_known(
                f"{path}.name", f"predicted_{name}", catalogue.traits, "the name of a prediction that was made"
            )
        case InList(id=key):
            _check_known(f"{path}.id", key, catalogue.lists, "a list that was uploaded")
        case Message() | Answer():
            pass  # our own events: they may be asked for before the first one
        case _:
            for place, one in happenings(condition):
                _check_event_words(path, place, one, condition, catalogue)


def _check_event_words(path: str, place: str, one: Happening, condition: Condition, catalogue: Catalogue) -> None:
    _check_known(f"{path}{place}.name", one.name, catalogue.events | SPECIFIED_EVENTS, "an event that was seen")
    used = [(f"{path}{place}.where[{number}].property", each.property) for number, each in enumerate(one.where)]
    if isinstance(condition, Event) and condition.property is not None:
        used.append((f"{path}.property", condition.property))
    known = catalogue.properties.get(one.name, frozenset()) | SPECIFIED_PROPERTIES
    for field, word in used:
        _check_known(field, word.partition(".")[0], known, f"a property of {one.name} that was seen")


def _check_known(field: str, word: str, known: frozenset[str], expected: str) -> None:
    if word not in known:
        raise BadField(field=field, value=word, expected=expected, did_you_mean=nearest(word, known))


def _check_name(field: str, name: str) -> None:
    if not name.strip() or len(name) > 200 or "\0" in name:
        raise BadField(field=field, value=name[:200], expected="a name of 1 to 200 characters")


def _amount(op: Op, value: Value) -> bool:
    if op in ("exists", "missing"):
        return True
    return all(is_number(one) for one in (value if isinstance(value, tuple) else (value,)))
