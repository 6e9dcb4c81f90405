"""A running server, a website that sends to it, and pages with the browser SDK that a test moves about."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.chaos.test_sdk_kill import Server, wait
from tests.e2e.browsing import free_port
from unavoce.access import api as access
from unavoce.runtime.client import Visitor
from unavoce.runtime.postgres import Postgres

EMAIL, PASSWORD = "olivia@shop.example", "with one voice 2018"
MOST_LOOKS = 300


@dataclass(slots=True)
class Shop:
    """A running demo server, and a shop on the web that sends to it."""

    server: Server
    url: str
    office: Visitor
    page: Page | None = None
    sources: int = 0

    def opens(self) -> str:
        """Another website, by its write key, once the intake knows it."""
        self.sources += 1
        name = f"site_{self.sources}"
        made = self.office.post("/api/sources", {"key": name, "name": name, "kind": "web"})
        key = str(made["write_key"])
        wait(lambda: httpx.post(f"{self.url}/v1/batch", json={"writeKey": key, "batch": []}).is_success)
        return key

    def heard(self, count: int, source: str | None = None) -> list[dict[str, Any]]:
        """The events of the website opened last, in the order in which they happened, once so many are there."""
        asked = {"source": source or f"site_{self.sources}", "limit": 500}
        found: list[dict[str, Any]] = []
        for _ in range(MOST_LOOKS):
            found = self.office.get("/api/events", **asked)["items"]
            if len(found) >= count:
                break
            # Not just sleep: what a test says of requests is asked only while the browser is attended to.
            self.page.wait_for_timeout(100) if self.page else time.sleep(0.1)
        assert len(found) >= count, [one["name"] for one in found]
        return sorted(found, key=lambda one: str(one["at"]))

    def nothing(self) -> bool:
        """Whether nothing arrived, although a later event of another kind was pumped meanwhile."""
        source = f"site_{self.sources}"
        key = next(one["write_key"] for one in self.office.get("/api/sources")["items"] if one["key"] == source)
        last = {"type": "track", "event": "The Last", "userId": "nobody", "messageId": f"last-{source}"}
        httpx.post(f"{self.url}/v1/track", json={"writeKey": key, **last}).raise_for_status()
        return [one["name"] for one in self.heard(1)] == ["The Last"]


@contextmanager
def running(folder: Path) -> Iterator[Shop]:
    """A server of its own, with an owner who is logged in."""
    server = Server(folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("UNAVOCE_DEMO", "1")
        # A demo has simulated devices beside it, which nobody uses here.
        for setting in ("UNAVOCE_SIMULATOR_PORT", "UNAVOCE_SMTP_SINK_PORT"):
            environment.setenv(setting, str(free_port()))
        server.starts()
        yield from _opened(server, folder)


def _opened(server: Server, folder: Path) -> Iterator[Shop]:
    try:
        url = f"postgresql://unavoce@/unavoce?host={quote(str(folder / 'run'), safe='')}"
        postgres = Postgres.connect(url, name="test", size=1)
        with postgres.transaction() as tx:
            access.ensure_owner(tx, EMAIL, PASSWORD, "Olivia")
        postgres.close()
        front = f"http://127.0.0.1:{server._ports[0]}"
        office = Visitor(front)
        office.log_in(EMAIL, PASSWORD)
        yield Shop(server, front, office)
    finally:
        server.is_killed()


def visit(device: BrowserContext, key: str, query: str = "", **settings: str) -> Page:
    """The test page, with the SDK loaded; a complaint of the page fails the test."""
    page = device.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    arrive(page, key, query, **settings)
    return page


def started(page: Page) -> None:
    """Wait for the script; asked from outside, because the page's policy lets nothing be evaluated in it again."""
    deadline = time.monotonic() + 30
    while not page.evaluate("window.analytics !== undefined && window.analytics.initialized === true"):
        assert time.monotonic() < deadline, "the script did not start"
        time.sleep(0.02)


def arrive(page: Page, key: str, query: str = "", **settings: str) -> None:
    page.goto(f"/sdk/test?{urlencode({'key': key, **settings})}{query}")
    started(page)


def call(page: Page, *calls: str) -> None:
    """Call methods of the analytics object, one after the other also by the clock."""
    for one in calls:
        page.evaluate(f"void analytics.{one}; new Promise(then => setTimeout(then, 3))")


def kept(page: Page) -> list[str]:
    """What the browser keeps of ours: keys in storage, names of cookies."""
    return sorted(page.evaluate("[...Object.keys(localStorage), ...document.cookie.split('; ').filter(Boolean)]"))


def shop_key(shop: Shop) -> str:
    """The write key of the website opened last."""
    items = shop.office.get("/api/sources")["items"]
    return str(next(one["write_key"] for one in items if one["key"] == f"site_{shop.sources}"))
