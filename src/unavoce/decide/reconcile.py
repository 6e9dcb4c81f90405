"""The purchase rule, returns, and what a merge or its undoing means: one way to make the books agree with the facts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from unavoce.decide.journey import OnBought, Send
from unavoce.decide.ledger import Ledger
from unavoce.decide.matching import category_of, products_of
from unavoce.decide.model import HOLDING, PENDING, Arm, Intent, IntentState, Move, Noticed, Op, Reason, State
from unavoce.decide.pipeline import Candidate, in_force, suppressed
from unavoce.decide.world import Cause, Enrolment, Subject, Suppression, number
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import parse_id

PURCHASE = "Order Completed"
RETURN = "Order Refunded"
BOUNCE = "Message Bounced"
COMPLAINT = "Message Complained"
FAILURE = "Message Failed"
SUBSCRIPTION = "Subscribed"
SERVICE_OPENED = "Complaint Opened"
SERVICE_CLOSED = "Complaint Resolved"
RULE_EVENTS = frozenset({PURCHASE, RETURN, BOUNCE, FAILURE, COMPLAINT, SUBSCRIPTION, SERVICE_OPENED, SERVICE_CLOSED})
"""What the decision point itself listens to, whatever journeys there are."""

_BOUNCED_FOR = timedelta(days=180)
_SERVICE_FOR = timedelta(days=30)
_FOREVER = timedelta(days=36500)


def remember(ledger: Ledger, event: Noticed, at: datetime) -> bool:
    """Note what an event keeps from her, or no longer keeps from her; says whether anything changed."""
    if event.name == RETURN:
        return _lift_order(ledger, event, at)
    if event.name == SERVICE_CLOSED:
        return _lift(ledger, at, [each for each in ledger.suppressions.values() if each.cause is Cause.SERVICE])
    if event.name == SUBSCRIPTION:
        return _lift(ledger, at, _of_channel(ledger, _channel(event)))
    changed = False
    for found in _kept_by(ledger, event):
        if found.id not in ledger.suppressions and found.until > at:
            ledger.suppressions[found.id] = found
            ledger.out.suppressions.append(found)
            changed = True
    return changed


def _kept_by(ledger: Ledger, event: Noticed) -> Iterator[Suppression]:
    match event.name:
        case name if name == PURCHASE and ledger.program.policy.purchase_rule:
            yield from _bought(ledger, event)
        case name if name == BOUNCE and event.properties.get("permanent", True):
            yield _suppression(event, Subject.CHANNEL, _channel(event), Cause.BOUNCE, _BOUNCED_FOR)
        case name if name == COMPLAINT:
            yield _suppression(event, Subject.CHANNEL, _channel(event), Cause.COMPLAINT, _FOREVER)
        case name if name == SERVICE_OPENED:
            yield _suppression(event, Subject.PROMOTION, "", Cause.SERVICE, _SERVICE_FOR)
        case _:
            return


def _bought(ledger: Ledger, event: Noticed) -> Iterator[Suppression]:
    """A durable category is silent as a whole, of a replenishable one only the product, until it is due again."""
    for product in event.product_ids:
        category = category_of(event, product, ledger.program.product_categories)
        rule = ledger.program.category_rules.get(category)
        span = timedelta(days=rule.days if rule else ledger.program.policy.purchase_days)
        yield _suppression(event, Subject.PRODUCT, product, Cause.BOUGHT, span)
        if rule is not None and rule.kind == "durable" and category:
            yield _suppression(event, Subject.CATEGORY, category, Cause.BOUGHT, span)


def _suppression(event: Noticed, subject: Subject, value: str, cause: Cause, span: timedelta) -> Suppression:
    order = event.properties.get("order_id")
    return Suppression(
        id=number("suppression", event.message_id, subject, value),
        iid=event.iid,
        subject=subject,
        value=value,
        cause=cause,
        at=min(event.at, event.received_at),
        until=event.at + span,
        order_id=str(order) if order not in (None, "") else "",
        message_id=event.message_id,
    )


def _of_channel(ledger: Ledger, channel: str) -> list[Suppression]:
    """What keeps a channel from her: a friend who comes back is a friend again."""
    return [each for each in ledger.suppressions.values() if (each.subject, each.value) == (Subject.CHANNEL, channel)]


def _channel(event: Noticed) -> str:
    return str(event.properties.get("channel", ""))


def _lift_order(ledger: Ledger, event: Noticed, at: datetime) -> bool:
    order = str(event.properties.get("order_id", ""))
    bought = [each for each in ledger.suppressions.values() if each.cause is Cause.BOUGHT]
    of_order = [each for each in bought if order and each.order_id == order]
    returned = set(event.product_ids)
    categories = {category_of(event, product, ledger.program.product_categories) for product in returned}
    given_back = [
        each
        for each in of_order
        if not returned or each.value in (returned if each.subject is Subject.PRODUCT else categories)
    ]
    return _lift(ledger, at, given_back)


def _lift(ledger: Ledger, at: datetime, which: list[Suppression]) -> bool:
    lifted = [each for each in which if each.lifted_at is None]
    for each in lifted:
        ledger.suppressions[each.id] = replace(each, lifted_at=at)
        ledger.out.lifted.append((each.id, at))
    return bool(lifted)


def agree(ledger: Ledger, at: datetime, cause: str) -> list[Enrolment]:
    """Make plans, audiences and enrolments agree with what is kept from her; returns those that walk again."""
    if ledger.program.policy.purchase_rule:
        kept = [each for each in in_force(ledger.suppressions.values(), at) if each.cause is Cause.BOUGHT]
        _take_back(ledger, kept, at)
        _leave_audiences(ledger, kept, at)
        _leave_journeys(ledger, kept, at, cause)
    _plan_again(ledger, at)
    _join_audiences_again(ledger, at)
    return _walk_again(ledger, at, cause)


def _take_back(ledger: Ledger, kept: list[Suppression], at: datetime) -> None:
    takeable = ledger.pending() + _prompts(ledger, at)
    for intent in takeable:
        found = _bought_already(ledger, intent, kept)
        if found is not None:
            why = {"bought": found.value, "order_id": found.order_id, "message_id": found.message_id}
            ledger.cancel(intent, Reason.BOUGHT, at, rule=f"purchase:{found.subject}", by=found.id, why=why)


def _prompts(ledger: Ledger, at: datetime) -> list[Intent]:
    """Prompts that wait in the stores: handed over, but she has not come by yet."""
    shown = (IntentState.CLAIMED, IntentState.SENT)
    return [
        each for each in ledger.intents.values() if each.channel == "store" and each.state in shown and each.at < at
    ]


def _standing(ledger: Ledger, intent: int) -> bool:
    """Whether what stopped an intent still holds for her."""
    found = ledger.intents.get(intent)
    by = ledger.suppressions.get(found.blocked_by) if found and found.blocked_by is not None else None
    return by is not None and by.lifted_at is None


def _bought_already(ledger: Ledger, intent: Intent, kept: list[Suppression]) -> Suppression | None:
    return suppressed("", intent.purpose, intent.products, intent.categories, kept, ledger.program.policy)


def _last_rows(ledger: Ledger) -> list[Intent]:
    """The last word on each audience she was ever put in or taken out of."""
    last: dict[tuple[str, str], Intent] = {}
    for intent in ledger.intents.values():
        if intent.audience and intent.state in HOLDING:
            last[intent.channel, intent.audience] = intent
    return list(last.values())


def _leave_audiences(ledger: Ledger, kept: list[Suppression], at: datetime) -> None:
    for row in _last_rows(ledger):
        found = _bought_already(ledger, row, kept)
        if row.op is Op.ADD and row.state not in PENDING and found is not None:
            take_out(ledger, row, at, by=found.id)


def take_out(ledger: Ledger, row: Intent, at: datetime, *, by: int | None) -> None:
    """Plan the row that takes her out of an audience at once; nothing can stand in its way."""
    candidate = replace(again(ledger, row, at), op=Op.REMOVE)
    ledger.plan(candidate, row.channel, at, at + _SERVICE_FOR, capped=False, by=by)


def again(ledger: Ledger, intent: Intent, at: datetime) -> Candidate:
    """An intent as a candidate once more, under a new attempt."""
    who = ledger.enrolments[intent.enrolment]
    who.attempt += 1
    ledger.out.moved[who.id] = who
    return Candidate(
        enrolment=who,
        step=intent.step,
        attempt=who.attempt,
        op=intent.op,
        channels=(intent.channel,),
        message=intent.message,
        purpose=intent.purpose,
        category=intent.category,
        priority=intent.priority,
        at=at,
        wanted=at,
        ttl=max(intent.expires_at - at, timedelta()),
        products=intent.products,
        categories=intent.categories,
        audience=intent.audience,
        plan_for=max(intent.planned_for, at),
        moves=False,
        carried=intent.detail,
    )


def _leave_journeys(ledger: Ledger, kept: list[Suppression], at: datetime, cause: str) -> None:
    for who in ledger.walking():
        if not any(isinstance(rule, OnBought) for rule in ledger.journey(who).exits):
            continue
        since = [each for each in kept if each.at >= who.entry.at]
        found = suppressed("", "", *about(ledger, who), since, ledger.program.policy)
        if found is not None:
            leave(ledger, who, at, Move.BOUGHT, cause=found.message_id or cause, by=found.id)


def leave(ledger: Ledger, who: Enrolment, at: datetime, why: Move, *, cause: str, by: int | None) -> None:
    """Out of the journey now, with everything it had planned."""
    reason = Reason.BOUGHT if why is Move.BOUGHT else Reason.EXITED
    ledger.cancel_all_of(who, reason, at, rule=f"exit:{why}", by=by)
    who.stopped_by = by
    ledger.move(who, f"end:{why}", at, why, cause)


def about(ledger: Ledger, who: Enrolment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The products and the categories an enrolment is about."""
    from_entry = ledger.journey(who)
    if not from_entry.about:
        return (), ()
    found = products_of(who.entry, from_entry.about.removeprefix("event."))
    if from_entry.about_kind == "category":
        return (), found
    categories = {category_of(who.entry, each, ledger.program.product_categories) for each in found}
    return found, tuple(sorted(categories - {""}))


def _plan_again(ledger: Ledger, at: datetime) -> None:
    """What was taken back because of something that no longer holds, and whose time is still ahead."""
    tried = {each.revives for each in ledger.candidates}
    for intent in list(ledger.intents.values()):
        ahead = intent.state is IntentState.CANCELLED and intent.op is Op.SEND and intent.planned_for > at
        if ahead and intent.id not in tried and not _stopped(ledger, intent) and not _replaced(ledger, intent):
            ledger.candidates.append(replace(again(ledger, intent, at), returned=True, revives=intent.id))


def _stopped(ledger: Ledger, intent: Intent) -> bool:
    """Whether what a cancelled intent was cancelled for still holds."""
    match intent.settled_reason:
        case Reason.BOUGHT:
            return _standing(ledger, intent.id)
        case Reason.SUSPENDED:
            return ledger.enrolments[intent.enrolment].state is not State.ACTIVE
        case _:
            return True


def _replaced(ledger: Ledger, intent: Intent) -> bool:
    """Whether the same step has been planned again since."""
    same = (intent.enrolment, intent.step)
    later = [each.attempt for each in ledger.intents.values() if (each.enrolment, each.step) == same]
    later += [each.attempt for each in ledger.candidates if (each.enrolment.id, each.step) == same]
    return max(later) > intent.attempt


def _join_audiences_again(ledger: Ledger, at: datetime) -> None:
    for row in _last_rows(ledger):
        waits = any(each.audience == row.audience for each in ledger.candidates)
        if row.op is Op.REMOVE and row.blocked_by is not None and not waits and not _standing(ledger, row.id):
            ledger.candidates.append(replace(again(ledger, row, at), op=Op.ADD, returned=True))


def _walk_again(ledger: Ledger, at: datetime, cause: str) -> list[Enrolment]:
    """Enrolments that a purchase ended which no longer counts, unless that is too long ago."""
    longest = timedelta(hours=ledger.program.policy.resume_hours)
    woken = []
    for who in list(ledger.enrolments.values()):
        if who.state is not State.ENDED or who.ended_by != Move.BOUGHT or who.ended_at is None:
            continue
        by = ledger.suppressions.get(who.stopped_by) if who.stopped_by is not None else None
        if (by is None or by.lifted_at is not None) and at - who.ended_at <= longest and not _rival(ledger, who):
            due, awaited = who.due, who.awaited
            ledger.move(who, who.step, at, Move.RETURNED, cause)
            who.stopped_by = None
            ledger.wait(who, max(due or at, at), awaited)
            woken.append(who)
    return woken


def _rival(ledger: Ledger, who: Enrolment) -> bool:
    return any(
        each.id != who.id and (each.journey, each.entry_key) == (who.journey, who.entry_key)
        for each in ledger.walking()
    )


def sort_out(ledger: Ledger, at: datetime) -> list[Enrolment]:
    """After a change of links: of two enrolments in one journey the older walks, the other rests until they part."""
    first: dict[tuple[str, str], Enrolment] = {}
    woken = []
    for who in sorted(ledger.walking(), key=lambda each: (each.entered_at, each.id)):
        ahead = first.setdefault((who.journey, who.entry_key), who)
        if ahead is who and who.state is State.SUSPENDED:
            ledger.rest(who, at, behind=None, cause="unlinked")
            woken.append(who)
        elif ahead is not who and who.state is State.ACTIVE:
            ledger.cancel_all_of(who, Reason.SUSPENDED, at, rule="one-enrolment-per-customer", by=ahead.id)
            ledger.rest(who, at, behind=ahead.id, cause="linked")
        if ahead.arm is not who.arm:
            _flag_mixed(ledger, ahead, who)
    return woken


def _flag_mixed(ledger: Ledger, *both: Enrolment) -> None:
    for who in both:
        who.mixed = True
        ledger.out.moved[who.id] = who


def arm_before(ledger: Ledger, journey: str) -> Arm | None:
    """The arm she was put in when she first entered this journey; it never changes."""
    earlier = [each for each in ledger.enrolments.values() if each.journey == journey]
    return earlier[0].arm if earlier else None


def say_otherwise(ledger: Ledger, event: Noticed, at: datetime) -> None:
    """A message that could not be delivered is tried on the step's next channel, while there is time."""
    found = ledger.intents.get(_intent_named(event))
    if found is None or found.op is not Op.SEND or at >= found.expires_at or _replaced(ledger, found):
        return
    who = ledger.enrolments[found.enrolment]
    step = ledger.journey(who).steps.get(found.step)
    channels = step.channels if isinstance(step, Send) and found.channel in step.channels else ()
    left = channels[channels.index(found.channel) + 1 :] if channels else ()
    if left and who.ended_by not in (Move.EXITED, Move.BOUGHT):
        ledger.book.give_back(found.id)
        candidate = replace(again(ledger, found, at), channels=left, plan_for=None, revives=found.id)
        ledger.candidates.append(candidate)


def _intent_named(event: Noticed) -> int:
    try:
        return parse_id(str(event.properties.get("intent", "")))
    except BadInput:
        return -1
