"""Repair, replay, discard: one or many.

Each go changes the failed events and the lanes in one transaction, together with how far the work is. So whatever
the moment it is killed at, an event is sent again once, and work goes on where it stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import msgspec

from unavoce.collect.failed import store
from unavoce.collect.failed.checking import Checker, again, lane_of, object_of, text_of, verdict_of
from unavoce.collect.failed.model import (
    Example,
    Failed,
    Job,
    NoSuchFailedEvent,
    NoSuchJob,
    NotJson,
    NotOpen,
    Rehearsal,
    State,
    StillFails,
    Verdict,
    Which,
    Work,
)
from unavoce.collect.failed.repair import Step, check, mended
from unavoce.collect.model import Failure
from unavoce.kernel.clock import Clock
from unavoce.runtime.failpoint import reach
from unavoce.runtime.postgres import Postgres, Transaction

POINTS = ("failed.before_commit", "failed.after_commit")
"""Where a test may kill the work."""
AT_ONCE = 500
MOST_TRIED = 5_000
"""A rehearsal tries so many of the events that are meant."""
_EXAMPLES = 5


def find(tx: Transaction, number: int) -> Failed:
    """One failed event; NoSuchFailedEvent when there is none."""
    if (found := store.one(tx, number)) is None:
        raise NoSuchFailedEvent(id=number)
    return found


def _open(tx: Transaction, number: int) -> Failed:
    store.hold(tx)
    found = find(tx, number)
    if found.state is not State.OPEN:
        raise NotOpen(id=number, state=found.state.value)
    return found


# One


def try_content(tx: Transaction, number: int, content: str) -> Verdict:
    """What would become of it with this content; nothing is changed."""
    return Checker.now(tx).verdict(find(tx, number), text_of(object_of(content)))


def repair_one(tx: Transaction, number: int, content: str, *, by: str, now: datetime) -> Failed:
    """Give it another content; what is wrong with that is noted, the first content is kept."""
    failed, body = _open(tx, number), text_of(object_of(content))
    verdict = Checker.now(tx).verdict(failed, body)
    store.repair(tx, {number: body}, now, by)
    if not verdict.passes:
        store.judge(tx, {number: verdict})
    return find(tx, number)


def replay_one(tx: Transaction, number: int, *, by: str, now: datetime) -> Failed:
    """Send it again; StillFails when it would fail again."""
    failed = _open(tx, number)
    sent, verdicts = _send(tx, Checker.now(tx), [failed], by, now)
    if not sent:
        verdict = verdicts[number]
        raise StillFails(id=number, reason=verdict.reason, what=verdict.detail)
    return find(tx, number)


def move(tx: Transaction, number: int, kind: Work, *, by: str, now: datetime) -> Failed:
    """Discard it, or undo that."""
    store.hold(tx)
    to = State.DISCARDED if kind is Work.DISCARD else State.OPEN
    found = find(tx, number)
    if not store.set_state(tx, [number], kind.takes, to, now, by):
        raise NotOpen(id=number, state=found.state.value)
    return find(tx, number)


# Many


def rehearse(tx: Transaction, which: Which, steps: Sequence[Step]) -> Rehearsal:
    """What a repair would do, tried on a copy of the first of them."""
    checker = Checker.now(tx)
    matching, _ = store.count_chosen(tx, which, State.OPEN)
    examples, left = list[Example](), Counter[str]()
    tried = changed = before = passing = 0
    for failed in store.chosen(tx, which, State.OPEN, after=0, most=MOST_TRIED):
        tried += 1
        body = _mended(failed, steps)
        then = checker.verdict(failed, body if body is not None else failed.content.encode())
        before += checker.verdict(failed, failed.content.encode()).passes
        passing += then.passes
        changed += body is not None
        if not then.passes:
            left[then.what or then.reason] += 1
        if body is not None and len(examples) < _EXAMPLES:
            examples.append(Example(failed.id, failed.content, body.decode(), then))
    return Rehearsal(matching, tried, changed, before, passing, examples, dict(left.most_common(20)))


def _mended(failed: Failed, steps: Sequence[Step]) -> bytes | None:
    """The content after the steps; None when they change nothing."""
    try:
        content = object_of(failed.content)
    except NotJson:
        return None
    found = mended(content, steps)
    return text_of(found) if found != content else None


def ask(tx: Transaction, kind: Work, which: Which, steps: Sequence[Step], *, by: str, now: datetime) -> Job:
    """Ask for work on many; it is done in the background, and what fails from now on is not meant."""
    if kind is Work.REPAIR:
        check(steps)
    return store.make_job(tx, kind, which, [asdict(step) for step in steps], now, by)


def cancel(tx: Transaction, number: int, now: datetime) -> Job:
    """End work that is not over; what is done stays done."""
    store.cancel_job(tx, number, now)
    if not (found := store.jobs(tx, number)):
        raise NoSuchJob(id=number)
    return found[0]


def step(postgres: Postgres, clock: Clock) -> bool:
    """Do one go of the work that waits longest; says whether there was any."""
    now = clock.now()
    with postgres.transaction() as tx:
        store.hold(tx)
        job = store.next_job(tx)
        if job is None:
            return False
        store.advance_job(tx, job.id, _go_on(tx, job, now), now)
        reach("failed.before_commit")
    reach("failed.after_commit")
    return True


def _go_on(tx: Transaction, job: store.NextJob, now: datetime) -> store.Moved:
    kind = Work(job.kind)
    which = msgspec.convert(job.filter, Which)
    some = store.chosen(tx, which, kind.takes, after=job.position, up_to=job.up_to, most=AT_ONCE)
    over = len(some) < AT_ONCE
    position = some[-1].id if some else job.position
    changed, passing = _do(tx, kind, some, job, now)
    return store.Moved(position, len(some), changed, passing, over)


def _do(tx: Transaction, kind: Work, some: Sequence[Failed], job: store.NextJob, now: datetime) -> tuple[int, int]:
    if kind is Work.REPLAY:
        sent, verdicts = _send(tx, Checker.now(tx), some, job.made_by, now)
        store.judge(tx, verdicts)
        return sent, sent
    if kind is Work.REPAIR:
        return _repair(tx, some, msgspec.convert(job.steps, list[Step]), job.made_by, now)
    to = State.DISCARDED if kind is Work.DISCARD else State.OPEN
    return store.set_state(tx, [each.id for each in some], kind.takes, to, now, job.made_by), 0


def _repair(tx: Transaction, some: Sequence[Failed], steps: Sequence[Step], by: str, now: datetime) -> tuple[int, int]:
    checker = Checker.now(tx)
    contents = {each.id: body for each in some if (body := _mended(each, steps)) is not None}
    verdicts = {each.id: checker.verdict(each, contents.get(each.id, each.content.encode())) for each in some}
    if contents:
        store.repair(tx, contents, now, by)
    store.judge(tx, {number: verdict for number, verdict in verdicts.items() if not verdict.passes})
    return len(contents), sum(verdict.passes for verdict in verdicts.values())


def _send(
    tx: Transaction, checker: Checker, some: Sequence[Failed], by: str, now: datetime
) -> tuple[int, Mapping[int, Verdict]]:
    """Send again what would enter; returns how many, and what is wrong with the others."""
    verdicts: dict[int, Verdict] = {}
    by_lane: dict[int, list[tuple[int, int, bytes]]] = {}
    for failed in some:
        found = checker.read(failed, failed.content.encode())
        if isinstance(found, Failure):
            verdicts[failed.id] = verdict_of(found)
        else:
            by_lane.setdefault(lane_of(found.source), []).append((failed.id, failed.source_id, again(found)))
    for lane, calls in sorted(by_lane.items()):
        store.send_again(tx, lane, calls, now, by)
    return len(some) - len(verdicts), verdicts
