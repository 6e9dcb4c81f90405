"""A shop's server sends through a vendor's client, everything of ours is killed meanwhile: each event once."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

from tests.sdk.conftest import HERE, driving, packages
from tests.sdk.server import Server, wait

__all__ = ["packages"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "data")
    running.starts()
    yield running
    running.is_killed()


@pytest.mark.parametrize(("module", "events"), [(segment, 20_000), pytest.param(rudder, 4_000, marks=pytest.mark.long)])
def test_the_server_is_killed_while_a_python_client_sends(server: Server, module: ModuleType, events: int) -> None:
    lost: list[object] = []
    client = module.Client(
        server.key(), host=server.address, max_queue_size=events, upload_size=100, max_retries=100,
        on_error=lambda error, batch: lost.append(error),
    )  # fmt: skip
    server.knows(client.write_key)
    for number in range(events):
        said = {"product_id": f"p-{number}"}
        client.track(f"user-{number % 500}", "Product Viewed", said, message_id=f"m-{number}")
        if number == events // 2:
            wait(lambda: client.queue.qsize() < events // 2 - events // 10)
            server.is_killed()
    server.starts()
    client.flush()
    client.join()
    assert lost == []
    server.drained()
    assert server.history() == {f"m-{number}": 1 for number in range(events)}


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("client", ["segment", "customerio", "rudder"])
def test_the_server_is_killed_while_a_node_client_sends(server: Server, packages: Path, client: str) -> None:
    events = 4_000
    key = server.key()
    server.knows(key)
    words = [client, server.address, key, str(HERE / "story.json"), str(events)]
    with driving(packages, *words, stdout=subprocess.PIPE) as sending:
        wait(lambda: server.accepted() > events // 5)
        server.is_killed()
        server.starts()
        said, _ = sending.communicate(timeout=280)
    assert json.loads(said.splitlines()[-1]) == {"lost": []}
    server.drained()
    assert server.history() == {f"m-{number}": 1 for number in range(events)}
