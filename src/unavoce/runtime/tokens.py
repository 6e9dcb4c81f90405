"""Insert tokens after a kill: a token whose rows were never kept is forgotten, so that the retry is not dropped.

ClickHouse writes a token into the table's log and only then gives the part its name (MergeTreeSink.cpp,
finishDelayedChunk; seen with strace, 0.3 ms apart). A process killed between the two has promised rows that it does
not have, and drops them when they come again. The log is lines of `operation <tab> part <tab> block`, 1 for a token
that holds and 2 for one that does not any more (MergeTreeDeduplicationLog.cpp).
"""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_HOLDS, _FORGOTTEN = "1", "2"
_PART = re.compile(r"(?P<partition>.+)_(?P<first>\d+)_(?P<last>\d+)_\d+(_\d+)?")


class _Blocks(NamedTuple):
    """Which inserts of a partition a part holds; a merged part holds many."""

    partition: str
    first: int
    last: int


def forget_unkept(folder: Path) -> list[str]:
    """Forget the tokens whose parts are missing in an engine's folder that nobody has open; answers with the parts.

    After a clean stop, and while somebody has the folder open, there is nothing to do and nothing is done.
    """
    with _after_a_kill(folder) as killed:
        if not killed:
            return []
        return [part for logs in sorted(folder.glob("store/*/*/deduplication_logs")) for part in _put_right(logs)]


@contextmanager
def _after_a_kill(folder: Path) -> Iterator[bool]:
    # The engine holds a lock on this file while it runs, and removes the file when it stops in order.
    try:
        status = os.open(folder / "status", os.O_RDWR)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(status, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(status)


def _put_right(logs: Path) -> Iterator[str]:
    files = sorted(logs.glob("deduplication_log_*.txt"), key=lambda path: int(path.stem.rpartition("_")[2]))
    holding: dict[str, str] = {}
    for operation, part, block in _lines(files):
        if operation == _HOLDS:
            holding[block] = part
        else:
            holding.pop(block, None)
    # A log line and its rename are one step under the table's lock, so only the last can have been cut in two.
    for block, part in list(holding.items())[-1:]:
        kept = [blocks for path in logs.parent.iterdir() if (blocks := _blocks(path.name)) is not None]
        if not _is_kept(part, kept):
            with files[-1].open("a", encoding="utf-8") as out:
                out.write(f"{_FORGOTTEN}\t{part}\t{block}\n")
                out.flush()
                os.fsync(out.fileno())
            yield part


def _lines(files: Iterable[Path]) -> Iterator[list[str]]:
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            if len(words := line.split("\t")) == 3:
                yield words


def _blocks(name: str) -> _Blocks | None:
    found = _PART.fullmatch(name)
    return _Blocks(found["partition"], int(found["first"]), int(found["last"])) if found else None


def _is_kept(part: str, kept: Iterable[_Blocks]) -> bool:
    asked = _blocks(part)
    return asked is None or any(
        asked.partition == one.partition and one.first <= asked.first and asked.last <= one.last for one in kept
    )
