"""What segments are shown beside: names of products, journeys that use a segment, numbers of identifiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from unavoce.apps.brand import Brand
from unavoce.commerce import api as commerce
from unavoce.decide import api as decide
from unavoce.kernel.ids import Iid
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Transaction
from unavoce.segment.insight.web import Neighbours


def neighbours(brand: Brand) -> Neighbours:
    """The other contexts, asked for a segment's sake."""

    def interns(kind: str, value: str) -> Iid | None:
        found = profile.identifier_of(kind, value, brand.pumping.key, brand.pumping.region)
        return None if found is None else found.iid

    return Neighbours(products=_products, journeys=_journeys, interns=interns)


def _products(tx: Transaction, ids: Sequence[str]) -> Mapping[str, str]:
    return {key: one.name for key, one in commerce.products(tx, ids).items()}


def _journeys(tx: Transaction, segment: str) -> Sequence[tuple[str, Mapping[str, str]]]:
    return [(one.key, one.name) for one in decide.journeys(tx) if segment in set(_segments_in(one.definition))]


def _segments_in(part: object) -> Iterator[object]:
    """The keys of segments a definition speaks of: its triggers by `segment`, its conditions by `id`."""
    if isinstance(part, Mapping):
        if "segment" in part:
            yield part["segment"]
        if part.get("type") == "segment":
            yield part.get("id")
        for inner in part.values():
            yield from _segments_in(inner)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for inner in part:
            yield from _segments_in(inner)
