"""The brand this deployment belongs to, as the processes and screens need it."""

from __future__ import annotations

from dataclasses import dataclass

from unavoce.apps.pump import Brand as Pumping
from unavoce.content import api as content
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.settings import brand_key, setting

REGION = "region"
"""The setting under which the region of phones without a country code is kept, like "TW"."""
DEFAULT_REGION = "TW"


@dataclass(frozen=True, slots=True)
class Brand:
    """Names, zone, currency and languages of the brand, and what identifiers are read with."""

    name: str
    zone: str
    currency: str
    languages: tuple[str, ...]
    pumping: Pumping


def brand_of(tx: Transaction) -> Brand:
    """The brand of this database."""
    kit = content.brand(tx)
    return Brand(
        name=kit.name,
        zone=kit.zone,
        currency=kit.currency,
        languages=("en", "zh-Hans", "zh-Hant"),
        pumping=Pumping(brand_key(tx), str(setting(tx, REGION) or DEFAULT_REGION)),
    )
