"""Time comes in from outside, so that everything can be replayed; this file alone reads the wall."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is, in UTC."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment by the machine."""
        return datetime.now(UTC)


class OffsetClock:
    """The machine's clock shifted by the `offset_seconds` written in a small JSON file.

    The demo brand lives in 2018 this way; every process that reads the same file agrees on the time.
    """

    # Looking at the file on every call would cost a system call per event.
    _LOOK_EVERY_SECONDS = 0.05

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = timedelta()
        self._modified_ns = -1
        self._look_again_at = 0.0

    def now(self) -> datetime:
        """The present moment by the machine, plus the offset."""
        if time.monotonic() >= self._look_again_at:
            self._look()
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of the machine's."""
        self._look()
        return self._offset

    def _look(self) -> None:
        self._look_again_at = time.monotonic() + self._LOOK_EVERY_SECONDS
        try:
            modified_ns = self._path.stat().st_mtime_ns
            if modified_ns != self._modified_ns:
                seconds = json.loads(self._path.read_text("utf-8"))["offset_seconds"]
                self._offset = timedelta(seconds=float(seconds))
                self._modified_ns = modified_ns
        except FileNotFoundError:
            self._offset, self._modified_ns = timedelta(), -1


class FixedClock:
    """A clock for tests: it stands still until somebody lets time pass."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("A clock needs an aware time.")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment this clock stands at."""
        return self._at

    def passes(self, span: timedelta) -> datetime:
        """Let `span` go by and return the new moment."""
        self._at += span
        return self._at
