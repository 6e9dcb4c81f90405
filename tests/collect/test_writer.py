"""The group commit: who comes together is written together, and answered honestly."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from unavoce.collect.model import Backlogged, NotDurable
from unavoce.collect.store import Entry
from unavoce.collect.writer import GroupCommit
from unavoce.kernel.clock import FixedClock


class Disk:
    """Something to write on, which can be slow and can be broken."""

    def __init__(self) -> None:
        self.groups: list[list[bytes]] = []
        self.broken = False
        self.free = asyncio.Event()
        self.free.set()

    async def append(self, entries: Sequence[Entry], now: datetime) -> None:
        await self.free.wait()
        if self.broken:
            raise OSError("no space left")
        self.groups.append([entry.body for entry in entries])


def _entry(body: bytes) -> Entry:
    return Entry(1, "track", 1, body)


def test_whoever_waits_is_written_together(clock: FixedClock) -> None:
    async def story() -> None:
        disk = Disk()
        commit = GroupCommit(disk.append, clock)
        running = asyncio.create_task(commit.run())
        disk.free.clear()
        calls = [asyncio.create_task(commit.write(_entry(b"%d" % n))) for n in range(5)]
        await asyncio.sleep(0.01)
        assert not any(call.done() for call in calls), "nobody is answered before the commit"
        late = [asyncio.create_task(commit.write(_entry(b"late")))]
        disk.free.set()
        await asyncio.gather(*calls, *late)
        assert disk.groups == [[b"0", b"1", b"2", b"3", b"4"], [b"late"]]
        running.cancel()

    asyncio.run(story())


def test_a_failed_commit_is_told_to_everybody_in_it_and_the_next_may_succeed(clock: FixedClock) -> None:
    async def story() -> None:
        disk = Disk()
        commit = GroupCommit(disk.append, clock)
        running = asyncio.create_task(commit.run())
        disk.broken = True
        answers = await asyncio.gather(*(commit.write(_entry(b"x")) for _ in range(3)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [NotDurable] * 3
        disk.broken = False
        await commit.write(_entry(b"y"))
        assert disk.groups == [[b"y"]]
        running.cancel()

    asyncio.run(story())


def test_who_hangs_up_spoils_nothing_for_the_others(clock: FixedClock) -> None:
    async def story() -> None:
        disk = Disk()
        commit = GroupCommit(disk.append, clock)
        running = asyncio.create_task(commit.run())
        disk.free.clear()
        impatient, patient = (asyncio.create_task(commit.write(_entry(name))) for name in (b"a", b"b"))
        await asyncio.sleep(0.01)
        impatient.cancel()
        disk.free.set()
        await patient
        assert disk.groups == [[b"a", b"b"]]
        running.cancel()

    asyncio.run(story())


def test_large_bodies_make_small_groups_and_too_much_is_refused(clock: FixedClock) -> None:
    async def story() -> None:
        disk = Disk()
        commit = GroupCommit(disk.append, clock)
        large = b"x" * 5_000_000
        calls = [asyncio.create_task(commit.write(_entry(large))) for _ in range(14)]
        await asyncio.sleep(0)
        with pytest.raises(Backlogged):
            await commit.write(_entry(b"one more"))
        running = asyncio.create_task(commit.run())
        await asyncio.gather(*calls)
        assert [len(group) for group in disk.groups] == [2] * 7
        running.cancel()

    asyncio.run(story())
