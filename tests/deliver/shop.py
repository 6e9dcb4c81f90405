"""A shop with customers, journeys of one message, and channels that only write down what they are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from unavoce.collect import api as collect
from unavoce.content import api as content
from unavoce.decide import api as decide
from unavoce.deliver import api as deliver
from unavoce.deliver import connect
from unavoce.deliver.contract import Accepted, Capabilities, ChannelSettings, Outcome, Outgoing, Silent
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import digest16
from unavoce.profile import api as profile
from unavoce.runtime.http import Door
from unavoce.runtime.settings import brand_key

REGION = "TW"
CHANNELS = ("email", "line", "store")


class NoSettings(ChannelSettings):
    """Nothing to say."""


@dataclass
class Wire(Silent):
    """A channel that writes down what it is handed and answers as it was told to."""

    name: str
    capabilities: Capabilities
    said: list[Outgoing] = field(default_factory=list)
    answers: list[Outcome | Exception] = field(default_factory=list)

    settings: ClassVar[type[NoSettings]] = NoSettings

    def send(self, batch: Sequence[Outgoing], settings: ChannelSettings, *, now: datetime) -> Sequence[Outcome]:
        """Write the batch down."""
        self.said += batch
        return [self._answer(each) for each in batch]

    def _answer(self, each: Outgoing) -> Outcome:
        answer = self.answers.pop(0) if self.answers else Accepted(f"id-{each.key[:6]}")
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Shop:
    """The brand, its clock and its wires."""

    door: Door
    clock: FixedClock
    wires: dict[str, Wire]
    events: int = 0

    def opens(self) -> None:
        """Contact rules without quiet hours or caps: what is planned is handed over."""
        with self.door.postgres.transaction() as tx:
            decide.put_policy(tx, {"quiet_hours": None, "caps": []}, self.clock.now())

    def knows(self, name: str, *channels: str, **more: object) -> int:
        """A customer who can be reached by e-mail, LINE and card, and allows these channels; her identifier."""
        traits = {"name": name, "email": f"{name}@example.com", "line_user_id": line_id(name),
                  "loyalty_card": f"CARD-{name}", **more}  # fmt: skip
        self._absorbed("identify", "Identify", self._who(name), traits=traits)
        for channel in channels:
            self._absorbed("track", "Consent Granted", self._who(name), properties={"channel": channel})
        return self.iid(name)

    def forbids(self, name: str, channel: str) -> None:
        """A customer says no to a channel."""
        self._absorbed("track", "Consent Denied", self._who(name), properties={"channel": channel})

    def iid(self, name: str) -> int:
        """A customer's identifier."""
        with self.door.postgres.transaction() as tx:
            found = profile.identifier_of("user_id", name, brand_key(tx), REGION)
        assert found is not None
        return found.iid

    def says(
        self, key: str, text: str, *, purpose: str = "marketing", channels: Sequence[str] = CHANNELS, **more: Any
    ) -> None:
        """Publish a message."""
        words = {"subject": f"about {key}", "text": text, **more}
        document = {"key": key, "name": {"en": key}, "purpose": purpose,
                    "variants": {channel: {"en": dict(words)} for channel in channels}}  # fmt: skip
        seen = content.Catalogue(traits=frozenset({"name"}), properties=frozenset({"product_id"}))
        with self.door.postgres.transaction() as tx:
            content.publish(tx, content.read(document), seen, self.clock.now())

    def runs(self, message: str, channel: str, *, about: bool = False) -> None:
        """A journey that says one message on one channel to whoever asks for it."""
        step = {"type": "send", "message": message, "channels": [channel]}
        exits: list[dict[str, Any]] = [{"type": "event", "event": "Went Away"}]
        self._publish(f"{message}-{channel}", step, exits, about=about)

    def adds(self, key: str, audience: str, *, about: bool = False) -> None:
        """A journey that puts whoever asks into an ad audience."""
        step = {"type": "action", "do": {"type": "audience_add", "audience": audience}}
        self._publish(key, step, [{"type": "event", "event": "Went Away"}], about=about)

    def _publish(self, key: str, step: dict[str, Any], exits: list[dict[str, Any]], *, about: bool) -> None:
        definition: dict[str, Any] = {
            "key": key, "name": {"en": key}, "entry": {"type": "event", "event": f"Asked {key}"},
            "reentry": "per_key", "entry_key": "n", "start": "say", "exits": exits,
            "steps": {"say": {**step, "next": "rest"}, "rest": {"type": "wait", "for": {"hours": 1}}},
        }  # fmt: skip
        if about:
            definition["about"] = "event.product_id"
        with self.door.postgres.transaction() as tx:
            decide.publish(tx, definition, self.clock.now())

    def happens(self, name: str, event: str, **properties: object) -> None:
        """Somebody does something, and the decision point hears of it."""
        self.events += 1
        now = self.clock.passes(timedelta(milliseconds=10))
        product = properties.get("product_id")
        noticed = decide.Noticed(
            self.iid(name), self.iid(name), event, now, now, f"m{self.events}", {**properties, "n": self.events},
            product_ids=(str(product),) if product else (),
        )  # fmt: skip
        with self.door.postgres.transaction() as tx:
            decide.notice(tx, [noticed])

    def decides(self) -> None:
        """Time passes a little, and the tick plays it."""
        for _ in range(3):
            now = self.clock.passes(timedelta(seconds=1))
            decide.tick(self.door.postgres, self.door.facts, now)

    def asks(self, name: str, journey: str, **properties: object) -> None:
        """Somebody enters a journey and it is decided what she gets."""
        self.happens(name, f"Asked {journey}", **properties)
        self.decides()

    def switches(self, channel: str, *, on: bool) -> None:
        """The team switches a channel on or off."""
        now, secret = self.clock.now(), self.door.settings.secret()
        with self.door.postgres.transaction() as tx:
            connect.connect(tx, channel, {}, enabled=on, secret=secret, by="owner", now=now)

    def sends(self) -> deliver.Sent:
        """One round of the sender."""
        return deliver.send_due(self.door)

    def pumps(self) -> list[collect.Event]:
        """What our own modules told is worked through: consents and links, then the decision point."""
        heard: list[collect.Event] = []
        while (batch := collect.pin(self.door.postgres)) is not None:
            with self.door.postgres.transaction() as tx:
                events = collect.read(tx, batch)
                self._take_in(tx, events)
                collect.settle(tx, batch, events)
            heard += events
        return heard

    def intents(self, name: str) -> list[decide.Intent]:
        """What was decided to be said to somebody, oldest first."""
        with self.door.postgres.transaction() as tx:
            return decide.intents_of(tx, [self.iid(name)])[::-1]

    def keyed(self, query: Callable[[Any], Any]) -> Any:
        """Ask the database something."""
        with self.door.postgres.transaction() as tx:
            return query(tx)

    def _who(self, name: str) -> tuple[tuple[str, str], ...]:
        return (("user_id", name), ("email", f"{name}@example.com"), ("line_user_id", line_id(name)),
                ("loyalty_card", f"CARD-{name}"))  # fmt: skip

    def _absorbed(self, kind: str, name: str, who: tuple[tuple[str, str], ...], **more: Any) -> None:
        self.events += 1
        now = self.clock.now()
        source = collect.Source(3, "web", "The shop", collect.SourceKind.WEB)
        event = collect.Event(
            event_id=digest16(f"e{self.events}".encode()), message_id=f"e{self.events}", type=kind, name=name,
            identifiers=who, at=now, received_at=now, source=source, lane=1, seq=self.events, **more,
        )  # fmt: skip
        with self.door.postgres.transaction() as tx:
            self._take_in(tx, [event])

    def _take_in(self, tx: Any, events: Sequence[collect.Event]) -> None:
        iids = profile.intern(events, brand_key(tx), REGION)
        profile.absorb(tx, events, iids, self.clock.now())


def line_id(name: str) -> str:
    """A customer's LINE user id."""
    return "U" + digest16(name.encode()).hex()
