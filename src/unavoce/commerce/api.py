"""The front door: the catalogue, the stores, and how long a purchase of a category satisfies."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from unavoce.commerce import store
from unavoce.commerce.model import (
    BadCategoryRule,
    CategoryKind,
    CategoryRule,
    Exposures,
    ExposureTotals,
    NoSuchProduct,
    NoSuchStore,
    Product,
    Store,
)
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.listing import Ask, Page
from unavoce.runtime.postgres import Transaction

__all__ = [
    "BadCategoryRule",
    "CategoryKind",
    "CategoryRule",
    "ExposureTotals",
    "Exposures",
    "NoSuchProduct",
    "NoSuchStore",
    "Product",
    "Store",
    "category_rules",
    "drop_category_rule",
    "exposure_totals",
    "place_store",
    "product",
    "product_page",
    "products",
    "put_category_rules",
    "put_exposures",
    "put_products",
    "put_stores",
    "store_page",
    "stores",
]

# One statement of so many rows stays under a few megabytes.
_AT_ONCE = 5_000
_LONGEST_DAYS = 36_500


def put_exposures(facts: Facts, source: str, exposures: Exposures, *, batch: int) -> None:
    """Keep where products were shown; the same batch again, and the same fact again, change nothing."""
    store.put_exposures(facts, source, exposures, batch=batch)


def exposure_totals(facts: Facts, source: str) -> ExposureTotals:
    """How much a source has told of where products were shown."""
    return store.exposure_totals(facts, source)


def put_products(tx: Transaction, products: Iterable[Product], now: datetime) -> int:
    """Add products or bring them up to date by their ids; returns how many changed.

    A product that only orders speak of (`known` false) never overwrites one of the catalogue.
    """
    newest = {product.id: product for product in products}
    return sum(store.put_products(tx, some, now) for some in _some(list(newest.values())))


def products(tx: Transaction, ids: Iterable[str]) -> dict[str, Product]:
    """These products by id; an id without a product is absent."""
    return {found.id: found for found in store.products(tx, sorted(set(ids)))}


def product(tx: Transaction, product_id: str) -> Product:
    """One product, or NoSuchProduct."""
    found = store.products(tx, [product_id])
    if not found:
        raise NoSuchProduct(id=product_id)
    return found[0]


def product_page(tx: Transaction, ask: Ask) -> Page[Product]:
    """Some of all products, as asked for."""
    return store.product_page(tx, ask)


def put_stores(tx: Transaction, stores: Iterable[Store], now: datetime) -> int:
    """Add stores or bring them up to date by their keys; returns how many changed."""
    newest = {one.key: one for one in stores}
    return store.put_stores(tx, list(newest.values()), now)


def place_store(tx: Transaction, key: str, latitude: float, longitude: float, now: datetime) -> Store:
    """Say where a store is, in degrees; customers near it can then be asked for. NoSuchStore when there is none."""
    found = store.place_store(tx, key, latitude, longitude, now)
    if found is None:
        raise NoSuchStore(key=key)
    return found


def stores(tx: Transaction, keys: Iterable[str]) -> dict[str, Store]:
    """These stores by key; a key without a store is absent."""
    return {found.key: found for found in store.stores(tx, sorted(set(keys)))}


def store_page(tx: Transaction, ask: Ask, among: frozenset[str] | None = None) -> Page[Store]:
    """Some of the stores; with `among`, of those alone."""
    return store.store_page(tx, ask, None if among is None else sorted(among))


def category_rules(tx: Transaction) -> dict[str, CategoryRule]:
    """Every rule by its category. A category without a rule is for whoever decides to judge."""
    return {rule.category: rule for rule in store.category_rules(tx)}


def put_category_rules(tx: Transaction, rules: Iterable[CategoryRule], now: datetime) -> int:
    """Add rules or bring them up to date; returns how many changed. BadCategoryRule names what cannot be used."""
    newest = {rule.category: rule for rule in rules}
    for rule in newest.values():
        if not rule.category.strip():
            raise BadCategoryRule(field="category", value=rule.category, expected="a category")
        if not 1 <= rule.days <= _LONGEST_DAYS:
            raise BadCategoryRule(field="days", value=rule.days, expected=f"1 to {_LONGEST_DAYS}")
    return store.put_category_rules(tx, list(newest.values()), now)


def drop_category_rule(tx: Transaction, category: str) -> bool:
    """Make a category like any other again; says whether it had a rule."""
    return store.drop_category_rule(tx, category)


def _some(products: Sequence[Product]) -> Iterator[Sequence[Product]]:
    return (products[start : start + _AT_ONCE] for start in range(0, len(products), _AT_ONCE))
