"""The browser SDK in Chromium against a running server: what a shop's page calls arrives once, and only if it may."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.chaos.test_sdk_kill import wait
from tests.e2e.browsing import need_chromium
from tests.e2e.sdk_shop import Shop, arrive, call, kept, running, shop_key, started, visit
from unavoce.apps import sdk_site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

YES = {"analytics": True, "advertising": True}
NO = {"analytics": False, "advertising": False}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A demo server without its story."""
    need_chromium()
    with running(tmp_path_factory.mktemp("sdk") / "data") as opened:
        yield opened


@pytest.fixture
def device(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    """A browser nobody has used yet."""
    context = browser.new_context(base_url=shop.url, locale="zh-TW", timezone_id="Asia/Taipei")
    shop.page = context.new_page()
    yield context
    shop.page = None
    context.close()


def test_every_call_arrives_as_it_was_made(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens(), "&utm_source=line&utm_campaign=spring&utm_medium=push")
    call(
        page,
        "identify('mei', {name: '陳美', email: 'mei@shop.example', note: 'a\\u2028b 🍵'})",
        "track('Product Viewed', {product_id: 'whisk', price: 24.5, name: '抹茶刷'}, {timestamp: '2020-02-02'})",
        "page('Shop', 'Tea ware', {shelf: 3})",
        "group('family-1', {size: 3})",
        "alias('mei-2', 'mei')",
        "track('Signed Up', null, {integrations: {All: false}, channel: 'web'})",
    )
    found = {one["type"] if one["type"] != "track" else one["name"]: one for one in shop.heard(6)}
    assert set(found) == {"identify", "Product Viewed", "page", "group", "alias", "Signed Up"}
    assert found["identify"]["properties"] == {"name": "陳美", "email": "mei@shop.example", "note": "a\u2028b 🍵"}
    viewed = found["Product Viewed"]
    assert viewed["properties"] == {"product_id": "whisk", "price": 24.5, "name": "抹茶刷"}
    assert str(viewed["at"]).startswith("2020-02-02T00:00:0")
    told = found["page"]["properties"]
    assert (told["category"], told["name"], told["shelf"], told["path"]) == ("Shop", "Tea ware", 3, "/sdk/test")
    assert found["group"]["properties"] == {"size": 3, "group_id": "family-1"}
    assert found["alias"]["properties"] == {"previous_id": "mei"}
    context = found["Signed Up"]["context"]
    assert context["campaign"] == {"source": "line", "name": "spring", "medium": "push"}
    assert (context["locale"], context["timezone"], context["channel"]) == ("zh-TW", "Asia/Taipei", "web")
    assert context["library"] == {"name": "unavoce.js", "version": "0.1.0"}
    assert context["page"]["title"] == "網頁 SDK 測試頁"
    assert {"width", "height", "density"} == set(context["screen"])
    assert "Chrome" in context["userAgent"]


def test_what_was_called_before_the_script_came_is_not_lost(shop: Shop, device: BrowserContext) -> None:
    """A snippet's stub queues; who kept the stub in a variable goes on with it."""
    key = shop.opens()
    page = device.new_page()
    page.goto("/sdk/test")
    snippet = (sdk_site.folder() / "snippet.js").read_text("utf-8").replace("WRITE_KEY", key).replace("HOST", shop.url)
    page.evaluate(
        "source => { analytics.length = 0; new Function(source)(); window.early = analytics;"
        "early.track('First'); early.on('track', name => window.lastHeard = name); early.track('Second', {n: 2}) }",
        snippet,
    )
    started(page)
    page.evaluate("void early.track('Third')")
    assert [one["name"] for one in shop.heard(3)] == ["First", "Second", "Third"]
    assert page.evaluate("window.lastHeard") == "Third"


def test_segments_own_snippet_needs_only_another_host(shop: Shop, device: BrowserContext) -> None:
    """Its stub puts a note of the page behind each call, which is not a property."""
    key = shop.opens()
    page = device.new_page()
    page.goto("/sdk/test")
    page.evaluate(
        """key => {
          const stub = (window.analytics = []);
          stub._writeKey = key;
          const note = {__t: "bpc", p: "/was", u: location.origin + "/was?a=1", s: "?a=1", t: "Was", r: ""};
          stub.push(["track", "Early", {n: 1}, note], ["page", note]);
          const script = document.createElement("script");
          script.src = `/analytics.js/v1/${key}/analytics.min.js`;
          document.head.append(script);
        }""",
        key,
    )
    early, seen = shop.heard(2)
    assert (early["name"], early["properties"]) == ("Early", {"n": 1})
    was = {"path": "/was", "search": "?a=1", "title": "Was", "referrer": "", "url": f"{shop.url}/was?a=1"}
    assert early["context"]["page"] == seen["properties"] == was


def test_a_visitor_keeps_her_id_and_another_one_gets_her_own(shop: Shop, device: BrowserContext) -> None:
    """The names in storage are those of Segment's SDK, so that who changes over keeps its visitors."""
    device.add_init_script("localStorage.ajs_anonymous_id ??= JSON.stringify('known-for-years')")
    page = visit(device, shop.opens())
    call(page, "track('One')", "identify('mei')", "identify('lin')", "reset()", "track('Two')")
    shop.heard(4)
    assert page.evaluate("analytics.user().id()") is None
    iids = [one["iid"] for one in shop.heard(4)]
    assert iids[0] != iids[-1]
    assert page.evaluate("analytics.user().anonymousId()") not in ("known-for-years", "")
    page.reload()
    started(page)
    assert page.evaluate("analytics.user().anonymousId()") == page.evaluate("localStorage.ajs_anonymous_id")


def test_what_waits_while_the_network_is_away_survives_a_reload(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens())
    device.route("**/v1/batch", lambda route: route.abort())
    call(page, *(f"track('Kept', {{n: {n}}})" for n in range(30)))
    wait(lambda: page.locator("#log li", has_text="fail").count() > 0)
    assert len([key for key in kept(page) if key.startswith("unv_q_")]) == 30
    page.reload()
    device.unroute("**/v1/batch")
    page.reload()
    assert sorted(one["properties"]["n"] for one in shop.heard(30)) == list(range(30))
    wait(lambda: not [key for key in kept(page) if key.startswith("unv_q_")])


def test_offline_nothing_is_tried_and_online_it_is_sent_at_once(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens())
    tries: list[str] = []
    page.on("request", lambda request: tries.append(request.url) if "/v1/" in request.url else None)
    device.set_offline(True)
    call(page, "track('Underground')", "flush()")
    page.wait_for_timeout(1500)
    assert tries == []
    device.set_offline(False)
    assert [one["name"] for one in shop.heard(1)] == ["Underground"]


@pytest.mark.parametrize("way", ["keepalive", "beacon"])
def test_a_page_that_is_left_sends_what_it_has(shop: Shop, device: BrowserContext, way: str) -> None:
    """Browsers without `keepalive` have `sendBeacon`, which hears no answer; the next page makes sure."""
    if way == "beacon":
        device.add_init_script("delete Request.prototype.keepalive")
    page = visit(device, shop.opens())
    call(page, "track('Leaving', {n: 1})")
    page.goto("about:blank")
    assert [one["name"] for one in shop.heard(1)] == ["Leaving"]
    other = device.new_page()
    arrive(other, shop_key(shop))
    call(other, "track('Back', {n: 2})")
    assert [one["name"] for one in shop.heard(2)] == ["Leaving", "Back"]


def test_tabs_share_a_person_and_do_not_lose_or_repeat_each_others_events(shop: Shop, device: BrowserContext) -> None:
    key = shop.opens()
    device.route("**/v1/batch", lambda route: route.abort())
    tabs = [visit(device, key) for _ in range(3)]
    for number, tab in enumerate(tabs):
        call(tab, *(f"track('Tab', {{n: {number * 10 + n}}})" for n in range(10)))
    tabs[0].close()
    late = visit(device, key)
    device.unroute("**/v1/batch")
    for tab in [*tabs[1:], late]:
        tab.evaluate("window.dispatchEvent(new Event('online'))")
    found = shop.heard(30)
    assert sorted(one["properties"]["n"] for one in found) == list(range(30))
    assert len({one["iid"] for one in found}) == 1


@pytest.mark.parametrize("blocked", ["storage", "everything"])
def test_blocked_storage_costs_memory_only(shop: Shop, device: BrowserContext, blocked: str) -> None:
    throws = "get() { throw new DOMException('no', 'SecurityError') }"
    device.add_init_script(f"Object.defineProperty(window, 'localStorage', {{{throws}}})")
    if blocked == "everything":
        device.add_init_script(
            f"Object.defineProperty(Document.prototype, 'cookie', {{{throws}, set() {{ throw new Error('no') }}}})"
        )
    page = visit(device, shop.opens())
    call(page, "identify('mei', {name: 'Mei'})", "track('Private')")
    assert [one["type"] for one in shop.heard(2)] == ["identify", "track"]
    assert page.evaluate("analytics.user().id()") == "mei"


def test_a_full_storage_does_not_stop_the_page(shop: Shop, device: BrowserContext) -> None:
    device.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page = visit(device, shop.opens())
    call(page, "track('Full')")
    assert [one["name"] for one in shop.heard(1)] == ["Full"]


def test_the_queue_is_bounded_and_says_what_it_drops(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens())
    device.route("**/v1/batch", lambda route: route.abort())
    call(page, "track('Too Large', {text: '茶'.repeat(11000)})")
    page.evaluate("for (let n = 0; n < 40; n += 1) analytics.track('Large', {n, text: 'x'.repeat(9000)})")
    log = page.locator("#log li", has_text="drop")
    assert "an event may have 32768 bytes" in log.last.inner_text()
    assert "the queue is full" in log.first.inner_text()
    total = page.evaluate("Object.values(localStorage).reduce((sum, one) => sum + one.length, 0)")
    assert 200_000 < total < 270_000
    device.unroute("**/v1/batch")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    numbers = [one["properties"]["n"] for one in shop.heard(20)]
    assert max(numbers) == 39
    assert 0 not in numbers


def test_strict_keeps_and_sends_nothing_before_a_yes(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens(), consent="strict")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    call(page, "identify('mei', {name: 'Mei'})", "track('Before')", "flush()")
    page.wait_for_timeout(1500)
    assert (kept(page), asked) == ([], [])
    call(page, f"consent({json.dumps(YES)})", "track('After')")
    found = shop.heard(4)
    assert sorted(one["name"] for one in found) == sorted(
        ["Identify", "Before", "Consent Preferences Updated", "After"]
    )
    assert all(one["context"]["consent"] == {"categoryPreferences": YES} for one in found)
    assert len({one["iid"] for one in found}) == 1
    assert {"ajs_anonymous_id", "ajs_user_id", "unv_consent"} <= {one.partition("=")[0] for one in kept(page)}
    page.reload()
    started(page)
    assert page.evaluate("analytics.consent()") == YES


def test_strict_drops_what_it_held_on_a_no(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens(), consent="strict")
    call(page, "identify('mei')", "track('Before')", f"consent({json.dumps(NO)})", "track('After')", "flush()")
    assert kept(page) == ["unv_consent"]
    page.goto("about:blank")
    assert shop.nothing()


def test_strict_closed_without_an_answer_leaves_nothing(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens(), consent="strict")
    call(page, "track('Before')")
    page.reload()
    started(page)
    assert kept(page) == []
    assert shop.nothing()


def test_a_yes_that_is_taken_back_is_told_and_then_nothing_is_kept(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens(), consent="strict")
    call(page, f"consent({json.dumps(YES)})", "identify('mei')")
    first = shop.heard(2)
    call(page, f"consent({json.dumps(NO)})", "track('Unheard')")
    found = shop.heard(3)
    assert [one["name"] for one in found] == ["Consent Preferences Updated", "Identify", "Consent Preferences Updated"]
    assert found[-1]["context"]["consent"] == {"categoryPreferences": NO}
    assert found[-1]["iid"] == first[-1]["iid"]
    assert kept(page) == ["unv_consent"]
    page.goto("about:blank")
    assert len(shop.heard(3)) == 3


def test_cookieless_sends_without_keeping_and_without_knowing_anybody(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens(), consent="cookieless")
    call(page, "identify('mei', {email: 'mei@shop.example'})", "track('One')", "track('Two')")
    shop.heard(2)
    assert kept(page) == []
    page.reload()
    started(page)
    call(page, "track('Three')")
    one, two, three = shop.heard(3)
    assert [one["name"], two["name"], three["name"]] == ["One", "Two", "Three"]
    assert one["iid"] == two["iid"] != three["iid"]
    call(page, "identify('mei')", f"consent({json.dumps(YES)})")
    assert "Identify" in [one["name"] for one in shop.heard(5)]


def test_global_privacy_control_is_a_no_to_advertising(shop: Shop, device: BrowserContext) -> None:
    device.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})")
    page = visit(device, shop.opens())
    call(page, "track('Private')", f"consent({json.dumps(YES)})")
    private, answered = shop.heard(2)
    assert private["context"]["consent"] == {"categoryPreferences": {"advertising": False, "marketing": False}}
    holds = {"analytics": True, "advertising": False, "marketing": False}
    assert answered["context"]["consent"] == {"categoryPreferences": holds}
    page = visit(device, shop.opens(), gpc="off")
    call(page, "track('Ignored')")
    assert shop.heard(1)[0]["context"]["consent"] == {"categoryPreferences": YES}


def test_do_not_track_is_heard_where_the_shop_says_so(shop: Shop, device: BrowserContext) -> None:
    device.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})")
    page = visit(device, shop.opens(), dnt="on")
    call(page, "track('Unheard')", "flush()")
    assert kept(page) == []
    assert shop.nothing()
    page = visit(device, shop.opens())
    call(page, "track('Heard')")
    assert [one["name"] for one in shop.heard(1)] == ["Heard"]


def test_an_answer_in_one_tab_holds_in_the_others(shop: Shop, device: BrowserContext) -> None:
    key = shop.opens()
    first, second = visit(device, key, consent="strict"), visit(device, key, consent="strict")
    call(second, "track('Held')")
    call(first, f"consent({json.dumps(YES)})")
    assert {one["name"] for one in shop.heard(2)} == {"Held", "Consent Preferences Updated"}


def test_capture_is_off_unless_it_is_asked_for(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens())
    page.locator("[data-track]").click()
    page.wait_for_timeout(10)
    page.evaluate("history.pushState({}, '', '/sdk/test?other')")
    call(page, "flush()")
    page.goto("about:blank")
    assert shop.nothing()
    page = visit(device, shop.opens(), pages="", clicks="")
    page.locator("[data-track]").click()
    page.wait_for_timeout(10)
    page.evaluate("history.pushState({}, '', '/sdk/test?other')")
    found = shop.heard(3)
    assert [one["name"] for one in found] == ["Page Viewed", "Promotion Clicked", "Page Viewed"]
    assert found[1]["properties"] == {"promotion_id": "spring"}
    assert found[2]["properties"]["search"] == "?other"


def test_a_server_that_asks_to_wait_is_waited_for(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens())
    tries: list[float] = []

    def busy(route: Route) -> None:
        tries.append(time.monotonic())
        if len(tries) > 1:
            route.continue_()
        else:
            route.fulfill(status=429, headers={"Retry-After": "2", "Access-Control-Expose-Headers": "Retry-After"})

    device.route("**/v1/batch", busy)
    call(page, "track('Patient')", "flush()")
    sent = json.loads(
        page.evaluate("Object.entries(localStorage).find(([key]) => key.startsWith('unv_q_'))[1].replace(/^\\d+ /, '')")
    )
    found = shop.heard(1)
    assert tries[1] - tries[0] >= 2
    assert found[0]["message_id"] == sent["messageId"]


def test_a_batch_that_is_refused_is_halved_until_the_culprit_is_alone(shop: Shop, device: BrowserContext) -> None:
    page = visit(device, shop.opens())

    def picky(route: Route) -> None:
        bad = "Culprit" in (route.request.post_data or "")
        route.fulfill(status=413, body="") if bad else route.continue_()

    device.route("**/v1/batch", picky)
    call(page, *(f"track('{'Culprit' if n == 5 else 'Good'}', {{n: {n}}})" for n in range(12)))
    assert sorted(one["properties"]["n"] for one in shop.heard(11)) == [n for n in range(12) if n != 5]
    assert "the server answered 413" in page.locator("#log li", has_text="drop").inner_text()


def test_the_server_is_killed_while_pages_send(browser: Browser, tmp_path: Path) -> None:
    """Everything of ours gets SIGKILL between two batches; each event is in history once."""
    with running(tmp_path / "data") as shop:
        context = browser.new_context(base_url=shop.url)
        page = visit(context, shop.opens())
        many = "from => { for (let n = from; n < from + 150; n++) analytics.track('One', {}, {messageId: `m-${n}`}) }"
        page.evaluate(many, 0)
        wait(lambda: page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unv_q_')).length") < 130)
        shop.server.is_killed()
        page.evaluate(many, 150)
        shop.server.starts()
        page.reload()
        wait(lambda: not [key for key in kept(page) if key.startswith("unv_q_")], 90)
        context.close()
        time.sleep(1.5)  # the collector looks at the backlog once a second
        wait(lambda: shop.server.backlog() == 0, 120)
        assert shop.server.history() == {f"m-{number}": 1 for number in range(300)}
