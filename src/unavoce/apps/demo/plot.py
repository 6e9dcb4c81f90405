"""What varies between two tellings of the demo's story: the product, the channels, when the card is bound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from unavoce.kernel.ids import share

STORE = "taipei-101"
STORE_NAME = "Taipei 101"
HOUR = 3600
DAY = 24 * HOUR


class Bound(StrEnum):
    """When she tells us that the loyalty card is hers."""

    AT_SIGN_UP = "at_sign_up"
    BEFORE_PURCHASE = "before_purchase"
    AFTER_PURCHASE = "after_purchase"


class Reach(StrEnum):
    """Where the first reminder can reach her."""

    LINE = "line"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the demo brand; price in minor units."""

    id: str
    name: str
    category: str
    price_minor: int


PRODUCTS = (
    Product("matcha-whisk", "Matcha whisk", "TEA WARE", 2400),
    Product("tea-bowl", "Tea bowl", "TEA WARE", 3800),
    Product("pour-over-kettle", "Pour-over kettle", "COFFEE WARE", 6900),
    Product("hand-grinder", "Hand coffee grinder", "COFFEE WARE", 5200),
    Product("bamboo-steamer", "Bamboo steamer", "KITCHEN WARE", 1900),
)


@dataclass(frozen=True, slots=True)
class Plot:
    """One telling: who she is, what she wants, how she can be reached, when the card is bound."""

    seed: int
    role: str
    product: Product
    reach: Reach
    bound: Bound

    @property
    def tag(self) -> str:
        """What makes this telling's identifiers its own."""
        return f"{self.role}-{self.seed}"

    @property
    def user_id(self) -> str:
        """The id the shop knows her by."""
        return f"user-{self.tag}"

    @property
    def web(self) -> str:
        """Her browser's anonymous id."""
        return f"web-{self.tag}"

    @property
    def phone_app(self) -> str:
        """Her phone's anonymous id."""
        return f"phone-{self.tag}"

    @property
    def email(self) -> str:
        """Her mail address."""
        return f"{self.tag}@example.com"

    @property
    def phone(self) -> str:
        """Her phone number, in the range Taiwan's regulator leaves unassigned to people."""
        return f"+88691{int(share('phone', self.tag) * 10_000_000):07d}"

    @property
    def card(self) -> str:
        """Her loyalty card."""
        return f"CARD-{self.tag}"

    @property
    def line_user_id(self) -> str:
        """Her LINE user id: U and 32 hexadecimal digits, as LINE makes them."""
        return "U" + "".join(f"{int(share('line', self.tag, part) * 16**8):08x}" for part in range(4))


def plot(seed: int, role: str = "mei") -> Plot:
    """The telling that belongs to a seed; seed 1 is the classic one: a matcha whisk, LINE, card at sign-up."""
    return Plot(
        seed=seed,
        role=role,
        product=PRODUCTS[(seed - 1) % len(PRODUCTS)],
        reach=Reach.EMAIL if seed % 3 == 0 else Reach.LINE,
        bound=tuple(Bound)[(seed - 1) % len(Bound)],
    )
