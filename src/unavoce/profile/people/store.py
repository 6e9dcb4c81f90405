"""The SQL that reads people: what is known of them, who they are, and how they are found."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import arrays
from unavoce.profile.model import EdgeSeen, NodeSeen, Separation
from unavoce.profile.rows import ConsentRow, IdentifierRow, Place, TagRow, TraitRow
from unavoce.profile.tags import Tagged
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")


def traits_of(tx: Transaction, customers: Collection[CustomerId], keys: Sequence[str] | None) -> list[TraitRow]:
    """What counts of each trait, of all or of these keys."""
    wanted = arrays.texts(keys) if keys is not None else None
    return tx.rows(_SQL["traits_of"], TraitRow, customers=arrays.numbers(customers), keys=wanted)


def identifiers_of(tx: Transaction, customers: Collection[CustomerId]) -> list[IdentifierRow]:
    """All identifiers, surest kinds first, then the most recently met."""
    return tx.rows(_SQL["identifiers_of"], IdentifierRow, customers=arrays.numbers(customers))


def consents_of(tx: Transaction, customers: Collection[CustomerId]) -> list[ConsentRow]:
    """What counts for each channel and purpose."""
    return tx.rows(_SQL["consents_of"], ConsentRow, customers=arrays.numbers(customers))


def identifiers_like(tx: Transaction, beginning: str, most: int) -> list[CustomerId]:
    """Customers of whom an identifier begins like this."""
    return tx.values(_SQL["identifiers_like"], beginning=_like(beginning), most=most)


def names_like(tx: Transaction, beginning: str, most: int) -> list[CustomerId]:
    """Customers of whom a name begins like this, in whatever case."""
    return tx.values(_SQL["names_like"], beginning=_like(beginning.lower()), most=most)


def identifiers_being(tx: Transaction, value: str, most: int) -> list[CustomerId]:
    """Customers of whom an identifier is exactly this."""
    return tx.values(_SQL["identifiers_being"], value=value, most=most)


def names_being(tx: Transaction, value: str, most: int) -> list[CustomerId]:
    """Customers of whom a name is exactly this, in whatever case."""
    return tx.values(_SQL["names_being"], value=value.lower(), most=most)


def personal_tags(tx: Transaction) -> list[TagRow]:
    """What the brand says of names."""
    return tx.rows(_SQL["personal_tags"], TagRow)


def put_personal_tag(tx: Transaction, tagged: Tagged, by: str, at: datetime) -> None:
    """What the brand says of one name from now on."""
    said = {"what": tagged.place.value, "name": tagged.name, "tag": tagged.tag.value if tagged.tag else ""}
    tx.run(_SQL["put_personal_tag"], **said, by=by, at=at)


def _like(beginning: str) -> str:
    return beginning.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"


def everyone_latest(tx: Transaction, at: datetime, tie: int, limit: int) -> list[Place]:
    """Customers last met before this place, latest first."""
    return tx.rows(_SQL["everyone_latest"], Place, at=at, tie=tie, limit=limit)


def everyone_newest(tx: Transaction, at: datetime, tie: int, limit: int) -> list[Place]:
    """Customers first met before this place, newest first."""
    return tx.rows(_SQL["everyone_newest"], Place, at=at, tie=tie, limit=limit)


def some_latest(tx: Transaction, among: Collection[CustomerId], at: datetime, tie: int, limit: int) -> list[Place]:
    """The same among these."""
    return tx.rows(_SQL["some_latest"], Place, among=arrays.numbers(among), at=at, tie=tie, limit=limit)


def some_newest(tx: Transaction, among: Collection[CustomerId], at: datetime, tie: int, limit: int) -> list[Place]:
    """The same among these."""
    return tx.rows(_SQL["some_newest"], Place, among=arrays.numbers(among), at=at, tie=tie, limit=limit)


def graph_edges(tx: Transaction, iids: Collection[Iid], most: int) -> list[EdgeSeen]:
    """The evidence that touches these."""
    return tx.rows(_SQL["graph_edges"], EdgeSeen, iids=arrays.numbers(iids), most=most)


def graph_nodes(tx: Transaction, iids: Collection[Iid]) -> list[NodeSeen]:
    """Identifiers and whose they are."""
    return tx.rows(_SQL["graph_nodes"], NodeSeen, iids=arrays.numbers(iids))


def graph_separations(tx: Transaction, iids: Collection[Iid]) -> list[Separation]:
    """The separations in which these stand."""
    found = tx.rows(_SQL["graph_separations"], Separation, iids=arrays.numbers(iids))
    return [replace(one, identifiers=tuple(one.identifiers)) for one in found]


def trait_keys(tx: Transaction) -> list[str]:
    """Every trait anybody has."""
    return tx.values(_SQL["trait_keys"])
