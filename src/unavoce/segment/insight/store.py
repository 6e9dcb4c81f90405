"""The only file of these rooms that runs SQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Json, Transaction
from unavoce.segment.compile import Compiled
from unavoce.segment.insight.model import Buying, Cell, KeptDraft, ListRow, Region, Word
from unavoce.segment.values import instant_text

_SQL = sql.load(__package__, "state.sql")
_FACTS = sql.load(__package__, "facts.sql")

CROWD = "segment_crowd"
CROWD_COLUMNS = {"customer": "UInt64", "chosen": "UInt8"}
"""Everybody somebody may see, and whether she is in the segment."""


@dataclass(frozen=True, slots=True)
class Told:
    """How many inside and outside are told a value."""

    key: str
    value: str
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class _Entry:
    iid: Iid
    present: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class _Uncopied:
    key: str
    version: int
    copied: int


@dataclass(frozen=True, slots=True)
class _Inside:
    inside: list[str]
    size: int


@dataclass(frozen=True, slots=True)
class Span:
    """What is looked at: later than `since`, up to `at`."""

    since: datetime
    at: datetime

    def params(self) -> dict[str, object]:
        """As ClickHouse's parameters."""
        return {"since": instant_text(self.since), "at": instant_text(self.at)}


# --- lists ---


def lists(tx: Transaction, key: str | None = None) -> list[ListRow]:
    """The uploaded lists, or the one of this key."""
    return tx.rows(_SQL["lists"], ListRow, key=key)


def put_list(tx: Transaction, key: str, name: str, kinds: Mapping[Iid, str], by: str, now: datetime) -> None:
    """These identifiers are on the list from now on and no others."""
    version = tx.value(_SQL["put_list"], key=key, name=name, by=by, now=now)
    iids = list(kinds)
    tx.run(_SQL["take_off"], list=key, iids=iids, version=version, now=now)
    tx.run(_SQL["put_entries"], list=key, iids=iids, kinds=list(kinds.values()), version=version, now=now)


def unknown_among(tx: Transaction, iids: Collection[Iid]) -> set[int]:
    """Those of these identifiers that were never met."""
    return set(tx.values(_SQL["unknown_among"], iids=list(iids)))


def copy_lists(tx: Transaction, facts: Facts) -> list[str]:
    """Bring to ClickHouse what it does not have of the lists; copying the same again changes nothing."""
    uncopied = tx.rows(_SQL["uncopied"], _Uncopied)
    for one in uncopied:
        entries = tx.rows(_SQL["to_copy"], _Entry, list=one.key, copied=one.copied)
        columns = ["list", "iid", "present", "at", "received_at"]
        ats = [entry.at for entry in entries]
        data: list[list[Any]] = [
            [one.key] * len(entries),
            [entry.iid for entry in entries],
            [int(entry.present) for entry in entries],
            ats,
            ats,
        ]
        facts.insert("segment.list_entry", columns, data, token=f"segment.list:{one.key}:{one.version}")
        tx.run(_SQL["list_copied"], list=one.key, version=one.version)
    return [one.key for one in uncopied]


# --- drafts ---


def put_draft(tx: Transaction, draft: KeptDraft) -> None:
    """Keep what is worked on."""
    tx.run(
        _SQL["put_draft"],
        key=draft.key,
        name=Json(dict(draft.name)),
        description=Json(dict(draft.description)),
        definition=Json(dict(draft.definition)),
        now=draft.saved_at,
        by=draft.saved_by,
    )


def drafts(tx: Transaction, key: str | None = None) -> list[KeptDraft]:
    """What is worked on, or the one of this key."""
    return tx.rows(_SQL["drafts"], KeptDraft, key=key)


def drop_draft(tx: Transaction, key: str) -> bool:
    """Forget a draft; says whether there was one."""
    return tx.run(_SQL["drop_draft"], key=key) > 0


def retired(tx: Transaction) -> list[str]:
    """The keys of retired segments."""
    return tx.values(_SQL["retired"])


# --- counts ---


def overlap(tx: Transaction, keys: Sequence[str], among: Collection[CustomerId] | None) -> list[Region]:
    """How many are in exactly which of these segments."""
    rows = tx.rows(_SQL["overlap"], _Inside, keys=list(keys), among=None if among is None else list(among))
    return [Region(row.inside, row.size) for row in rows]


def rfm_grid(facts: Facts, at: datetime, stores: Collection[str] | None) -> list[Cell]:
    """The cells of the grid that have somebody in them."""
    return facts.rows(_FACTS["rfm_grid"], Cell, at=instant_text(at), **_sight(stores))


def newest(facts: Facts) -> datetime | None:
    """When the newest event was received."""
    found: datetime | None = facts.value(_FACTS["newest"])
    return found


def some(facts: Facts, statement: Compiled, at: datetime) -> list[CustomerId]:
    """The customers a statement answers with."""
    found = facts.tree(statement.text, statement.params | {"at": instant_text(at)})
    return [CustomerId(one) for one in found["customer"]]


def trait_values(facts: Facts, key: str, least: int) -> list[Word]:
    """The values of a trait told of at least so many."""
    return facts.rows(_FACTS["trait_values"], Word, key=key, least=least)


def property_values(facts: Facts, name: str, of: str, stores: Collection[str] | None) -> list[Word]:
    """The values of a property among newest events."""
    return facts.rows(_FACTS["property_values"], Word, name=name, property=of, **_sight(stores))


def _sight(stores: Collection[str] | None) -> dict[str, object]:
    return {"everywhere": int(stores is None), "stores": sorted(stores or ())}


# --- the crowd: a segment against the rest ---


@contextmanager
def crowd(facts: Facts, statement: Compiled, at: datetime) -> Iterator[None]:
    """The temporary table that the questions below are asked of; the client is ours alone meanwhile."""
    with facts.temporary(CROWD, CROWD_COLUMNS, []):
        facts.tree_run(statement.text, statement.params | {"at": instant_text(at)})
        yield


def crowd_sizes(facts: Facts) -> tuple[int, int]:
    """How many are inside and how many are the rest."""
    found = facts.columns(_FACTS["crowd_sizes"])
    return int(found["inside"][0]), int(found["outside"][0])


def number_bands(facts: Facts, personal: Sequence[str], at: datetime) -> dict[str, list[float]]:
    """The bounds by which traits of many numbers are cut into bands."""
    found = facts.columns(_FACTS["number_bands"], personal=list(personal), at=instant_text(at))
    return {key: [float(cut) for cut in cuts] for key, cuts in zip(found["key"], found["cuts"], strict=True)}


def crowd_traits(
    facts: Facts, personal: Sequence[str], bands: Mapping[str, Sequence[float]], at: datetime, least: int
) -> list[Told]:
    """What is told of how many, inside and outside."""
    return facts.rows(
        _FACTS["crowd_traits"],
        Told,
        personal=list(personal),
        banded=list(bands),
        cuts=[list(cuts) for cuts in bands.values()],
        at=instant_text(at),
        least=least,
    )


def crowd_categories(facts: Facts, span: Span, least: int) -> list[Told]:
    """How many bought of each category."""
    return _named(facts.columns(_FACTS["crowd_categories"], least=least, **span.params()))


def crowd_products(facts: Facts, span: Span, least: int) -> list[Told]:
    """How many bought each of the most bought products."""
    return _named(facts.columns(_FACTS["crowd_products"], least=least, **span.params()))


def crowd_channels(facts: Facts, span: Span, ours: Sequence[str]) -> list[Told]:
    """How many do most on each channel."""
    return _named(facts.columns(_FACTS["crowd_channels"], ours=list(ours), **span.params()))


def crowd_hours(facts: Facts, span: Span, zone: str, ours: Sequence[str]) -> tuple[list[int], list[int]]:
    """What is done in each hour of the day, inside and outside."""
    found = facts.columns(_FACTS["crowd_hours"], zone=zone, ours=list(ours), **span.params())
    inside, outside = [0] * 24, [0] * 24
    for hour, ins, outs in zip(found["hour"], found["inside"], found["outside"], strict=True):
        inside[hour], outside[hour] = int(ins), int(outs)
    return inside, outside


def crowd_buying(facts: Facts, span: Span) -> dict[int, Buying]:
    """What the two groups bought: 1 is inside, 0 the rest; an empty group is absent."""
    found = facts.columns(_FACTS["crowd_buying"], **span.params())
    return {
        int(found["inside"][row]): Buying(
            int(found["customers"][row]),
            int(found["buyers"][row]),
            int(found["orders"][row]),
            int(found["sales_minor"][row]),
            float(found["rhythm_days"][row]) if found["repeaters"][row] else None,
        )
        for row in range(len(found["inside"]))
    }


def _named(found: Mapping[str, Sequence[Any]]) -> list[Told]:
    rows = zip(found["value"], found["inside"], found["outside"], strict=True)
    return [Told("", value, int(inside), int(outside)) for value, inside, outside in rows]


# --- personas ---


def put_persona(tx: Transaction, segment: int, scope: str, card: Mapping[str, object], now: datetime) -> None:
    """Keep a persona as it was drawn."""
    tx.run(_SQL["put_persona"], segment=segment, scope=scope, card=Json(dict(card)), now=now)


def persona(tx: Transaction, segment: int, scope: str) -> dict[str, Any] | None:
    """The persona that was drawn last."""
    found: dict[str, Any] | None = tx.value(_SQL["persona"], segment=segment, scope=scope)
    return found
