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
    customers = {one: {one} for one in kinds}
    for a, b, kind in sorted(evidence, key=lambda edge: _place(edge, evidence, kinds, rules)):
        if a in hubs or b in hubs or customers[a] is customers[b]:
            continue
        if _may_join(customers[a], customers[b], kinds, kind, separations, rules):
            both = customers[a] | customers[b]
            for one in both:
                customers[one] = both
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
