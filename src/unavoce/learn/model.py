"""Values of measurement: what an arm did, what a comparison says, what a day brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from unavoce.kernel.errors import BadInput, Forbidden


class BadPeriod(BadInput):
    """The period is not a range of days: give `from` and `to` as YYYY-MM-DD, `to` not before `from`."""


class OfTheWholeBrand(Forbidden):
    """These figures are the whole brand's; people of single stores find theirs in the overview."""


class Verdict(StrEnum):
    """What a comparison with the holdout allows us to say."""

    YES = "yes"
    NO = "no"
    CANNOT_SAY_YET = "cannot_say_yet"


@dataclass(frozen=True, slots=True)
class Arm:
    """The moments of one metric in one arm: customers, sum and sum of squares of their values."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean value per customer, 0 for an empty arm."""
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """The unbiased sample variance per customer, 0 for fewer than two customers."""
        if self.n < 2:
            return 0.0
        return max(0.0, (self.squares - self.n * self.mean**2) / (self.n - 1))


@dataclass(frozen=True, slots=True)
class Lift:
    """The holdout's verdict on a program.

    `difference` is absolute (treated mean minus holdout mean) with its 95 % interval `difference_low..high`
    and two-sided `p_value`; `relative` is difference / holdout mean with Fieller's interval `low..high`,
    absent while it is unbounded; `needs_more` is how many more customers per arm would be needed to tell.
    """

    difference: float
    difference_low: float | None
    difference_high: float | None
    p_value: float | None
    relative: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    needs_more: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a period brought, over all its days; money in minor units."""

    sales_minor: int
    customers: int
    orders: int
    messages: int
    opt_outs: int


@dataclass(frozen=True, slots=True)
class Day:
    """What one calendar day in the brand's zone brought on one channel; money in minor units."""

    day: date
    channel: str
    sales_minor: int
    customers: int
    orders: int
    messages: int
    opt_outs: int


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of UTC time `[since, until)`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Imported:
    """What one source has brought in, counted from the events themselves; money in minor units."""

    customers: int
    orders: int
    stores: int
    sales_minor: int
    coupon_redemptions: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """The received time of the newest event a report could see, absent when there is none."""

    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Bought:
    """What one identifier bought; money in minor units."""

    iid: int
    orders: int
    revenue_minor: int
    first_order_at: datetime | None
    last_order_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shopping:
    """What one customer bought; money in minor units."""

    orders: int = 0
    revenue_minor: int = 0
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None

    def with_more(self, bought: Bought) -> Shopping:
        """The sum with what another of her identifiers bought."""
        firsts = [at for at in (self.first_order_at, bought.first_order_at) if at is not None]
        lasts = [at for at in (self.last_order_at, bought.last_order_at) if at is not None]
        return Shopping(
            orders=self.orders + bought.orders,
            revenue_minor=self.revenue_minor + bought.revenue_minor,
            first_order_at=min(firsts, default=None),
            last_order_at=max(lasts, default=None),
        )
