"""A file as a source of history: the same rows always give the same calls with the same ids."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from unavoce.collect.contract import BadRow, Catalogue, CatalogueProduct, CatalogueStore, Chunk, Options, Totals
from unavoce.kernel.ids import digest16
from unavoce.sources.files.calls import Caller, Prepared
from unavoce.sources.files.mapping import Mapping, RowIs
from unavoce.sources.files.model import Found
from unavoce.sources.files.reading import BadRowFound, RowReader, Said
from unavoce.sources.files.tables import look, rows_of
from unavoce.sources.files.tally import BadLine, Tally

T = TypeVar("T")
EVENTS_IN_A_BODY, BODIES_IN_A_CHUNK = 50, 100
LARGEST_CALL = 120_000  # an imported event may have 128 KB
MOST_CATALOGUED = 200_000
# An order's lines may lie anywhere in a file. They are sorted into so many drawers on disk by their order's number,
# and a drawer at a time fits in memory: a fiftieth of the file or so.
_DRAWERS = 64
_SPOILED = "spoiled"
_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Said).decode


class FileHistory:
    """One file under one mapping."""

    def __init__(
        self, path: Path, mapping: Mapping, found: Found | None = None, *, expected: Totals | None = None
    ) -> None:
        self.path, self.mapping, self._expected = path, mapping, expected
        self.found = found or look(path, mapping.reading)
        self.tally = Tally()
        mapping.resolved(self.found.columns)

    @property
    def name(self) -> str:
        """The key of the source in the intake."""
        return self.mapping.source

    @property
    def title(self) -> str:
        """The name people read."""
        return self.mapping.title or self.mapping.source

    def totals(self, options: Options) -> Totals:
        """How many events there are to come; read through once, unless somebody has done so before."""
        del options
        if self._expected is not None:
            return self._expected
        counted = self.dry()
        return Totals(sum(counted.events.values()), {"rows": counted.rows, "bad_rows": counted.bad})

    def dry(self) -> Tally:
        """Read everything and send nothing."""
        for _ in self.prepared():
            continue
        return self.tally

    def catalogue(self, options: Options) -> Catalogue:
        """The products and stores that orders speak of; only their ids and names are known."""
        del options
        products: dict[str, CatalogueProduct] = {}
        stores: dict[str, CatalogueStore] = {}
        if self.mapping.rows not in (RowIs.ORDER, RowIs.ORDER_LINE):
            return Catalogue([], [])
        reader = RowReader(self.mapping, self.found.columns, Tally())
        for line, cells in rows_of(self.path, self.found):
            with suppress(BadRowFound):
                said = reader.read(line, cells)
                _catalogued(said, products, stores)
            if len(products) >= MOST_CATALOGUED:
                break
        return Catalogue(list(products.values()), list(stores.values()))

    def read(self, options: Options) -> Iterator[Chunk]:
        """All calls, a few thousand at a time, with the bad rows met on the way."""
        del options
        size = EVENTS_IN_A_BODY * BODIES_IN_A_CHUNK
        for items in _by(self.prepared(), size):
            bad = [_bad(one) for one in items if isinstance(one, BadLine)]
            calls = [one.call for one in items if isinstance(one, Prepared)]
            yield Chunk(bodies_of(calls), len(calls), bad)

    def prepared(self) -> Iterator[Prepared | BadLine]:
        """Every call and every bad row in an order that is always the same."""
        self.tally = Tally()
        if self.mapping.rows is RowIs.ORDER_LINE:
            yield from self._orders()
            return
        caller = Caller(self.mapping, self.tally)
        for said in self._said():
            if isinstance(said, BadLine):
                yield said
                continue
            if said.lost is not None:
                self.tally.told(said.lost)
                yield said.lost
            yield from self._fit(caller.of_row(said))

    def _said(self) -> Iterator[Said | BadLine]:
        tally = self.tally
        reader = RowReader(self.mapping, self.found.columns, tally)
        for line, cells in rows_of(self.path, self.found):
            tally.rows += 1
            try:
                said = reader.read(line, cells)
            except BadRowFound as bad:
                yield self._refused(bad.line)
            else:
                yield said

    def _refused(self, line: BadLine) -> BadLine:
        self.tally.refused(line)
        return line

    def _fit(self, calls: Iterator[Prepared]) -> Iterator[Prepared | BadLine]:
        for one in calls:
            if len(one.call) > LARGEST_CALL:
                yield self._refused(BadLine(one.line, "too_large", "", f"{len(one.call)} bytes", ""))
            else:
                yield one

    def _orders(self) -> Iterator[Prepared | BadLine]:
        with tempfile.TemporaryDirectory(prefix="unavoce-import-") as folder, ExitStack() as stack:
            drawers = [stack.enter_context((Path(folder) / f"{n:02}").open("w+b")) for n in range(_DRAWERS)]
            for said in self._said():
                kept = said
                if isinstance(said, BadLine):
                    yield said
                    kept = Said(said.line, properties={"order_id": said.order}, event=_SPOILED)
                order = str(kept.properties["order_id"]) if isinstance(kept, Said) else ""
                if order:
                    packed = _encode(kept)
                    drawer = drawers[digest16(order.encode())[0] % _DRAWERS]
                    drawer.write(len(packed).to_bytes(4, "big") + packed)
            caller = Caller(self.mapping, self.tally)
            for drawer in drawers:
                drawer.seek(0)
                for order, lines in _orders_in(drawer.read()).items():
                    yield from self._of_order(order, lines, caller)

    def _of_order(self, order: str, lines: Sequence[Said], caller: Caller) -> Iterator[Prepared | BadLine]:
        """The calls of an order; one that lacks its time or a line goes in not at all."""
        sound = [one for one in lines if one.event != _SPOILED]
        if len(sound) < len(lines):
            yield from [self._refused(BadLine(one.line, "spoiled_order", "", order, "", order)) for one in sound]
        elif not any(one.at for one in lines):
            yield from [self._refused(BadLine(one.line, "missing", "time", "", order, order)) for one in lines]
        else:
            yield from self._fit(caller.of_order(lines))


def _orders_in(content: bytes) -> dict[str, list[Said]]:
    """The lines in a drawer, by their order."""
    orders: dict[str, list[Said]] = {}
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        said = _decode(content[at + 4 : at + 4 + size])
        orders.setdefault(str(said.properties["order_id"]), []).append(said)
        at += 4 + size
    return orders


def bodies_of(calls: Sequence[bytes]) -> list[bytes]:
    """Calls as requests of a few dozen each."""
    return [b'{"batch":[' + b",".join(group) + b"]}" for group in _by(iter(calls), EVENTS_IN_A_BODY)]


def _by(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(items, size)):
        yield some


def _bad(line: BadLine) -> BadRow:
    return BadRow(place=f"row {line.line}", reason=line.sentence, content=line.content)


def _catalogued(said: Said, products: dict[str, CatalogueProduct], stores: dict[str, CatalogueStore]) -> None:
    if product := str(said.goods.get("product_id") or ""):
        category = said.goods.get("category")
        name = str(said.goods.get("name") or product)
        products.setdefault(
            product, CatalogueProduct(product, name, None if category is None else str(category), None, None)
        )
    if store := str(said.properties.get("store_id") or ""):
        stores.setdefault(store, CatalogueStore(store, store))
