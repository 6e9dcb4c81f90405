"""A brand with its whole program running and customers of every kind: what the screens have to show, or to hide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.apps.conftest import Shop
from unavoce.apps.demo import journeys
from unavoce.apps.follow import tell_decisions
from unavoce.deliver import api as deliver
from unavoce.profile import api as profile
from unavoce.runtime.settings import brand_key
from unavoce.segment import api as segment

NORTH, SOUTH = "taipei-101", "tainan"
KINDS = ("user_id", "email", "phone", "loyalty_card", "line_user_id", "anonymous_id")


@dataclass(frozen=True)
class Figure:
    """A customer of the story, with everything that could give her away."""

    user: str
    name: str
    phone: str

    @property
    def email(self) -> str:
        return f"{self.user}.hidden@example.com"

    @property
    def card(self) -> str:
        return f"CARD-{self.user.upper()}-77"

    @property
    def line(self) -> str:
        return f"U{self.user}55aa55aa"

    @property
    def order(self) -> str:
        return f"ORDER-{self.phone[-3:]}-ORDER"

    @property
    def words(self) -> tuple[str, ...]:
        return (self.user, self.name, self.email, self.phone, self.card, self.line)

    def traits(self) -> dict[str, object]:
        return {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "loyalty_card": self.card,
            "line_user_id": self.line,
            "language": "en",
        }

    def identifiers(self) -> dict[str, str]:
        return {
            "user_id": self.user,
            "email": self.email,
            "phone": self.phone,
            "loyalty_card": self.card,
            "line_user_id": self.line,
        }


MEI = Figure("meimei", "Mei Northgate", "+886912000001")
LIN = Figure("linlin", "Lin Southwell", "+886912000002")
WEN = Figure("wenwen", "Wen Webster", "+886912000003")
BOTH = Figure("bobo", "Bo Everywhere", "+886912000004")


def runs_program(shop: Shop) -> None:
    """The example messages, journeys, rules and segments are published; prompts and audiences are connected."""
    now = shop.clock.now()
    with shop.door.postgres.transaction() as tx:
        journeys.publish_examples(tx, None, now)
        for channel in ("store", "ads"):
            deliver.connect(tx, channel, {}, settings=shop.door.settings, by="Olivia", now=now)
    segment.publish_examples(shop.door.postgres, shop.door.facts, now, tell_decisions)


def meets(shop: Shop, *figures: Figure) -> None:
    """Customers sign up, allow everything and put a whisk into the cart."""
    shop.hears(*(call for one in figures for call in _first_visit(one)))


def _first_visit(one: Figure) -> list[dict[str, object]]:
    whisk = {"product_id": "whisk", "name": "Matcha whisk", "category": "TEA WARE", "price": 24.5}
    return [
        {"type": "identify", "userId": one.user, "traits": one.traits()},
        *(
            _said(one, "Consent Granted", channel=channel, purpose="marketing")
            for channel in ("email", "line", "ads", "store")
        ),
        _said(one, "Signed Up"),
        _said(one, "Product Added", **whisk),
    ]


def _said(one: Figure, event: str, **properties: object) -> dict[str, object]:
    return {"type": "track", "event": event, "userId": one.user, "properties": properties}


def plays(shop: Shop, hours: float = 1.5) -> None:
    """Time passes; what is due is decided, handed over, and told."""
    shop.ticks(timedelta(hours=hours))
    while deliver.send_due(shop.door).claimed:
        shop.ticks()
    shop.hears()
    shop.sweeps()


def iid_of(shop: Shop, kind: str, value: str) -> int:
    """The number an identifier is kept under."""
    with shop.door.postgres.transaction() as tx:
        found = profile.identifier_of(kind, value, brand_key(tx), shop.brand.pumping.region)
    assert found is not None
    return found.iid


def iids_of(shop: Shop, one: Figure) -> list[int]:
    """Every number of a customer."""
    return [iid_of(shop, kind, value) for kind, value in one.identifiers().items()]
