"""The catalogue keeps what it is told, and says what it has."""

import pytest

from unavoce.commerce import api
from unavoce.commerce.api import CategoryKind, CategoryRule, Product, Store
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.listing import Ask
from unavoce.runtime.postgres import Transaction

WHISK = Product("whisk", "Matcha whisk", "Kitchenware", "Chasen", "Tea", 129900, "TWD")


def test_putting_the_same_again_changes_nothing(tx: Transaction, clock: FixedClock) -> None:
    tea = Product("tea", "Sencha", "Tea")
    assert api.put_products(tx, [WHISK, tea], clock.now()) == 2
    assert api.put_products(tx, [WHISK, tea], clock.now()) == 0
    assert api.products(tx, ["whisk", "gone"]) == {"whisk": WHISK}


def test_hearsay_never_overwrites_the_catalogue(tx: Transaction, clock: FixedClock) -> None:
    api.put_products(tx, [WHISK], clock.now())
    assert api.put_products(tx, [Product("whisk", "Product whisk", known=False)], clock.now()) == 0
    assert api.product(tx, "whisk") == WHISK


def test_what_was_hearsay_becomes_known(tx: Transaction, clock: FixedClock) -> None:
    api.put_products(tx, [Product("whisk", "Product whisk", known=False)], clock.now())
    api.put_products(tx, [WHISK], clock.now())
    assert api.product(tx, "whisk") == WHISK


def test_a_missing_product_is_named(tx: Transaction) -> None:
    with pytest.raises(api.NoSuchProduct) as refused:
        api.product(tx, "gone")
    assert refused.value.facts == {"id": "gone"}


def test_products_are_paged_by_name(tx: Transaction, clock: FixedClock) -> None:
    api.put_products(tx, [Product(f"p{n}", f"Name {9 - n}") for n in range(5)], clock.now())
    first = api.product_page(tx, Ask(limit=3))
    second = api.product_page(tx, Ask(limit=3, cursor=first.next))
    assert [one.name for one in (*first.items, *second.items)] == [f"Name {n}" for n in range(5, 10)]
    assert second.next is None


def test_a_store_manager_sees_her_stores(tx: Transaction, clock: FixedClock) -> None:
    api.put_stores(tx, [Store("330", "Store 330"), Store("406", "Store 406", "north")], clock.now())
    assert [one.key for one in api.store_page(tx, Ask(), frozenset({"406"})).items] == ["406"]
    assert [one.key for one in api.store_page(tx, Ask(), frozenset()).items] == []
    assert [one.key for one in api.store_page(tx, Ask()).items] == ["330", "406"]


def test_a_category_is_durable_until_somebody_says_otherwise(tx: Transaction, clock: FixedClock) -> None:
    rule = CategoryRule("Kitchenware", CategoryKind.DURABLE, 180)
    api.put_category_rules(tx, [rule], clock.now())
    assert api.category_rules(tx) == {"Kitchenware": rule}
    assert api.drop_category_rule(tx, "Kitchenware")
    assert api.category_rules(tx) == {}


@pytest.mark.parametrize(("category", "days", "field"), [(" ", 3, "category"), ("Tea", 0, "days")])
def test_a_senseless_rule_is_refused(tx: Transaction, clock: FixedClock, category: str, days: int, field: str) -> None:
    with pytest.raises(api.BadCategoryRule) as refused:
        api.put_category_rules(tx, [CategoryRule(category, CategoryKind.DURABLE, days)], clock.now())
    assert refused.value.facts["field"] == field
