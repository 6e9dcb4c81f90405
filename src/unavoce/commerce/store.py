"""The tables of commerce."""

from collections.abc import Sequence
from datetime import datetime

from unavoce.commerce.model import CategoryKind, CategoryRule, Exposures, ExposureTotals, Product, Store
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.listing import Ask, Kind, Listing, Page
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")
_EXPOSURE = "commerce.exposure"
_EXPOSURE_COLUMNS = ("source", "store", "week", "product_id", "display", "mailer")

_PRODUCTS = Listing(
    base=_SQL["product_list"],
    into=Product,
    fields={
        "id": Kind.TEXT, "name": Kind.TEXT, "category": Kind.TEXT, "brand": Kind.TEXT, "department": Kind.TEXT,
        "known": Kind.FLAG, "price_minor": Kind.WHOLE,
    },
    key="id",
    sort="name",
)  # fmt: skip
_STORES = Listing(
    base=_SQL["store_list"],
    into=Store,
    fields={"key": Kind.TEXT, "name": Kind.TEXT, "region": Kind.TEXT},
    key="key",
    sort="name",
)


def put_exposures(facts: Facts, source: str, exposures: Exposures, *, batch: int) -> None:
    """Append where products were shown; a batch that comes again is dropped by its token."""
    data = [
        [source] * len(exposures.stores), exposures.stores, exposures.weeks, exposures.products, exposures.displays,
        exposures.mailers,
    ]  # fmt: skip
    facts.insert(_EXPOSURE, _EXPOSURE_COLUMNS, data, token=f"{source}:{batch}:{_EXPOSURE}")


def exposure_totals(facts: Facts, source: str) -> ExposureTotals:
    """How much a source has told."""
    [found] = facts.rows(_FACTS["exposures"], ExposureTotals, source=source)
    return found


def put_products(tx: Transaction, products: Sequence[Product], now: datetime) -> int:
    """Add or renew products; returns how many changed."""
    return tx.run(
        _SQL["put_products"],
        now=now,
        ids=[one.id for one in products],
        names=[one.name for one in products],
        categories=[one.category for one in products],
        brands=[one.brand for one in products],
        departments=[one.department for one in products],
        prices=[one.price_minor for one in products],
        currencies=[one.currency for one in products],
        images=[one.image for one in products],
        urls=[one.url for one in products],
        known=[one.known for one in products],
    )


def products(tx: Transaction, ids: Sequence[str]) -> list[Product]:
    """These products."""
    return tx.rows(_SQL["products"], Product, ids=list(ids))


def product_page(tx: Transaction, ask: Ask) -> Page[Product]:
    """Some of all products."""
    return _PRODUCTS.page(tx, ask)


def put_stores(tx: Transaction, stores: Sequence[Store], now: datetime) -> int:
    """Add or renew stores; returns how many changed."""
    return tx.run(
        _SQL["put_stores"],
        now=now,
        keys=[one.key for one in stores],
        names=[one.name for one in stores],
        regions=[one.region for one in stores],
        latitudes=[one.latitude for one in stores],
        longitudes=[one.longitude for one in stores],
    )


def place_store(tx: Transaction, key: str, latitude: float, longitude: float, now: datetime) -> Store | None:
    """Say where a store is; None when there is no such store."""
    return tx.first(_SQL["place_store"], Store, key=key, latitude=latitude, longitude=longitude, now=now)


def stores(tx: Transaction, keys: Sequence[str]) -> list[Store]:
    """These stores."""
    return tx.rows(_SQL["stores"], Store, keys=list(keys))


def store_page(tx: Transaction, ask: Ask, among: Sequence[str] | None) -> Page[Store]:
    """Some of the stores, of those among the given keys when there are such."""
    return _STORES.page(tx, ask, stores=None if among is None else list(among))


def category_rules(tx: Transaction) -> list[CategoryRule]:
    """Every rule by its category."""
    rows = tx.rows(_SQL["category_rules"], CategoryRule)
    return [CategoryRule(row.category, CategoryKind(row.kind), row.days) for row in rows]


def put_category_rules(tx: Transaction, rules: Sequence[CategoryRule], now: datetime) -> int:
    """Add or renew rules; returns how many changed."""
    return tx.run(
        _SQL["put_category_rules"],
        now=now,
        categories=[rule.category for rule in rules],
        kinds=[str(rule.kind) for rule in rules],
        days=[rule.days for rule in rules],
    )


def drop_category_rule(tx: Transaction, category: str) -> bool:
    """Take a rule away; says whether there was one."""
    return tx.run(_SQL["drop_category_rule"], category=category) > 0
