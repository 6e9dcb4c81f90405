"""The vendors' clients in a browser say a whole story from a page of another origin, and it arrives as it was said."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser

from tests.sdk.server import Server
from tests.sdk.shelf import shelf
from tests.sdk.told import arrived, as_told

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def shop(packages: Path) -> Iterator[str]:
    """The address of the shop's pages."""
    with shelf(packages) as address:
        yield address


@pytest.fixture(scope="module")
def team(running: Server) -> Iterator[httpx.Client]:
    """Olivia, who looks at what arrived."""
    http = running.team()
    yield http
    http.close()


@pytest.mark.parametrize(
    ("client", "page", "batching"),
    [("web_segment", "segment", "0"), ("web_segment_batching", "segment", "1"), ("web_rudder", "rudder", "0")],
)
def test_a_client_in_a_browser(
    running: Server, team: httpx.Client, shop: str, browser: Browser, client: str, page: str, batching: str
) -> None:
    key = running.key(client, "web")
    running.knows(key)
    told = {"host": running.address, "key": key, "client": client, "batching": batching}
    complaints: list[str] = []
    context = browser.new_context()
    tab = context.new_page()
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
    tab.goto(f"{shop}/{page}.html?{urlencode(told)}")
    tab.wait_for_function("document.title === 'told'", timeout=60_000)
    context.close()
    assert [one for one in complaints if running.address in one or "error" in one.lower()] == []
    as_told(arrived(running, team, client), client, screens=page == "segment", nulls=page == "segment")
