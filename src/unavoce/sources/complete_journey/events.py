"""Rows of the Parquet files become Segment calls, column by column: a year of baskets in about two seconds.

Every frame that is made here has the same four columns: `household_id`, `at` (UTC), `message_id` and `call` (JSON).
"""

import orjson
import polars as pl

from unavoce.sources.complete_journey.files import Files

ZONE = "America/New_York"
CURRENCY = "USD"
CARD_DIGITS = 6

_SHAPE = ("household_id", "at", "message_id", "call")
# The cards were there before the year began, the campaigns of 2016 apart: its first moment in the brand's zone.
_ENROLLED_AT = pl.datetime(2017, 1, 1, time_zone=ZONE).dt.convert_time_zone("UTC")
# A day without an hour is put at noon, so that it stays that day whichever way clocks are changed.
_NOON = pl.duration(hours=12)


def user_id() -> pl.Expr:
    """The household's `user_id`, like `hh-900`."""
    return pl.format("hh-{}", pl.col("household_id"))


def households(files: Files) -> pl.DataFrame:
    """An `identify` per household, with its card and what it told about itself."""
    told = (
        files.transactions().select("household_id").unique().join(files.demographics(), on="household_id", how="left")
    )
    card = pl.format("CJ{}", pl.col("household_id").cast(pl.String).str.zfill(CARD_DIGITS))
    rows = told.sort("household_id").with_columns(
        user_id().alias("user_id"),
        card.alias("loyalty_card"),
        pl.format("Household {}", pl.col("household_id")).alias("name"),
        pl.format("cj:household:{}", pl.col("household_id")).alias("message_id"),
        _ENROLLED_AT.alias("at"),
    )
    return rows.collect().with_columns(
        pl.struct(pl.exclude("at"), _instant("at").alias("at"))
        .map_elements(_identify, return_dtype=pl.String)
        .alias("call")
    )[_SHAPE]


def orders(files: Files, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """An `Order Completed` per basket of the wanted households.

    What it is worth is the sum of `sales_value`, never price times quantity.
    """
    lines = (
        sound_lines(files)
        .join(wanted, on="household_id", how="semi")
        .join(
            files.products().select("product_id", "product_category"),
            on="product_id",
            how="left",
            maintain_order="left",
        )
    )
    baskets = (
        lines.sort("household_id", "transaction_timestamp", "basket_id", "product_id")
        .group_by("household_id", "basket_id", maintain_order=True)
        .agg(
            pl.col("transaction_timestamp").first().dt.replace_time_zone("UTC").alias("at"),
            pl.col("store_id").first().cast(pl.String),
            _dollars(_cents("sales_value").sum()).alias("revenue"),
            _dollars(_cents("retail_disc").sum()).alias("discount"),
            _line().alias("products"),
            _coupon().filter(_has_coupon()).alias("coupons"),
        )
    )
    properties = pl.struct(
        pl.col("basket_id").cast(pl.String).alias("order_id"),
        "revenue",
        pl.lit(CURRENCY).alias("currency"),
        "store_id",
        pl.lit("store").alias("channel"),
        "discount",
        "products",
        "coupons",
    )
    return _track(baskets, "Order Completed", pl.format("cj:order:{}", pl.col("basket_id")), properties)


def campaigns(files: Files) -> pl.LazyFrame:
    """A `Campaign Received` per campaign and household it was sent to, on the campaign's first day."""
    sent = files.campaigns().with_columns(_local_noon("start_date").alias("at"))
    properties = pl.struct(
        _key("campaign_id"),
        pl.col("campaign_type"),
        _day("start_date").alias("starts_on"),
        _day("end_date").alias("ends_on"),
        pl.lit("direct_mail").alias("channel"),
    )
    message_id = pl.format("cj:campaign:{}:{}", pl.col("campaign_id"), pl.col("household_id"))
    return _track(sent, "Campaign Received", message_id, properties)


def redemptions(files: Files) -> pl.LazyFrame:
    """A `Coupon Redeemed` per redemption, on its day in the brand's zone."""
    redeemed = files.redemptions().with_columns(_local_noon("redemption_date").alias("at"))
    properties = pl.struct(
        pl.col("coupon_upc").cast(pl.String).alias("coupon_id"),
        _key("campaign_id"),
        _day("redemption_date").alias("redeemed_on"),
        pl.lit("store").alias("channel"),
    )
    message_id = pl.format(
        "cj:redemption:{}:{}:{}:{}",
        pl.col("campaign_id"),
        pl.col("coupon_upc"),
        pl.col("household_id"),
        _day("redemption_date"),
    )
    return _track(redeemed, "Coupon Redeemed", message_id, properties)


_NEEDED = ("household_id", "store_id", "basket_id", "product_id", "sales_value", "transaction_timestamp")


def sound_lines(files: Files) -> pl.LazyFrame:
    """The basket lines that have everything an order needs."""
    return files.transactions().filter(pl.all_horizontal(pl.col(*_NEEDED).is_not_null()))


def unsound_lines(files: Files) -> pl.DataFrame:
    """The other ones, with their row number from 1 as `line` and themselves as JSON as `content`."""
    rows = files.transactions().with_row_index("line", offset=1)
    return (
        rows.filter(pl.any_horizontal(pl.col(*_NEEDED).is_null()))
        .with_columns(pl.col("transaction_timestamp").cast(pl.String))
        .select("line", pl.struct(pl.exclude("line")).struct.json_encode().alias("content"))
        .collect()
    )


def _identify(row: dict[str, object]) -> str:
    at, message_id, user = row.pop("at"), row.pop("message_id"), row.pop("user_id")
    row.pop("household_id")
    traits = {name: told for name, told in sorted(row.items()) if told is not None}
    call = {"type": "identify", "messageId": message_id, "userId": user, "timestamp": at, "traits": traits}
    return orjson.dumps(call).decode()


def _track(rows: pl.LazyFrame, event: str, message_id: pl.Expr, properties: pl.Expr) -> pl.LazyFrame:
    call = pl.struct(
        pl.lit("track").alias("type"),
        message_id.alias("messageId"),
        user_id().alias("userId"),
        pl.lit(event).alias("event"),
        _instant("at").alias("timestamp"),
        properties.alias("properties"),
    )
    at = pl.col("at").dt.cast_time_unit("us")
    return rows.select("household_id", at, message_id.alias("message_id"), call.struct.json_encode().alias("call"))


def _line() -> pl.Expr:
    value = _dollars(_cents("sales_value")).alias("value")
    return pl.struct(_key("product_id"), pl.col("product_category").alias("category"), pl.col("quantity"), value)


def _coupon() -> pl.Expr:
    given = _dollars(_cents("coupon_disc")).alias("discount")
    return pl.struct(_key("product_id"), given, _dollars(_cents("coupon_match_disc")).alias("matched"))


def _has_coupon() -> pl.Expr:
    return (pl.col("coupon_disc") > 0) | (pl.col("coupon_match_disc") > 0)


def _cents(column: str) -> pl.Expr:
    return (pl.col(column) * 100).round().cast(pl.Int64)


def _dollars(cents: pl.Expr) -> pl.Expr:
    """Exact: reading the decimal text gives the nearest float, where dividing by a hundred gives 2.5500000000000003."""
    return pl.format("{}.{}", cents // 100, (cents % 100).cast(pl.String).str.zfill(2)).cast(pl.Float64)


def _key(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m-%d")


def _local_noon(column: str) -> pl.Expr:
    return (pl.col(column) + _NOON).dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")


def _instant(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
