"""What a source of history must offer, so that its past comes in through the same intake as everything else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from unavoce.kernel.errors import NotFound, Unprocessable


class HistoryMissing(NotFound):
    """The files of this history are not installed."""


class HistoryBroken(Unprocessable):
    """The files of this history are not what they should be."""


@dataclass(frozen=True, slots=True)
class Options:
    """What of the history is wanted; None means all of it."""

    households: int | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become an event: where it stands, why not, and its content as JSON text."""

    place: str
    reason: str
    content: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A few requests as their senders would have posted them (Segment's batch JSON), and how many calls they hold."""

    bodies: Sequence[bytes]
    events: int
    bad: Sequence[BadRow] = ()


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """A product as the source's catalogue has it; `known` is false when only baskets speak of it."""

    id: str
    name: str
    category: str | None
    brand: str | None
    department: str | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class CatalogueStore:
    """A store by the key that its events carry."""

    key: str
    name: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products and the stores that the events speak of."""

    products: Sequence[CatalogueProduct]
    stores: Sequence[CatalogueStore]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many events are to come, and facts about the data that are worth telling, by name."""

    events: int
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where products were shown, one entry in each list per product, store and week (its Monday)."""

    stores: Sequence[str]
    weeks: Sequence[date]
    products: Sequence[str]
    displays: Sequence[str]
    mailers: Sequence[str]


class ExposureSource(Protocol):
    """A source that knows what its stores displayed and its mailers showed."""

    @property
    def name(self) -> str:
        """The key of the source."""
        ...

    def exposure_total(self) -> int:
        """How many facts there are."""
        ...

    def exposures(self) -> Iterator[Shown]:
        """All of them in an order and in batches that are always the same."""
        ...


class HistorySource(Protocol):
    """A source with a past. The same options always give the same events with the same message ids."""

    @property
    def name(self) -> str:
        """The key of the source in the intake: lowercase, with underscores."""
        ...

    @property
    def title(self) -> str:
        """The name people read."""
        ...

    def totals(self, options: Options) -> Totals:
        """How much there is, before anything is read in."""
        ...

    def catalogue(self, options: Options) -> Catalogue:
        """The products and stores, to be put down before the events."""
        ...

    def read(self, options: Options) -> Iterator[Chunk]:
        """All events in an order that may be relied on, a few thousand at a time."""
        ...
