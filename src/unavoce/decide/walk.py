"""One customer's walk through a tick: what happens to her in the order of effective time, window by window.

A walk is a generator: it stops to ask for what only the outside knows (how she can be reached, whether she meets a
condition at a moment) and is pure otherwise, so that live, shadow and backtest differ in who answers.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from unavoce.decide import journey as j
from unavoce.decide import pipeline, zones
from unavoce.decide.arbitrate import Blocked, arbitrate
from unavoce.decide.ledger import Ledger, intent_id
from unavoce.decide.matching import look, meets
from unavoce.decide.model import Arm, Move, Noticed, Op, Reason, State, Verdict
from unavoce.decide.pipeline import Candidate, Gated
from unavoce.decide.proposals import deed_of, loss_of, rival_of, said_by
from unavoce.decide.reconcile import (
    BOUNCE,
    FAILURE,
    PURCHASE,
    RULE_EVENTS,
    agree,
    arm_before,
    leave,
    remember,
    say_otherwise,
    sort_out,
)
from unavoce.decide.world import (
    Contact,
    Effect,
    Enrolment,
    LiveJourney,
    Outcome,
    Program,
    Reached,
    World,
    number,
)
from unavoce.kernel.ids import share

_RELINK, _EVENT, _TIMER = 0, 1, 2  # at one moment: links first, and a tie between event and timer goes to the event
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class NeedContact:
    """How can this customer be reached?"""

    customer: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Does this customer meet this segment definition at this moment?"""

    customer: int
    iids: frozenset[int]
    definition: Mapping[str, object]
    at: datetime


Request = NeedContact | Ask
Reply = Contact | bool
Walking = Generator[Request, Reply, None]


def play(world: World, program: Program) -> Generator[Request, Reply, Outcome]:
    """Play one customer up to `program.until`; yields requests, wants replies, returns what has changed."""
    walk = _Walk(world, program)
    yield from walk.run()
    return walk.ledger.out


class _Walk:
    def __init__(self, world: World, program: Program) -> None:
        self.ledger = Ledger(world, program)
        self.world, self.program = world, program
        self.agenda: list[tuple[datetime, int, tuple[object, ...], Noticed | int | None]] = []
        self.window = -1
        self.latest = program.since
        self.heard: list[tuple[datetime, Noticed]] = []
        self.contact: Contact | None = None
        if world.relinked_at is not None:
            self._note(world.relinked_at, _RELINK, (), None)
        # A message that was told twice is one message.
        for event in {each.message_id: each for each in world.events}.values():
            self._note(event.received_at, _EVENT, (event.message_id, event.name, event.iid), event)
        for who in self.ledger.walking():
            self._set_timer(who)

    def run(self) -> Walking:
        """Play the agenda window by window."""
        while self.agenda or self.ledger.candidates:
            if self.ledger.candidates and (not self.agenda or self._window(self.agenda[0][0]) > self.window):
                yield from self._close()
                continue
            at, kind, _, what = heappop(self.agenda)
            if self._window(at) != self.window:
                self.window, self.heard = self._window(at), []
            self.latest = max(self.latest, at)
            if kind == _RELINK:
                yield from self._relinked(at)
            elif isinstance(what, Noticed):
                yield from self._happens(what, at)
            elif isinstance(what, int):
                yield from self._due(self.ledger.enrolments[what], at)

    def _window(self, at: datetime) -> int:
        return (at - _EPOCH) // timedelta(seconds=self.program.policy.competition_seconds)

    def _note(self, at: datetime, kind: int, tie: tuple[object, ...], what: Noticed | int | None) -> None:
        at = max(at, self.program.since)
        if at < self.program.until:
            heappush(self.agenda, (at, kind, tie, what))

    def _set_timer(self, who: Enrolment) -> None:
        if who.due is not None and who.state is State.ACTIVE and not self.ledger.live(who).paused:
            self._note(who.due, _TIMER, (who.id, who.seq), who.id)

    def _wait(self, who: Enrolment, due: datetime, awaited: str) -> None:
        self.ledger.wait(who, due, awaited)
        self._set_timer(who)

    # What happens

    def _relinked(self, at: datetime) -> Walking:
        for who in [*sort_out(self.ledger, at), *agree(self.ledger, at, "link")]:
            self._set_timer(who)
        for event in sorted(self.world.recent, key=lambda each: (each.received_at, each.message_id)):
            yield from self._moves(event, at, since=event.received_at)

    def _happens(self, event: Noticed, at: datetime) -> Walking:
        if event.name in RULE_EVENTS and remember(self.ledger, event, at):
            for who in agree(self.ledger, at, event.message_id):
                self._set_timer(who)
        if event.name in (BOUNCE, FAILURE):
            say_otherwise(self.ledger, event, at)
        self._reach_goals(event, at)
        if not self._history(event):
            self.heard.append((at, event))
            yield from self._moves(event, at, since=at)
            yield from self._enters(event, at)

    def _history(self, event: Noticed) -> bool:
        old = timedelta(hours=self.program.policy.history_hours)
        return event.historic or event.received_at - event.at > old

    def _reach_goals(self, event: Noticed, at: datetime) -> None:
        for who in self.ledger.enrolments.values():
            for place, goal in enumerate(self.ledger.journey(who).goals):
                within = who.entered_at <= at <= who.entered_at + timedelta(days=goal.within_days)
                own = event.message_id == who.entry.message_id
                if goal.event == event.name and within and not own and meets(event, goal.where, who.entry):
                    self.ledger.out.goals.append(Reached(who.id, place, event.iid, at, event.message_id))

    def _moves(self, event: Noticed, at: datetime, *, since: datetime) -> Walking:
        """Let an event end or move the enrolments that were already waiting when it took effect (`since`)."""
        for who in self.ledger.walking():
            definition = self.ledger.journey(who)
            if who.entered_at <= since and self._exits(who, definition, event):
                leave(self.ledger, who, at, Move.EXITED, cause=event.message_id, by=None)
            elif who.since <= since:
                yield from self._hears(who, event, at)

    def _exits(self, who: Enrolment, definition: j.Journey, event: Noticed) -> bool:
        if event.message_id == who.entry.message_id:
            return False
        return any(_fits(rule, event, who.entry) for rule in definition.exits)

    def _hears(self, who: Enrolment, event: Noticed, at: datetime) -> Walking:
        if who.state is not State.ACTIVE or self.ledger.live(who).paused:
            return
        step = self.ledger.journey(who).steps.get(who.step)
        if not isinstance(step, j.WaitFor) or event.message_id == who.entry.message_id:
            return
        for awaited in step.events:
            if awaited.event == event.name and meets(event, awaited.where, who.entry):
                yield from self._go(who, awaited.next, at, Move.HAPPENED, event.message_id, wanted=at)
                return

    def _enters(self, event: Noticed, at: datetime) -> Walking:
        policy = self.program.policy
        for live in self.program.journeys.values():
            if not live.open or live.paused:
                continue
            thanked = policy.purchase_rule and live.journey.key == policy.post_purchase_journey
            if _fits(live.journey.entry, event, None) or (thanked and event.name == PURCHASE):
                yield from self._enter(live, event, at)

    def _enter(self, live: LiveJourney, event: Noticed, at: datetime) -> Walking:
        definition = live.journey
        found = look(event, definition.entry_key) if definition.entry_key else ""
        entry_key = "" if found is None else str(found)
        who_id = number("enrolment", definition.key, event.iid, entry_key, event.message_id)
        if who_id in self.ledger.enrolments or not self._may_enter(definition, entry_key, at):
            return
        who = Enrolment(
            id=who_id,
            journey=definition.key,
            version=live.version,
            iid=event.iid,
            entry_key=entry_key,
            entered_at=at,
            entry=event,
            arm=self._arm(definition),
        )
        self.ledger.enter(who)
        yield from self._go(who, definition.start, at, Move.ENTERED, event.message_id, wanted=at)

    def _may_enter(self, definition: j.Journey, entry_key: str, at: datetime) -> bool:
        before = [
            each
            for each in self.ledger.enrolments.values()
            if each.journey == definition.key and each.entry_key == entry_key
        ]
        if any(each.state is not State.ENDED for each in before):
            return False
        match definition.reentry:
            case "never":
                return not before
            case j.Cooldown(cooldown_hours=hours):
                return all(at - each.entered_at >= timedelta(hours=hours) for each in before)
            case _:
                return True

    def _arm(self, definition: j.Journey) -> Arm:
        before = arm_before(self.ledger, definition.key)
        if before is not None or definition.holdout is None:
            return before or Arm.TREATED
        seed = definition.holdout.seed or self.program.policy.seed
        drawn = share(seed, "holdout", definition.key, self.world.customer)
        return Arm.HOLDOUT if drawn < definition.holdout.share else Arm.TREATED

    def _due(self, who: Enrolment, at: datetime) -> Walking:
        if who.due is None or who.state is not State.ACTIVE or max(who.due, self.program.since) > at:
            return
        step, wanted = self.ledger.journey(who).steps[who.step], who.due
        match step:
            case j.Wait():
                yield from self._go(who, step.next, at, Move.WAITED, "", wanted=wanted)
            case j.WaitFor():
                yield from self._go(who, step.otherwise, at, Move.TIMED_OUT, "", wanted=wanted)
            case j.Send() if who.awaited == "retry":
                who.due = None
                self._propose(who, step, at, wanted=who.since)
            case j.Send():
                yield from self._go(who, step.next, at, Move.SENT, "", wanted=wanted)
            case _:
                return

    # Where she goes

    def _go(self, who: Enrolment, to: str | None, at: datetime, why: Move, cause: str, *, wanted: datetime) -> Walking:
        """Lead her on from step to step until she waits, stands to be spoken to, or is through."""
        definition = self.ledger.journey(who)
        while to is not None and not isinstance(definition.steps[to], j.End):
            step = definition.steps[to]
            self.ledger.move(who, to, at, why, cause)
            match step:
                case j.Wait() | j.WaitFor():
                    yield from self._stand(who, step, at, wanted)
                    return
                case j.Send():
                    self._propose(who, step, at, wanted=wanted)
                    return
                case j.Branch():
                    to, why = (yield from self._branch(step, at)), Move.BRANCHED
                case j.Split():
                    to, why = self._split(who, step), Move.SPLIT
                case j.Action():
                    if self._act(who, step, at, wanted):
                        return
                    to, why = step.next, Move.HELD_OUT if who.arm is Arm.HOLDOUT else Move.ACTED
        self.ledger.move(who, f"end:{Move.COMPLETED}", at, why, cause)

    def _stand(self, who: Enrolment, step: j.Wait | j.WaitFor, at: datetime, wanted: datetime) -> Walking:
        if isinstance(step, j.WaitFor):
            self._wait(who, at + step.timeout.length, "event")
            # In one window events are heard before candidates are judged: what came after `at` still counts.
            for heard_at, event in list(self.heard):
                if heard_at >= at and who.seq and isinstance(self.ledger.journey(who).steps.get(who.step), j.WaitFor):
                    yield from self._hears(who, event, heard_at)
        elif step.span is not None:
            self._wait(who, wanted + step.span.length, "time")
        elif step.until is not None:
            contact = yield from self._reachable()
            zone = zones.zone_of(contact.zone, self.program.policy.zone)
            until = step.until
            due = zones.next_local(at, until.local_time, zone, days=until.days, weekdays=until.weekdays)
            self._wait(who, due, "time")

    def _branch(self, step: j.Branch, at: datetime) -> Generator[Request, Reply, str | None]:
        for path in step.paths:
            met = yield Ask(self.world.customer, self.world.iids, path.when, at)
            if met is True:
                return path.next
        return step.otherwise

    def _split(self, who: Enrolment, step: j.Split) -> str | None:
        drawn = share(step.seed or self.program.policy.seed, "split", who.journey, who.step, self.world.customer)
        for arm in step.arms:
            drawn -= arm.share
            if drawn < 0:
                return arm.next
        return step.arms[-1].next

    def _act(self, who: Enrolment, step: j.Action, at: datetime, wanted: datetime) -> bool:
        """Do it; says whether she has to stand and wait for a verdict."""
        match step.do:
            case j.AudienceAdd():
                joining = deed_of(self.ledger, who, at, wanted, step.do.channel, audience=step.do.audience)
                self.ledger.candidates.append(replace(joining, op=Op.ADD))
                return True
            case _ if who.arm is Arm.HOLDOUT:
                return False
            case j.AudienceRemove():
                leaving = deed_of(self.ledger, who, at, wanted, step.do.channel, audience=step.do.audience)
                out = replace(leaving, op=Op.REMOVE)
                self.ledger.plan(out, step.do.channel, at, at + out.ttl, capped=False)
            case j.CallWebhook():
                base = deed_of(self.ledger, who, at, wanted, _WEBHOOK)
                call = replace(base, carried={"url": step.do.url, "body": step.do.body})
                self.ledger.plan(call, _WEBHOOK, at, at + call.ttl, capped=False)
            case j.SetTrait():
                self._effect(who, "Trait Set", {}, {step.do.trait: step.do.value}, at)
            case j.EmitEvent():
                self._effect(who, step.do.event, step.do.properties, {}, at)
        return False

    def _effect(
        self, who: Enrolment, name: str, said: Mapping[str, object], traits: Mapping[str, object], at: datetime
    ) -> None:
        self.ledger.out.effects.append(
            Effect(who.id, who.seq, who.iid, self.world.customer, name, dict(said), dict(traits), at)
        )

    # What is said to her

    def _propose(self, who: Enrolment, step: j.Send, at: datetime, *, wanted: datetime) -> None:
        self.ledger.candidates.append(said_by(self.ledger, who, step, at, wanted))

    def _reachable(self) -> Generator[Request, Reply, Contact]:
        if self.contact is None:
            reply = yield NeedContact(self.world.customer)
            self.contact = reply if isinstance(reply, Contact) else Contact(frozenset(), {})
        return self.contact

    def _close(self) -> Walking:
        """A window is over: judge everybody who stands to be spoken to, together."""
        contact = yield from self._reachable()
        judged, self.ledger.candidates = self.ledger.candidates, []
        judged.sort(key=lambda each: (each.at, each.enrolment.id, each.attempt))
        kept = pipeline.in_force(self.ledger.suppressions.values(), self.latest)
        policy = self.program.policy
        gated = [pipeline.gate(each, contact, kept, policy) for each in judged]
        rivals = [rival for each in gated if (rival := rival_of(each, policy.capped_channels))]
        blocked = arbitrate(rivals, self.ledger.book, policy)
        winners = {rival.slot.intent for rival in rivals if blocked[rival.slot.intent] is None}
        for each in gated:
            found = blocked.get(intent_id(each.candidate, each.channel)) if each.open else None
            if each.open and found is None:
                yield from self._accept(each)
            else:
                yield from self._deny(each, found, winners)

    def _accept(self, gated: Gated) -> Walking:
        candidate, planned = gated.candidate, gated.planned_for or gated.candidate.at
        capped = gated.channel in self.program.policy.capped_channels and candidate.purpose == pipeline.MARKETING
        intent = self.ledger.plan(candidate, gated.channel, planned, gated.deadline, capped=capped)
        reason = Reason.RETURNED if candidate.returned else gated.reason
        self.ledger.decide(
            candidate, Verdict.PLANNED, reason, channel=gated.channel, rule=gated.rule, intent=intent, why=gated.why
        )
        if not candidate.moves:
            return
        if planned > candidate.at:
            self._wait(candidate.enrolment, planned, "sent")
        else:
            yield from self._leave_step(candidate, Move.SENT)

    def _deny(self, gated: Gated, found: Blocked | None, winners: set[int]) -> Walking:
        candidate, reason, rule, by = gated.candidate, gated.reason, gated.rule, gated.blocked_by
        retry: datetime | None = None
        if found is not None:
            reason, rule, by = loss_of(found, winners)
            retry = found.free_at
        elif reason is Reason.HOLDOUT:
            gated.why["share"] = self._share_of(candidate)
        self.ledger.decide(
            candidate, Verdict.DENIED, reason, channel=gated.channel, rule=rule, blocked_by=by, why=gated.why
        )
        if not candidate.moves:
            return
        step = self.ledger.journey(candidate.enrolment).steps.get(candidate.step)
        on_loss = step.on_loss if isinstance(step, j.Send) and found is not None else "skip"
        if on_loss == "exit":
            leave(self.ledger, candidate.enrolment, candidate.at, Move.EXITED, cause=rule, by=by)
        elif on_loss == "defer" and retry is not None and candidate.at < retry <= gated.deadline:
            self._wait(candidate.enrolment, retry, "retry")
        else:
            yield from self._leave_step(candidate, Move.HELD_OUT if reason is Reason.HOLDOUT else Move.DENIED)

    def _share_of(self, candidate: Candidate) -> float:
        holdout = self.ledger.journey(candidate.enrolment).holdout
        return holdout.share if holdout else 0.0

    def _leave_step(self, candidate: Candidate, why: Move) -> Walking:
        who = candidate.enrolment
        step = self.ledger.journey(who).steps[candidate.step]
        following = step.next if isinstance(step, j.Send | j.Action) else None
        yield from self._go(who, following, candidate.at, why, "", wanted=candidate.wanted)


def _fits(rule: j.Entry | j.Exit, event: Noticed, entry: Noticed | None) -> bool:
    match rule:
        case j.OnEvent():
            return rule.event == event.name and meets(event, rule.where, entry)
        case j.OnSegmentEntered():
            return event.name == j.flip_name("entered", rule.segment)
        case j.OnSegmentLeft():
            return event.name == j.flip_name("left", rule.segment)
        case j.OnBought() | j.OnPurchase():
            return False


Predicates = Callable[[list[Ask]], list[bool]]
Contacts = Callable[[list[int]], Mapping[int, Contact]]
