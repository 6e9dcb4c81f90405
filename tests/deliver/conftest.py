"""The shop that every test of delivery plays in."""

from collections.abc import Iterator

import pytest

from tests.deliver.shop import Shop, Wire
from unavoce.deliver import registry
from unavoce.deliver.contract import Capabilities
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.http import Door

WIRES = {
    "email": Capabilities(address="email", batch=50, html=True, unsubscribe=True, tracks=True),
    "line": Capabilities(address="line_user_id", batch=500, idempotent=True, same_to_many=500, tracks=True),
    "ads": Capabilities(address=None, batch=500, idempotent=True),
}


@pytest.fixture
def shop(door: Door, clock: FixedClock) -> Iterator[Shop]:
    real = dict(registry.channels())
    door.settings.folder.mkdir(parents=True)
    wires = {name: Wire(name, capabilities) for name, capabilities in WIRES.items()}
    registry.channels().update(wires)
    opened = Shop(door, clock, wires)
    opened.opens()
    yield opened
    registry.channels().update(real)
