"""What makes a journey fit to go live."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from unavoce.decide import zones
from unavoce.decide.journey import (
    Action,
    Branch,
    CallWebhook,
    Journey,
    LocalTime,
    OnBought,
    Plan,
    Send,
    Split,
    Step,
    Wait,
    WaitFor,
    ways,
)
from unavoce.decide.model import (
    AboutNothing,
    BadJourney,
    EndlessJourney,
    JourneyWithoutExit,
    JourneyWithoutSteps,
    MessageWithoutVariant,
    UnevenSplit,
    UnknownMessage,
    UnknownStep,
    UnreachableStep,
)
from unavoce.kernel.addresses import AN_ADDRESS, is_web_address

_WHOLE = 1.0
_ROUNDING = 1e-6


def check(journey: Journey, messages: Mapping[str, Sequence[str]]) -> None:
    """Refuse a journey that cannot work; `messages` are the published messages with the channels they speak."""
    _check_shape(journey)
    _check_steps_known(journey)
    _check_reachable(journey)
    _check_circles(journey)
    for name, step in journey.steps.items():
        _check_step(journey, name, step, messages)


def _check_shape(journey: Journey) -> None:
    if not journey.key.replace("_", "").replace("-", "").isalnum():
        raise BadJourney(field="key", value=journey.key, expected="letters, digits, - and _")
    if not journey.steps:
        raise JourneyWithoutSteps(journey=journey.key)
    if not journey.exits:
        raise JourneyWithoutExit(journey=journey.key, field="exits")
    if any(isinstance(rule, OnBought) for rule in journey.exits) and not journey.about:
        raise AboutNothing(journey=journey.key, field="about")
    if journey.about and not journey.about.startswith("event."):
        raise BadJourney(field="about", value=journey.about, expected="a property of the entry, like event.product_id")
    if journey.holdout and not 0 <= journey.holdout.share < _WHOLE:
        raise BadJourney(field="holdout.share", value=journey.holdout.share, expected="from 0 up to, not including, 1")
    if journey.reentry == "per_key" and not journey.entry_key:
        raise BadJourney(field="entry_key", expected="a property of the entry event, because reentry is per_key")


def _check_steps_known(journey: Journey) -> None:
    targets = [("start", "", journey.start)]
    targets += [(name, label, to) for name, step in journey.steps.items() for label, to in ways(step) if to]
    for name, label, to in targets:
        if to not in journey.steps:
            raise UnknownStep(journey=journey.key, field=name, way=label or None, value=to)


def _check_reachable(journey: Journey) -> None:
    seen, ahead = set[str](), [journey.start]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += [to for _, to in ways(journey.steps[name]) if to]
    lost = sorted(set(journey.steps) - seen)
    if lost:
        raise UnreachableStep(journey=journey.key, step=lost[0])


def _check_circles(journey: Journey) -> None:
    """A circle is only allowed where every round waits: cut at the waits, nothing may lead back to itself."""
    onward = {
        name: [to for _, to in ways(step) if to] if not isinstance(step, Wait | WaitFor) else []
        for name, step in journey.steps.items()
    }
    try:
        for _ in TopologicalSorter(onward).static_order():
            pass
    except CycleError as error:
        raise EndlessJourney(journey=journey.key, step=str(error.args[1][0])) from None


def _check_step(journey: Journey, name: str, step: Step, messages: Mapping[str, Sequence[str]]) -> None:
    match step:
        case Send():
            _check_send(journey, name, step, messages)
        case Wait():
            _check_wait(journey, name, step)
        case WaitFor() if not step.events or step.timeout.length.total_seconds() <= 0:
            raise BadJourney(journey=journey.key, field=f"steps.{name}", expected="at least one event and a timeout")
        case Branch() if not step.paths:
            raise BadJourney(journey=journey.key, field=f"steps.{name}.paths", expected="at least one path")
        case Split() if abs(sum(arm.share for arm in step.arms) - _WHOLE) > _ROUNDING:
            raise UnevenSplit(journey=journey.key, step=name, value=sum(arm.share for arm in step.arms))
        case Action(do=CallWebhook(url=url)) if not is_web_address(url):
            raise BadJourney(journey=journey.key, field=f"steps.{name}.do.url", value=url, expected=AN_ADDRESS)
        case _:
            return


def _check_send(journey: Journey, name: str, step: Send, messages: Mapping[str, Sequence[str]]) -> None:
    if step.message not in messages:
        raise UnknownMessage(journey=journey.key, step=name, message=step.message, known=", ".join(sorted(messages)))
    if not step.channels:
        raise BadJourney(journey=journey.key, field=f"steps.{name}.channels", expected="at least one channel")
    for channel in step.channels:
        if channel not in messages[step.message]:
            raise MessageWithoutVariant(journey=journey.key, step=name, message=step.message, channel=channel)
    if step.plan is not None:
        _check_time(journey, name, step.plan)


def _check_wait(journey: Journey, name: str, step: Wait) -> None:
    if (step.span is None) == (step.until is None):
        raise BadJourney(journey=journey.key, field=f"steps.{name}", expected="either `for` or `until`")
    if step.span is not None and step.span.length.total_seconds() <= 0:
        raise BadJourney(journey=journey.key, field=f"steps.{name}.for", expected="a span longer than nothing")
    if step.until is not None:
        _check_time(journey, name, step.until)


def _check_time(journey: Journey, name: str, wanted: Plan | LocalTime) -> None:
    if wanted.local_time and zones.parse_time(wanted.local_time) is None:
        raise BadJourney(journey=journey.key, field=f"steps.{name}", value=wanted.local_time, expected="HH:MM")
    if any(day not in range(7) for day in wanted.weekdays):
        raise BadJourney(journey=journey.key, field=f"steps.{name}.weekdays", expected="0 (Monday) to 6 (Sunday)")
