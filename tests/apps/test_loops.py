"""The engine's loops rest when there is nothing to do, the longer the less there is, and look again when woken."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from unavoce.apps.loops import Loop, woken_by_writes
from unavoce.runtime.process import Receive, Scope, Send

PATIENCE = 30


class _Rests(threading.Event):
    """What a loop waits on: it tells how long every rest was to be, and takes none."""

    def __init__(self, woken_at: int | None = None) -> None:
        super().__init__()
        self.rests: list[float] = []
        self._woken_at = woken_at

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.rests.append(timeout)
        return len(self.rests) - 1 == self._woken_at


def _ran(wake: _Rests, answers: list[bool], longest: float | None) -> list[float]:
    done = threading.Event()
    left = iter(answers)

    def step() -> bool:
        answer = next(left, None)
        if answer is None:
            done.set()
            loop._stop.set()
            return True
        return answer

    loop = Loop("tried", step, 0.1, wake, longest)
    loop.start()
    assert done.wait(PATIENCE)
    loop.stop()
    assert not loop.alive
    return wake.rests


def test_it_rests_the_longer_the_less_there_is_to_do() -> None:
    rests = _ran(_Rests(), [False] * 5, longest=0.5)
    assert rests == pytest.approx([0.1, 0.2, 0.4, 0.5, 0.5])


def test_it_rests_evenly_where_no_longest_rest_is_given() -> None:
    assert _ran(_Rests(), [False] * 3, longest=None) == pytest.approx([0.1] * 3)


def test_something_to_do_shortens_the_rest() -> None:
    assert _ran(_Rests(), [False, False, True, False], longest=0.5) == pytest.approx([0.1, 0.2, 0.1])


def test_being_woken_shortens_the_rest() -> None:
    assert _ran(_Rests(woken_at=1), [False] * 3, longest=0.5) == pytest.approx([0.1, 0.2, 0.1])


def _asked(method: str, loop: Loop, *, fails: bool = False) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert not loop.wake.is_set()
        if fails:
            raise RuntimeError(scope["method"])

    async def nothing(*_: object) -> dict[str, object]:
        return {}

    async def ask() -> None:
        scope = {"type": "http", "method": method, "path": "/api/exports"}
        await woken_by_writes(app, [loop])(scope, nothing, nothing)

    asyncio.run(ask())


@pytest.fixture
def resting() -> Callable[[], Loop]:
    return lambda: Loop("rests", lambda: False, 60.0)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_wakes_those_who_work_on_what_was_asked(method: str, resting: Callable[[], Loop]) -> None:
    loop = resting()
    _asked(method, loop)
    assert loop.wake.is_set()


def test_a_write_that_failed_wakes_them_too(resting: Callable[[], Loop]) -> None:
    loop = resting()
    with pytest.raises(RuntimeError):
        _asked("POST", loop, fails=True)
    assert loop.wake.is_set()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_wakes_nobody(method: str, resting: Callable[[], Loop]) -> None:
    loop = resting()
    _asked(method, loop)
    assert not loop.wake.is_set()


def test_a_woken_loop_looks_again_at_once() -> None:
    looked = threading.Semaphore(0)

    def step() -> bool:
        looked.release()
        return False

    loop = Loop("rests", step, 600.0)
    loop.start()
    assert looked.acquire(timeout=PATIENCE)
    loop.wake.set()
    assert looked.acquire(timeout=PATIENCE)
    loop.stop()
    assert not loop.alive
