"""Reading customers: what is known of them, in lists and one by one; always as sets, never in a loop over people."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, get_args

from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.profile import resolver, rules
from unavoce.profile import store as identity
from unavoce.profile.model import (
    ConsentSeen,
    CustomersPage,
    EdgeKind,
    EdgeSeen,
    Graph,
    IdentifierSeen,
    Profile,
    Refusal,
    State,
    Summary,
    TraitSeen,
)
from unavoce.profile.people import store
from unavoce.profile.rows import IdentifierRow, Place
from unavoce.runtime.postgres import Transaction

Sort = Literal["last_seen", "first_seen"]
"""The order of a list of customers: last met first, or newest first."""

_ADDRESS_KINDS = ("email", "phone")  # identifiers that are traits as well
_LISTED = (*rules.NAME_TRAITS, "email", "phone", "language", "locale")
_MOST_FOUND = 1_000  # of one way to match; who types so little that more match goes on typing
_MOST_EDGES = 2_000  # more is no picture any more
_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_LARGEST = (1 << 63) - 1
_ID_DIGITS = 16


def traits_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, dict[str, object]]:
    """What counts of each trait; a missing e-mail or phone is taken from her identifiers."""
    traits = _traits(tx, customers, None)
    for customer, addresses in addresses_of(tx, customers).items():
        _fill_in(traits[customer], addresses)
    return traits


def addresses_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, dict[str, list[str]]]:
    """Her identifiers by kind, the most recently met first; those shared by too many people are left out."""
    found: dict[CustomerId, dict[str, list[str]]] = {customer: {} for customer in customers}
    for row in store.identifiers_of(tx, customers):
        if not row.blocked:
            found[row.customer].setdefault(row.kind, []).append(row.value)
    return found


def consents_of(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, dict[tuple[str, str], State]]:
    """What was said of each channel and purpose, the most restrictive word of her identifiers; unsaid is absent."""
    found: dict[CustomerId, dict[tuple[str, str], State]] = {customer: {} for customer in customers}
    for row in store.consents_of(tx, customers):
        found[row.customer][row.channel, row.purpose] = State(row.state)
    return found


def summaries(tx: Transaction, customers: Collection[CustomerId]) -> dict[CustomerId, Summary]:
    """A line for each of these customers; who has no identifier is left out."""
    traits = _traits(tx, customers, _LISTED)
    rows: dict[CustomerId, list[IdentifierRow]] = defaultdict(list)
    for row in store.identifiers_of(tx, customers):
        rows[row.customer].append(row)
    return {customer: _summary(customer, traits[customer], hers) for customer, hers in rows.items()}


def profile(tx: Transaction, customer: CustomerId) -> Profile:
    """All that is known of the customer to whom this id belongs now; NoSuchCustomer when nobody has it."""
    hers = resolver.customer_with(tx, Iid(customer))
    identifiers = store.identifiers_of(tx, [hers])
    traits = store.traits_of(tx, [hers], None)
    consents = store.consents_of(tx, [hers])
    return Profile(
        id=hers,
        name=rules.display_name({row.key: row.value for row in traits}, _by_kind(identifiers)) or text_of(hers),
        traits=tuple(TraitSeen(*row[1:]) for row in traits),
        identifiers=tuple(IdentifierSeen(*row[1:]) for row in identifiers),
        consents=tuple(
            ConsentSeen(row.channel, row.purpose, State(row.state), row.at, row.evidence) for row in consents
        ),
    )


def search(tx: Transaction, words: str, *, whole: bool = False) -> list[CustomerId]:
    """Customers of whom a name, e-mail, phone, card or other identifier begins like this, or whose id it is.

    `whole` finds only who is named in full: whoever sees masked values must not guess them sign by sign.
    """
    wanted = words.strip()
    if not wanted:
        return []
    found = _named(tx, wanted) if whole else _beginning(tx, wanted)
    if len(wanted) == _ID_DIGITS and (hers := _by_id(tx, wanted)) is not None:
        found[hers] = None
    return list(found)


def _named(tx: Transaction, wanted: str) -> dict[CustomerId, None]:
    found = dict.fromkeys(store.names_being(tx, wanted, _MOST_FOUND))
    for value in dict.fromkeys((wanted, wanted.lower(), wanted.upper(), *rules.phone_beginnings(wanted))):
        found |= dict.fromkeys(store.identifiers_being(tx, value, _MOST_FOUND))
    return found


def _beginning(tx: Transaction, wanted: str) -> dict[CustomerId, None]:
    found = dict.fromkeys(store.names_like(tx, wanted, _MOST_FOUND))
    for beginning in dict.fromkeys((wanted, wanted.lower(), wanted.upper(), *rules.phone_beginnings(wanted))):
        found |= dict.fromkeys(store.identifiers_like(tx, beginning, _MOST_FOUND))
    return found


def customers_page(
    tx: Transaction,
    q: str | None,
    among: Sequence[CustomerId] | None,
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    *,
    whole: bool = False,
) -> CustomersPage:
    """A page of customers who match the words (if any) and are among the given ones (if any)."""
    order = _order(sort)
    at, tie = _read(cursor)
    places = _places(tx, _chosen(tx, q, among, whole=whole), order, (at, tie, limit + 1))
    lines = summaries(tx, [place.customer for place in places[:limit]])
    items = tuple(lines[place.customer] for place in places[:limit] if place.customer in lines)
    return CustomersPage(items, _written(places[limit - 1]) if len(places) > limit else None)


def graph(tx: Transaction, customer: CustomerId) -> Graph:
    """The evidence about a customer, what it leads to, and what was set apart from her."""
    hers = resolver.customer_with(tx, Iid(customer))
    members = resolver.members_of(tx, [hers])[hers]
    edges = store.graph_edges(tx, members, _MOST_EDGES)
    separations = store.graph_separations(tx, members)
    shown = {*members, *(end for edge in edges for end in (edge.a, edge.b))}
    shown |= {iid for separation in separations for iid in separation.identifiers}
    return Graph(
        nodes=tuple(store.graph_nodes(tx, shown)),
        edges=tuple(_typed(edge) for edge in edges),
        separations=tuple(separations),
    )


def _typed(edge: EdgeSeen) -> EdgeSeen:
    reason = Refusal(edge.reason) if edge.reason else None
    return EdgeSeen(edge.a, edge.b, EdgeKind(edge.kind), edge.evidence, edge.source, edge.at, reason)


def _traits(
    tx: Transaction, customers: Collection[CustomerId], keys: Sequence[str] | None
) -> dict[CustomerId, dict[str, object]]:
    found: dict[CustomerId, dict[str, object]] = {customer: {} for customer in customers}
    for row in store.traits_of(tx, customers, keys):
        found[row.customer][row.key] = row.value
    return found


def _fill_in(traits: dict[str, object], addresses: Mapping[str, Sequence[str]]) -> None:
    for kind in _ADDRESS_KINDS:
        if addresses.get(kind):
            traits.setdefault(kind, addresses[kind][0])


def _by_kind(rows: Sequence[IdentifierRow]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row.value)
    return kinds


def _summary(customer: CustomerId, traits: dict[str, object], rows: Sequence[IdentifierRow]) -> Summary:
    addresses = _by_kind(rows)
    _fill_in(traits, addresses)
    return Summary(
        id=customer,
        name=rules.display_name(traits, addresses) or text_of(customer),
        email=_word(traits.get("email")),
        phone=_word(traits.get("phone")),
        language=_word(traits.get("language")) or _word(traits.get("locale")),
        first_seen_at=min(row.first_seen_at for row in rows),
        last_seen_at=max(row.last_seen_at for row in rows),
    )


def _word(value: object) -> str | None:
    return value or None if isinstance(value, str) else None


def _by_id(tx: Transaction, text: str) -> CustomerId | None:
    try:
        return identity.identifier_customer(tx, Iid(parse_id(text.lower())))
    except BadInput:
        return None


def _chosen(
    tx: Transaction, q: str | None, among: Sequence[CustomerId] | None, *, whole: bool
) -> Collection[CustomerId] | None:
    if not q or not q.strip():
        return among
    matching = search(tx, q, whole=whole)
    return matching if among is None else set(among).intersection(matching)


def _order(sort: str | None) -> Sort:
    match (sort or "last_seen").removeprefix("-"):
        case "last_seen" | "last_seen_at":
            return "last_seen"
        case "first_seen" | "first_seen_at":
            return "first_seen"
        case _:
            raise BadInput(field="sort", value=sort, expected=" or ".join(get_args(Sort)))


def _places(
    tx: Transaction, chosen: Collection[CustomerId] | None, order: Sort, after: tuple[datetime, int, int]
) -> list[Place]:
    if chosen is None:
        return store.everyone_latest(tx, *after) if order == "last_seen" else store.everyone_newest(tx, *after)
    if order == "last_seen":
        return store.some_latest(tx, chosen, *after)
    return store.some_newest(tx, chosen, *after)


def _written(place: Place) -> str:
    return f"{place.at.isoformat()}~{text_of(place.tie)}"


def _read(cursor: str | None) -> tuple[datetime, int]:
    if not cursor:
        return _END_OF_TIME, _LARGEST
    at, _, tie = cursor.partition("~")
    try:
        return datetime.fromisoformat(at.replace(" ", "+")), parse_id(tie)
    except ValueError:
        raise BadInput(field="cursor", value=cursor, expected="the `next` of the page before") from None
