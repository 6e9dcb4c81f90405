"""What the stores displayed and the mailers showed, in words and by the Monday of the week.

The letters are explained in dunnhumby's guide to The Complete Journey. Its weeks run from Monday to Sunday; week 1
holds only Sunday, 1 January 2017, as the baskets of the same data show.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from unavoce.collect.contract import Shown
from unavoce.sources.complete_journey.files import Files

ROWS_AT_ONCE = 200_000
_FIRST_MONDAY = date(2016, 12, 26)
_DISPLAYS = {
    "0": "none", "1": "store_front", "2": "store_rear", "3": "front_end_cap", "4": "mid_aisle_end_cap",
    "5": "rear_end_cap", "6": "side_aisle_end_cap", "7": "in_aisle", "9": "secondary_location", "A": "in_shelf",
}  # fmt: skip
_MAILERS = {
    "0": "none", "A": "interior_page_feature", "C": "interior_page_line_item", "D": "front_page_feature",
    "F": "back_page_feature", "H": "wrap_front_feature", "J": "wrap_interior_coupon", "L": "wrap_back_feature",
    "P": "interior_page_coupon", "X": "free_on_interior_page", "Z": "free_on_front_back_or_wrap",
}  # fmt: skip


def shown(files: Files) -> Iterator[Shown]:
    """All of it, in batches that are always the same."""
    week = pl.lit(_FIRST_MONDAY) + pl.duration(days=(pl.col("week") - 1) * 7)
    for rows in files.promotions(ROWS_AT_ONCE):
        told = rows.select(
            pl.col("store_id").cast(pl.String),
            week.cast(pl.Date).alias("week"),
            pl.col("product_id").cast(pl.String),
            pl.col("display_location").replace(_DISPLAYS),
            pl.col("mailer_location").replace(_MAILERS),
        )
        yield Shown(*(column.to_list() for column in told.get_columns()))
