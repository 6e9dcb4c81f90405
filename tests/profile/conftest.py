"""A scratch transaction for each of Hypothesis's examples: what is done in it is undone at its end."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from unavoce.runtime.postgres import Postgres, Transaction

Scratch = Callable[[], AbstractContextManager[Transaction]]


class _ThrowAway(Exception):
    pass


@pytest.fixture
def scratch(postgres: Postgres) -> Scratch:
    """Opens transactions that leave nothing behind."""

    @contextmanager
    def opened() -> Iterator[Transaction]:
        try:
            with postgres.transaction() as tx:
                yield tx
                raise _ThrowAway
        except _ThrowAway:
            pass

    return opened
