"""A year of real baskets, read from its files: what it says, and what it says when the files are not right."""

import json
import shutil
from collections import Counter
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from unavoce.collect.contract import Chunk, HistoryBroken, HistoryMissing, Options
from unavoce.kernel.errors import BadInput
from unavoce.sources.complete_journey.adapter import CompleteJourney
from unavoce.sources.complete_journey.files import PACKAGE

needs_files = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
pytestmark = needs_files
NEW_YORK = ZoneInfo("America/New_York")


def calls_of(chunks: list[Chunk]) -> list[dict]:
    return [call for chunk in chunks for body in chunk.bodies for call in json.loads(body)["batch"]]


@pytest.fixture(scope="module")
def year() -> list[dict]:
    return calls_of(list(CompleteJourney().read(Options())))


def test_the_facts_of_the_year() -> None:
    assert CompleteJourney().totals(Options()).facts == {
        "households": 2469,
        "orders": 155848,
        "lines": 1469307,
        "campaigns_received": 6589,
        "coupon_redemptions": 2102,
        "lines_of_unknown_products": 4836,
        "lines_with_quantity_0": 8869,
    }


def test_every_fact_becomes_one_event(year: list[dict]) -> None:
    assert Counter(call.get("event", call["type"]) for call in year) == {
        "identify": 2469,
        "Order Completed": 155848,
        "Campaign Received": 6589,
        "Coupon Redeemed": 2102,
    }
    assert len({call["messageId"] for call in year}) == len(year) == CompleteJourney().totals(Options()).events


def test_revenue_is_exact_to_the_cent(year: list[dict]) -> None:
    orders = [call["properties"] for call in year if call.get("event") == "Order Completed"]
    revenue = [Decimal(str(order["revenue"])) for order in orders]
    assert sum(revenue) == Decimal("4596039.58")
    assert all(amount.as_tuple().exponent >= -2 for amount in revenue)
    for order in orders[::500]:
        assert sum(Decimal(str(line["value"])) for line in order["products"]) == Decimal(str(order["revenue"]))


def test_oddities_come_in_as_they_are(year: list[dict]) -> None:
    orders = [call["properties"] for call in year if call.get("event") == "Order Completed"]
    lines = [line for order in orders for line in order["products"]]
    assert sum(line["quantity"] == 0 for line in lines) == 8869
    assert max(line["quantity"] for line in lines) == 89638
    assert len({order["store_id"] for order in orders}) == 457
    assert max(len(json.dumps(call)) for call in year) < 128 * 1024
    assert sum(bool(order["coupons"]) for order in orders) > 0


def test_sales_are_in_utc_and_redemptions_on_their_local_day(year: list[dict]) -> None:
    first = next(call for call in year if call["messageId"] == "cj:order:31198570044")
    assert first["timestamp"] == "2017-01-01T11:53:26Z"
    for call in year:
        if call.get("event") == "Coupon Redeemed":
            at = datetime.fromisoformat(call["timestamp"]).astimezone(NEW_YORK)
            assert at.date().isoformat() == call["properties"]["redeemed_on"]


def test_a_household_tells_what_it_told_and_nothing_else(year: list[dict]) -> None:
    traits = {call["userId"]: call["traits"] for call in year if call["type"] == "identify"}
    assert traits["hh-1"] == {
        "age": "65+",
        "home_ownership": "Homeowner",
        "household_comp": "2 Adults No Kids",
        "household_size": "2",
        "income": "35-49K",
        "kids_count": "0",
        "loyalty_card": "CJ000001",
        "marital_status": "Married",
        "name": "Household 1",
    }
    assert None not in {value for told in traits.values() for value in told.values()}
    assert sum("age" in told for told in traits.values()) == 801


def test_a_quick_look_is_the_beginning_of_the_whole(year: list[dict]) -> None:
    few = calls_of(list(CompleteJourney().read(Options(households=3))))
    assert few == year[: len(few)]
    assert {call["userId"] for call in few} == {"hh-1", "hh-2", "hh-3"}
    assert CompleteJourney().totals(Options(households=3)).events == len(few)


def test_reading_again_gives_the_same_bytes() -> None:
    first, second = (
        [body for chunk in CompleteJourney().read(Options(households=5)) for body in chunk.bodies] for _ in range(2)
    )
    assert first == second


def test_the_catalogue_has_all_products_and_the_unknown_ones() -> None:
    catalogue = CompleteJourney().catalogue(Options())
    assert Counter(product.known for product in catalogue.products) == {True: 92331, False: 17}
    assert len(catalogue.stores) == 457


def test_no_household_is_no_wish() -> None:
    with pytest.raises(BadInput, match="households"):
        list(CompleteJourney().read(Options(households=0)))


# Files that are not right.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small copy of the files: two households."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    data = Path(spec.submodule_search_locations[0]) / "data"
    for name in ("campaigns", "campaign_descriptions", "coupon_redemptions", "demographics", "products"):
        shutil.copy(data / f"{name}.parquet", tmp_path)
    lines = pl.scan_parquet(data / "transactions.parquet").filter(pl.col("household_id") <= 2).collect()
    lines.write_parquet(tmp_path / "transactions.parquet")
    return tmp_path


def test_a_row_that_fails_is_set_aside_and_the_rest_goes_in(folder: Path) -> None:
    file = folder / "transactions.parquet"
    sound = sum(chunk.events for chunk in CompleteJourney(folder).read(Options()))
    broken = pl.read_parquet(file).with_columns(
        pl.when(pl.int_range(pl.len()) == 4).then(None).otherwise(pl.col("sales_value")).alias("sales_value")
    )
    broken.write_parquet(file)
    bad, *chunks = CompleteJourney(folder).read(Options())
    assert [(row.place, row.reason) for row in bad.bad] == [
        ("transactions, row 5", "a basket line without its key, value or time")
    ]
    assert json.loads(bad.bad[0].content)["sales_value"] is None
    assert sound - 1 <= sum(chunk.events for chunk in chunks) <= sound


def test_a_missing_file_is_named_with_the_remedy(folder: Path) -> None:
    (folder / "products.parquet").unlink()
    with pytest.raises(HistoryMissing) as refused:
        list(CompleteJourney(folder).read(Options()))
    assert refused.value.facts["file"] == str(folder / "products.parquet")
    assert "unavoce[demo]" in str(refused.value.facts["remedy"])


def test_a_missing_column_is_named(folder: Path) -> None:
    file = folder / "transactions.parquet"
    pl.read_parquet(file).drop("sales_value").write_parquet(file)
    with pytest.raises(HistoryBroken) as refused:
        list(CompleteJourney(folder).read(Options()))
    assert refused.value.facts["missing_columns"] == "sales_value"


def test_a_file_that_is_something_else_is_named(folder: Path) -> None:
    (folder / "transactions.parquet").write_text("not a parquet file")
    with pytest.raises(HistoryBroken) as refused:
        CompleteJourney(folder).totals(Options())
    assert refused.value.facts["file"] == str(folder / "transactions.parquet")
