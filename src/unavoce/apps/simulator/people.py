"""Live customers for the demo: they walk over web, LINE, e-mail and store tills, through public addresses only.

Who does what next is drawn from the seed, so two runs with one seed tell the same walks.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from unavoce.kernel.errors import Refusal
from unavoce.kernel.ids import digest16, share
from unavoce.runtime.client import Sender, Visitor

_log = structlog.get_logger("unavoce.people")
_STORES = ("taipei-101", "kaohsiung-dream")
_FROM: tuple[dict[str, str], ...] = (
    {"source": "facebook", "medium": "paid", "name": "spring-tea"},
    {"source": "google", "medium": "organic", "name": ""},
    {"source": "instagram", "medium": "social", "name": "whisk-reel"},
    {},
)
_FAMILY = ("Chen", "Lin", "Wang", "Huang", "Zhang", "Li", "Liu", "Wu", "Tsai", "Yang")
_GIVEN = ("Mei-Ling", "Yu-Ting", "Wei", "Jia-Hui", "Hao", "Xin-Yi", "Anna", "Tom", "Ya-Wen", "Chun")
_LANGUAGES = ("zh-Hant", "zh-Hant", "zh-Hans", "en")
_CITIES = ("Taipei", "Kaohsiung", "Taichung", "Tainan")
_REST_AFTER_TROUBLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Good:
    """Something they may want; price in major units."""

    product_id: str
    name: str
    category: str
    price: float

    def line(self) -> dict[str, object]:
        """As a line of an order."""
        return {"product_id": self.product_id, "name": self.name, "category": self.category, "price": self.price,
                "quantity": 1, "url": f"https://shop.example/{self.product_id}"}  # fmt: skip


# None of these is in the demo's story, so that live customers do not walk through it.
SHELF = (
    Good("oolong-150", "High mountain oolong 150 g", "TEA", 28.0),
    Good("sencha-100", "Sencha 100 g", "TEA", 16.5),
    Good("gaiwan-white", "White gaiwan", "TEA WARE", 34.0),
    Good("tea-tin", "Tea tin", "TEA WARE", 12.0),
    Good("drip-bags-10", "Drip bags, box of ten", "COFFEE", 9.9),
    Good("filter-papers", "Filter papers", "COFFEE WARE", 6.5),
    Good("rice-cooker-mini", "Small rice cooker", "KITCHEN WARE", 79.0),
    Good("apron-linen", "Linen apron", "KITCHEN WARE", 42.0),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where live customers go: the public intake with the write keys of web and app, and the simulated devices."""

    intake: str
    simulator: str
    write_keys: Mapping[str, str]


class Stage(StrEnum):
    """Where a customer is in her walk."""

    AWAY = "away"
    LOOKING = "looking"
    CART = "cart"
    LEFT = "left"


@dataclass(slots=True)
class Walker:
    """One live customer and what she carries."""

    number: int
    stage: Stage = Stage.AWAY
    wants: Good = SHELF[0]
    is_known: bool = False
    orders: list[str] = field(default_factory=list)
    """Her last order at a till, while she may still bring it back."""

    @property
    def tag(self) -> str:
        """What makes her identifiers her own."""
        return f"live-{self.number:03d}"

    @property
    def line_user_id(self) -> str:
        """Her LINE user id."""
        return "U" + digest16(self.tag.encode()).hex()

    @property
    def traits(self) -> dict[str, object]:
        """What she enters when she signs up."""
        given, family = _one(_GIVEN, self.tag, "given"), _one(_FAMILY, self.tag, "family")
        allows = {channel: share("allows", self.tag, channel) < 0.85 for channel in ("email", "line", "ads")}
        return {
            "name": f"{given} {family}", "first_name": given, "last_name": family, "email": f"{self.tag}@example.com",
            "phone": f"+88692{self.number:07d}", "loyalty_card": f"CARD-{self.tag}",
            "city": _one(_CITIES, self.tag, "city"), "line_user_id": self.line_user_id,
            "language": _one(_LANGUAGES, self.tag, "language"), "consents": allows,
            # They live in Taiwan, where the demo's first minute is early afternoon and nobody is asleep.
            "timezone": "Asia/Taipei",
        }  # fmt: skip


def run(
    places: Places,
    *,
    seed: int,
    stop: threading.Event,
    pace_seconds: float = 1.0,
    crowd: int = 24,
    steps: int | None = None,
) -> int:
    """Walk until told to stop (or for so many steps), one step every `pace_seconds`; how many steps were made.

    A server that does not answer is waited for: customers come back, too.
    """
    street = Street(places, seed, [Walker(number) for number in range(crowd)])
    made = 0
    try:
        while not stop.is_set() and (steps is None or made < steps):
            made += 1
            rest = pace_seconds
            try:
                street.step(made)
            except Refusal as trouble:
                if stop.is_set():
                    break
                _log.warning("a live customer was turned away", reason=trouble.detail)
                rest = max(pace_seconds, _REST_AFTER_TROUBLE_SECONDS if trouble.again else pace_seconds)
            stop.wait(rest)
    finally:
        street.close()
    return made


class Street:
    """All live customers and the ways they go."""

    def __init__(self, places: Places, seed: int, walkers: Sequence[Walker]) -> None:
        self._seed = f"people-{seed}"
        self._walkers = walkers
        # Two runs must not be taken for a repetition of each other.
        self._run = secrets.token_hex(4)
        self._web = Sender(places.intake, places.write_keys["web"])
        self._devices = Visitor(places.simulator)
        self._now = 0

    def step(self, number: int) -> None:
        """Somebody does the next thing."""
        self._now = number
        her = self._walkers[int(self._draw("who") * len(self._walkers))]
        ways: dict[Stage, Callable[[Walker], None]] = {
            Stage.AWAY: self._comes,
            Stage.LOOKING: self._looks,
            Stage.CART: self._decides,
            Stage.LEFT: self._comes_round,
        }
        ways[her.stage](her)

    def close(self) -> None:
        """Everybody goes home."""
        self._web.close()
        self._devices.close()

    def _comes(self, her: Walker) -> None:
        her.wants = SHELF[int(self._draw("wants") * len(SHELF))]
        her.stage = Stage.LOOKING
        campaign = _FROM[int(self._draw("from") * len(_FROM))]
        self._track(her, "Product Viewed", her.wants.line(), campaign)

    def _looks(self, her: Walker) -> None:
        chance = self._draw("looks")
        if not her.is_known and chance < 0.5:
            self._signs_up(her)
        elif chance < 0.75:
            her.stage = Stage.CART
            self._track(her, "Product Added", her.wants.line())
        else:
            her.stage = Stage.AWAY
            self._track(her, "Product Viewed", SHELF[int(self._draw("other") * len(SHELF))].line())

    def _signs_up(self, her: Walker) -> None:
        her.is_known = True
        self._devices.post(f"/phones/{her.line_user_id}/follow", {"name": str(her.traits["name"])})
        self._web.send(self._call(her, {"type": "identify", "traits": her.traits}))
        self._track(her, "Signed Up", {"method": "form"})

    def _decides(self, her: Walker) -> None:
        if self._draw("decides") < 0.4:
            her.stage = Stage.AWAY
            order = f"web-{self._run}-{self._now}"
            bought = {"order_id": order, "revenue": her.wants.price, "currency": "USD", "products": [her.wants.line()]}
            self._track(her, "Order Completed", bought)
        else:
            # She leaves with the cart full: somebody may remind her.
            her.stage = Stage.LEFT

    def _comes_round(self, her: Walker) -> None:
        chance = self._draw("round")
        her.stage = Stage.AWAY
        if her.orders and chance < 0.1:
            self._devices.post("/till/return", {"order_id": her.orders.pop()})
        elif chance < 0.3 and her.is_known:
            self._buys_in_store(her)
        elif chance < 0.65:
            self._reads_line(her)
        else:
            self._reads_mail(her)

    def _buys_in_store(self, her: Walker) -> None:
        card = str(her.traits["loyalty_card"])
        order = f"till-{self._run}-{self._now}"
        line = {"product_id": her.wants.product_id, "quantity": 1, "price": her.wants.price, "name": her.wants.name,
                "category": her.wants.category}  # fmt: skip
        at = _STORES[0] if self._draw("store") < 0.7 else _STORES[1]
        self._devices.get("/till/prompts", loyalty_card=card, store=at)
        self._devices.post("/till/sale", {"store_id": at, "loyalty_card": card, "products": [line], "order_id": order})
        her.orders = [order]

    def _reads_line(self, her: Walker) -> None:
        if not her.is_known:
            return
        where = f"/phones/{her.line_user_id}"
        messages = self._devices.post(f"{where}/read")["messages"]
        links = [(message["id"], link) for message in messages[-1:] for link in message["links"]]
        if links and self._draw("clicks") < 0.6:
            self._devices.post(f"{where}/click", {"message_id": links[0][0], "url": links[0][1]})
        elif messages and self._draw("answers") < 0.2:
            self._devices.post(f"{where}/reply", {"text": "還有貨嗎？"})

    def _reads_mail(self, her: Walker) -> None:
        address = f"{her.tag}@example.com"
        letters = self._devices.get("/mailboxes", address=address)[0]["messages"]
        if not letters:
            return
        where = f"/mailboxes/{address}/{letters[-1]['id']}"
        self._devices.post(f"{where}/open")
        pressed = [link for link in letters[-1]["links"] if "/t/c/" in link]
        chance = self._draw("mail")
        if chance < 0.05 and "list-unsubscribe" in letters[-1]["headers"]:
            self._devices.post(f"{where}/unsubscribe")
        elif pressed and chance < 0.5:
            self._devices.post(f"{where}/click", {"url": pressed[0]})

    def _track(
        self, her: Walker, event: str, properties: Mapping[str, object], campaign: Mapping[str, str] | None = None
    ) -> None:
        context = {"channel": "web"} | ({"campaign": campaign} if campaign else {})
        self._web.send(self._call(her, {"type": "track", "event": event, "properties": properties, "context": context}))

    def _call(self, her: Walker, what: Mapping[str, object]) -> dict[str, object]:
        known = {"userId": her.tag} if her.is_known else {}
        message_id = f"{her.tag}-{self._run}-{self._now}-{what['type']}"
        return {**what, **known, "anonymousId": f"web-{her.tag}", "messageId": message_id}

    def _draw(self, *what: str) -> float:
        return share(self._seed, self._now, *what)


def _one(words: Sequence[str], *who: str) -> str:
    return words[int(share("one", *who) * len(words))]
