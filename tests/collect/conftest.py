"""A shop for every test of collection."""

import pytest

from tests.collect.stage import Stage
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.http import Door


@pytest.fixture
def stage(door: Door, clock: FixedClock) -> Stage:
    """A shop on fresh engines."""
    return Stage(door, clock)
