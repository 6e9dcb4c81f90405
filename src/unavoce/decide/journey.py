"""A journey's definition: an immutable published version, read from JSON and checked before it goes live."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal

import msgspec

from unavoce.decide.model import BadJourney


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of a definition; a field nobody knows is refused, so that a typing error is not ignored."""


class Span(_Part, frozen=True):
    """A length of time."""

    days: float = 0
    hours: float = 0
    minutes: float = 0

    @property
    def length(self) -> timedelta:
        """The span as a timedelta."""
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


class LocalTime(_Part, frozen=True):
    """The next `local_time` (HH:MM) in her zone, `days` calendar days on or later, on one of `weekdays` (0 Monday)."""

    local_time: str
    days: int = 0
    weekdays: tuple[int, ...] = ()


class Condition(_Part, frozen=True):
    """A test of one property of an event, against a `value` or against a property of the `entry` event."""

    property: str
    op: Literal["is", "is_not", "contains", "in", "gt", "gte", "lt", "lte", "exists"] = "is"
    value: object = None
    entry: str = ""


class OnEvent(_Part, frozen=True, tag="event"):
    """Somebody did something."""

    event: str
    where: tuple[Condition, ...] = ()


class OnSegmentEntered(_Part, frozen=True, tag="segment_entered"):
    """A customer entered a segment."""

    segment: str


class OnSegmentLeft(_Part, frozen=True, tag="segment_left"):
    """A customer left a segment."""

    segment: str


class OnBought(_Part, frozen=True, tag="bought"):
    """She bought what the journey is about; part of the purchase rule and off when that is off."""


class OnPurchase(_Part, frozen=True, tag="purchase"):
    """Any order; only the purchase rule enters customers here (policy `post_purchase_journey`)."""


Entry = OnEvent | OnSegmentEntered | OnSegmentLeft | OnPurchase
Exit = OnEvent | OnSegmentEntered | OnSegmentLeft | OnBought


class Goal(_Part, frozen=True):
    """What the journey is for: this event within so many days after entering."""

    event: str
    where: tuple[Condition, ...] = ()
    within_days: int = 30


class Cooldown(_Part, frozen=True):
    """She may enter again so many hours after she last entered, when that enrolment is over."""

    cooldown_hours: float


class Holdout(_Part, frozen=True):
    """The share of customers who are never spoken to, so that lift can be measured."""

    share: float
    seed: str = ""


class Plan(_Part, frozen=True):
    """When to send: after a span, at a local time, or (neither) at once."""

    after: Span | None = None
    local_time: str = ""
    days: int = 0
    weekdays: tuple[int, ...] = ()


class Send(_Part, frozen=True, tag="send"):
    """Say one message over the first channel that can reach her and may be used."""

    message: str
    channels: tuple[str, ...]
    next: str | None = None
    plan: Plan | None = None
    ttl_hours: float = 72
    on_loss: Literal["skip", "defer", "exit"] = "skip"
    about: Literal["journey", "none"] = "journey"


class Wait(_Part, frozen=True, tag="wait", rename={"span": "for"}):
    """Wait for a span, or until a local time."""

    next: str | None = None
    span: Span | None = None
    until: LocalTime | None = None


class Awaited(_Part, frozen=True):
    """An event that a wait_for waits for, and where it leads."""

    event: str
    where: tuple[Condition, ...] = ()
    next: str | None = None


class WaitFor(_Part, frozen=True, tag="wait_for"):
    """Wait for one of several events, at most for `timeout`."""

    events: tuple[Awaited, ...]
    timeout: Span
    otherwise: str | None = None


class Path(_Part, frozen=True, rename={"when": "if"}):
    """A way out of a branch for those who meet a segment definition."""

    when: dict[str, object]
    next: str | None = None


class Branch(_Part, frozen=True, tag="branch"):
    """The first path whose condition she meets, or `otherwise`."""

    paths: tuple[Path, ...]
    otherwise: str | None = None


class SplitArm(_Part, frozen=True):
    """One arm of a split and its share."""

    name: str
    share: float
    next: str | None = None


class Split(_Part, frozen=True, tag="split"):
    """Stable random arms."""

    arms: tuple[SplitArm, ...]
    seed: str = ""


class AudienceAdd(_Part, frozen=True, tag="audience_add"):
    """Put her into an audience; `{product}` in the name stands for the product the journey is about."""

    audience: str
    channel: str = "ads"


class AudienceRemove(_Part, frozen=True, tag="audience_remove"):
    """Take her out of an audience."""

    audience: str
    channel: str = "ads"


class SetTrait(_Part, frozen=True, tag="set_trait"):
    """Set a trait of the customer, through an event."""

    trait: str
    value: object


class EmitEvent(_Part, frozen=True, tag="emit_event"):
    """Let an event happen."""

    event: str
    properties: dict[str, object] = {}


class CallWebhook(_Part, frozen=True, tag="webhook"):
    """Call another system."""

    url: str
    body: dict[str, object] = {}


class Action(_Part, frozen=True, tag="action"):
    """Do something that is not a message."""

    do: AudienceAdd | AudienceRemove | SetTrait | EmitEvent | CallWebhook
    next: str | None = None


class End(_Part, frozen=True, tag="end"):
    """The journey is over."""


Step = Send | Wait | WaitFor | Branch | Split | Action | End


class Journey(_Part, frozen=True):
    """A program over steps; one version of it never changes."""

    key: str
    name: dict[str, str]
    entry: Entry
    start: str
    steps: dict[str, Step]
    exits: tuple[Exit, ...] = ()
    goals: tuple[Goal, ...] = ()
    reentry: Literal["never", "after_exit", "per_key"] | Cooldown = "after_exit"
    entry_key: str = ""
    holdout: Holdout | None = None
    priority: int = 50
    category: str = "promotion"
    about: str | None = None
    about_kind: Literal["product", "category"] = "product"


def read(document: Mapping[str, object]) -> Journey:
    """The journey that a JSON document describes; BadJourney names the field that is wrong and what it should be."""
    try:
        return msgspec.convert(_with_types(document), Journey)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at ")
        raise BadJourney(field=place.strip("`").removeprefix("$.") or "definition", expected=said) from None


def written(journey: Journey) -> dict[str, object]:
    """The journey as the JSON document that `read` reads."""
    document: dict[str, object] = msgspec.to_builtins(journey)
    return document


def _with_types(document: Mapping[str, object]) -> dict[str, object]:
    """Entries and exits may leave their type out where it can only be an event."""
    whole = dict(document)
    exits = whole.get("exits")
    if isinstance(exits, list):
        whole["exits"] = [_typed(rule) for rule in exits]
    if "entry" in whole:
        whole["entry"] = _typed(whole["entry"])
    return whole


def _typed(rule: object) -> object:
    return {"type": "event", **rule} if isinstance(rule, dict) and "event" in rule else rule


def ways(step: Step) -> Iterator[tuple[str, str | None]]:
    """Where a step leads to, each with the label of the way; None is the end."""
    match step:
        case Send() | Wait() | Action():
            yield "", step.next
        case WaitFor():
            yield from [(awaited.event, awaited.next) for awaited in step.events]
            yield "timeout", step.otherwise
        case Branch():
            yield from [(f"if {number}", path.next) for number, path in enumerate(step.paths, 1)]
            yield "otherwise", step.otherwise
        case Split():
            yield from [(arm.name, arm.next) for arm in step.arms]
        case End():
            return


def title(step: Step) -> str:
    """What a step is called on a canvas."""
    match step:
        case Send():
            return step.message
        case Wait():
            return _span(step.span) if step.span else f"until {step.until.local_time}" if step.until else ""
        case WaitFor():
            return " / ".join(awaited.event for awaited in step.events)
        case Action():
            return _deed(step)
        case Branch() | Split() | End():
            return ""


def _deed(step: Action) -> str:
    match step.do:
        case AudienceAdd() | AudienceRemove():
            return step.do.audience
        case SetTrait():
            return step.do.trait
        case EmitEvent():
            return step.do.event
        case CallWebhook():
            return step.do.url


def _span(span: Span) -> str:
    parts = (("d", span.days), ("h", span.hours), ("min", span.minutes))
    return " ".join(f"{amount:g} {unit}" for unit, amount in parts if amount)


def names_awaited(journey: Journey) -> set[str]:
    """Every event name that can move a customer of this journey; flips are named as `flip_name` names them."""
    rules: list[Entry | Exit] = [journey.entry, *journey.exits]
    names = {goal.event for goal in journey.goals}
    names |= {rule.event for rule in rules if isinstance(rule, OnEvent)}
    names |= {flip_name("entered", rule.segment) for rule in rules if isinstance(rule, OnSegmentEntered)}
    names |= {flip_name("left", rule.segment) for rule in rules if isinstance(rule, OnSegmentLeft)}
    for step in journey.steps.values():
        if isinstance(step, WaitFor):
            names |= {awaited.event for awaited in step.events}
    return names


def flip_name(direction: str, segment: str) -> str:
    """A flip's name among events."""
    return f"Segment {direction.capitalize()}: {segment}"


def type_of(step: Step) -> str:
    """The word a step's type has in JSON."""
    return str(msgspec.to_builtins(step)["type"])
