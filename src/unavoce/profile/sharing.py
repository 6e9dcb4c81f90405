"""An address that several people share: a family's phone, a couple's mailbox.

Records that name one address are one person unless their birthdays say otherwise. Where they do, the address joins
only records that agree on a birthday, and none that tells no birthday: whose of the two she is nobody can know.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from unavoce.kernel.ids import Iid
from unavoce.profile.model import Edge, EdgeKind, Node
from unavoce.profile.ruleset import ADDRESSES

BIRTHDAYS = ("birthday", "birthdate", "birth_date", "birthDate", "date_of_birth", "dob")
"""The traits that tell a birthday."""

_DAY = re.compile(r"\s*(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d{2})(\d{2}))(?:\D.*)?", re.DOTALL)
# What systems write where nobody has told a birthday.
_NOBODYS = frozenset({"00010101", "19000101", "19700101", "19110101", "20000101"})
_OLDEST = 1890


def birthday(said: object) -> str | None:
    """The day as eight digits, year first; None for what is no birthday or stands for "not told"."""
    found = _DAY.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return None
    year, month, day = (int(one) for one in found.groups() if one is not None)
    try:
        text = date(year, month, day).strftime("%Y%m%d")
    except ValueError:
        return None
    return None if year < _OLDEST or text in _NOBODYS else text


class Holders:
    """Who names each address, from the evidence alone."""

    def __init__(self, nodes: Mapping[Iid, Node], edges: Iterable[Edge]) -> None:
        """Edges must be in their canonical order."""
        self._nodes = nodes
        self._of: dict[Iid, list[Iid]] = {}
        for edge in edges:
            if edge.kind is EdgeKind.TOGETHER:
                self._hold(edge.a, edge.b)
                self._hold(edge.b, edge.a)

    def _hold(self, address: Iid, holder: Iid) -> None:
        if self._nodes[address].kind in ADDRESSES and self._tells(holder):
            self._of.setdefault(address, []).append(holder)

    def _tells(self, iid: Iid) -> bool:
        """Whether an identifier speaks for a record: an address alone does so only with a birthday of its own."""
        return self._nodes[iid].kind not in ADDRESSES or bool(self._nodes[iid].born)

    def of(self, address: Iid) -> Sequence[Iid]:
        """The identifiers that name it, in the canonical order."""
        return self._of.get(address, ())


def classes(births: Sequence[Collection[str]]) -> list[int | None]:
    """Which records agree: a number for each that tells a birthday, the same where they have one in common."""
    root: dict[str, str] = {}
    for told in births:
        for one in told:
            root[_top(root, one)] = _top(root, min(told))
    numbers: dict[str, int] = {}
    return [numbers.setdefault(_top(root, min(told)), len(numbers)) if told else None for told in births]


def _top(root: dict[str, str], one: str) -> str:
    while (up := root.setdefault(one, one)) != one:
        one = up
    return one
