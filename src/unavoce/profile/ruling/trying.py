"""Trying rules on a copy: who would merge or split, and on what evidence; nothing is changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import components
from unavoce.profile.model import EdgeKey, Node, Refusal, Resolution
from unavoce.profile.rows import RuledEdge
from unavoce.profile.ruleset import DEFAULT, Rules
from unavoce.profile.ruling import store
from unavoce.profile.ruling.model import Shift
from unavoce.profile.ruling.store import Soul
from unavoce.profile.store import births, region_sides
from unavoce.runtime.postgres import Transaction

SEEDS_AT_ONCE = 2_000
_MOST_EXAMPLES, _MOST_EVIDENCE, _MOST_NAMES = 20, 12, 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """Evidence that the new rules judge otherwise."""

    a: Iid
    b: Iid
    message_id: str
    before: Refusal | None
    after: Refusal | None


@dataclass(frozen=True, slots=True)
class Example:
    """Customers as they are and as they would be, each as her identifiers, and the evidence that decides it."""

    before: Mapping[CustomerId, Sequence[Iid]]
    after: Mapping[CustomerId, Sequence[Iid]]
    shown: Sequence[Iid]
    evidence: Sequence[Verdict]

    @property
    def merges(self) -> bool:
        """Whether customers would become one, and not only split."""
        return len(self.after) < len(self.before)


@dataclass(slots=True)
class Tally:
    """What a trial has found so far."""

    looked_at: int = 0
    merging: int = 0
    splitting: int = 0
    becoming: int = 0
    before: dict[CustomerId, tuple[Iid, ...]] = field(default_factory=dict)
    after: dict[CustomerId, tuple[Iid, ...]] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)


def try_some(
    tx: Transaction, ruled: Rules, shift: Shift, seeds: Collection[Iid], tally: Tally, most: int
) -> frozenset[Iid]:
    """Work out the customers around some seeds under other rules and add to the tally; answers with who was there.

    Of at most `most` changed customers the identifiers are kept, to ask which segments they would move in.
    """
    souls = store.trial_region(tx, seeds, shift.opening)
    edges = store.trial_edges(tx, [one.iid for one in souls])
    resolution = _resolved(tx, souls, edges, shift, ruled)
    for group in _changed(souls, resolution):
        _count(tally, group, resolution, most)
        if len(tally.examples) < _MOST_EXAMPLES:
            tally.examples.append(_example(group, edges, resolution, frozenset(shift.blocking)))
    tally.looked_at += len(souls)
    return frozenset(one.iid for one in souls)


def _resolved(
    tx: Transaction, souls: Sequence[Soul], edges: Sequence[RuledEdge], shift: Shift, ruled: Rules
) -> Resolution:
    opening, closing = frozenset(shift.opening), shift.closing
    closed = frozenset(one.iid for one in souls if one.iid in closing or (one.closed and one.iid not in opening))
    kinds = {one.iid: one.kind for one in souls}
    taken = [
        one.edge(components.turn_of(one.kind, ruled.rank(kinds[one.a]), ruled.rank(kinds[one.b]))) for one in edges
    ]
    born, none = births(tx, list(kinds)), frozenset[str]()
    nodes = [Node(one.iid, one.kind, DEFAULT.rank(one.kind), one.first_seen, born.get(one.iid, none)) for one in souls]
    return components.resolve(nodes, taken, closed, region_sides(tx, list(kinds)), ruled)


def _changed(souls: Sequence[Soul], resolution: Resolution) -> Iterable[list[Soul]]:
    """The identifiers of customers who would change, those together who would exchange some."""
    whole: dict[int, int] = {}
    for one in souls:
        _unite(whole, int(one.customer), -int(resolution.customers[one.iid]))
    groups: dict[int, list[Soul]] = defaultdict(list)
    for one in souls:
        groups[_root(whole, int(one.customer))].append(one)
    for group in groups.values():
        olds = {one.customer for one in group}
        news = {resolution.customers[one.iid] for one in group}
        if len(olds) > 1 or len(news) > 1:
            yield group


def _root(whole: dict[int, int], one: int) -> int:
    while (up := whole.setdefault(one, one)) != one:
        whole[one] = whole.setdefault(up, up)
        one = up
    return one


def _unite(whole: dict[int, int], one: int, other: int) -> None:
    whole[_root(whole, one)] = _root(whole, other)


def _count(tally: Tally, group: Sequence[Soul], resolution: Resolution, most: int) -> None:
    before, after = _sides(group, resolution)
    owners = {one.iid: one.customer for one in group}
    tally.merging += len({owners[iid] for hers in after.values() if len({owners[x] for x in hers}) > 1 for iid in hers})
    tally.splitting += sum(len({resolution.customers[iid] for iid in hers}) > 1 for hers in before.values())
    tally.becoming += len(after)
    if len(tally.before) < most:
        tally.before.update({customer: tuple(hers) for customer, hers in before.items()})
        tally.after.update({customer: tuple(hers) for customer, hers in after.items()})


def _sides(
    group: Sequence[Soul], resolution: Resolution
) -> tuple[dict[CustomerId, list[Iid]], dict[CustomerId, list[Iid]]]:
    before: dict[CustomerId, list[Iid]] = defaultdict(list)
    after: dict[CustomerId, list[Iid]] = defaultdict(list)
    for one in group:
        before[one.customer].append(one.iid)
        after[resolution.customers[one.iid]].append(one.iid)
    return before, after


def _example(
    group: Sequence[Soul], edges: Sequence[RuledEdge], resolution: Resolution, blocking: Collection[Iid]
) -> Example:
    before, after = _sides(group, resolution)
    here = {one.iid for one in group}
    told = [
        Verdict(edge.a, edge.b, edge.message_id, edge.refusal, now)
        for edge in edges
        if edge.a in here and edge.b in here
        if (now := _judged(edge, resolution, blocking)) != edge.refusal
    ][:_MOST_EVIDENCE]
    said = {end for one in told for end in (one.a, one.b)}
    shown = sorted(group, key=lambda one: (one.iid not in said, DEFAULT.rank(one.kind), one.iid))[:_MOST_NAMES]
    return Example(before, after, [one.iid for one in shown], told)


def _judged(edge: RuledEdge, resolution: Resolution, blocking: Collection[Iid]) -> Refusal | None:
    refusal = resolution.refusals.get(EdgeKey(edge.a, edge.b, edge.kind))
    return Refusal.BLOCKED if refusal is Refusal.HUB and (edge.a in blocking or edge.b in blocking) else refusal
