"""What is remembered of the customers who came lately: the strands of their events, up to a bound of memory.

It is a copy of a part of the history and can be thrown away at any time; who is not remembered is read again.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

ROW = np.dtype([("at", "<i8"), ("strand", "<u2"), ("value", "<f8")])
"""One event in one strand; `at` in milliseconds, `value` NaN where it says no number."""
Rows = NDArray[np.void]
# Beside its rows an identifier takes about so many bytes of the process.
_OVERHEAD = 200


class Memory:
    """Rows by identifier; the identifiers that were asked for longest ago are forgotten first."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._rows: dict[int, bytes] = {}

    def __contains__(self, iid: int) -> bool:
        return iid in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def missing(self, iids: Iterable[int]) -> list[int]:
        """Those of which nothing is remembered."""
        return [iid for iid in iids if iid not in self._rows]

    def gather(self, iids: Sequence[int]) -> tuple[Rows, NDArray[np.int64]]:
        """All rows of these identifiers, and for each row the place of its identifier."""
        held = []
        for iid in iids:
            rows = self._rows.pop(iid, None)
            if rows is not None:
                self._rows[iid] = rows  # asked for last
            held.append(rows or b"")
        counts = np.fromiter((len(one) for one in held), np.int64, len(held)) // ROW.itemsize
        return np.frombuffer(b"".join(held), ROW), np.repeat(np.arange(len(held)), counts)

    def put(self, iids: Sequence[int], rows: Rows, of: NDArray[np.int64]) -> None:
        """Remember everything there is of these identifiers; `of` is the place of each row's identifier."""
        order = np.argsort(of, kind="stable")
        ends = np.searchsorted(of[order], np.arange(len(iids) + 1))
        ordered = rows[order]
        for place, iid in enumerate(iids):
            self._set(iid, ordered[ends[place] : ends[place + 1]].tobytes())

    def append(self, iid: int, rows: Rows) -> None:
        """Remember more of an identifier that is remembered; of another one nothing."""
        if iid in self._rows:
            self._set(iid, self._rows[iid] + rows.tobytes())

    def forget(self, iids: Iterable[int]) -> None:
        """Read these again when they are asked for."""
        for iid in iids:
            if (rows := self._rows.pop(iid, None)) is not None:
                self._bytes -= len(rows) + _OVERHEAD

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._bytes = 0

    def _set(self, iid: int, rows: bytes) -> None:
        self.forget([iid])
        self._rows[iid] = rows
        self._bytes += len(rows) + _OVERHEAD

    def shrink(self) -> None:
        """Keep within the bound; between two batches, so that nobody is forgotten who is being looked at."""
        while self._bytes > self._most and self._rows:
            self.forget([next(iter(self._rows))])
