"""A shop's page sends through a vendor's client, everything of ours is killed meanwhile: each event once.

Where the rules stand in the version that is locked. @segment/analytics-next, src/plugins/segmentio: one by one, an
event goes back into a queue after a network error or a 5xx, ten times, with pauses that double from half a second,
and the queue is written into localStorage when the page is left, but for what has failed in the round of tries that
is under way (`failedQueue` in schedule-flush.ts); a page that cannot read its settings sends nothing; in batches, the
batch is sent again ten times, and what waits when the page is left is sent once more and is not written down.
@rudderstack/analytics-js, XhrQueue and RetryQueue: ten times, with pauses that double from a second; the queue lives
in localStorage, the next page takes it over, and it holds `queueOptions.maxItems` events, 100 unless somebody says
more: older ones are thrown away.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.sdk.conftest import STORY, browser, packages
from tests.sdk.server import Server
from tests.sdk.shelf import shelf

__all__ = ["browser", "packages"]
pytestmark = [pytest.mark.browser, pytest.mark.long]

EVENTS = 1_500
FEW = 400  # RudderStack's client writes its whole queue down at each event, so that many wait long
EVERY = {f"p-{number}" for number in range(EVENTS)}
QUIET_SECONDS = 35  # longer than the longest pause of a client between two tries after an outage of this length


class Visit:
    """A shopper's tab, and which of its events were answered with 200."""

    def __init__(self, context: BrowserContext, server: Server, shop: str, key: str) -> None:
        self._server, self._shop, self._key = server, shop, key
        self.answered: set[str] = set()
        self._heard_at = time.monotonic()
        self.tab: Page = context.new_page()
        self.tab.on("response", self._hears)

    def opens(self, page: str, **asked: object) -> None:
        """The shop's page, which begins to send."""
        told = {"host": self._server.address, "key": self._key, "client": "kill", **asked}
        self.tab.goto(f"{self._shop}/{page}.html?{urlencode(told)}")

    def has_sent(self, events: int) -> None:
        """Wait until so many were answered."""
        deadline = time.monotonic() + 60
        while len(self.answered) < events:
            assert time.monotonic() < deadline
            self.tab.wait_for_timeout(20)

    def leaves(self) -> set[str]:
        """Leave the page for one of the shop's that sends nothing; what Segment's client has written down."""
        self.tab.goto(f"{self._shop}/story.json")
        told = self.tab.evaluate("Object.entries(localStorage)")
        kept = [json.loads(value) for name, value in told if name.endswith(":dest-Segment.io:items")]
        events = [one["event"] for items in kept for one in items if one["event"].get("event") == STORY["seen"]]
        return {event["properties"]["product_id"] for event in events}

    def settles(self, wanted: set[str]) -> None:
        """Wait until these were answered, or nothing is heard any more."""
        self._heard_at = time.monotonic()
        while not wanted <= self.answered and time.monotonic() < self._heard_at + QUIET_SECONDS:
            self.tab.wait_for_timeout(200)

    def _hears(self, response: Response) -> None:
        body = response.request.post_data
        if body and response.status == 200 and response.url.startswith(self._server.address):
            said = json.loads(body)
            seen = [call for call in said.get("batch", [said]) if call.get("event") == STORY["seen"]]
            self.answered |= {call["properties"]["product_id"] for call in seen}
            self._heard_at = time.monotonic()


@pytest.fixture
def visit(server: Server, packages: Path, browser: Browser) -> Iterator[Visit]:
    key = server.key("shop", "web")
    server.knows(key)
    with shelf(packages) as shop, browser.new_context() as context:
        yield Visit(context, server, shop, key)


@pytest.mark.parametrize(("page", "how"), [("segment", {}), ("segment", {"batching": 1}), ("rudder", {"kept": EVENTS})])
def test_the_server_is_killed_while_a_page_sends(
    server: Server, visit: Visit, page: str, how: dict[str, object]
) -> None:
    visit.opens(page, count=EVENTS, **how)
    visit.has_sent(EVENTS // 5)
    server.is_killed()
    server.starts()
    visit.settles(EVERY)
    assert visit.answered == EVERY
    server.drained()
    assert server.history("product") == dict.fromkeys(EVERY, 1)


def test_rudderstacks_page_is_left_while_the_server_is_away(server: Server, visit: Visit) -> None:
    """What waits is in the browser's storage; the shop's next page sends it."""
    every = {f"p-{number}" for number in range(FEW)}
    visit.opens("rudder", count=FEW, kept=FEW)
    visit.has_sent(FEW // 5)
    server.is_killed()
    visit.tab.wait_for_function("document.title === 'told'")
    server.starts()
    visit.opens("rudder", count=0, kept=FEW)
    visit.settles(every)
    assert visit.answered == every
    server.drained()
    assert server.history("product") == dict.fromkeys(every, 1)


def test_segments_page_is_left_while_the_server_is_away(server: Server, visit: Visit) -> None:
    """What it has written down when it is left is sent by the next page; what it had just failed to send is not."""
    visit.opens("segment", count=EVENTS)
    visit.has_sent(EVENTS // 5)
    server.is_killed()
    visit.tab.wait_for_function("document.title === 'told'")
    before = visit.answered.copy()
    waiting = visit.leaves()
    assert waiting
    assert before.isdisjoint(waiting)
    server.starts()
    visit.opens("segment", count=0)
    visit.settles(before | waiting)
    assert visit.answered == before | waiting
    server.drained()
    assert server.history("product") == dict.fromkeys(before | waiting, 1)


def test_rudderstacks_page_keeps_a_hundred_events_and_each_once(server: Server, visit: Visit) -> None:
    """As it comes, it throws away what is more; what was answered is kept once, and nothing twice."""
    visit.opens("rudder", count=EVENTS)
    visit.has_sent(EVENTS // 5)
    server.is_killed()
    server.starts()
    visit.settles(EVERY)
    server.drained()
    kept = server.history("product")
    assert set(kept.values()) == {1}
    assert visit.answered <= kept.keys()
