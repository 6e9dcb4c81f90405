"""From a step to a candidate, and from a candidate to a rival under the caps."""

from datetime import datetime, timedelta

from unavoce.decide import pipeline
from unavoce.decide.arbitrate import Blocked, Rival, Slot
from unavoce.decide.journey import Send
from unavoce.decide.ledger import Ledger, intent_id
from unavoce.decide.model import Op, Reason
from unavoce.decide.pipeline import Candidate, Gated
from unavoce.decide.reconcile import about
from unavoce.decide.world import Enrolment, MessageFacts

# A row for an audience, or a call to another system, is worth nothing after that.
_DEEDS_KEEP = timedelta(days=3)
_UNWRITTEN = MessageFacts(pipeline.MARKETING, "", ())


def said_by(ledger: Ledger, who: Enrolment, step: Send, at: datetime, wanted: datetime) -> Candidate:
    """What a send step would say to her."""
    facts = ledger.program.messages.get(step.message) or _UNWRITTEN
    definition = ledger.journey(who)
    products, categories = about(ledger, who) if step.about == "journey" else ((), ())
    who.attempt += 1
    return Candidate(
        enrolment=who,
        step=who.step,
        attempt=who.attempt,
        op=Op.SEND,
        channels=step.channels,
        message=step.message,
        purpose=facts.purpose,
        category=facts.category or definition.category,
        priority=definition.priority,
        at=at,
        wanted=min(wanted, at),
        ttl=timedelta(hours=step.ttl_hours),
        products=products,
        categories=categories,
        plan=step.plan,
    )


def deed_of(
    ledger: Ledger, who: Enrolment, at: datetime, wanted: datetime, channel: str, *, audience: str = ""
) -> Candidate:
    """What an action would do for her over a channel."""
    definition = ledger.journey(who)
    products, categories = about(ledger, who)
    who.attempt += 1
    return Candidate(
        enrolment=who,
        step=who.step,
        attempt=who.attempt,
        op=Op.SEND,
        channels=(channel,),
        message="",
        purpose=pipeline.MARKETING,
        category=definition.category,
        priority=definition.priority,
        at=at,
        wanted=min(wanted, at),
        ttl=_DEEDS_KEEP,
        products=products,
        categories=categories,
        audience=audience.replace("{product}", "+".join(products)),
    )


def rival_of(gated: Gated, capped: tuple[str, ...]) -> Rival | None:
    """Who has passed the gates and needs a slot, as arbitration sees it."""
    candidate = gated.candidate
    if gated.planned_for is None or gated.channel not in capped or candidate.purpose != pipeline.MARKETING:
        return None
    slot = Slot(
        gated.planned_for,
        intent_id(candidate, gated.channel),
        gated.channel,
        candidate.category,
        candidate.enrolment.journey,
    )
    return Rival(slot, candidate.priority, candidate.at)


def loss_of(found: Blocked, winners: set[int]) -> tuple[Reason, str, int | None]:
    """Why a rival got no slot: lost to a winner of the same window, or to what was planned before."""
    reason = Reason.LOST_TO if found.by in winners else Reason.CAP_REACHED
    return reason, found.rule, found.by
