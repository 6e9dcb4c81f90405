"""What the chaos tests share: a whole Unavoce that may be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sdk.server import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "data")
    running.starts()
    yield running
    running.is_killed()
