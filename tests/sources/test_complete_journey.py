"""A year of real baskets, read from its files: what it says, and what it says when the files are not right."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pytest

from unavoce.collect.contract import Chunk, HistoryBroken, HistoryMissing, Options
from unavoce.kernel.errors import BadInput
from unavoce.sources.complete_journey.adapter import CompleteJourney
from unavoce.sources.complete_journey.files import PACKAGE

needs_files = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
pytestmark = needs_files
NEW_YORK = ZoneInfo("America/New_York")


def calls_of(chunks: Iterable[Chunk]) -> Iterator[dict]:
    return (call for chunk in chunks for body in chunk.bodies for call in orjson.loads(body)["batch"])


@dataclass
class Year:
    """What was seen while reading the year once; keeping all of it would take gigabytes."""

    kinds: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    traits: dict[str, dict] = field(default_factory=dict)
    redeemed: list[tuple[str, str]] = field(default_factory=list)
    first: list[dict] = field(default_factory=list)
    cents: int = 0
    inexact: int = 0
    with_coupons: int = 0
    quantity_0: int = 0
    largest_quantity: int = 0
    largest_call: int = 0
    first_sale_at: str = ""

    def sees(self, call: dict) -> None:
        self.kinds[call.get("event", call["type"])] += 1
        self.ids.add(call["messageId"])
        if call["userId"] in ("hh-1", "hh-2", "hh-3"):
            self.first.append(call)
        if call["type"] == "identify":
            self.traits[call["userId"]] = call["traits"]
        elif call["event"] == "Coupon Redeemed":
            self.redeemed.append((call["timestamp"], call["properties"]["redeemed_on"]))
        elif call["event"] == "Order Completed":
            self.sees_order(call, call["properties"])

    def sees_order(self, call: dict, order: dict) -> None:
        cents = [Decimal(str(line["value"])) * 100 for line in order["products"]]
        self.cents += int(sum(cents))
        self.inexact += sum(cents) != Decimal(str(order["revenue"])) * 100 or any(one % 1 for one in cents)
        self.stores.add(order["store_id"])
        self.with_coupons += bool(order["coupons"])
        quantities = [line["quantity"] for line in order["products"]]
        self.quantity_0 += quantities.count(0)
        self.largest_quantity = max(self.largest_quantity, *quantities)
        self.largest_call = max(self.largest_call, len(orjson.dumps(call)))
        if call["messageId"] == "cj:order:31198570044":
            self.first_sale_at = call["timestamp"]


@pytest.fixture(scope="module")
def year() -> Year:
    seen = Year()
    for call in calls_of(CompleteJourney().read(Options())):
        seen.sees(call)
    return seen


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


def test_every_fact_becomes_one_event(year: Year) -> None:
    assert year.kinds == {
        "identify": 2469,
        "Order Completed": 155848,
        "Campaign Received": 6589,
        "Coupon Redeemed": 2102,
    }
    assert len(year.ids) == year.kinds.total() == CompleteJourney().totals(Options()).events


def test_revenue_is_exact_to_the_cent(year: Year) -> None:
    assert year.cents == 459603958
    assert year.inexact == 0


def test_oddities_come_in_as_they_are(year: Year) -> None:
    assert year.quantity_0 == 8869
    assert year.largest_quantity == 89638
    assert len(year.stores) == 457
    assert year.largest_call < 128 * 1024
    assert year.with_coupons > 0


def test_sales_are_in_utc_and_redemptions_on_their_local_day(year: Year) -> None:
    assert year.first_sale_at == "2017-01-01T11:53:26Z"
    assert all(datetime.fromisoformat(at).astimezone(NEW_YORK).date().isoformat() == day for at, day in year.redeemed)


def test_a_household_tells_what_it_told_and_nothing_else(year: Year) -> None:
    assert year.traits["hh-1"] == {
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
    assert None not in {value for told in year.traits.values() for value in told.values()}
    assert sum("age" in told for told in year.traits.values()) == 801


def test_a_quick_look_is_the_beginning_of_the_whole(year: Year) -> None:
    few = list(calls_of(CompleteJourney().read(Options(households=3))))
    assert few == year.first
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
