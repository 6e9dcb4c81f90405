"""The SQL of the rules: their versions, the work that follows from them, and the ground it is done on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import arrays
from unavoce.profile.model import EdgeKind, Refusal
from unavoce.profile.rows import RuledEdge
from unavoce.profile.ruleset import Blocked
from unavoce.profile.ruling.model import Hub, Published, Work, WorkKind, WorkState
from unavoce.profile.sharing import BIRTHDAYS
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")


class Kind(NamedTuple):
    """An identifier and its kind."""

    iid: Iid
    kind: str


class Soul(NamedTuple):
    """An identifier in a region that rules are tried on."""

    iid: Iid
    kind: str
    value: str
    first_seen: datetime
    customer: CustomerId
    closed: bool


# --- versions ---


def publish(tx: Transaction, version: int, body: Mapping[str, object], note: str, by: str, at: datetime) -> bool:
    """Keep a new version; says whether it was the next."""
    return tx.run(_SQL["publish"], version=version, body=Json(body), note=note, by=by, at=at) == 1


def history(tx: Transaction, most: int) -> list[Published]:
    """All versions, the newest first."""
    return tx.rows(_SQL["history"], Published, most=most)


# --- what they bear on ---


def kinds(tx: Transaction) -> list[str]:
    """All kinds of identifiers there are."""
    return tx.values(_SQL["kinds"])


def hubs(tx: Transaction, after: int, most: int) -> list[Hub]:
    """What joins nobody."""
    return tx.rows(_SQL["hubs"], Hub, after=after, most=most)


def refused_by_limit(tx: Transaction) -> list[Iid]:
    """One end of all evidence that a limit refused."""
    return tx.values(_SQL["refused_by_limit"])


def refused(tx: Transaction) -> list[Iid]:
    """One end of all evidence that a limit or a separation refused."""
    return tx.values(_SQL["refused"])


def shared(tx: Transaction) -> list[Iid]:
    """One end of all evidence refused because an address is shared."""
    return tx.values(_SQL["shared"])


def told_apart(tx: Transaction) -> list[Iid]:
    """An identifier of every customer of whom more than one birthday is told."""
    return tx.values(_SQL["told_apart"], births=list(BIRTHDAYS))


def beyond(tx: Transaction, limits: Mapping[str, int]) -> list[Iid]:
    """One identifier of every customer who has more of a kind than these limits allow."""
    return tx.values(_SQL["beyond"], kinds=arrays.texts(limits), limits=arrays.numbers(limits.values()))


def matching(tx: Transaction, blocked: Sequence[Blocked]) -> list[Iid]:
    """Identifiers that these values block."""
    patterns = arrays.texts(_like(one.value) for one in blocked)
    return tx.values(_SQL["matching"], kinds=arrays.texts(one.kind for one in blocked), patterns=patterns)


def _like(glob: str) -> str:
    plain = glob.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return plain.replace("*", "%").replace("?", "_")


def blocked(tx: Transaction) -> list[Iid]:
    """Identifiers that are blocked now."""
    return tx.values(_SQL["blocked"])


def kinds_of(tx: Transaction, iids: Collection[Iid]) -> list[Kind]:
    """Of what kind each of these is."""
    return tx.rows(_SQL["kinds_of"], Kind, iids=arrays.numbers(iids)) if iids else []


def open_hubs(tx: Transaction) -> list[Kind]:
    """Hubs of which all evidence is kept."""
    return tx.rows(_SQL["open_hubs"], Kind)


def busy(tx: Transaction, of: Collection[str], least: int) -> list[Kind]:
    """Identifiers of these kinds that might be hubs."""
    return tx.rows(_SQL["busy"], Kind, kinds=arrays.texts(of), least=least)


def stand(
    tx: Transaction, opening: Collection[Iid], crowding: Collection[Iid], blocking: Collection[Iid] | None
) -> None:
    """Open hubs and close others; `blocking`, unless None, is all that is blocked from now on."""
    tx.run(_SQL["open"], iids=arrays.numbers(opening))
    tx.run(_SQL["close"], iids=arrays.numbers(crowding))
    if blocking is not None:
        tx.run(_SQL["block"], iids=arrays.numbers(blocking))


def judge_again(tx: Transaction, iids: Collection[Iid]) -> None:
    """Say anew what the evidence around these is refused for."""
    tx.run(_SQL["judge_again"], iids=arrays.numbers(iids))


def neighbours(tx: Transaction, iids: Collection[Iid]) -> list[Iid]:
    """Everybody these have evidence with, and they themselves."""
    return tx.values(_SQL["neighbours"], iids=arrays.numbers(iids))


def plant_seeds(tx: Transaction, work: int, iids: Collection[Iid]) -> None:
    """Keep where customers may change."""
    tx.run(_SQL["plant_seeds"], work=work, iids=arrays.numbers(iids))


def some_seeds(tx: Transaction, work: int, most: int) -> list[Iid]:
    """The next of them."""
    return tx.values(_SQL["some_seeds"], work=work, most=most)


def pull_seeds(tx: Transaction, work: int, iids: Collection[Iid]) -> int:
    """These have been looked at; answers with how many were waiting."""
    return tx.run(_SQL["pull_seeds"], work=work, iids=arrays.numbers(iids))


def trial_region(tx: Transaction, seeds: Collection[Iid], opening: Collection[Iid]) -> list[Soul]:
    """All identifiers the evidence would connect to these if some would open."""
    return tx.rows(_SQL["trial_region"], Soul, seeds=arrays.numbers(seeds), opening=arrays.numbers(opening))


def trial_edges(tx: Transaction, iids: Collection[Iid]) -> list[RuledEdge]:
    """The evidence between them."""
    rows = tx.rows(_SQL["trial_edges"], RuledEdge, iids=arrays.numbers(iids))
    return [
        one._replace(kind=EdgeKind(one.kind), refusal=Refusal(one.refusal) if one.refusal else None) for one in rows
    ]


# --- work ---


def add_work(tx: Transaction, kind: WorkKind, body: Mapping[str, object], by: str, at: datetime, total: int = 0) -> int:
    """Keep something to do; answers with its number."""
    made: int = tx.value(_SQL["add_work"], kind=kind.value, body=Json(body), by=by, at=at, total=total)
    return made


def next_work(tx: Transaction) -> Work | None:
    """What is to be done next."""
    return _typed(tx.first(_SQL["next_work"], Work))


def work(tx: Transaction, number: int) -> Work | None:
    """One piece of work."""
    return _typed(tx.first(_SQL["work"], Work, id=number))


def works(tx: Transaction, of: Collection[WorkKind], most: int) -> list[Work]:
    """What was asked for last."""
    rows = tx.rows(_SQL["works"], Work, kinds=arrays.texts(kind.value for kind in of), most=most)
    return [found for row in rows if (found := _typed(row)) is not None]


def _typed(row: Work | None) -> Work | None:
    if row is None:
        return None
    return Work(
        row.id, WorkKind(row.kind), row.body, WorkState(row.state), row.total, row.done, row.cursor, row.result,
        row.by, row.at, row.finished_at,
    )  # fmt: skip


def went_on(tx: Transaction, number: int, total: int, done: int, result: Mapping[str, object], cursor: int = 0) -> bool:
    """Keep how far it is; says whether it may go on."""
    touched = tx.run(_SQL["went_on"], id=number, total=total, done=done, cursor=cursor, result=Json(result))
    return touched == 1


def finish(tx: Transaction, number: int, state: WorkState, result: Mapping[str, object], at: datetime) -> bool:
    """Keep that it is over; says whether it was not before."""
    return tx.run(_SQL["finish"], id=number, state=state.value, result=Json(result), at=at) == 1
