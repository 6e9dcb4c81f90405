"""The vendors' clients for Node say a whole story, and it arrives as it was said."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.sdk.conftest import HERE, node
from tests.sdk.server import Server
from tests.sdk.told import arrived, as_told


@pytest.fixture(scope="module")
def team(running: Server) -> Iterator[httpx.Client]:
    """Olivia, who looks at what arrived."""
    http = running.team()
    yield http
    http.close()


@pytest.mark.browser
@pytest.mark.parametrize("client", ["segment", "customerio", "rudder", "jitsu"])
def test_a_client_for_node(running: Server, team: httpx.Client, packages: Path, client: str) -> None:
    key = running.key(client)
    running.knows(key)
    said = node(packages, client, running.address, key, str(HERE / "story.json"))
    assert said == {"lost": []}
    full = client != "jitsu"
    as_told(arrived(running, team, client), client, screens=full, aliases=full)
