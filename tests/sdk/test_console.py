"""A developer makes a source in the console, sends with its key, and watches what becomes of it."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import log_in, need, window
from tests.sdk.server import OWNER, PASSWORD, Server, wait
from unavoce.apps import site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LABELS = ("電子郵件", "密碼", "登入")
MEI = {"email": "mei.console@example.com", "name": "林美"}
# The list looks again every second and a half.
SOON = 20_000


def makes_a_source(page: Page) -> str:
    """A new source, and its key as the panel shows it."""
    _go(page, "資料來源")
    page.get_by_role("button", name="新增資料來源").click()
    page.get_by_label("名稱", exact=True).fill("茶館網站")
    page.get_by_label("代碼", exact=True).fill("tea_house")
    page.get_by_role("button", name="建立資料來源").click()
    panel = page.get_by_role("complementary", name="茶館網站")
    panel.get_by_role("button", name="顯示").click()
    key = panel.get_by_role("region", name="寫入金鑰").locator("code").inner_text()
    expect(panel.locator("pre")).to_contain_text(key)
    return key


def sends(server: Server, key: str, *calls: dict[str, object]) -> None:
    """Each call in a batch of its own, to the front address."""
    server.knows(key)
    for call in calls:
        assert httpx.post(f"{server.front}/v1/batch", json={"batch": [call]}, auth=(key, "")).status_code == 200


def watches(page: Page) -> None:
    """What became of the three calls, and all that the good one caused."""
    _go(page, "即時事件")
    rows = page.get_by_role("row").filter(has_text="茶館網站")
    for outcome in ("已接收", "重複", "不認得的呼叫類型"):
        expect(rows.filter(has_text=outcome)).to_have_count(1, timeout=SOON)
    rows.filter(has_text="已接收").get_by_role("button").click()
    told = page.get_by_role("complementary")
    expect(told.get_by_role("list", name="帶來的影響")).to_contain_text(MEI["email"])
    expect(told.get_by_role("link", name="林美")).to_be_visible()
    expect(told.locator("pre")).to_contain_text("林美")
    expect(told.get_by_text("再次送達")).to_be_visible()


def finds_her(page: Page) -> None:
    """The list by an identifier, of nobody and of hers."""
    who = page.get_by_role("searchbox", name="顧客的識別碼")
    who.fill("nobody@example.com")
    expect(page.get_by_text("沒有符合的事件")).to_be_visible(timeout=SOON)
    who.fill(MEI["email"])
    expect(page.get_by_role("row").filter(has_text="林美")).to_have_count(1, timeout=SOON)


def pauses(page: Page) -> None:
    """The source is paused, after a second thought."""
    page.goto("/sources?source=tea_house")
    page.get_by_role("button", name="暫停這個資料來源").click()
    page.get_by_role("button", name="確定從現在起不再接收").click()
    expect(page.get_by_role("row").filter(has_text="茶館網站")).to_contain_text("已暫停", timeout=SOON)


def _go(page: Page, place: str) -> None:
    page.get_by_role("navigation", name="導覽").get_by_role("link", name=place, exact=True).click()


def test_from_a_new_source_to_what_an_event_caused(running: Server, browser: Browser) -> None:
    need((Path(site.folder()) / "index.html").is_file(), "the console is not built (make setup)")
    running.team().close()
    call = {"type": "identify", "userId": "mei-console", "traits": MEI, "messageId": "m-console"}
    with window(browser, running.front, language="zh-Hant") as page:
        log_in(page, OWNER, PASSWORD, LABELS)
        key = makes_a_source(page)
        sends(running, key, call, call, {"type": "dance", "userId": "mei-console"})
        watches(page)
        finds_her(page)
        pauses(page)
        wait(lambda: httpx.post(f"{running.front}/v1/track", json=call, auth=(key, "")).status_code == 403)
