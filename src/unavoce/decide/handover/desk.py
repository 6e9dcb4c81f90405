"""The hand-over: claiming with a lease, one last look at everything that may have changed, and the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from unavoce.decide import pipeline, store, zones
from unavoce.decide.contacts import contacts
from unavoce.decide.handover import store as handing
from unavoce.decide.ledger import revision
from unavoce.decide.model import Intent, IntentState, Move, Op, Reason, Status
from unavoce.decide.policy import Policy
from unavoce.decide.world import Change, Contact, Suppression
from unavoce.kernel.ids import Iid
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Transaction

# Something has happened to her that no tick has played: the next one is less than a second away.
_NEXT_TICK = timedelta(seconds=0.3)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one hand-over; `retry_at` puts it back until then instead."""

    intent: int
    state: IntentState
    at: datetime
    reason: str = ""
    provider_id: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    reason: Reason
    rule: str
    by: int | None = None


def claim(
    tx: Transaction, *, limit: int, worker: str, now: datetime, lease_seconds: float, channels: Sequence[str] | None
) -> list[Intent]:
    """Give a sender what is ready; what is past its time expires, with a decision that says so."""
    expired = handing.expire(tx, now)
    if expired:
        store.note_states(tx, [(each.id, str(IntentState.EXPIRED), str(Reason.EXPIRED), now) for each in expired])
        store.add_decisions(
            tx, [revision(each, each.customer, Reason.EXPIRED, now, rule="ttl", by=None, why={}) for each in expired]
        )
    return handing.claim(tx, worker=worker, now=now, seconds=lease_seconds, fit=limit, channels=channels)


def recheck(tx: Transaction, intents: Sequence[Intent], now: datetime) -> list[Intent]:
    """Which of these may be handed over now."""
    held = handing.held(tx, [each.id for each in intents])
    ours = [each for each in intents if each.id in held and held[each.id].state == IntentState.CLAIMED]
    customers = profile.customers_of(tx, {Iid(each.iid) for each in ours})
    members = profile.members_of(tx, set(customers.values()))
    everyone = {customer: members.get(customer, (customer,)) for customer in set(customers.values())}
    unplayed = store.unplayed(tx, [iid for iids in everyone.values() for iid in iids])
    known = contacts(tx, list(everyone))
    kept = store.suppressions_of(tx, [iid for iids in everyone.values() for iid in iids], now)
    policy = store.policy(tx)
    cleared: list[Intent] = []
    later: list[tuple[int, datetime]] = []
    stopped: list[tuple[Intent, _Stop]] = []
    for each in ours:
        hers = everyone[customers[Iid(each.iid)]]
        standing = held[each.id]
        contact = known[customers[Iid(each.iid)]]
        own = [found for found in kept if found.iid in hers]
        stop = _stopped(each, standing, contact, pipeline.in_force(own, now), policy)
        if stop is not None:
            stopped.append((each, stop))
        elif not unplayed.isdisjoint(hers) or standing.status == Status.PAUSED:
            later.append((each.id, now + _NEXT_TICK))
        elif (quiet := _quiet(each, contact, policy, now)) is not None:
            later.append((each.id, quiet))
        else:
            cleared.append(each)
    handing.release(tx, later)
    _take_back(tx, stopped, now)
    return cleared


def _stopped(
    intent: Intent, standing: handing.Held, contact: Contact, kept: Sequence[Suppression], policy: Policy
) -> _Stop | None:
    if intent.op is Op.REMOVE:
        return None
    if standing.ended_by in (Move.EXITED, Move.BOUGHT):
        return _Stop(Reason.EXITED, f"exit:{standing.ended_by}")
    refused = pipeline.consent_refused(intent.channel, intent.purpose, contact)
    if refused is not None:
        return _Stop(refused, f"consent:{intent.channel}:{intent.purpose}")
    found = pipeline.suppressed(intent.channel, intent.purpose, intent.products, intent.categories, kept, policy)
    if found is not None:
        return _Stop(pipeline.reason_of(found), f"suppression:{found.cause}:{found.subject}:{found.value}", found.id)
    return None


def _quiet(intent: Intent, contact: Contact, policy: Policy, now: datetime) -> datetime | None:
    zone = zones.zone_of(contact.zone, policy.zone)
    return pipeline.quiet_end(now, intent.channel, intent.purpose, zone, policy) if intent.op is Op.SEND else None


def _take_back(tx: Transaction, stopped: Sequence[tuple[Intent, _Stop]], now: datetime) -> None:
    store.change_intents(
        tx, [Change(each.id, IntentState.CANCELLED, stop.reason, stop.by, now) for each, stop in stopped]
    )
    store.add_decisions(
        tx,
        [
            revision(each, each.customer, stop.reason, now, rule=stop.rule, by=stop.by, why={"at": "hand-over"})
            for each, stop in stopped
        ],
    )


def settle(tx: Transaction, outcomes: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of hand-overs."""
    handing.release(tx, [(each.intent, each.retry_at) for each in outcomes if each.retry_at is not None])
    final = [each for each in outcomes if each.retry_at is None]
    if final:
        rows = [(each.intent, str(each.state), each.reason, each.at, each.provider_id) for each in final]
        taken = handing.settle(tx, rows)
        noted = [(each.intent, str(each.state), each.reason, now) for each in final if each.intent in taken]
        store.note_states(tx, noted)
