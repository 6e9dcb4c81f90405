"""The write keys a collector knows, and how it learns of one that was made a moment ago."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from unavoce.collect.model import KeysNotKnownYet, Source

Read = Callable[[], Awaitable[Mapping[str, Source]]]
"""Every source by each key that opens it now."""

_log = structlog.get_logger("unavoce.collect")
MOST_REMEMBERED = 10_000
"""A header may end in anything behind the key, so whoever knows a page's key could make up any number."""
LOOK_APART_SECONDS = 0.1
"""Wrong keys ask PostgreSQL ten times a second at most, however many come."""


class Keyring:
    """Sources by their keys, as of the last look."""

    def __init__(self, read: Read) -> None:
        self._read = read
        # None until they are known: a client that hears of a wrong key throws its events away.
        self._sources: Mapping[str, Source] | None = None
        self.by_authorization: dict[str, Source] = {}
        """What a whole header has opened before; emptied when a source changes."""
        self._turn = asyncio.Lock()
        self._begun = self._ended = 0
        self._trouble: Exception | None = None

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source by its keys; KeysNotKnownYet before the first look has succeeded."""
        if self._sources is None:
            raise KeysNotKnownYet
        return self._sources

    def remember(self, authorization: str, source: Source) -> None:
        """Next time this header opens the source without being read; no more are kept than clients there may be."""
        if len(self.by_authorization) < MOST_REMEMBERED:
            self.by_authorization[authorization] = source

    async def look(self) -> None:
        """Learn what the keys are now; all who wait share a look that begins after the last of them has come."""
        mine = self._begun + 1
        async with self._turn:
            if self._ended < mine:
                await self._look()
            if self._trouble is not None:
                raise KeysNotKnownYet from self._trouble

    async def _look(self) -> None:
        if self._ended:
            await asyncio.sleep(LOOK_APART_SECONDS)
        self._begun += 1
        try:
            found = await self._read()
        except Exception as error:
            # Whatever it is, the keys of the last look hold, and nobody is told that his is wrong.
            self._trouble = error
            _log.warning("the write keys could not be read", error=str(error))
        else:
            self._trouble = None
            if found != self._sources:
                self._sources, self.by_authorization = found, {}
        finally:
            self._ended = self._begun
