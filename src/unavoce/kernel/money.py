"""Money is a whole number of the currency's smallest unit."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from unavoce.kernel.errors import BadInput, Conflict

# ISO 4217 currencies whose smallest unit is not a hundredth. Retail prices of TWD are whole dollars,
# but ISO 4217 gives it two places and so do its payment providers; it stays with the rule.
_PLACES = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0,
    "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0,
    "XOF": 0, "XPF": 0,
}  # fmt: skip


# No amount has more digits than this before its point, and a bigint would not hold it in minor units.
_LARGEST_POWER = 15


class MixedCurrencies(Conflict):
    """Two currencies cannot be added up."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the smallest unit of its currency: `Money(1999, "USD")` is $19.99."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise MixedCurrencies(one=self.currency, other=other.currency)
        return Money(self.minor + other.minor, self.currency)

    @property
    def major(self) -> Decimal:
        """The amount as people write it."""
        return Decimal(self.minor).scaleb(-places(self.currency))

    def __str__(self) -> str:
        return f"{self.major:.{places(self.currency)}f} {self.currency}"


def places(currency: str) -> int:
    """How many decimals the currency has (ISO 4217)."""
    return _PLACES.get(currency.upper(), 2)


def minor_of(amount: Decimal | float | int | str, currency: str) -> int:
    """The amount in the currency's smallest unit, exact; a float counts as what it prints as."""
    try:
        exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
        if exact.adjusted() > _LARGEST_POWER:
            raise ValueError(amount)
        return int(exact.scaleb(places(currency)).to_integral_value(rounding=ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError):
        raise BadInput(field="amount", value=str(amount), expected="a number, like 19.99") from None
