"""What a collector knows of write keys while they change and PostgreSQL is slow or away."""

import asyncio
from collections.abc import Mapping

import pytest

from unavoce.collect.keyring import MOST_REMEMBERED, Keyring
from unavoce.collect.model import KeysNotKnownYet, Source, SourceKind


class Cupboard:
    """Where the keys are: a look takes as long as it is told to, and sees what was there when it began."""

    def __init__(self) -> None:
        self.looks = 0
        self.away = False
        self.held = asyncio.Event()
        self.held.set()

    async def read(self) -> Mapping[str, Source]:
        self.looks += 1
        if self.away:
            raise ConnectionError("nobody answers")
        await self.held.wait()
        return {}


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_comes_during_a_look_waits_for_the_next_and_all_share_it() -> None:
    async def play() -> int:
        cupboard = Cupboard()
        keyring = Keyring(cupboard.read)
        cupboard.held.clear()
        first = asyncio.create_task(keyring.look())
        await _settled()
        later = [asyncio.create_task(keyring.look()) for _ in range(50)]
        await _settled()
        assert cupboard.looks == 1
        cupboard.held.set()
        await asyncio.gather(first, *later)
        return cupboard.looks

    assert asyncio.run(play()) == 2


def test_before_the_first_look_and_after_a_failed_one_nobody_is_told_that_his_key_is_wrong() -> None:
    async def play() -> None:
        cupboard = Cupboard()
        keyring = Keyring(cupboard.read)
        with pytest.raises(KeysNotKnownYet):
            assert keyring.sources
        cupboard.away = True
        many = await asyncio.gather(*(keyring.look() for _ in range(20)), return_exceptions=True)
        assert {type(one) for one in many} == {KeysNotKnownYet}
        # The first one's, and one for all who came when it had begun.
        assert cupboard.looks == 2
        cupboard.away = False
        await keyring.look()
        assert keyring.sources == {}

    asyncio.run(play())


def test_made_up_headers_are_not_remembered_without_end() -> None:
    keyring = Keyring(Cupboard().read)
    source = Source(3, "web", "The shop", SourceKind.WEB)
    for number in range(MOST_REMEMBERED + 5):
        keyring.remember(f"Basic {number}", source)
    assert len(keyring.by_authorization) == MOST_REMEMBERED
