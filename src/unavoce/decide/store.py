"""The only file of this context that runs SQL."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from unavoce.decide import journey as definitions
from unavoce.decide import policy as policies
from unavoce.decide.journey import Journey
from unavoce.decide.ledger import entry_of, entry_written
from unavoce.decide.model import Arm, Decision, Intent, IntentState, Noticed, Op, State, Status, Transition
from unavoce.decide.policy import Policy
from unavoce.decide.world import Cause, Change, Enrolment, LiveJourney, Outcome, Subject, Suppression
from unavoce.kernel.ids import digest16
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")
_LONGEST_ID = 400


@dataclass(frozen=True, slots=True)
class Published:
    """The newest version of a journey."""

    journey: Journey
    version: int
    status: Status
    published_at: datetime


@dataclass(frozen=True, slots=True)
class _VersionRow:
    key: str
    version: int
    definition: dict[str, object]
    published_at: datetime
    status: str
    newest: bool = True


@dataclass(frozen=True, slots=True)
class _EnrolmentRow:
    id: int
    journey: str
    version: int
    iid: int
    entry_key: str
    entered_at: datetime
    entry: dict[str, object]
    arm: str
    mixed: bool
    walking: bool
    suspended_by: int | None
    step: str
    since: datetime
    due: datetime | None
    awaited: str
    seq: int
    attempt: int
    ended_at: datetime | None
    ended_by: str
    stopped_by: int | None


# --- journeys and policy ---


def policy(tx: Transaction) -> Policy:
    """The rules of contact in force."""
    body = tx.value(_SQL["policy"])
    return policies.read(body) if body else Policy()


def put_policy(tx: Transaction, wanted: Policy, now: datetime) -> None:
    """Replace the rules of contact."""
    tx.run(_SQL["put_policy"], body=Json(policies.written(wanted)), now=now)


def publish(tx: Transaction, journey: Journey, now: datetime) -> int:
    """Keep a new version and let it take new customers; returns its number."""
    version = int(tx.value(_SQL["publish_journey"], key=journey.key, now=now))
    definition = Json(definitions.written(journey))
    tx.run(_SQL["add_version"], key=journey.key, version=version, definition=definition, now=now)
    return version


def set_interest(tx: Transaction, names: Iterable[str]) -> None:
    """These are all the events that anything waits for."""
    tx.run(_SQL["clear_interest"])
    tx.run(_SQL["add_interest"], names=sorted(names))


def interest(tx: Transaction) -> frozenset[str]:
    """The events that something waits for."""
    return frozenset(tx.values(_SQL["interest"]))


def set_status(tx: Transaction, key: str, before: Status, after: Status, now: datetime) -> bool:
    """Pause or resume a journey; says whether it was in the state to leave."""
    return tx.value(_SQL["set_status"], key=key, before=str(before), status=str(after), now=now) is not None


def versions(tx: Transaction) -> dict[tuple[str, int], LiveJourney]:
    """Every version of every journey."""
    return {
        (row.key, row.version): LiveJourney(
            definitions.read(row.definition), row.version, open=row.newest, paused=row.status == Status.PAUSED
        )
        for row in tx.rows(_SQL["versions"], _VersionRow)
    }


def journeys(tx: Transaction, key: str | None = None) -> list[Published]:
    """The newest version of every journey, or of one."""
    return [
        Published(definitions.read(row.definition), row.version, Status(row.status), row.published_at)
        for row in tx.rows(_SQL["journeys"], _VersionRow, key=key)
    ]


# --- what happened ---


def notice(tx: Transaction, events: Sequence[Noticed]) -> int:
    """Take over what happened."""
    rows = [
        Json(
            {
                "message_id": _short(each.message_id), "iid": each.iid, "name": each.name, "at": each.at.isoformat(),
                "received_at": each.received_at.isoformat(), "store": each.store, "historic": each.historic,
                "product_ids": list(each.product_ids), "categories": list(each.categories),
                "properties": dict(each.properties),
            },
            dumps=_dumped,
        )
        for each in events
    ]  # fmt: skip
    return tx.run(_SQL["notice"], rows=rows)


def _short(message_id: str) -> str:
    """A message id that an index can hold; a longer one is known by its digest."""
    return message_id if len(message_id) <= _LONGEST_ID else digest16(message_id.encode()).hex()


def _dumped(value: object) -> bytes:
    """JSON, also of numbers that are longer than any machine's."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, default=str).encode()


def relink(tx: Transaction, iids: Iterable[int]) -> None:
    """These identifiers belong to another customer now."""
    tx.run(_SQL["relink"], iids=list(iids))


def anything(tx: Transaction, until: datetime) -> bool:
    """Whether there is anything to play before this moment."""
    return bool(tx.value(_SQL["anything"], until=until))


def lock_position(tx: Transaction) -> datetime:
    """How far the ticks have come; held, so that there is one tick at a time."""
    until: datetime = tx.value(_SQL["lock_position"])
    return until


def put_position(tx: Transaction, until: datetime) -> None:
    """Everything before this moment has been played."""
    tx.run(_SQL["put_position"], until=until)


def bounds(tx: Transaction, fit: int) -> list[datetime]:
    """The moments before which one tick has to stop so as not to grow too large."""
    found = (tx.value(_SQL["noticed_bound"], fit=fit), tx.value(_SQL["due_bound"], fit=fit))
    return [each for each in found if each is not None]


def take_noticed(tx: Transaction, until: datetime) -> list[Noticed]:
    """Take what was received before this moment."""
    return [_noticed(row) for row in tx.rows(_SQL["take_noticed"], Noticed, until=until)]


def put_off(tx: Transaction, message_ids: Iterable[str], iids: Iterable[int], until: datetime) -> None:
    """Play these customers' events and timers again at a later moment."""
    tx.run(_SQL["put_off_events"], message_ids=list(message_ids), until=until)
    tx.run(_SQL["put_off_timers"], iids=list(iids), until=until)


def happened(tx: Transaction, iids: Iterable[int], before: datetime) -> list[Noticed]:
    """What happened lately to these identifiers."""
    return [_noticed(row) for row in tx.rows(_SQL["happened"], Noticed, iids=list(iids), before=before)]


def forget_happened(tx: Transaction, before: datetime) -> int:
    """Let go of what happened too long ago to matter to a merge."""
    return tx.run(_SQL["forget_happened"], before=before)


def take_relinked(tx: Transaction) -> set[int]:
    """Take the identifiers whose customer has changed."""
    return set(tx.values(_SQL["take_relinked"]))


def take_due(tx: Transaction, until: datetime, fit: int) -> set[int]:
    """Take the hints that are due; returns the identifiers they are about."""
    return set(tx.values(_SQL["take_due"], until=until, fit=fit))


def unplayed(tx: Transaction, iids: Iterable[int]) -> set[int]:
    """Which of these identifiers something has happened to that no tick has seen."""
    return set(tx.values(_SQL["unplayed"], iids=list(iids)))


def _noticed(row: Noticed) -> Noticed:
    return replace(row, product_ids=tuple(row.product_ids), categories=tuple(row.categories))


# --- customers' books ---


def enrolments_of(tx: Transaction, iids: Iterable[int]) -> list[Enrolment]:
    """Every enrolment of these identifiers."""
    return [_enrolment(row) for row in tx.rows(_SQL["enrolments_of"], _EnrolmentRow, iids=list(iids))]


def intents_of(tx: Transaction, iids: Iterable[int], since: datetime) -> list[Intent]:
    """The intents of these identifiers that can still matter."""
    return [intent_of(row) for row in tx.rows(_SQL["intents_of"], Intent, iids=list(iids), since=since)]


def suppressions_of(tx: Transaction, iids: Iterable[int], since: datetime) -> list[Suppression]:
    """What is, or since a moment was, kept from these identifiers."""
    return [
        replace(row, subject=Subject(row.subject), cause=Cause(row.cause))
        for row in tx.rows(_SQL["suppressions_of"], Suppression, iids=list(iids), since=since)
    ]


def _enrolment(row: _EnrolmentRow) -> Enrolment:
    walking = State.SUSPENDED if row.suspended_by is not None else State.ACTIVE
    return Enrolment(
        id=row.id,
        journey=row.journey,
        version=row.version,
        iid=row.iid,
        entry_key=row.entry_key,
        entered_at=row.entered_at,
        entry=entry_of(row.entry),
        arm=Arm(row.arm),
        mixed=row.mixed,
        state=walking if row.walking else State.ENDED,
        step=row.step,
        since=row.since,
        due=row.due,
        awaited=row.awaited,
        seq=row.seq,
        attempt=row.attempt,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        stopped_by=row.suspended_by if row.walking else row.stopped_by,
    )


def intent_of(row: Intent) -> Intent:
    """A row as an intent: words as our own, lists as tuples."""
    return replace(
        row,
        op=Op(row.op),
        state=IntentState(row.state),
        products=tuple(row.products),
        categories=tuple(row.categories),
    )


# --- what a tick changes ---


def write(tx: Transaction, outcome: Outcome) -> None:
    """Write a tick's outcome; all of it or, with the transaction, nothing."""
    tx.copy(_SQL["add_enrolments"], [_entered(each) for each in outcome.entered])
    _write_moved(tx, list(outcome.moved.values()))
    tx.copy(_SQL["add_transitions"], [_transition_row(each) for each in outcome.transitions])
    tx.copy(_SQL["add_intents"], [_intent_row(each) for each in outcome.intents])
    planned = [(each.id, str(each.state), "", each.at) for each in outcome.intents]
    tx.copy(_SQL["add_intent_states"], planned)
    change_intents(tx, outcome.changes)
    add_decisions(tx, outcome.decisions)
    _count(tx, outcome.transitions)
    _write_suppressions(tx, outcome)
    _write_goals(tx, outcome)


def _write_moved(tx: Transaction, moved: Sequence[Enrolment]) -> None:
    ended = [each for each in moved if each.state is State.ENDED]
    walking = [each for each in moved if each.state is not State.ENDED]
    if ended:
        tx.run(
            _SQL["end_enrolments"],
            **_columns(
                ended,
                ids=lambda each: each.id, steps=lambda each: each.step, sinces=lambda each: each.since,
                dues=lambda each: each.due, awaiteds=lambda each: each.awaited, seqs=lambda each: each.seq,
                attempts=lambda each: each.attempt, ended_ats=lambda each: each.ended_at,
                ended_bys=lambda each: each.ended_by, stopped_bys=lambda each: each.stopped_by,
                mixeds=lambda each: each.mixed,
            ),
        )  # fmt: skip
        tx.run(_SQL["stop_waiting"], **_columns(ended, iids=lambda each: each.iid, ids=lambda each: each.id))
    if walking:
        tx.run(_SQL["reopen_enrolments"], **_columns(walking, ids=lambda each: each.id, mixeds=lambda each: each.mixed))
        tx.run(
            _SQL["put_waiting"],
            **_columns(
                walking,
                iids=lambda each: each.iid, ids=lambda each: each.id, steps=lambda each: each.step,
                sinces=lambda each: each.since, dues=lambda each: each.due, awaiteds=lambda each: each.awaited,
                seqs=lambda each: each.seq, attempts=lambda each: each.attempt,
                suspended_bys=lambda each: each.stopped_by if each.state is State.SUSPENDED else None,
            ),
        )  # fmt: skip
    hints = [(each.due, each.iid, each.id, each.seq) for each in walking if each.due and each.state is State.ACTIVE]
    tx.copy(_SQL["add_due"], hints)


def _columns(rows: Sequence[Enrolment], **of: Callable[[Enrolment], object]) -> dict[str, list[object]]:
    return {name: [column(row) for row in rows] for name, column in of.items()}


def _entered(each: Enrolment) -> Sequence[object]:
    return (
        each.id, each.journey, each.version, each.iid, each.entry_key, each.entered_at,
        Json(entry_written(each.entry)), str(each.arm), each.mixed,
    )  # fmt: skip


def _transition_row(each: Transition) -> Sequence[object]:
    return (
        each.enrolment, each.seq, each.journey, each.version, each.iid, each.customer, each.from_step, each.to_step,
        str(each.move), each.cause, each.at,
    )  # fmt: skip


def _intent_row(each: Intent) -> Sequence[object]:
    return (
        each.id, each.key, str(each.op), each.channel, each.message, each.audience, each.iid, each.customer,
        each.enrolment, each.journey, each.version, each.step, each.attempt, each.purpose, each.category,
        list(each.products), list(each.categories), each.planned_for, each.expires_at, each.at, str(each.state),
        each.capped, each.priority, each.settled_reason, each.blocked_by, Json(dict(each.event)),
        Json(dict(each.detail)),
    )  # fmt: skip


def add_decisions(tx: Transaction, decisions: Sequence[Decision]) -> None:
    """Write verdicts down."""
    tx.copy(
        _SQL["add_decisions"],
        [
            (
                each.id, each.enrolment, each.journey, each.version, each.step, each.attempt, each.iid, each.customer,
                each.channel, each.message, str(each.verdict), str(each.reason), each.rule, each.blocked_by,
                each.intent, each.revises, each.planned_for, each.at, Json(dict(each.detail)),
            )
            for each in decisions
        ],
    )  # fmt: skip


def change_intents(tx: Transaction, changes: Sequence[Change]) -> None:
    """Take intents back."""
    if not changes:
        return
    tx.run(
        _SQL["change_intents"],
        ids=[each.intent for each in changes],
        states=[str(each.state) for each in changes],
        reasons=[str(each.reason) for each in changes],
        bys=[each.by for each in changes],
        ats=[each.at for each in changes],
    )
    note_states(tx, [(each.intent, str(each.state), str(each.reason), each.at) for each in changes])


def note_states(tx: Transaction, states: Iterable[tuple[int, str, str, datetime]]) -> None:
    """Write down the states that intents came into: intent, state, reason, when."""
    tx.copy(_SQL["add_intent_states"], list(states))


def _count(tx: Transaction, transitions: Sequence[Transition]) -> None:
    came: Counter[tuple[str, int, str]] = Counter()
    went: Counter[tuple[str, int, str]] = Counter()
    for each in transitions:
        if each.from_step != each.to_step:
            came[each.journey, each.version, each.to_step] += 1
            if each.from_step:
                went[each.journey, each.version, each.from_step] += 1
    # In one order, so that two writers could never wait for each other in a circle.
    places = sorted(came.keys() | went.keys())
    if places:
        journeys_, versions_, steps = zip(*places, strict=True)
        tx.run(
            _SQL["count_steps"],
            journeys=list(journeys_),
            versions=list(versions_),
            steps=list(steps),
            came=[came[each] for each in places],
            went=[went[each] for each in places],
        )


def _write_suppressions(tx: Transaction, outcome: Outcome) -> None:
    if outcome.suppressions:
        tx.many(
            _SQL["add_suppressions"],
            [
                {
                    "id": each.id, "iid": each.iid, "subject": str(each.subject), "value": each.value,
                    "cause": str(each.cause), "at": each.at, "until": each.until, "order_id": each.order_id,
                    "message_id": each.message_id,
                }
                for each in outcome.suppressions
            ],
        )  # fmt: skip
    if outcome.lifted:
        tx.run(_SQL["lift"], ids=[each for each, _ in outcome.lifted], ats=[at for _, at in outcome.lifted])


def _write_goals(tx: Transaction, outcome: Outcome) -> None:
    if outcome.goals:
        tx.run(
            _SQL["reach_goals"],
            enrolments=[each.enrolment for each in outcome.goals],
            goals=[each.goal for each in outcome.goals],
            iids=[each.iid for each in outcome.goals],
            ats=[each.at for each in outcome.goals],
            message_ids=[each.message_id for each in outcome.goals],
        )
