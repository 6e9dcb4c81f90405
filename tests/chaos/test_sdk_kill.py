"""A shop's server sends through a vendor's client, everything of ours is killed meanwhile: each event once.

Each client but one sends the same body, with the same message ids, until it is answered; how long it does so is its own
setting, and the tests set it longer than a restart takes. Where the rules stand in the versions that are locked:
`request` in segment/analytics/consumer.py and rudderstack/analytics/consumer.py (10 tries more by default), `_send` in
posthog/consumer.py (3), `send` in src/plugins/segmentio/publisher.ts of @segment/analytics-node (10) and in
src/plugins/customerio/publisher.ts of @customerio/cdp-analytics-node (3), `retryCount` in cjs/index.js of
@rudderstack/rudder-sdk-node (3). @jitsu/js has no such rule: `send` in dist/jitsu.es.js calls fetch once and hands an
error to `errorPolicy`.
"""

import json
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import posthog
import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

from tests.sdk.conftest import HERE, driving, packages
from tests.sdk.server import Server, wait

__all__ = ["packages"]

EVENTS = 4_000


@pytest.mark.parametrize(
    ("module", "events"), [(segment, 20_000), pytest.param(rudder, EVENTS, marks=pytest.mark.long)]
)
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
def test_the_server_is_killed_while_posthogs_client_sends(server: Server) -> None:
    lost: list[object] = []
    key = server.key()
    server.knows(key)
    client = posthog.Posthog(
        key, host=server.address, disable_geoip=True, max_queue_size=EVENTS, max_retries=100,
        on_error=lambda error, batch: lost.append(error),
    )  # fmt: skip
    for number in range(EVENTS):
        client.capture("Product Viewed", distinct_id="mei", properties={"product_id": f"p-{number}"})
        if number == EVENTS // 2:
            wait(lambda: server.accepted() > EVENTS // 10)
            server.is_killed()
    server.starts()
    client.shutdown()
    assert lost == []
    server.drained()
    assert server.history("product") == {f"p-{number}": 1 for number in range(EVENTS)}


def _cut(server: Server, packages: Path, client: str) -> dict[str, Any]:
    """What a client for Node says at its end, through whose flush everything was killed."""
    key = server.key()
    server.knows(key)
    words = [client, server.address, key, str(HERE / "story.json"), str(EVENTS)]
    with driving(packages, *words, stdout=subprocess.PIPE) as sending:
        wait(lambda: server.accepted() > EVENTS // 5)
        server.is_killed()
        server.starts()
        said, _ = sending.communicate(timeout=280)
    server.drained()
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("client", ["segment", "customerio", "rudder"])
def test_the_server_is_killed_while_a_node_client_sends(server: Server, packages: Path, client: str) -> None:
    assert _cut(server, packages, client) == {"lost": []}
    assert server.history() == {f"m-{number}": 1 for number in range(EVENTS)}


@pytest.mark.long
@pytest.mark.browser
def test_the_server_is_killed_while_jitsus_client_sends(server: Server, packages: Path) -> None:
    """It says each event once: what was answered is kept once, and of what was not answered nothing is kept twice."""
    said = _cut(server, packages, "jitsu")
    answered, unanswered = set(said["answered"]), set(said["unanswered"])
    assert unanswered
    assert answered | unanswered == {f"p-{number}" for number in range(EVENTS)}
    kept = server.history("product")
    assert set(kept.values()) == {1}
    assert answered <= kept.keys()


@pytest.mark.long
@pytest.mark.browser
def test_jitsus_client_loses_nothing_with_a_fetch_that_tries_again(server: Server, packages: Path) -> None:
    said = _cut(server, packages, "jitsu_again")
    assert said["unanswered"] == []
    assert server.history("product") == {f"p-{number}": 1 for number in range(EVENTS)}
