"""Events as the tests tell them, and a slow, obvious way to work out the customers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from unavoce.collect.api import Event, Source, SourceKind
from unavoce.kernel.ids import Iid, digest16
from unavoce.profile import api
from unavoce.profile.model import EdgeKind
from unavoce.profile.ruleset import DEFAULT, Rules

KEY = b"the brand's own key, 32 bytes..."
REGION = "TW"
NOON = datetime(2018, 1, 5, 12, tzinfo=UTC)
WEB = Source(3, "web", "The shop", SourceKind.WEB)
TILL = Source(4, "till-101", "The till", SourceKind.SERVER)
SCORES = Source(1, "internal", "Ourselves", SourceKind.INTERNAL)


Sides = tuple[frozenset[Iid], frozenset[Iid]]
"""Identifiers set apart, and those they were set apart from."""


def event(
    message_id: str,
    *identifiers: tuple[str, str],
    minute: float = 0,
    call: str = "track",
    name: str = "Product Viewed",
    source: Source = WEB,
    **more: dict[str, object],
) -> Event:
    """One accepted call."""
    at = NOON + timedelta(minutes=minute)
    return Event(
        event_id=digest16(message_id.encode()), message_id=message_id, type=call, name=name, identifiers=identifiers,
        at=at, received_at=at, source=source, lane=1, seq=1, **more,
    )  # fmt: skip


def iid(kind: str, value: str) -> Iid:
    """The number of an identifier."""
    found = api.identifier_of(kind, value, KEY, REGION)
    assert found is not None
    return found.iid


def interned(events: Sequence[Event]) -> list[api.Interned]:
    """Who the events are about."""
    return api.intern(events, KEY, REGION)


def slow_customers(
    events: Iterable[Event], separations: Sequence[Sides] = (), rules: Rules = DEFAULT
) -> dict[Iid, Iid]:
    """Whose every identifier is, by the book: sets of identifiers, joined one edge after the other."""
    events = list(events)
    kinds: dict[Iid, str] = {}
    first: dict[Iid, datetime] = {}
    evidence: Evidence = {}
    for one, who in zip(events, interned(events), strict=True):
        for found in who.identifiers:
            kinds[found.iid] = found.kind
            first[found.iid] = min(first.get(found.iid, one.at), one.at)
        kind = "alias" if one.type == "alias" else "together"
        for a, b in combinations(sorted(who.all), 2):
            seen = evidence.get((a, b, kind))
            evidence[a, b, kind] = min(seen, (one.at, one.message_id)) if seen else (one.at, one.message_id)
    hubs = _hubs(kinds, evidence, rules)
    hubs |= {
        found.iid for who in interned(events) for found in who.identifiers if rules.blocks(found.kind, found.value)
    }
    edges = [
        (one, other, kind)
        for one, other, kind in sorted(evidence, key=lambda edge: _place(edge, evidence, kinds, rules))
        if one not in hubs and other not in hubs
    ]
    customers = _Joining(kinds, edges, births(events) if rules.birthdays else {}, separations, rules).customers()
    return {
        one: min(all_hers, key=lambda x: (first[x], DEFAULT.rank(kinds[x]), x)) for one, all_hers in customers.items()
    }


Joint = tuple[Iid, Iid, str]
Evidence = dict[Joint, tuple[datetime, str]]


def _place(edge: Joint, evidence: Evidence, kinds: dict[Iid, str], rules: Rules) -> tuple[object, ...]:
    a, b, kind = edge
    surety = 100 if kind == EdgeKind.ALIAS else max(rules.rank(kinds[a]), rules.rank(kinds[b]))
    return surety, *evidence[edge], a, b


def _hubs(kinds: dict[Iid, str], evidence: Evidence, rules: Rules) -> set[Iid]:
    touched: dict[tuple[Iid, str], set[Iid]] = defaultdict(set)
    for a, b, _ in evidence:
        touched[a, kinds[b]].add(b)
        touched[b, kinds[a]].add(a)
    return {one for (one, kind), others in touched.items() if len(others) > rules.most_touched(kinds[one], kind)}


def births(events: Iterable[Event]) -> dict[Iid, set[object]]:
    """The birthdays told under each identifier; of one source and trait its newest word."""
    told = list(events)
    words: dict[tuple[object, ...], tuple[datetime, str, object]] = {}
    for one, who in zip(told, interned(told), strict=True):
        if "birthday" in one.traits:
            place = (who.primary, one.source.key)
            word = (one.at, one.message_id, one.traits["birthday"])
            words[place] = max(words.get(place, word), word, key=lambda said: said[:2])
    born: dict[Iid, set[object]] = defaultdict(set)
    for (whose, _), (_, _, day) in words.items():
        if day is not None:
            born[Iid(whose)].add(day)
    return born


Family = list[list[Iid]]
"""The people who share an address, each as her records in their order; empty when it is one person's."""
_ADDRESSES = ("email", "phone")


class _Joining:
    """Sets of identifiers, joined one edge after the other."""

    def __init__(
        self, kinds: dict[Iid, str], edges: Sequence[Joint], born: dict[Iid, set[object]],
        separations: Sequence[Sides], rules: Rules,
    ) -> None:  # fmt: skip
        self._kinds, self._edges, self._born = kinds, edges, born
        self._separations, self._rules = separations, rules
        self._customers = {one: {one} for one in kinds}
        self._families: dict[Iid, Family] = {}

    def customers(self) -> dict[Iid, set[Iid]]:
        """Everybody with all of hers."""
        for a, b, kind in self._edges:
            if kind == EdgeKind.ALIAS or (self._may_meet(a, b) and self._may_meet(b, a)):
                self._join(a, b, kind)
        return self._customers

    def _may_meet(self, address: Iid, record: Iid) -> bool:
        """Whether a record may be joined over this address; to the same person's first record it is joined here."""
        if self._kinds[address] not in _ADDRESSES:
            return True
        if address not in self._families:
            self._families[address] = self._family(address)
        family = self._families[address]
        if not family or record in family[0]:
            return True
        for hers in family[1:]:
            if record in hers:
                self._join(hers[0], record, EdgeKind.TOGETHER)
        return False

    def _family(self, address: Iid) -> Family:
        records = [b if a == address else a for a, b, kind in self._edges if address in (a, b) and kind == "together"]
        records = [one for one in records if self._kinds[one] not in _ADDRESSES or self._born.get(one)]
        people: list[tuple[set[object], set[Iid]]] = []
        for record in records:
            days = {day for one in self._customers[record] for day in self._born.get(one, ())}
            if days:
                same = [one for one in people if one[0] & days]
                people = [one for one in people if one not in same]
                people.append((days.union(*(one[0] for one in same)), {record}.union(*(one[1] for one in same))))
        family = sorted(
            (sorted(hers, key=records.index) for _, hers in people), key=lambda hers: records.index(hers[0])
        )
        return family if len(family) > 1 else []

    def _join(self, a: Iid, b: Iid, kind: str) -> None:
        one, other = self._customers[a], self._customers[b]
        if one is not other and _may_join(one, other, self._kinds, kind, self._separations, self._rules):
            both = one | other
            for iid in both:
                self._customers[iid] = both


def _may_join(
    one: set[Iid], other: set[Iid], kinds: dict[Iid, str], how: str, separations: Sequence[Sides], rules: Rules
) -> bool:
    for apart, kept in separations:
        both = one | other
        if both & apart and both & kept:
            return False
    if how == EdgeKind.ALIAS:
        return True
    for kind in {kinds[x] for x in one} & {kinds[x] for x in other}:
        if sum(kinds[x] == kind for x in one | other) > rules.limit(kind):
            return False
    return True
