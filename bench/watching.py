"""When flips were first there to be seen: somebody asks the flip log for what is new, every few milliseconds."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

_EVERY_SECONDS = 0.005
_LAST = "SELECT coalesce(max(id), 0) FROM segment.flip"
_NEW = """
    SELECT flip.id, segment.key, flip.iid, flip.cause, flip.direction = 'left'
    FROM segment.flip JOIN segment.segment ON segment.id = flip.segment
    WHERE flip.id > %s AND segment.key = ANY(%s) ORDER BY flip.id
"""


class Flip(NamedTuple):
    """Somebody who entered a segment or left it, what caused it, and when that was seen (monotonic seconds)."""

    segment: str
    iid: int
    cause: str
    left: bool
    seen: float


@contextmanager
def watching(url: str, segments: Sequence[str]) -> Iterator[list[Flip]]:
    """Flips of these segments as they appear."""
    flips: list[Flip] = []
    stop = threading.Event()
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(_LAST).fetchone()

        def look() -> None:
            last = row[0] if row else 0
            while not stop.wait(_EVERY_SECONDS):
                rows = connection.execute(_NEW, [last, list(segments)]).fetchall()
                now = time.monotonic()
                flips.extend(Flip(key, iid, cause, left, now) for _, key, iid, cause, left in rows)
                last = rows[-1][0] if rows else last

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield flips
        finally:
            stop.set()
            thread.join()
