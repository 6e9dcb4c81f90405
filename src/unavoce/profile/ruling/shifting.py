"""Which customers other rules could change, without looking at everybody.

A limit that nobody reaches changes nothing when it falls, and one that has refused nobody changes nothing when it
rises; only there, and around identifiers that open or close, customers are worked out again.
"""

from collections.abc import Collection, Iterable, Mapping

from unavoce.kernel.ids import Iid
from unavoce.profile import store as identity
from unavoce.profile.ruleset import Rules
from unavoce.profile.ruling import store
from unavoce.profile.ruling.model import Shift
from unavoce.runtime.postgres import Transaction


def shift(tx: Transaction, old: Rules, new: Rules) -> Shift:
    """What changes in standing from the old rules to the new, and where customers may change."""
    kinds = store.kinds(tx)
    was, will = set(store.blocked(tx)), set(store.matching(tx, new.blocked))
    opened, crowding = _hubs(tx, kinds, old, new)
    seeds = {*_limits(tx, kinds, old, new), *_strength(tx, kinds, old, new), *_birthdays(tx, old, new)}
    changed = (was ^ will) | opened | crowding
    if changed:
        seeds.update(store.neighbours(tx, changed))
    # What was blocked may touch too many people as well: while it was blocked nobody looked.
    freed = was - will
    crowding |= set(_crowded(tx, {one.iid: one.kind for one in store.kinds_of(tx, freed)}, new))
    opening = opened | (freed - crowding)
    return Shift(opening, crowding, will, seeds)


def _limits(tx: Transaction, kinds: Collection[str], old: Rules, new: Rules) -> Iterable[Iid]:
    lower = {kind: new.limit(kind) for kind in kinds if new.limit(kind) < old.limit(kind)}
    if any(new.limit(kind) > old.limit(kind) for kind in kinds):
        yield from store.refused_by_limit(tx)
    if lower:
        yield from store.beyond(tx, lower)


def _strength(tx: Transaction, kinds: Collection[str], old: Rules, new: Rules) -> Iterable[Iid]:
    # Without a refusal the order in which evidence is taken makes no difference.
    if _order(kinds, old) != _order(kinds, new):
        yield from store.refused(tx)


def _birthdays(tx: Transaction, old: Rules, new: Rules) -> Iterable[Iid]:
    if new.birthdays and not old.birthdays:
        yield from store.told_apart(tx)
    elif old.birthdays and not new.birthdays:
        yield from store.shared(tx)


def _order(kinds: Collection[str], ruled: Rules) -> set[tuple[str, str]]:
    return {(one, other) for one in kinds for other in kinds if ruled.rank(one) < ruled.rank(other)}


def _hubs(tx: Transaction, kinds: Collection[str], old: Rules, new: Rules) -> tuple[set[Iid], set[Iid]]:
    """Which hubs open, and which identifiers become hubs."""
    least = {kind: _least(kind, kinds, new) for kind in kinds}
    stricter = [kind for kind in kinds if _stricter(kind, kinds, old, new)]
    milder = [kind for kind in kinds if _stricter(kind, kinds, new, old)]
    crowding: set[Iid] = set()
    if stricter:
        fewest = min(least[kind] for kind in stricter)
        crowding.update(_crowded(tx, {one.iid: one.kind for one in store.busy(tx, stricter, fewest)}, new))
    opening: set[Iid] = set()
    if milder:
        closed = {one.iid: one.kind for one in store.open_hubs(tx) if one.kind in milder}
        opening = set(closed) - set(_crowded(tx, closed, new))
    return opening, crowding


def _crowded(tx: Transaction, asked: Mapping[Iid, str], ruled: Rules) -> list[Iid]:
    return identity.crowded(tx, asked, ruled) if asked else []


def _least(kind: str, kinds: Collection[str], ruled: Rules) -> int:
    return min(ruled.most_touched(kind, other) for other in kinds)


def _stricter(kind: str, kinds: Collection[str], one: Rules, other: Rules) -> bool:
    """Whether the other rules let an identifier of this kind touch fewer."""
    return any(other.most_touched(kind, touched) < one.most_touched(kind, touched) for touched in kinds)
