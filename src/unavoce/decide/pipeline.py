"""The one decision point's gates, in their fixed order: reachable, consent, suppression, holdout, time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from unavoce.decide import zones
from unavoce.decide.journey import Plan
from unavoce.decide.model import Arm, Op, Reason
from unavoce.decide.policy import Policy
from unavoce.decide.world import Cause, Contact, Enrolment, Subject, Suppression

# The identifiers by which each channel can reach somebody; a channel that is not named here needs none.
REACH: Mapping[str, frozenset[str]] = {
    "email": frozenset({"email"}),
    "line": frozenset({"line_user_id"}),
    "sms": frozenset({"phone"}),
    "push": frozenset({"push_token"}),
    "store": frozenset({"loyalty_card", "phone", "user_id", "email"}),
    "ads": frozenset({"email", "phone", "user_id"}),
}
# Marketing here needs an explicit yes; elsewhere it only respects a no.
NEEDS_YES = frozenset({"email", "line", "sms", "push", "ads"})
MARKETING = "marketing"
TRANSACTIONAL = "transactional"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a step where a message could be said."""

    enrolment: Enrolment
    step: str
    attempt: int
    op: Op
    channels: tuple[str, ...]
    message: str
    purpose: str
    category: str
    priority: int
    at: datetime
    """When it takes effect."""
    wanted: datetime
    """When it should have: earlier than `at` only after a pause."""
    ttl: timedelta
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    audience: str = ""
    plan: Plan | None = None
    plan_for: datetime | None = None
    """A time that was decided before: of a message that is planned again."""
    moves: bool = True
    """Whether the verdict moves the enrolment on."""
    revives: int | None = None
    """The cancelled intent that is planned again."""
    returned: bool = False
    """Whether it comes back because a purchase no longer counts."""
    carried: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gates say: a channel and a time, or why not; `why` holds every fact that was looked at."""

    candidate: Candidate
    channel: str
    reason: Reason
    rule: str
    planned_for: datetime | None
    deadline: datetime
    why: dict[str, object]
    blocked_by: int | None = None

    @property
    def open(self) -> bool:
        """Whether no gate was shut."""
        return self.planned_for is not None


@dataclass(frozen=True, slots=True)
class _Shut:
    gate: int
    reason: Reason
    rule: str
    by: int | None = None


def gate(candidate: Candidate, contact: Contact, kept: Sequence[Suppression], policy: Policy) -> Gated:
    """Take a candidate through the gates; `kept` are the suppressions in force at its time."""
    zone = zones.zone_of(contact.zone, policy.zone)
    wanted = _planned(candidate, candidate.wanted, zone)
    deadline = wanted + candidate.ttl
    shut: list[tuple[str, _Shut]] = []
    for channel in candidate.channels:
        found = _shut(channel, candidate, contact, kept, policy)
        if found is None:
            return _past_gates(candidate, channel, zone, policy, wanted, dict(shut))
        shut.append((channel, found))
    # With no channel left, the one that came furthest says why; of those, the first.
    channel, last = max(shut, key=lambda each: each[1].gate)
    return Gated(candidate, channel, last.reason, last.rule, None, deadline, _why(shut), last.by)


def _past_gates(
    candidate: Candidate, channel: str, zone: str, policy: Policy, wanted: datetime, shut: Mapping[str, _Shut]
) -> Gated:
    deadline = wanted + candidate.ttl
    why = _why(list(shut.items()))
    why["channel"] = channel
    if candidate.enrolment.arm is Arm.HOLDOUT and candidate.purpose == MARKETING:
        return Gated(candidate, channel, Reason.HOLDOUT, "holdout", None, deadline, why | {"arm": "holdout"})
    planned = candidate.plan_for or (
        wanted if candidate.at == candidate.wanted else _planned(candidate, candidate.at, zone)
    )
    reason = Reason.PLANNED if planned > candidate.at else Reason.SENT
    rule = "plan"
    quiet = quiet_end(planned, channel, candidate.purpose, zone, policy)
    if quiet is not None and policy.quiet_hours is not None:
        reason, rule = Reason.QUIET_HOURS, f"quiet:{policy.quiet_hours.start}-{policy.quiet_hours.end}"
        planned = quiet
    why |= {"zone": zone, "local_time": planned.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")}
    if planned > deadline:
        return Gated(
            candidate, channel, Reason.EXPIRED, "ttl", None, deadline, why | {"deadline": deadline.isoformat()}
        )
    return Gated(candidate, channel, reason, rule, planned, deadline, why)


def quiet_end(at: datetime, channel: str, purpose: str, zone: str, policy: Policy) -> datetime | None:
    """When the quiet hours that keep this channel silent at `at` end; None where she may be written to."""
    quiet = policy.quiet_hours
    if quiet is None or purpose != MARKETING or channel not in quiet.channels:
        return None
    return zones.quiet_until(at, quiet.start, quiet.end, zone)


def _planned(candidate: Candidate, since: datetime, zone: str) -> datetime:
    plan = candidate.plan
    if plan is None:
        return since
    later = since + plan.after.length if plan.after else since
    if not plan.local_time:
        return later
    return zones.next_local(later, plan.local_time, zone, days=plan.days, weekdays=plan.weekdays)


def _shut(
    channel: str, candidate: Candidate, contact: Contact, kept: Sequence[Suppression], policy: Policy
) -> _Shut | None:
    if channel in REACH and not REACH[channel] & contact.addresses:
        return _Shut(0, Reason.UNREACHABLE, f"reachable:{channel}")
    refused = consent_refused(channel, candidate.purpose, contact)
    if refused is not None:
        return _Shut(1, refused, f"consent:{channel}:{candidate.purpose}")
    found = suppressed(channel, candidate.purpose, candidate.products, candidate.categories, kept, policy)
    if found is not None:
        return _Shut(2, reason_of(found), f"suppression:{found.cause}:{found.subject}:{found.value}", found.id)
    return None


def consent_refused(channel: str, purpose: str, contact: Contact) -> Reason | None:
    """Why she may not be spoken to on this channel for this purpose; None when she may."""
    state = contact.consents.get((channel, purpose))
    if state == "denied":
        return Reason.OPTED_OUT
    if purpose == MARKETING and channel in NEEDS_YES and state != "granted":
        return Reason.NO_CONSENT
    return None


def suppressed(
    channel: str,
    purpose: str,
    products: Iterable[str],
    categories: Iterable[str],
    kept: Sequence[Suppression],
    policy: Policy,
) -> Suppression | None:
    """The suppression that keeps this from her, if there is one."""
    about = {(Subject.PRODUCT, each) for each in products} | {(Subject.CATEGORY, each) for each in categories}
    about.add((Subject.CHANNEL, channel))
    if purpose == MARKETING:
        about.add((Subject.PROMOTION, ""))
    for each in kept:
        if each.cause is Cause.BOUGHT and not policy.purchase_rule:
            continue
        if each.cause is Cause.COMPLAINT and purpose != MARKETING:
            continue
        if (each.subject, each.value) in about:
            return each
    return None


def reason_of(suppression: Suppression) -> Reason:
    """A suppression's cause as the reason of a decision."""
    return {
        Cause.BOUGHT: Reason.BOUGHT,
        Cause.BOUNCE: Reason.SUPPRESSED_BOUNCE,
        Cause.COMPLAINT: Reason.SUPPRESSED_COMPLAINT,
        Cause.SERVICE: Reason.SERVICE_OPEN,
    }[suppression.cause]


def in_force(suppressions: Iterable[Suppression], at: datetime) -> list[Suppression]:
    """The suppressions that hold at a moment, oldest first."""
    held = [each for each in suppressions if each.lifted_at is None and each.at <= at < each.until]
    return sorted(held, key=lambda each: (each.at, each.id))


def _why(shut: Sequence[tuple[str, _Shut]]) -> dict[str, object]:
    return {"tried": [{"channel": channel, "reason": str(each.reason), "rule": each.rule} for channel, each in shut]}
