"""Identifiers become numbers: the same ones for ever, without asking anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from unavoce.collect.api import Event, EventIids
from unavoce.profile import rules
from unavoce.profile.model import NOBODY, Identifier


@dataclass(frozen=True, slots=True)
class Interned(EventIids):
    """Who one event is about: the numbers of its identifiers, surest first, and what they stand for."""

    identifiers: tuple[Identifier, ...] = ()


_NAMELESS = Interned(NOBODY, ())


def intern(events: Sequence[Event], key: bytes, region: str) -> list[Interned]:
    """Who each event is about; its primary iid is NOBODY when none of its identifiers can be used."""
    return [_interned(event.identifiers, key, region) for event in events]


# What one browser or member sends is mostly the same identifiers again.
@lru_cache(maxsize=100_000)
def _interned(raw: tuple[tuple[str, str], ...], key: bytes, region: str) -> Interned:
    found = {one.iid: one for kind, value in raw if (one := rules.identifier(kind, value, key, region)) is not None}
    if not found:
        return _NAMELESS
    identifiers = tuple(found.values())
    if len(identifiers) > 1:
        identifiers = tuple(sorted(identifiers, key=lambda one: (rules.rank(one.kind), one.iid)))
    return Interned(identifiers[0].iid, tuple(one.iid for one in identifiers), identifiers)
