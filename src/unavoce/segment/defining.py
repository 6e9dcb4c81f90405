"""Publishing and retiring segments, and what definitions may speak of."""

import re
from collections.abc import Mapping
from datetime import datetime

from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import checks, keeping, rules, store
from unavoce.segment.conditions import Condition, Near
from unavoce.segment.model import (
    BadField,
    Catalogue,
    CauseKind,
    Draft,
    NoSuchSegment,
    Segment,
    SegmentInUse,
    Status,
)
from unavoce.segment.parse import nearest

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_LANGUAGES = frozenset({"en", "zh-Hans", "zh-Hant"})
_LONGEST_TEXT = 1_000


def publish(
    postgres: Postgres, facts: Facts, draft: Draft, now: datetime, on_flips: keeping.Then | None = None
) -> Segment:
    """Check a definition, keep it as the segment's next version, and compare everybody with it at once."""
    _check_texts(draft)
    checks.check(draft.condition, catalogue(facts, draft.condition))
    with postgres.transaction() as tx:
        store.lock(tx)
        check_named(store.segments(tx), store.points(tx), draft.condition, draft.key)
        store.put_segment(tx, draft, now)
        live = keeping.program(tx)
        told = live.only(lambda segment, _: segment.key == draft.key or draft.key in _named(live, segment))
        flips = keeping.look_at_everybody(tx, facts, told, now, CauseKind.DEFINITION)
        if on_flips is not None and flips:
            on_flips(tx, flips)
        return store.segments(tx)[draft.key]


def retire(tx: Transaction, key: str, now: datetime, on_flips: keeping.Then | None = None) -> None:
    """Let everybody leave a segment that no other one is defined by."""
    store.lock(tx)
    known = store.segments(tx)
    segment = live_segment(known, key)
    users = [one.key for one in known.values() if one.status is Status.LIVE and key in _direct(one)]
    if users:
        raise SegmentInUse(key=key, used_by=", ".join(sorted(users)))
    flips = keeping.empty(tx, segment, now)
    store.retire(tx, segment.id)
    if on_flips is not None and flips:
        on_flips(tx, flips)


def live_segment(known: Mapping[str, Segment], key: str) -> Segment:
    """The live segment of this key, or NoSuchSegment with the key that was probably meant."""
    found = known.get(key)
    if found is None or found.status is not Status.LIVE:
        live = tuple(one.key for one in known.values() if one.status is Status.LIVE)
        raise NoSuchSegment(key=key, did_you_mean=nearest(key, live))
    return found


def known_keys(tx: Transaction) -> frozenset[str]:
    """The keys that are taken, by retired segments too."""
    return frozenset(store.segments(tx))


def check_named(
    known: Mapping[str, Segment], points: rules.Points, condition: Condition, key: str | None = None
) -> Condition:
    """The condition written out; refuses segments and stores that do not exist and circles through `key`."""
    live = {one.key: one for one in known.values() if one.status is Status.LIVE}
    for path, _, one in rules.walk(condition):
        if isinstance(one, Near) and one.store is not None and one.store not in points:
            likely = nearest(one.store, tuple(points))
            raise BadField(
                field=f"{path}.store", value=one.store, expected="a store with latitude and longitude in the catalogue",
                did_you_mean=likely,
            )  # fmt: skip
        for name in rules.segments_named(one) if not rules.holds_others(one) else ():
            if name not in live and name != key:
                likely = nearest(name, tuple(live))
                raise BadField(field=f"{path}.id", value=name, expected="a live segment", did_you_mean=likely)
    return keeping.written_out(condition, live, points, (key,) if key else ())


def catalogue(facts: Facts, condition: Condition) -> Catalogue:
    """What a definition may speak of: traits and events seen, and the properties of the events it names."""
    named = {each.name for _, _, one in rules.walk(condition) for _, each in rules.happenings(one)}
    return Catalogue(
        traits=frozenset(store.trait_keys(facts)),
        events=frozenset(store.event_names(facts)),
        properties=store.property_names(facts, sorted(named)),
        lists=frozenset(store.list_keys(facts)),
    )


def _direct(segment: Segment) -> frozenset[str]:
    return rules.segments_named(segment.condition)


def _named(live: keeping.Program, segment: Segment) -> frozenset[str]:
    """The segments that a definition speaks of, itself or through others."""
    direct = {one.key: _direct(one) for one in live.segments}
    found: set[str] = set()
    waiting = list(direct.get(segment.key, ()))
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += direct.get(key, ())
    return frozenset(found)


def _check_texts(draft: Draft) -> None:
    if not _KEY.fullmatch(draft.key):
        raise BadField(field="key", value=draft.key, expected="lowercase letters, digits, - and _, at most 63")
    if not any(text.strip() for text in draft.name.values()):
        raise BadField(field="name", expected="a name in at least one language")
    for field, texts in (("name", draft.name), ("description", draft.description)):
        unknown = sorted(set(texts) - _LANGUAGES)
        if unknown:
            raise BadField(field=f"{field}.{unknown[0]}", expected=f"one of {', '.join(sorted(_LANGUAGES))}")
        if any(len(text) > _LONGEST_TEXT for text in texts.values()):
            raise BadField(field=field, expected=f"at most {_LONGEST_TEXT} characters")
