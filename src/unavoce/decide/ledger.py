"""One customer's books while a tick is played: where she stands, what is planned, and what was written down."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from unavoce.decide.arbitrate import Book, Slot
from unavoce.decide.journey import Journey
from unavoce.decide.model import (
    HOLDING,
    PENDING,
    Decision,
    Intent,
    IntentState,
    Move,
    Noticed,
    Op,
    Reason,
    State,
    Transition,
    Verdict,
)
from unavoce.decide.pipeline import Candidate
from unavoce.decide.world import Change, Enrolment, LiveJourney, Outcome, Program, World, key, number


class Ledger:
    """The state of one customer, and what has changed in it."""

    def __init__(self, world: World, program: Program) -> None:
        self.world = world
        self.program = program
        self.enrolments = {each.id: replace(each) for each in sorted(world.enrolments, key=_oldest_first)}
        self.intents = {each.id: each for each in sorted(world.intents, key=_in_order)}
        self.suppressions = {each.id: each for each in world.suppressions}
        self.book = Book(_slot(each) for each in world.intents if each.capped and each.state in HOLDING)
        self.out = Outcome()
        self.candidates: list[Candidate] = []

    def live(self, enrolment: Enrolment) -> LiveJourney:
        """The version of the journey that an enrolment walks."""
        return self.program.journeys[enrolment.journey, enrolment.version]

    def journey(self, enrolment: Enrolment) -> Journey:
        """The definition that an enrolment walks."""
        return self.live(enrolment).journey

    def walking(self) -> list[Enrolment]:
        """Her enrolments that are not over, oldest first."""
        return [each for each in self.enrolments.values() if each.state is not State.ENDED]

    def enter(self, enrolment: Enrolment) -> None:
        """A new enrolment."""
        self.enrolments[enrolment.id] = enrolment
        self.out.entered.append(enrolment)

    def move(self, who: Enrolment, to: str, at: datetime, why: Move, cause: str) -> None:
        """Put her on a step, or (`end:...`) out of the journey, and write it down."""
        who.seq += 1
        self.out.transitions.append(
            Transition(
                who.id, who.seq, who.journey, who.version, who.iid, self.world.customer, place(who), to, why, cause, at
            )
        )
        if to.startswith("end:"):
            who.state, who.ended_at, who.ended_by = State.ENDED, at, to.removeprefix("end:")
        else:
            who.state, who.step, who.since, who.due, who.awaited = State.ACTIVE, to, at, None, ""
            who.ended_at, who.ended_by = None, ""
        self.out.moved[who.id] = who

    def rest(self, who: Enrolment, at: datetime, *, behind: int | None, cause: str) -> None:
        """Let her stand still behind another enrolment of the same journey, or (None) walk on."""
        who.seq += 1
        why = Move.RESUMED if behind is None else Move.SUSPENDED
        who.state, who.stopped_by = (State.ACTIVE if behind is None else State.SUSPENDED), behind
        self.out.transitions.append(
            Transition(
                who.id,
                who.seq,
                who.journey,
                who.version,
                who.iid,
                self.world.customer,
                who.step,
                who.step,
                why,
                cause,
                at,
            )
        )
        self.out.moved[who.id] = who

    def wait(self, who: Enrolment, due: datetime, awaited: str) -> None:
        """Let her stand where she is until `due`."""
        who.due, who.awaited = due, awaited
        who.seq += 1
        self.out.moved[who.id] = who

    def plan(
        self,
        candidate: Candidate,
        channel: str,
        planned_for: datetime,
        deadline: datetime,
        *,
        capped: bool,
        by: int | None = None,
    ) -> Intent:
        """Write down a decided message."""
        who = candidate.enrolment
        intent = Intent(
            id=intent_id(candidate, channel),
            key=key("key", who.id, candidate.step, candidate.attempt, channel),
            op=candidate.op,
            channel=channel,
            message=candidate.message,
            audience=candidate.audience,
            iid=who.iid,
            customer=self.world.customer,
            enrolment=who.id,
            journey=who.journey,
            version=who.version,
            step=candidate.step,
            attempt=candidate.attempt,
            purpose=candidate.purpose,
            category=candidate.category,
            products=candidate.products,
            categories=candidate.categories,
            planned_for=planned_for,
            expires_at=max(deadline, planned_for),
            at=candidate.at,
            capped=capped,
            priority=candidate.priority,
            blocked_by=by,
            event=entry_facts(who),
            detail=candidate.carried,
        )
        self.intents[intent.id] = intent
        self.out.intents.append(intent)
        return intent

    def decide(
        self,
        candidate: Candidate,
        verdict: Verdict,
        reason: Reason,
        *,
        channel: str,
        rule: str,
        blocked_by: int | None = None,
        intent: Intent | None = None,
        why: Mapping[str, object],
    ) -> None:
        """Write down the one decision of a candidate."""
        who = candidate.enrolment
        self.out.decisions.append(
            Decision(
                id=decision_id(who.id, candidate.step, candidate.attempt),
                enrolment=who.id,
                journey=who.journey,
                version=who.version,
                step=candidate.step,
                attempt=candidate.attempt,
                iid=who.iid,
                customer=self.world.customer,
                channel=channel,
                message=candidate.message or candidate.audience,
                verdict=verdict,
                reason=reason,
                rule=rule,
                blocked_by=blocked_by,
                intent=intent.id if intent else None,
                revises=self._decision_of(candidate.revives),
                planned_for=intent.planned_for if intent else None,
                at=candidate.at,
                detail=why,
            )
        )

    def cancel(
        self, intent: Intent, reason: Reason, at: datetime, *, rule: str, by: int | None, why: Mapping[str, object]
    ) -> None:
        """Take a pending message back, free its slot, and say why in a decision linked to the first."""
        self.intents[intent.id] = replace(
            intent, state=IntentState.CANCELLED, settled_reason=str(reason), blocked_by=by
        )
        self.book.give_back(intent.id)
        self.out.changes.append(Change(intent.id, IntentState.CANCELLED, reason, by, at))
        self.out.decisions.append(revision(intent, self.world.customer, reason, at, rule=rule, by=by, why=why))

    def pending(self) -> list[Intent]:
        """What could still be taken back, oldest first."""
        return [each for each in self.intents.values() if each.state in PENDING and each.op is not Op.REMOVE]

    def cancel_all_of(self, who: Enrolment, reason: Reason, at: datetime, *, rule: str, by: int | None) -> None:
        """Take back whatever an enrolment has planned, and withdraw what it stands to say."""
        for intent in self.pending():
            if intent.enrolment == who.id:
                self.cancel(intent, reason, at, rule=rule, by=by, why={})
        for candidate in [each for each in self.candidates if each.enrolment.id == who.id]:
            self.candidates.remove(candidate)
            self.decide(
                candidate, Verdict.DENIED, reason, channel=candidate.channels[0], rule=rule, blocked_by=by, why={}
            )

    def _decision_of(self, intent: int | None) -> int | None:
        found = self.intents.get(intent) if intent is not None else None
        return decision_id(found.enrolment, found.step, found.attempt) if found else None


def revision(
    intent: Intent, customer: int, reason: Reason, at: datetime, *, rule: str, by: int | None, why: Mapping[str, object]
) -> Decision:
    """The decision that takes an earlier one back."""
    return Decision(
        id=number("revision", intent.id, reason),
        enrolment=intent.enrolment,
        journey=intent.journey,
        version=intent.version,
        step=intent.step,
        attempt=intent.attempt,
        iid=intent.iid,
        customer=customer,
        channel=intent.channel,
        message=intent.message or intent.audience,
        verdict=Verdict.CANCELLED,
        reason=reason,
        rule=rule,
        blocked_by=by,
        intent=intent.id,
        revises=decision_id(intent.enrolment, intent.step, intent.attempt),
        planned_for=intent.planned_for,
        at=at,
        detail=why,
    )


def intent_id(candidate: Candidate, channel: str) -> int:
    """An intent's id follows from what it is for."""
    return number("intent", candidate.enrolment.id, candidate.step, candidate.attempt, channel)


def decision_id(enrolment: int, step: str, attempt: int) -> int:
    """A decision's id follows from its candidate."""
    return number("decision", enrolment, step, attempt)


def place(who: Enrolment) -> str:
    """Where she stands in the counts: a step, the way it ended, or (before the first step) nowhere."""
    return f"end:{who.ended_by}" if who.state is State.ENDED else who.step


def entry_facts(who: Enrolment) -> dict[str, object]:
    """The event she entered with, as messages and senders see it."""
    return entry_written(who.entry)


def entry_written(entry: Noticed) -> dict[str, object]:
    """An entry event as it is kept with its enrolment."""
    return {
        "iid": entry.iid,
        "name": entry.name,
        "at": entry.at.isoformat(),
        "received_at": entry.received_at.isoformat(),
        "message_id": entry.message_id,
        "properties": dict(entry.properties),
        "store": entry.store,
        "product_ids": list(entry.product_ids),
        "categories": list(entry.categories),
    }


def entry_of(kept: Mapping[str, object]) -> Noticed:
    """The entry event that `entry_written` wrote."""
    return msgspec.convert({"customer": 0, **kept}, Noticed)


def _slot(intent: Intent) -> Slot:
    return Slot(intent.planned_for, intent.id, intent.channel, intent.category, intent.journey)


def _in_order(intent: Intent) -> tuple[datetime, int, int]:
    return (intent.at, intent.attempt, intent.id)


def _oldest_first(who: Enrolment) -> tuple[datetime, int]:
    return (who.entered_at, who.id)
