"""Which reader a column's values are given to."""

from __future__ import annotations

from unavoce.sources.files import days, repairs
from unavoce.sources.files.mapping import As, Target, read_as
from unavoce.sources.files.repairs import Reader, Rules

_KEYS = ("property.order_id", "property.coupon_id", "line.product_id")


def reader_of(target: Target, rules: Rules) -> Reader:
    """What reads the values of a column that means this."""
    if target.to == "identifier.email":
        return repairs.email
    if target.to == "identifier.phone":
        return lambda text: repairs.phone(text, rules.region)
    if target.kind == "identifier" or target.to in _KEYS:
        return repairs.key
    plain: dict[As, Reader] = {
        As.TEXT: repairs.narrowed,
        As.NUMBER: repairs.number,
        As.DAY: lambda text: days.day(text, rules),
        As.MOMENT: lambda text: days.moment(text, rules),
        As.FLAG: lambda text: repairs.flag(text, target.yes, target.no),
        As.GENDER: repairs.gender,
        As.WORDS: repairs.words,
    }
    return plain[read_as(target)]
