"""What is sold and where, and how long a purchase satisfies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from unavoce.kernel.errors import BadInput, NotFound


class NoSuchProduct(NotFound):
    """There is no product of this id."""


class NoSuchStore(NotFound):
    """There is no store of this key."""


class BadCategoryRule(BadInput):
    """This is no rule for a category."""


class CategoryKind(StrEnum):
    """What buying something of a category means for the next offer."""

    DURABLE = "durable"  # nothing of the whole category for the rule's days
    REPLENISHABLE = "replenishable"  # not the same product until it is due again


@dataclass(frozen=True, slots=True)
class Product:
    """A product; its price in the currency's smallest unit, `known` false when only orders speak of it."""

    id: str
    name: str
    category: str | None = None
    brand: str | None = None
    department: str | None = None
    price_minor: int | None = None
    currency: str | None = None
    image: str | None = None
    url: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Store:
    """A store by the key that its events carry; where it is in degrees, when that is known."""

    key: str
    name: str
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Exposures:
    """Where products were shown: one entry in each list per product, store and week (its Monday).

    Facts about a store, not about a person: whoever went in may have seen them.
    """

    stores: Sequence[str]
    weeks: Sequence[date]
    products: Sequence[str]
    displays: Sequence[str]
    mailers: Sequence[str]


@dataclass(frozen=True, slots=True)
class ExposureTotals:
    """How much is known of where products were shown."""

    facts: int
    stores: int
    weeks: int
    products: int


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How long a purchase of this category satisfies, in days."""

    category: str
    kind: CategoryKind
    days: int
