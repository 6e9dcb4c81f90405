"""The vendors' clients for Python say a whole story, and it arrives as it was said."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import posthog
import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

from tests.sdk.conftest import STORY
from tests.sdk.server import Server
from tests.sdk.told import arrived, as_told, traits, user


@pytest.fixture(scope="module")
def team(running: Server) -> Iterator[httpx.Client]:
    """Olivia, who looks at what arrived."""
    http = running.team()
    yield http
    http.close()


def _tells(client: Any, name: str) -> None:
    """The story, in the words that Segment's client and its relatives share."""
    page = STORY["page"]
    client.identify(user(name), traits(name), anonymous_id=STORY["anonymous"])
    client.track(user(name), STORY["event"], STORY["order"])
    client.page(user(name), page["category"], page["name"], page["properties"])
    client.screen(user(name), None, page["name"], page["properties"])
    client.group(user(name), STORY["group"]["id"], STORY["group"]["traits"])
    client.alias(STORY["previous"], user(name))
    for number in range(STORY["many"]):
        client.track(user(name), STORY["seen"], {"product_id": f"p-{number}"})


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("name", "module"), [("segment", segment), ("rudder", rudder)])
def test_segments_client_and_its_relative(
    running: Server, team: httpx.Client, name: str, module: ModuleType, packed: bool
) -> None:
    lost: list[object] = []
    name = f"py_{name}{'_gzip' if packed else ''}"
    key = running.key(name)
    running.knows(key)
    client = module.Client(
        key, host=running.address, gzip=packed, upload_size=15, on_error=lambda error, batch: lost.append(error)
    )
    _tells(client, name)
    client.flush()
    client.join()
    assert lost == []
    as_told(arrived(running, team, name), name)


def test_posthogs_client_where_it_maps(running: Server, team: httpx.Client) -> None:
    key = running.key("py_posthog")
    running.knows(key)
    client = posthog.Posthog(key, host=running.address, disable_geoip=True)
    client.set(distinct_id=user("py_posthog"), properties=traits("py_posthog"))
    client.capture(STORY["event"], distinct_id=user("py_posthog"), properties=STORY["order"])
    client.alias(previous_id=STORY["previous"], distinct_id=user("py_posthog"))
    for number in range(STORY["many"]):
        client.capture(STORY["seen"], distinct_id=user("py_posthog"), properties={"product_id": f"p-{number}"})
    client.shutdown()
    found = arrived(running, team, "py_posthog")
    assert found.says("Identify") == traits("py_posthog")
    assert found.says(STORY["event"]) == STORY["order"]
    assert {("user_id", user("py_posthog")), ("user_id", STORY["previous"])} <= found.shows("Alias")
    many = [call["payload"]["properties"] for call in found.calls if call["name"] == STORY["seen"]]
    assert sorted(one["product_id"] for one in many) == sorted(f"p-{number}" for number in range(STORY["many"]))
