"""Garbage is looked for when it is asked for: soon among what is new, seldom among what has stayed."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.garbage import Garbage


class Circle:
    """Refers to itself, so counting references does not free it."""

    def __init__(self) -> None:
        self.itself = self


class Names(list[str]):
    """A column one can see vanish."""


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The interpreter looks by itself again afterwards."""
    yield
    gc.unfreeze()
    gc.enable()


def test_new_garbage_is_found_once_there_is_enough() -> None:
    garbage = Garbage(enough=1_000)
    garbage.begin()
    gone = weakref.ref(Circle())
    assert not gc.isenabled()
    assert not garbage.look()
    assert gone() is not None
    kept = [Circle() for _ in range(1_000)]
    assert garbage.look()
    assert gone() is None
    assert not garbage.look(), "what stayed is not new any more"
    assert len(kept) == 1_000


def test_what_stayed_and_is_garbage_later_is_found_when_all_is_looked_through() -> None:
    garbage = Garbage(enough=1)
    garbage.begin()
    circle = Circle()
    later = weakref.ref(circle)
    assert garbage.look()
    del circle
    garbage.look()
    assert later() is not None
    seldom = Garbage(enough=1, all_every_seconds=0.0)
    seldom.begin()
    assert later() is None
    circle = Circle()
    again = weakref.ref(circle)
    del circle
    assert seldom.look()
    assert again() is None


def test_before_it_begins_the_interpreter_looks_itself() -> None:
    garbage = Garbage(enough=1, all_every_seconds=0.0)
    assert not garbage.look()
    assert gc.isenabled()


def test_an_insert_keeps_nothing_of_what_was_inserted(facts: Facts) -> None:
    facts.statement("CREATE TABLE held (name String) ENGINE = MergeTree ORDER BY name")
    gc.disable()
    names = Names(["a", "b"])
    held = weakref.ref(names)
    facts.insert("held", ["name"], [names])
    del names
    assert held() is None
