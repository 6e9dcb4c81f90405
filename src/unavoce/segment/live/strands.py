"""Strands: what conditions count of her events, told apart by name, filter and property, whatever the window.

Conditions that count the same events over other windows share a strand. What is no number, or cannot be read of an
event exactly as the statement over the history reads it, is no strand and is left to the statement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unavoce.segment.conditions import Event, NotDone, Plain, Recency, Where
from unavoce.segment.leaves import Happenings

_OF_MOMENTS = frozenset({"count", "latest"})
_OF_NUMBERS = frozenset({"sum", "known", "min", "max"})
# They come out of the sender's context by rules of the intake's own.
_NOT_READ_HERE = frozenset({"channel", "campaign", "campaign_id", "utm_source"})


@dataclass(frozen=True, slots=True)
class Strand:
    """Events of one name like this, and the number that is read of each (none: only when it was)."""

    name: str
    where: tuple[Where, ...]
    property: str
    human: bool


def strand_of(leaf: Happenings) -> Strand | None:
    """The strand that answers a leaf."""
    properties = {leaf.property, *(one.property for one in leaf.where)}
    if leaf.agg not in _OF_MOMENTS | _OF_NUMBERS or properties & _NOT_READ_HERE:
        return None
    return Strand(leaf.name, leaf.where, leaf.property if leaf.agg in _OF_NUMBERS else "", leaf.human)


def leaves_of(condition: Plain) -> list[Happenings] | None:
    """The leaves of a condition on events whose strands answer it; None when the statement has to."""
    match condition:
        case NotDone(name=name, where=where, window=window):
            found = [Happenings(name, where, window, "count")]
        case Recency(name=name, where=where):
            found = [Happenings(name, where, None, "latest")]
        case Event(agg="count" | "sum" | "min" | "max" | "avg" as agg):
            made = ("sum", "known") if agg == "avg" else (agg,)
            kind = "" if agg == "count" else "Nullable(Float64)"
            found = [
                Happenings(
                    condition.name, condition.where, condition.window, one, condition.property or "", kind,
                    condition.human,
                )
                for one in made
            ]  # fmt: skip
        case _:
            return None
    return found if all(strand_of(leaf) is not None for leaf in found) else None


def numbered(leaves: Iterable[Happenings]) -> Mapping[Strand, int]:
    """The strands of these leaves, each with its number."""
    found = {strand for leaf in leaves if (strand := strand_of(leaf)) is not None}
    return {strand: number for number, strand in enumerate(sorted(found, key=repr))}
