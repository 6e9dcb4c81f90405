"""Identifiers become numbers: the same ones for ever, without asking anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from unavoce.collect.api import Event, EventIids
from unavoce.kernel.ids import Iid
from unavoce.profile import rules
from unavoce.profile.model import NOBODY, Identifier
from unavoce.profile.ruleset import DEFAULT, Rules


@dataclass(frozen=True, slots=True)
class Interned(EventIids):
    """Who one event is about: the numbers of its identifiers, surest first, and what they stand for."""

    identifiers: tuple[Identifier, ...] = ()


_NAMELESS = Interned(NOBODY, ())


def intern(events: Sequence[Event], key: bytes, region: str, ruled: Rules = DEFAULT) -> list[Interned]:
    """Who each event is about; its primary iid is NOBODY when none of its identifiers can be used."""
    return [_interned(event.identifiers, key, region, ruled) for event in events]


# What one browser or member sends is mostly the same identifiers again.
@lru_cache(maxsize=100_000)
def _interned(raw: tuple[tuple[str, str], ...], key: bytes, region: str, ruled: Rules) -> Interned:
    found = {one.iid: one for kind, value in raw if (one := rules.identifier(kind, value, key, region)) is not None}
    if not found:
        return _NAMELESS
    identifiers = tuple(found.values())
    if len(identifiers) > 1:
        identifiers = tuple(sorted(identifiers, key=lambda one: _place(one, ruled)))
    return Interned(identifiers[0].iid, tuple(one.iid for one in identifiers), identifiers)


def _place(one: Identifier, ruled: Rules) -> tuple[bool, int, Iid]:
    # What the brand has blocked is named with the event, but the event is about whoever else it names.
    return ruled.blocks(one.kind, one.value), ruled.rank(one.kind), one.iid
