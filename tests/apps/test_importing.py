"""The past comes in through the same intake as everything else, and coming in again changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest
import typer
from typer.testing import CliRunner

from tests.apps.conftest import Shop
from unavoce.apps import importing
from unavoce.apps.imports import command
from unavoce.collect import api as collect
from unavoce.collect.contract import BadRow, Catalogue, CatalogueProduct, CatalogueStore, Chunk, Options, Totals
from unavoce.commerce import api as commerce
from unavoce.runtime.clickhouse import Facts
from unavoce.segment import api as segment
from unavoce.sources.complete_journey.files import PACKAGE

needs_files = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
FIGURES = """
    SELECT
        uniqExactIf(customer_of(iid), name = 'Identify') AS customers,
        countIf(name = 'Order Completed') AS orders,
        uniqExactIf(store, name = 'Order Completed') AS stores,
        sumIf(revenue, name = 'Order Completed') AS sales_minor,
        countIf(name = 'Coupon Redeemed') AS coupon_redemptions,
        count() AS events
    FROM collect.v_event WHERE source = 'complete_journey'
"""


class Diary:
    """A history of two calls and a row that is none."""

    name = "diary"
    title = "A diary"

    def totals(self, options: Options) -> Totals:
        return Totals(2, {"pages": 2})

    def catalogue(self, options: Options) -> Catalogue:
        product = CatalogueProduct("whisk", "Matcha whisk", "TEA WARE", None, None)
        return Catalogue([product], [CatalogueStore("tainan", "Tainan")])

    def read(self, options: Options) -> Iterator[Chunk]:
        body = (
            b'{"batch":[{"type":"identify","messageId":"d1","userId":"mei","timestamp":"2016-01-01T00:00:00Z"},'
            b'{"type":"track","event":"Order Completed","messageId":"d2","userId":"mei","timestamp":'
            b'"2016-01-02T00:00:00Z","properties":{"revenue":12.5}}]}'
        )
        yield Chunk([body], 2, [BadRow("page 3", "coffee was spilt on it", '{"page": 3}')])


@contextmanager
def pumping(shop: Shop) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=shop.pump.run, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def figures(facts: Facts) -> dict[str, int]:
    return {name: values[0] for name, values in facts.tree(FIGURES).items()}


def test_a_history_is_laid_down(shop: Shop) -> None:
    with pumping(shop):
        done = importing.run(shop.door.postgres, shop.clock, Diary(), Options())
    assert (done.events, done.bad_rows, done.products_changed, done.facts) == (2, 1, 1, {"pages": 2})
    told = shop.door.facts.tree("SELECT name, at, source_kind FROM collect.v_event ORDER BY at")
    assert [str(at.date()) for at in told["at"]] == ["2016-01-01", "2016-01-02"]
    assert told["source_kind"] == ["import", "import"]
    with shop.door.postgres.transaction() as tx:
        [failed] = collect.failed_events(tx)
        assert failed.detail == "coffee was spilt on it"
        assert set(commerce.products(tx, ["whisk"])) == {"whisk"}
        assert set(commerce.stores(tx, ["tainan"])) == {"tainan"}


def test_telling_how_far_it_is(shop: Shop) -> None:
    seen: list[tuple[int, int]] = []
    with pumping(shop):
        importing.run(shop.door.postgres, shop.clock, Diary(), Options(), lambda done, of: seen.append((done, of)))
    assert seen[-1] == (2, 2)
    assert seen == sorted(seen)


@needs_files
def test_importing_again_changes_nothing(shop: Shop) -> None:
    with pumping(shop):
        first = importing.bring_in(shop.door.postgres, shop.clock, "complete-journey", {"households": 4})
        before = figures(shop.door.facts)
        assert importing.bring_in(shop.door.postgres, shop.clock, "complete-journey", {"households": 4}) is None
        again = importing.bring_in(shop.door.postgres, shop.clock, "complete-journey", {"households": 4}, again=True)
    assert first is not None
    assert again is not None
    assert first.products_changed == 92348
    assert again.products_changed == 0
    assert figures(shop.door.facts) == before
    assert before["customers"] == 4
    assert before["events"] == first.events
    found = shop.log_in().get("/api/customers", params={"q": "CJ000001"}).json()["items"]
    assert [(customer["name"], customer["orders"] > 0) for customer in found] == [("Household 1", True)]


def test_an_unknown_history_is_refused_with_what_there_is() -> None:
    with pytest.raises(importing.NoSuchHistory) as refused:
        importing.history("complete-jorney")
    assert refused.value.facts["known"] == "complete-journey"


def test_importing_into_nothing_says_what_to_start(tmp_path: object) -> None:
    app = typer.Typer()
    command.register(app)
    app.command()(lambda: None)
    answer = CliRunner().invoke(app, ["import", "complete-journey", "--data", str(tmp_path)])
    assert isinstance(answer.exception, importing.NothingRuns)
    assert "unavoce up" in str(answer.exception)


@needs_files
@pytest.mark.long
def test_the_whole_year(shop: Shop) -> None:
    """The figures a newcomer can check for herself, and two segments that must come out exactly."""
    with shop.door.postgres.transaction() as tx:
        segment.set_terms(tx, segment.Terms("America/New_York", "USD"))
    with pumping(shop):
        importing.bring_in(shop.door.postgres, shop.clock, "complete-journey", {"households": None})
    assert figures(shop.door.facts) == {
        "customers": 2469,
        "orders": 155848,
        "stores": 457,
        "sales_minor": 459603958,
        "coupon_redemptions": 2102,
        "events": 167008,
    }
    segment.publish_examples(shop.door.postgres, shop.door.facts, shop.clock.now())
    with shop.door.postgres.transaction() as tx:
        sizes = segment.sizes(tx)
    assert sizes["100-baskets-2017"] == 458
    assert sizes["over-5000-2017"] == 190
