"""Brings the past in through the same intake as everything else: `unavoce import complete-journey`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points
from time import monotonic, sleep
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from unavoce.collect import api as collect
from unavoce.collect.contract import Catalogue, Chunk, HistorySource, Options, Totals
from unavoce.commerce import api as commerce
from unavoce.kernel.clock import Clock
from unavoce.kernel.errors import Conflict, NotFound, Unavailable
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.runtime.settings import keep_setting, setting
from unavoce.segment import api as segment

GROUP = "unavoce.sources"
MOST_WAITING = 50_000
"""So many events may wait to be pumped before the import waits too: live events are pumped in between."""

_LOOK_EVERY_SECONDS = 0.2
# A pump that settles nothing for so long is not running, or is stuck on something its log names.
_PATIENCE_SECONDS = 180.0

Tell = Callable[[int, int], object]
"""Told how many events are history by now, and how many there will be."""


class Keeper(Protocol):
    """Remembers how many chunks were sent, in the transaction that sends them: what is interrupted goes on there."""

    @property
    def chunks(self) -> int:
        """How many chunks were sent before."""
        ...

    def keep(self, tx: Transaction, chunks: int) -> None:
        """So many are sent now."""
        ...


class NoSuchHistory(NotFound):
    """No source of history has this name."""


class NothingRuns(Conflict):
    """Unavoce does not run on this data folder; start it with `unavoce up` in another terminal, then import."""


class NothingMoves(Unavailable):
    """The engine has taken in nothing of the import for minutes; look at its log, then import again."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many events it sent, how many rows it had to set aside, and the facts of the data."""

    source: str
    events: int
    bad_rows: int
    products_changed: int
    seconds: float
    facts: Mapping[str, int]


def run(
    postgres: Postgres,
    clock: Clock,
    source: HistorySource,
    options: Options,
    tell: Tell = lambda *_: None,
    keeper: Keeper | None = None,
) -> Imported:
    """Put down the catalogue, append all events to the lane of imports, and wait until they are history.

    Doing it again changes nothing: every event keeps its message id, and imported ids are remembered for ever.
    """
    began = monotonic()
    totals = source.totals(options)
    changed = _put_catalogue(postgres, clock, source.catalogue(options))
    with postgres.transaction() as tx:
        origin = collect.ensure_source(tx, source.name, source.title, collect.SourceKind.IMPORT).id
    waiter = _Waiter(postgres, totals, tell)
    bad = 0
    for number, chunk in enumerate(source.read(options), 1):
        if keeper is None or number > keeper.chunks:
            bad += _append(postgres, clock, origin, chunk, number, keeper)
        waiter.sent += chunk.events
        waiter.wait(MOST_WAITING)
    waiter.wait(0)
    with postgres.transaction() as tx:
        segment.replay_again(tx)
        keep_setting(tx, _mark(source), {**asdict(options), "events": waiter.sent})
    return Imported(source.name, waiter.sent, bad, changed, monotonic() - began, totals.facts)


def bring_in(
    postgres: Postgres,
    clock: Clock,
    name: str,
    options: Mapping[str, int | None],
    *,
    again: bool = False,
    console: Console | None = None,
) -> Imported | None:
    """Import a history by its name with a progress bar; None when just this was imported before, unless `again`."""
    source, wanted = history(name), Options(**options)
    with postgres.transaction() as tx:
        done = setting(tx, _mark(source))
    if not again and isinstance(done, dict) and all(done.get(key) == one for key, one in asdict(wanted).items()):
        return None
    with _bar(console) as bar:
        task = bar.add_task(source.title, total=None)

        def tell(settled: int, total: int) -> None:
            bar.update(task, completed=settled, total=total)

        return run(postgres, clock, source, wanted, tell)


def history(name: str) -> HistorySource:
    """The source of this name among all installed ones."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    key = name.replace("-", "_")
    if key not in found:
        raise NoSuchHistory(name=name, known=", ".join(sorted(one.replace("_", "-") for one in found)))
    source: HistorySource = found[key].load()
    return source


def told(done: Imported) -> Iterable[str]:
    """What an import did, in words."""
    yield f"{done.source}: {done.events:,} events in {done.seconds:.1f} s ({done.events / done.seconds:,.0f}/s)."
    for name, fact in done.facts.items():
        yield f"  {name.replace('_', ' ')}: {fact:,}"
    if done.bad_rows:
        yield f"  {done.bad_rows:,} rows could not become events; they are kept as failed events with the reason."


@dataclass(slots=True)
class _Waiter:
    """Lets the pump keep up, and tells how far it is."""

    postgres: Postgres
    totals: Totals
    tell: Tell
    sent: int = 0

    def wait(self, most: int) -> None:
        """Wait until no more than so many events of the lane are not history yet."""
        last, since = -1, monotonic()
        while True:
            with self.postgres.transaction() as tx:
                waiting = collect.backlog(tx, collect.LANE_IMPORTS)
            self.tell(max(0, self.sent - waiting), max(self.totals.events, self.sent))
            if waiting <= most:
                return
            if waiting != last:
                last, since = waiting, monotonic()
            if monotonic() - since > _PATIENCE_SECONDS:
                raise NothingMoves(waiting=waiting)
            sleep(_LOOK_EVERY_SECONDS)


def _append(postgres: Postgres, clock: Clock, origin: int, chunk: Chunk, number: int, keeper: Keeper | None) -> int:
    failures = [
        collect.Failure(collect.Reason.BAD_ROW, row.reason, row.content.encode(), place=row.place) for row in chunk.bad
    ]
    with postgres.transaction() as tx:
        if failures:
            collect.keep_failures(tx, origin, failures, clock.now())
        if chunk.bodies:
            collect.accept(tx, collect.LANE_IMPORTS, origin, chunk.bodies, clock.now())
        if keeper is not None:
            keeper.keep(tx, number)
    return len(failures)


def _put_catalogue(postgres: Postgres, clock: Clock, catalogue: Catalogue) -> int:
    products = (
        commerce.Product(one.id, one.name, one.category, one.brand, one.department, known=one.known)
        for one in catalogue.products
    )
    stores = (commerce.Store(one.key, one.name, one.region) for one in catalogue.stores)
    with postgres.transaction() as tx:
        commerce.put_stores(tx, stores, clock.now())
        return commerce.put_products(tx, products, clock.now())


def _mark(source: HistorySource) -> str:
    return f"imported.{source.name}"


def _bar(console: Console | None) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), console=console or Console(stderr=True),
    )  # fmt: skip
