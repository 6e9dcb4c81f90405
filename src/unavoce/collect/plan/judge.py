"""The hot path: a batch's events against the version of the plan that the batch was pinned under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jsonschema_rs import Validator

from unavoce.collect import emission
from unavoce.collect.model import Event, Failure, Reason
from unavoce.collect.plan import rules
from unavoce.collect.plan.model import Fault, Judged, Mode, Violation

_DETAILED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """A rule made ready: its validator, and its mode unless the source says."""

    validator: Validator
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of the whole plan, ready to judge."""

    version: int
    checks: Mapping[str, Check] = field(default_factory=dict)
    by_source: Mapping[int, Mode] = field(default_factory=dict)

    def mode_of(self, event: Event, check: Check) -> Mode:
        """How strictly this event is taken."""
        return check.mode or self.by_source.get(event.source.id, Mode.OBSERVE)


def judge(plan: Plan, events: list[Event]) -> Judged:
    """What may enter, what is blocked, and every fault; events of no rule cost one look into a dictionary."""
    checks = plan.checks
    if not checks:
        return Judged(events, [], [], {})
    bad: dict[int, tuple[Mode, list[Fault]]] = {}
    for event in events:
        check = checks.get(event.name)
        if check is not None and not check.validator.is_valid(event.properties):
            bad[event.seq] = plan.mode_of(event, check), rules.faults_of(check.validator, event.properties)
    if not bad:
        return Judged(events, [], [], {})
    faulty = [event for event in events if event.seq in bad]
    return Judged(
        passed=[event for event in events if event.seq not in bad or bad[event.seq][0] is not Mode.BLOCK],
        blocked=[failure(plan, one, bad[one.seq][1]) for one in faulty if bad[one.seq][0] is Mode.BLOCK],
        violations=[
            Violation(event, plan.version, bad[event.seq][0], fault) for event in faulty for fault in bad[event.seq][1]
        ],
        faulty={seq: mode for seq, (mode, _) in bad.items()},
    )


def failure(plan: Plan, event: Event, faults: Sequence[Fault]) -> Failure:
    """A blocked event as it is kept: as a call that can be sent once more, with everything that is wrong."""
    return Failure(
        reason=Reason.AGAINST_PLAN,
        detail="; ".join(_told(fault) for fault in faults[:_DETAILED]),
        content=emission.content_of(event),
        seq=event.seq,
        name=event.name,
        message_id=event.message_id,
        what=faults[0].what,
        faults=[{"kind": str(one.kind), "property": one.place, "expected": one.expected} for one in faults],
        plan_version=plan.version,
    )


def _told(fault: Fault) -> str:
    said = f"{fault.place or 'properties'}: {fault.kind.replace('_', ' ')}"
    return f"{said} ({fault.expected})" if fault.expected else said
