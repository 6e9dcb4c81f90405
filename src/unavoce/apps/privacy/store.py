"""The only file of privacy that runs SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import NamedTuple

from unavoce.apps.privacy.model import Kind, NewRequest, Request, State, Tally
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")
_LARGEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    kind: str
    state: str
    who: bytes
    asked_by: str
    asked_by_id: str | None
    reason: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    begun_at: datetime | None
    done_at: datetime | None
    step: str
    progress: int
    tables: list[dict[str, object]]
    error: str
    receipt: dict[str, object] | None

    def request(self) -> Request:
        said = {name: getattr(self, name) for name in self.__slots__}
        tallies = tuple(Tally(str(one["table"]), int(str(one["rows"])), int(str(one["left"]))) for one in self.tables)
        return Request(**said | {"kind": Kind(self.kind), "state": State(self.state), "tables": tallies})


class TurnedAway(NamedTuple):
    """How many events of a kind of source were turned away."""

    kind: str
    events: int


def add_request(tx: Transaction, new: NewRequest, traces: Mapping[str, object], tables: Sequence[Tally]) -> int:
    """Keep a new request; answers with its number."""
    made: int = tx.value(_SQL["add_request"], **asdict(new), traces=Json(dict(traces)), tables=_tallied(tables))
    return made


def requests(tx: Transaction, below: int | None, most: int) -> list[Request]:
    """Requests below a number, newest first."""
    bound = below if below is not None else _LARGEST
    return [row.request() for row in tx.rows(_SQL["requests"], _Row, below=bound, most=most)]


def request(tx: Transaction, number: int) -> Request | None:
    """One request, locked to the end of the transaction."""
    row = tx.first(_SQL["request"], _Row, id=number)
    return row.request() if row else None


def next_request(tx: Transaction) -> int | None:
    """The number of what is to be worked on."""
    found: int | None = tx.value(_SQL["next_request"])
    return found


def open_of(tx: Transaction, who: bytes, kind: Kind) -> int | None:
    """A request of this kind about the same person that is not over."""
    found: int | None = tx.value(_SQL["open_of"], who=who, kind=kind.value)
    return found


def confirm(tx: Transaction, number: int, by: str, at: datetime) -> None:
    """It is to be done."""
    tx.run(_SQL["confirm"], id=number, by=by, at=at)


def cancel(tx: Transaction, number: int, at: datetime) -> None:
    """It is not to be done."""
    tx.run(_SQL["cancel"], id=number, at=at)


def begin(tx: Transaction, number: int, at: datetime) -> None:
    """It is under way."""
    tx.run(_SQL["begin"], id=number, at=at)


def advance(tx: Transaction, number: int, step: str, progress: int) -> None:
    """How far it has come, in percent."""
    tx.run(_SQL["advance"], id=number, step=step, progress=progress)


def note_traces(tx: Transaction, number: int, traces: Mapping[str, object], heads: Mapping[int, int]) -> None:
    """All that leads to the person, and what must be pumped before."""
    tx.run(_SQL["note_traces"], id=number, traces=Json(dict(traces)), heads=Json({str(k): v for k, v in heads.items()}))


def traces(tx: Transaction, number: int) -> dict[str, object]:
    """All that leads to the person."""
    return dict(tx.value(_SQL["traces"], id=number) or {})


def heads(tx: Transaction, number: int) -> dict[int, int]:
    """What must be pumped before."""
    return {int(lane): head for lane, head in (tx.value(_SQL["heads"], id=number) or {}).items()}


def note_tables(tx: Transaction, number: int, tables: Sequence[Tally]) -> None:
    """What was found where."""
    tx.run(_SQL["note_tables"], id=number, tables=_tallied(tables))


def finish(
    tx: Transaction, number: int, tables: Sequence[Tally], receipt: Mapping[str, object] | None, at: datetime
) -> None:
    """It is done."""
    kept = Json(dict(receipt)) if receipt is not None else None
    tx.run(_SQL["finish"], id=number, tables=_tallied(tables), receipt=kept, at=at)


def forget_reasons(tx: Transaction, hashes: Collection[bytes]) -> None:
    """Empty what people wrote in requests about her."""
    tx.run(_SQL["forget_reasons"], hashes=list(hashes))


def fail(tx: Transaction, number: int, error: str) -> None:
    """It could not be done."""
    tx.run(_SQL["fail"], id=number, error=error)


def running(tx: Transaction) -> set[int]:
    """The numbers of people who are being erased right now."""
    return set(tx.values(_SQL["running"]))


def any_forgotten(tx: Transaction) -> bool:
    """Whether anybody was ever erased."""
    return bool(tx.value(_SQL["any_forgotten"]))


def forgotten(tx: Transaction, hashes: Collection[bytes]) -> set[bytes]:
    """Which of these stand for people who were erased."""
    return {bytes(one) for one in tx.values(_SQL["forgotten"], hashes=list(hashes))}


def forget(tx: Transaction, hashes: Collection[bytes], number: int, at: datetime) -> None:
    """Imports do not bring these back from now on."""
    tx.run(_SQL["forget"], hashes=list(hashes), request=number, at=at)


def count_turned_away(tx: Transaction, kind: str, events: int, day: date) -> None:
    """Count events that would have brought somebody back."""
    tx.run(_SQL["count_turned_away"], kind=kind, events=events, day=day)


def turned_away(tx: Transaction) -> list[TurnedAway]:
    """How many events were turned away."""
    return tx.rows(_SQL["turned_away"], TurnedAway)


def put_file(
    tx: Transaction, number: int, iids: Collection[int], content: bytes, at: datetime, until: datetime
) -> None:
    """Keep a person's file to be fetched."""
    tx.run(_SQL["put_file"], request=number, iids=list(iids), content=content, at=at, until=until)


def file(tx: Transaction, number: int, now: datetime) -> bytes | None:
    """A person's file, unless it is too old."""
    found = tx.value(_SQL["file"], request=number, now=now)
    return bytes(found) if found is not None else None


def drop_old_files(tx: Transaction, now: datetime) -> None:
    """Drop files that are too old."""
    tx.run(_SQL["drop_old_files"], now=now)


def _tallied(tables: Sequence[Tally]) -> Json:
    return Json([asdict(one) for one in tables])
