"""A stage without engines: the pure kernel with books kept in memory, played tick by tick."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from unavoce.decide import journey as definitions
from unavoce.decide import kernel
from unavoce.decide.model import Decision, Intent, IntentState, Noticed, Transition
from unavoce.decide.policy import Policy
from unavoce.decide.walk import Ask
from unavoce.decide.world import (
    CategoryRule,
    Contact,
    Enrolment,
    LiveJourney,
    MessageFacts,
    Outcome,
    Program,
    Suppression,
    World,
)

START = datetime(2018, 1, 5, 15, tzinfo=UTC)  # Friday, ten in the morning in New York
EVERYWHERE = Contact(
    frozenset({"email", "line_user_id", "phone", "loyalty_card", "user_id"}),
    {(channel, "marketing"): "granted" for channel in ("email", "line", "sms", "ads")},
    "America/New_York",
)
CHANNELS = ("ads", "email", "line", "sms", "store")


def at(hours: float = 0, *, seconds: float = 0) -> datetime:
    """A moment of the story."""
    return START + timedelta(hours=hours, seconds=seconds)


@dataclass
class Stage:
    """Journeys, customers and their books."""

    journeys: Sequence[definitions.Journey]
    policy: Policy = field(default_factory=lambda: Policy(zone="America/New_York"))
    messages: Mapping[str, MessageFacts] = field(default_factory=dict)
    rules: Mapping[str, CategoryRule] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    met: Callable[[Ask], bool] = lambda ask: True
    whose: dict[int, int] = field(default_factory=dict)
    now: datetime = START
    paused: set[str] = field(default_factory=set)
    waiting: list[Noticed] = field(default_factory=list)
    past: list[Noticed] = field(default_factory=list)
    relinked: set[int] = field(default_factory=set)
    enrolments: dict[int, Enrolment] = field(default_factory=dict)
    intents: dict[int, Intent] = field(default_factory=dict)
    suppressions: dict[int, Suppression] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    whole: Outcome = field(default_factory=Outcome)

    def happens(self, iid: int, name: str, hours: float, /, *, seconds: float = 0, **said: object) -> Noticed:
        """Something a customer does."""
        moment = at(hours, seconds=seconds)
        product = said.get("product_id")
        products = tuple(said.pop("product_ids", (product,) if product else ()))  # type: ignore[arg-type]
        event = Noticed(
            iid, 0, name, moment, moment, f"{name}-{iid}-{moment.isoformat()}-{products}", said, "", products
        )
        self.waiting.append(event)
        return event

    def links(self, one: int, other: int) -> None:
        """Two identifiers turn out to be one customer."""
        old = self.customer(other)
        for iid in [*(each for each, whose in self.whose.items() if whose == old), other]:
            self.whose[iid] = self.customer(one)
        self.relinked |= {one, other}

    def parts(self, iid: int) -> None:
        """An identifier is a customer of its own again."""
        self.relinked |= {iid, self.customer(iid)}
        self.whose.pop(iid, None)

    def customer(self, iid: int) -> int:
        """Whose an identifier is."""
        return self.whose.get(iid, iid)

    def passes(self, hours: float = 0, *, seconds: float = 0) -> Outcome:
        """Let time go by in one tick."""
        return self.until(self.now + timedelta(hours=hours, seconds=seconds))

    def until(self, moment: datetime, *, shuffled: Callable[[list[World]], list[World]] = list) -> Outcome:
        """One tick up to a moment."""
        worlds = shuffled(self._worlds(moment))
        program = Program(
            journeys={(each.key, 1): LiveJourney(each, 1, paused=each.key in self.paused) for each in self.journeys},
            policy=self.policy,
            messages=self.messages or _every_message(self.journeys),
            category_rules=self.rules,
            product_categories={},
            since=self.now,
            until=moment,
        )
        outcome = kernel.tick(worlds, program, self._contacts, lambda asks: [self.met(each) for each in asks])
        assert not outcome.broken, outcome.broken
        self._keep(outcome)
        self.now = moment
        return outcome

    def _contacts(self, customers: list[int]) -> Mapping[int, Contact]:
        return {each: self.contacts.get(each, EVERYWHERE) for each in customers}

    def _worlds(self, moment: datetime) -> list[World]:
        heard = [each for each in self.waiting if each.received_at < moment]
        self.waiting = [each for each in self.waiting if each.received_at >= moment]
        known = {each.iid for each in [*self.enrolments.values(), *heard, *self.suppressions.values()]}
        known |= self.relinked | set(self.whose)
        customers = {self.customer(iid) for iid in known}
        linked = {self.customer(iid) for iid in self.relinked}
        self.relinked = set()
        worlds = []
        for customer in sorted(customers):
            iids = frozenset({customer, *(iid for iid in known if self.customer(iid) == customer)})
            worlds.append(
                World(
                    customer=customer,
                    iids=iids,
                    enrolments=tuple(replace(e) for e in self.enrolments.values() if e.iid in iids),
                    events=tuple(e for e in heard if e.iid in iids),
                    recent=tuple(e for e in self.past if e.iid in iids) if customer in linked else (),
                    intents=tuple(e for e in self.intents.values() if e.iid in iids),
                    suppressions=tuple(e for e in self.suppressions.values() if e.iid in iids),
                    relinked_at=self.now if customer in linked else None,
                )
            )
        self.past += heard
        return worlds

    def _keep(self, outcome: Outcome) -> None:
        self.enrolments |= {each.id: replace(each) for each in outcome.entered}
        self.enrolments |= {key: replace(each) for key, each in outcome.moved.items()}
        self.intents |= {each.id: each for each in outcome.intents}
        for change in outcome.changes:
            self.intents[change.intent] = replace(
                self.intents[change.intent], state=change.state, settled_reason=str(change.reason), blocked_by=change.by
            )
        self.suppressions |= {each.id: each for each in outcome.suppressions}
        for key, lifted in outcome.lifted:
            self.suppressions[key] = replace(self.suppressions[key], lifted_at=lifted)
        self.transitions += outcome.transitions
        self.decisions += outcome.decisions
        self.whole.add(outcome)

    def hands_over(self, **only: str) -> None:
        """A sender takes everything that is due."""
        for key, each in self.intents.items():
            due = each.state == IntentState.RESERVED and each.planned_for <= self.now
            if due and all(getattr(each, name) == value for name, value in only.items()):
                self.intents[key] = replace(each, state=IntentState.SENT)

    def said(self, *, channel: str | None = None) -> list[str]:
        """What is or was planned and stands, in the order of its time."""
        standing = [
            each
            for each in self.intents.values()
            if each.state not in (IntentState.CANCELLED, IntentState.EXPIRED) and channel in (None, each.channel)
        ]
        standing.sort(key=lambda each: (each.planned_for, each.channel, each.id))
        return [f"{each.channel}: {each.message or f'{each.op} {each.audience}'}" for each in standing]

    def why(self) -> list[str]:
        """Every decision as a line."""
        return [f"{each.step} {each.verdict} {each.reason}" for each in self.decisions]


def _every_message(journeys: Sequence[definitions.Journey]) -> dict[str, MessageFacts]:
    sends = [step for each in journeys for step in each.steps.values() if isinstance(step, definitions.Send)]
    return {each.message: MessageFacts("marketing", "", CHANNELS) for each in sends}


def journey(**said: object) -> definitions.Journey:
    """A journey from the parts that matter to a test."""
    whole: dict[str, object] = {
        "key": "pitch",
        "name": {"en": "A test"},
        "entry": {"event": "Product Added"},
        "exits": [{"event": "Left"}],
        "start": next(iter(said["steps"])),  # type: ignore[call-overload]
    }
    return definitions.read(whole | said)


def cart(**said: object) -> definitions.Journey:
    """A cart reminder: an hour later a word on LINE, an ad audience, a prompt, and a mail the day after at ten."""
    steps = {
        "pause": {"type": "wait", "for": {"hours": 1}, "next": "remind"},
        "remind": {"type": "send", "message": "reminder", "channels": ["line", "email"], "next": "advertise"},
        "advertise": {
            "type": "action",
            "do": {"type": "audience_add", "audience": "cart: {product}"},
            "next": "prompt",
        },
        "prompt": {"type": "send", "message": "prompt", "channels": ["store"], "next": "pitch"},
        "pitch": {
            "type": "send",
            "message": "pitch",
            "channels": ["email"],
            "plan": {"local_time": "10:00", "days": 1},
        },
    }
    whole: dict[str, object] = {
        "key": "cart",
        "steps": steps,
        "about": "event.product_id",
        "entry_key": "product_id",
        "exits": [{"type": "bought"}],
    }
    return journey(**(whole | said))


THANKS = definitions.read(
    {
        "key": "thanks",
        "name": {"en": "Thank you"},
        "entry": {"type": "purchase"},
        "start": "thank",
        "steps": {"thank": {"type": "send", "message": "thanks", "channels": ["email"]}},
        "exits": [{"event": "Order Refunded", "where": [{"property": "order_id", "entry": "order_id"}]}],
    }
)
