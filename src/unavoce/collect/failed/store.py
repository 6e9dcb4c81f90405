"""SQL of failed events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from unavoce.collect import store as intake
from unavoce.collect.failed.model import Failed, Group, Job, Result, State, Verdict, Which, Work
from unavoce.collect.model import Batch
from unavoce.collect.store import Entry
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "failed.sql")
_SHOWN_BYTES = 4_000  # of a content in a list
_END = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    source: str
    source_id: int
    reason: str
    detail: str
    place: str | None
    received_at: datetime
    content: bytes
    original: bytes | None
    call: str
    name: str
    message_id: str | None
    what: str
    faults: Sequence[Mapping[str, str]]
    plan_version: int | None
    state: str
    result: str | None
    changed_at: datetime | None
    changed_by: str | None

    def failed(self) -> Failed:
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return Failed(
            **told
            | {
                "content": self.content.decode("utf-8", "replace"),
                "original": None if self.original is None else self.original.decode("utf-8", "replace"),
                "state": State(self.state),
                "result": Result(self.result) if self.result else None,
            }
        )


@dataclass(frozen=True, slots=True)
class _Count:
    events: int
    last: int


@dataclass(frozen=True, slots=True)
class NextJob:
    """Work that is to be gone on with."""

    id: int
    kind: str
    filter: Mapping[str, object]
    up_to: int
    steps: Sequence[Mapping[str, object]]
    position: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a piece of work came in one go."""

    position: int
    done: int
    changed: int = 0
    passing: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class _JobRow:
    id: int
    kind: str
    state: str
    total: int
    done: int
    changed: int
    passing: int
    made_at: datetime
    made_by: str
    ended_at: datetime | None

    def job(self) -> Job:
        return Job(**asdict(self) | {"kind": Work(self.kind)})


def hold(tx: Transaction) -> None:
    """Be the only one who changes failed events, to the end of the transaction."""
    tx.lock("collect.failed")


def _meant(which: Which) -> dict[str, object]:
    return asdict(which) | {"ids": list(which.ids), "by_ids": bool(which.ids)}


def groups(tx: Transaction, *, state: str, source: str, most: int) -> list[Group]:
    """What failed alike, the most first."""
    return tx.rows(_SQL["groups"], Group, state=state, source=source, most=most)


def chosen(tx: Transaction, which: Which, state: State, *, after: int, up_to: int = _END, most: int) -> list[Failed]:
    """The failed events that are meant, from a position on."""
    found = tx.rows(_SQL["chosen"], _Row, **_meant(which), state=state, after=after, up_to=up_to, most=most)
    return [row.failed() for row in found]


def count_chosen(tx: Transaction, which: Which, state: State) -> tuple[int, int]:
    """How many are meant, and the number of the last."""
    found = tx.rows(_SQL["count_chosen"], _Count, **_meant(which), state=state)[0]
    return found.events, found.last


def listed(
    tx: Transaction, which: Which, state: str, *, below: int | None, most: int, whole: bool = False
) -> list[Failed]:
    """Failed events in one state, newest first; contents cut to what a list can show unless `whole`."""
    found = tx.rows(
        _SQL["listed"], _Row, state=state, below=_END if below is None else below, most=most,
        reason=which.reason, source=which.source, name=which.name, what=which.what,
        bytes=(1 << 31) - 1 if whole else _SHOWN_BYTES,
    )  # fmt: skip
    return [row.failed() for row in found]


def one(tx: Transaction, number: int) -> Failed | None:
    """One failed event, whole."""
    row = tx.first(_SQL["one"], _Row, id=number)
    return row.failed() if row else None


def repair(tx: Transaction, contents: Mapping[int, bytes], at: datetime, by: str) -> int:
    """Put repaired contents in the place of the ones before."""
    return tx.run(_SQL["repair"], ids=list(contents), contents=list(contents.values()), at=at, by=by)


def judge(tx: Transaction, verdicts: Mapping[int, Verdict]) -> None:
    """Note what is wrong with failed events now."""
    if verdicts:
        told = list(verdicts.values())
        tx.run(
            _SQL["judge"],
            ids=list(verdicts),
            reasons=[each.reason for each in told],
            details=[each.detail for each in told],
            whats=[each.what for each in told],
            faults=[Json(each.faults) for each in told],
        )


def set_state(tx: Transaction, ids: Iterable[int], before: State, state: State, at: datetime, by: str) -> int:
    """Change how failed events stand; returns how many stood as expected."""
    return tx.run(_SQL["set_state"], ids=list(ids), before=before, state=state, at=at, by=by)


def send_again(tx: Transaction, lane: int, calls: Sequence[tuple[int, int, bytes]], at: datetime, by: str) -> None:
    """Put calls (failed event, source, body) on a lane once more; with the note of it, or not at all."""
    intake.append(tx, lane, [Entry(source, "", 1, body) for _, source, body in calls], at)
    head = int(tx.value(_SQL["head"], lane=lane))
    seqs = list(range(head - len(calls) + 1, head + 1))
    tx.run(_SQL["replaying"], lane=lane, ids=[number for number, _, _ in calls], seqs=seqs, at=at, by=by)


def finish(tx: Transaction, batch: Batch, entered: Sequence[int]) -> None:
    """Write down what became of the replays of a batch."""
    tx.run(_SQL["finish"], lane=batch.lane, from_seq=batch.from_seq, to_seq=batch.to_seq, entered=list(entered))


def make_job(
    tx: Transaction, kind: Work, which: Which, steps: Sequence[Mapping[str, object]], at: datetime, by: str
) -> Job:
    """Ask for work on many; what fails later is not meant."""
    total, last = count_chosen(tx, which, kind.takes)
    number = tx.value(
        _SQL["make_job"],
        kind=kind,
        filter=Json(asdict(which)),
        up_to=last,
        steps=Json(steps),
        total=total,
        at=at,
        by=by,
    )
    return jobs(tx, int(number))[0]


def next_job(tx: Transaction) -> NextJob | None:
    """The work that waits longest."""
    return tx.first(_SQL["next_job"], NextJob)


def advance_job(tx: Transaction, number: int, moved: Moved, at: datetime) -> None:
    """Move work on, or end it."""
    tx.run(_SQL["advance_job"], id=number, **asdict(moved), at=at)


def jobs(tx: Transaction, number: int | None = None) -> list[Job]:
    """The last work that was asked for, newest first, or one piece of it."""
    return [row.job() for row in tx.rows(_SQL["jobs"], _JobRow, id=number)]


def cancel_job(tx: Transaction, number: int, at: datetime) -> bool:
    """End work that is not over."""
    return tx.run(_SQL["cancel_job"], id=number, at=at) > 0
