"""The SQL of likeness: faces, pairs, comparisons, and the queue of suggestions."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from unavoce.kernel.ids import Iid
from unavoce.profile import arrays
from unavoce.profile.likeness.model import Coincidence, Decision, Likeness, Pair, Suggestion
from unavoce.runtime import sql
from unavoce.runtime.postgres import Transaction

_SQL = sql.load(__package__, "state.sql")
LARGEST_BLOCK = 50
"""A value that more people share is no sign that two of them are one."""
_SAMPLED = 20_000


def draw_faces(tx: Transaction) -> int:
    """Write down what everybody looks like; answers with how many have a face."""
    forget_faces(tx)
    tx.run(_SQL["trait_faces"])
    tx.run(_SQL["split_name_faces"])
    tx.run(_SQL["identifier_faces"])
    people: int = tx.value(_SQL["customers"])
    return people


def pair_up(tx: Transaction) -> None:
    """Find who is worth comparing, and strangers to compare with."""
    tx.run(_SQL["block"], largest=LARGEST_BLOCK)
    tx.run(_SQL["sample"], most=_SAMPLED)


def compared(tx: Transaction, *, sampled: bool) -> list[Pair]:
    """How alike the two of each pair are."""
    return tx.rows(_SQL["compared"], Pair, sampled=sampled)


def coincidences(tx: Transaction) -> list[Coincidence]:
    """How often strangers have the same value."""
    return tx.rows(_SQL["coincidence"], Coincidence)


def forget_faces(tx: Transaction) -> None:
    """Leave nothing of what everybody looks like."""
    tx.run(_SQL["empty_faces"])
    tx.run(_SQL["empty_pairs"])


def suggest(tx: Transaction, found: Sequence[Likeness], now: datetime) -> None:
    """Put what was found into the queue, and take out what is not found any more."""
    tx.run(
        _SQL["suggest"],
        ones=arrays.numbers(one.pair.one for one in found),
        others=arrays.numbers(one.pair.other for one in found),
        scores="{" + ",".join(f"{one.score:.4f}" for one in found) + "}",
        chances="{" + ",".join(f"{one.chance:.6f}" for one in found) + "}",
        evidences=arrays.texts(_evidence(one) for one in found),
        now=now,
    )
    tx.run(_SQL["forget"], now=now)


def _evidence(one: Likeness) -> str:
    said = [
        {
            "field": part.field,
            "level": part.level.name.lower(),
            "weight": round(part.weight, 2),
            "m": part.m,
            "u": part.u,
        }
        for part in one.weighed
    ]
    return orjson.dumps(said).decode()


def queue(tx: Transaction, state: Decision, before: tuple[float, int], most: int) -> list[Suggestion]:
    """Suggestions of a state, surest first, after this place."""
    rows = tx.rows(_SQL["queue"], Suggestion, state=state.value, score=before[0], tie=-before[1], most=most)
    return [_typed(row) for row in rows]


def suggestion(tx: Transaction, number: int) -> Suggestion | None:
    """One suggestion."""
    found = tx.first(_SQL["suggestion"], Suggestion, id=number)
    return _typed(found) if found else None


def _typed(row: Suggestion) -> Suggestion:
    return Suggestion(
        row.id, row.one, row.other, row.first, row.second, row.score, row.chance, row.evidence, Decision(row.state),
        row.found_at, row.decided_by, row.decided_at,
    )  # fmt: skip


def waiting(tx: Transaction) -> int:
    """How many wait for a decision."""
    many: int = tx.value(_SQL["waiting"])
    return many


def decide(tx: Transaction, number: int, was: Decision, state: Decision, by: str, at: datetime) -> bool:
    """Keep a decision; says whether it was as expected before."""
    return tx.run(_SQL["decide"], id=number, was=was.value, state=state.value, by=by, at=at) == 1


def merged(tx: Transaction, one: Iid, other: Iid) -> bool:
    """Whether somebody's word joins these two."""
    return bool(tx.value(_SQL["merged"], one=one, other=other))
