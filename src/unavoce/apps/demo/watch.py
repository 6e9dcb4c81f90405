"""Watching from outside: how long until something can be seen, and what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
# How often an observer looks; far below the two seconds that the story is judged by.
GLANCE_SECONDS = 0.02


@dataclass(slots=True)
class Ledger:
    """The steps of one telling in their order: whether each came true, and after how many seconds."""

    steps: dict[str, dict[str, object]] = field(default_factory=dict)

    def note(self, step: str, *, true: bool, seconds: float | None = None, seen: object = None) -> None:
        """Write down one step."""
        entry: dict[str, object] = {"true": true}
        if seconds is not None:
            entry["seconds"] = round(seconds, 3)
        if seen is not None:
            entry["seen"] = seen
        self.steps[step] = entry

    def expect(self, step: str, look: Callable[[], T | None], *, within: float, since: float | None = None) -> T | None:
        """Look until there is something to see or the time is over; write down which, and when."""
        begin = time.monotonic() if since is None else since
        while True:
            seen = look()
            waited = time.monotonic() - begin
            if seen:
                self.note(step, true=waited <= within, seconds=waited)
                return seen
            if waited > within + 5:
                self.note(step, true=False, seconds=waited)
                return None
            time.sleep(GLANCE_SECONDS)

    def never(self, step: str, look: Callable[[], T | None], *, during: float) -> None:
        """Look for a while and write down that nothing was seen."""
        begin = time.monotonic()
        while time.monotonic() - begin < during:
            seen = look()
            if seen:
                self.note(step, true=False, seconds=time.monotonic() - begin, seen=str(seen)[:200])
                return
            time.sleep(GLANCE_SECONDS)
        self.note(step, true=True, seconds=during)

    @property
    def holds(self) -> bool:
        """Whether every step came true."""
        return bool(self.steps) and all(step["true"] for step in self.steps.values())
