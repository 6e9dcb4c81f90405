"""A second, slow and plain interpreter of journeys: one customer, one thing at a time, everything looked up anew.

It shares no code with the kernel but the definitions, the conditions on events, local time and the hash.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from unavoce.decide import journey as j
from unavoce.decide import zones
from unavoce.decide.matching import meets
from unavoce.decide.model import Noticed
from unavoce.decide.policy import Policy
from unavoce.decide.world import Contact, number
from unavoce.kernel.ids import share

Line = tuple[object, ...]
NEEDS = {
    "email": {"email"},
    "line": {"line_user_id"},
    "store": {"loyalty_card", "phone", "user_id", "email"},
    "ads": {"email", "phone", "user_id"},
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Going:
    """Somebody in a journey."""

    id: int
    journey: j.Journey
    key: str
    entered: datetime
    entry: Noticed
    held_out: bool
    step: str = ""
    since: datetime = EPOCH
    due: datetime | None = None
    retry: bool = False
    attempt: int = 0
    over: str = ""


@dataclass
class Said:
    """Something planned for her."""

    id: int
    who: Going
    step: str
    attempt: int
    channel: str
    audience: str
    at: datetime
    planned: datetime
    capped: bool
    cancelled: bool = False


@dataclass
class Her:
    """One customer, played alone."""

    customer: int
    journeys: list[j.Journey]
    policy: Policy
    contact: Contact
    met: bool
    going: list[Going] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    bought: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    parked: list[tuple[Going, datetime, datetime]] = field(default_factory=list)
    heard: list[tuple[datetime, Noticed]] = field(default_factory=list)
    decisions: list[Line] = field(default_factory=list)
    moves: list[Line] = field(default_factory=list)
    clock: datetime = EPOCH

    def play(self, events: list[Noticed], until: datetime) -> None:
        """Everything before `until`."""
        ahead = sorted(events, key=lambda each: (each.received_at, each.message_id))
        window = -1
        while True:
            dues = [(g.due, g.id, g) for g in self.going if g.due is not None and not g.over and g.due < until]
            timer = min(dues, key=lambda each: each[:2], default=None)
            event = ahead[0] if ahead and ahead[0].received_at < until else None
            moments = [m for m in (timer and timer[0], event and event.received_at) if m]
            if self.parked and (not moments or self._window(min(moments)) > window):
                self._judge()
                continue
            if not moments:
                return
            if self._window(min(moments)) != window:
                window, self.heard = self._window(min(moments)), []
            self.clock = min(moments)
            if event and event.received_at == min(moments):
                self._event(ahead.pop(0))
            elif timer:
                self._timer(timer[2])

    def _window(self, at: datetime) -> int:
        return int((at - EPOCH) / timedelta(seconds=self.policy.competition_seconds))

    def _event(self, event: Noticed) -> None:
        if event.name == "Order Completed" and self.policy.purchase_rule:
            self._purchase(event)
        self.heard.append((self.clock, event))
        for who in [each for each in self.going if not each.over]:
            fits = [rule for rule in who.journey.exits if isinstance(rule, j.OnEvent) and rule.event == event.name]
            if event.message_id != who.entry.message_id and any(meets(event, r.where, who.entry) for r in fits):
                self._out(who, "exited", "exited", self.clock)
            else:
                self._hear(who, event, self.clock)
        for journey in self.journeys:
            if isinstance(journey.entry, j.OnEvent) and journey.entry.event == event.name:
                self._enter(journey, event)

    def _purchase(self, event: Noticed) -> None:
        until = event.at + timedelta(days=self.policy.purchase_days)
        self.bought += [(product, event.at, until) for product in event.product_ids]
        for each in list(self.said):
            if not each.cancelled and self._is_bought(self._about(each.who), self.clock):
                self._cancel(each, "bought")
        for who in [each for each in self.going if not each.over]:
            leaves = any(isinstance(rule, j.OnBought) for rule in who.journey.exits)
            after = [p for p, at, until in self.bought if at >= who.entry.at and at <= self.clock < until]
            if leaves and set(after) & set(self._about(who)):
                self._out(who, "bought", "bought", self.clock)

    def _about(self, who: Going) -> tuple[str, ...]:
        return who.entry.product_ids if who.journey.about else ()

    def _is_bought(self, products: tuple[str, ...], at: datetime) -> bool:
        return any(product in products and since <= at < until for product, since, until in self.bought)

    def _cancel(self, each: Said, reason: str) -> None:
        each.cancelled = True
        self.decisions.append((each.who.id, each.step, each.attempt, "cancelled", reason, each.channel, each.planned))

    def _out(self, who: Going, way: str, reason: str, at: datetime) -> None:
        for each in self.said:
            if each.who is who and not each.cancelled:
                self._cancel(each, reason)
        for parked in [each for each in self.parked if each[0] is who]:
            self.parked.remove(parked)
            step = who.journey.steps[who.step]
            channel = step.channels[0] if isinstance(step, j.Send) else "ads"
            self.decisions.append((who.id, who.step, who.attempt, "denied", reason, channel, None))
        self._move(who, f"end:{way}", way, at)

    def _enter(self, journey: j.Journey, event: Noticed) -> None:
        key = str(event.properties.get(journey.entry_key, "")) if journey.entry_key else ""
        before = [each for each in self.going if each.journey is journey and each.key == key]
        if any(not each.over for each in before) or (journey.reentry == "never" and before):
            return
        if isinstance(journey.reentry, j.Cooldown):
            rest = timedelta(hours=journey.reentry.cooldown_hours)
            if any(self.clock - each.entered < rest for each in before):
                return
        held_out = False
        if journey.holdout:
            drawn = share(journey.holdout.seed or self.policy.seed, "holdout", journey.key, self.customer)
            held_out = drawn < journey.holdout.share
        id_ = number("enrolment", journey.key, event.iid, key, event.message_id)
        who = Going(id_, journey, key, self.clock, event, held_out)
        self.going.append(who)
        self._go(who, journey.start, "entered", self.clock, self.clock)

    def _hear(self, who: Going, event: Noticed, at: datetime) -> None:
        step = None if who.over else who.journey.steps.get(who.step)
        if not isinstance(step, j.WaitFor) or event.message_id == who.entry.message_id or who.since > at:
            return
        for awaited in step.events:
            if awaited.event == event.name and meets(event, awaited.where, who.entry):
                self._go(who, awaited.next, "happened", at, at)
                return

    def _timer(self, who: Going) -> None:
        step, at = who.journey.steps[who.step], self.clock
        wanted, who.due = who.due or at, None
        if isinstance(step, j.Wait):
            self._go(who, step.next, "waited", at, wanted)
        elif isinstance(step, j.WaitFor):
            self._go(who, step.otherwise, "timed_out", at, wanted)
        elif isinstance(step, j.Send) and who.retry:
            who.retry = False
            who.attempt += 1
            self.parked.append((who, at, who.since))
        elif isinstance(step, j.Send):
            self._go(who, step.next, "sent", at, wanted)

    def _go(self, who: Going, to: str | None, why: str, at: datetime, wanted: datetime) -> None:
        step = who.journey.steps[to] if to else j.End()
        if isinstance(step, j.End):
            self._move(who, "end:completed", why, at)
            return
        self._move(who, to or "", why, at)
        if isinstance(step, j.Wait):
            who.due = wanted + (step.span or j.Span()).length
        elif isinstance(step, j.WaitFor):
            self._listen(who, step, at)
        elif isinstance(step, j.Branch):
            self._go(who, step.paths[0].next if self.met else step.otherwise, "branched", at, wanted)
        elif isinstance(step, j.Split):
            self._go(who, self._arm(who, step), "split", at, wanted)
        else:
            who.attempt += 1
            self.parked.append((who, at, wanted))

    def _listen(self, who: Going, step: j.WaitFor, at: datetime) -> None:
        who.due = at + step.timeout.length
        here = who.step
        for heard_at, event in self.heard:
            if heard_at >= at and who.step == here and not who.over:
                self._hear(who, event, heard_at)

    def _arm(self, who: Going, step: j.Split) -> str | None:
        drawn, edge = share(step.seed or self.policy.seed, "split", who.journey.key, who.step, self.customer), 0.0
        for arm in step.arms:
            edge += arm.share
            if drawn < edge:
                return arm.next
        return None

    def _move(self, who: Going, to: str, why: str, at: datetime) -> None:
        self.moves.append((who.id, who.step if not who.over else who.over, to, why, at))
        if to.startswith("end:"):
            who.over = to
        else:
            who.step, who.since = to, at
        who.due = None

    def _judge(self) -> None:
        parked, self.parked = sorted(self.parked, key=lambda each: (each[1], each[0].id)), []
        gated = [(who, at, wanted, *self._gates(who, at, wanted)) for who, at, wanted in parked]
        order = sorted(
            (each for each in gated if each[4] is not None),
            key=lambda each: (-each[0].journey.priority, each[1], self._id(each[0], each[3])),
        )
        blocked: dict[int, tuple[datetime | None, bool]] = {}
        taken: list[Said] = []
        for who, _, _, channel, planned, _, _ in order:
            found = self._capped(who, channel, planned, taken)
            if found is None:
                taken.append(self._said(who, channel, planned, at=EPOCH))
            else:
                blocked[who.id] = found
        for who, at, _, channel, planned, reason, deadline in gated:
            step = who.journey.steps[who.step]
            onward = step.next if isinstance(step, j.Send | j.Action) else None
            if planned is not None and who.id not in blocked:
                self.said.append(self._said(who, channel, planned, at=at))
                self.decisions.append((who.id, who.step, who.attempt, "planned", reason, channel, planned))
                if planned > at:
                    who.due = planned
                else:
                    self._go(who, onward, "sent", at, at)
                continue
            loss = blocked.get(who.id)
            said = ("lost_to" if loss[1] else "cap_reached") if loss else reason
            self.decisions.append((who.id, who.step, who.attempt, "denied", said, channel, None))
            on_loss = step.on_loss if loss and isinstance(step, j.Send) else "skip"
            if on_loss == "exit":
                self._out(who, "exited", "exited", at)
            elif loss and on_loss == "defer" and loss[0] and at < loss[0] <= deadline:
                who.due, who.retry = loss[0], True
            else:
                self._go(who, onward, "held_out" if said == "holdout" else "denied", at, at)

    def _id(self, who: Going, channel: str) -> int:
        return number("intent", who.id, who.step, who.attempt, channel)

    def _said(self, who: Going, channel: str, planned: datetime, *, at: datetime) -> Said:
        step = who.journey.steps[who.step]
        audience = ""
        if isinstance(step, j.Action) and isinstance(step.do, j.AudienceAdd):
            audience = step.do.audience.replace("{product}", "+".join(self._about(who)))
        capped = channel in self.policy.capped_channels
        return Said(self._id(who, channel), who, who.step, who.attempt, channel, audience, at, planned, capped)

    def _gates(self, who: Going, at: datetime, wanted: datetime) -> tuple[str, datetime | None, str, datetime]:
        step = who.journey.steps[who.step]
        zone = zones.zone_of(self.contact.zone, self.policy.zone)
        channels = step.channels if isinstance(step, j.Send) else ("ads",)
        ttl = timedelta(hours=step.ttl_hours) if isinstance(step, j.Send) else timedelta(days=3)
        plan = step.plan if isinstance(step, j.Send) else None
        deadline = _planned(plan, wanted, zone) + ttl
        worst: tuple[int, str, str] | None = None
        for channel in channels:
            shut = self._shut(who, channel)
            if shut is None:
                return self._time(who, channel, plan, at, zone, deadline)
            if worst is None or shut[0] > worst[0]:
                worst = (*shut, channel)
        assert worst is not None
        return worst[2], None, worst[1], deadline

    def _shut(self, who: Going, channel: str) -> tuple[int, str] | None:
        if not NEEDS[channel] & self.contact.addresses:
            return 0, "unreachable"
        state = self.contact.consents.get((channel, "marketing"))
        if state == "denied":
            return 1, "opted_out"
        if state != "granted" and channel != "store":
            return 1, "no_consent"
        if self.policy.purchase_rule and self._is_bought(self._about(who), self.clock):
            return 2, "bought"
        return None

    def _time(
        self, who: Going, channel: str, plan: j.Plan | None, at: datetime, zone: str, deadline: datetime
    ) -> tuple[str, datetime | None, str, datetime]:
        if who.held_out:
            return channel, None, "holdout", deadline
        planned = _planned(plan, at, zone)
        reason = "planned" if planned > at else "sent"
        quiet = self.policy.quiet_hours
        if quiet and channel in quiet.channels:
            later = planned
            while zones.quiet_until(later, quiet.start, quiet.end, zone):
                later += timedelta(minutes=1)  # minute by minute, as a person would look at the clock
            if later != planned:
                reason, planned = "quiet_hours", later.replace(second=0, microsecond=0)
        return (channel, None, "expired", deadline) if planned > deadline else (channel, planned, reason, deadline)

    def _capped(
        self, who: Going, channel: str, planned: datetime, taken: list[Said]
    ) -> tuple[datetime | None, bool] | None:
        if channel not in self.policy.capped_channels:
            return None
        standing = [each for each in [*self.said, *taken] if each.capped and not each.cancelled]
        for cap in self.policy.caps:
            about = {"global": "", "channel": channel, "category": who.journey.category, "journey": who.journey.key}
            if about[cap.scope] != cap.of:
                continue
            same = sorted(
                (each.planned, each.id)
                for each in standing
                if cap.scope == "global"
                or {"channel": each.channel, "category": each.who.journey.category, "journey": each.who.journey.key}[
                    cap.scope
                ]
                == cap.of
            )
            length = timedelta(hours=cap.hours)
            found = _too_full(same, (planned, self._id(who, channel)), cap.max, length)
            if found is not None:
                return found[0], any(each.id == found[1] for each in taken)
        return None


def _too_full(
    same: list[tuple[datetime, int]], new: tuple[datetime, int], most: int, length: timedelta
) -> tuple[datetime | None, int] | None:
    if most == 0:
        return None, 0
    everyone = sorted([*same, new])
    for first in range(len(everyone)):
        group = everyone[first : first + most + 1]
        if new in group and len(group) == most + 1 and group[-1][0] - group[0][0] < length:
            others = [each for each in group if each != new]
            return others[0][0] + length, others[-1][1]
    return None


def _planned(plan: j.Plan | None, since: datetime, zone: str) -> datetime:
    if plan is None:
        return since
    later = since + (plan.after.length if plan.after else timedelta())
    return zones.next_local(later, plan.local_time, zone, days=plan.days) if plan.local_time else later
