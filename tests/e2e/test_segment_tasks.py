"""Tasks on segments as a person does them in Traditional Chinese, by what is written on the demo's screens."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import log_in, need_console_tools, row, window
from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LABELS = ("電子郵件", "密碼", "登入")
SOON = 30_000


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """The owner's window, in Traditional Chinese, at the list of segments."""
    need_console_tools()
    with window(browser, demo.url, language="zh-Hant", refusals=(400, 404)) as opened:
        log_in(opened, demo.email, demo.password, LABELS)
        opened.get_by_role("navigation", name="導覽").get_by_role("link", name="分眾", exact=True).click()
        yield opened


def funnel_of(page: Page, step: str) -> int:
    """The number beside a step of the funnel."""
    text = page.get_by_role("region", name="剩下多少人").get_by_role("listitem").filter(has_text=step).last.inner_text()
    return int(re.sub(r"\D", "", text.splitlines()[-1]))


def test_a_segment_is_built_read_and_published(page: Page) -> None:
    """She adds two conditions, takes one back, reads who is left and publishes."""
    page.get_by_role("button", name="建立分眾").click()
    page.get_by_role("button", name="加入條件").click()
    page.get_by_role("menuitem", name="做過的事", exact=True).click()
    page.get_by_label("值", exact=True).fill("2")
    page.get_by_label("時間範圍").select_option(label="歷來")
    expect(page.get_by_role("region", name="換句話說")).to_contain_text("歷來「完成訂單」次數至少 2")
    page.get_by_role("button", name="加入條件").click()
    page.get_by_role("menuitem", name="可觸及").click()
    page.get_by_role("button", name="復原").click()
    expect(page.get_by_role("region", name="剩下多少人")).to_contain_text("在分眾中", timeout=SOON)
    expect(page.get_by_role("region", name="剩下多少人")).to_contain_text("可透過電子郵件觸及")
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=SOON)
    everybody, inside = funnel_of(page, "所有人"), funnel_of(page, "在分眾中")
    assert 0 < inside <= everybody
    page.get_by_role("button", name="檢查並發布").click()
    page.get_by_label("繁體中文名稱").fill("老主顧")
    page.get_by_label("代碼").fill("regulars")
    expect(page.get_by_role("complementary", name="發布")).to_contain_text("進入", timeout=SOON)
    page.get_by_role("button", name="發布，顧客立即進出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("老主顧", timeout=SOON)


def test_steps_after_one_another_are_built(page: Page) -> None:
    """She says who looked, then put in a basket without buying between, and has not bought since."""
    page.get_by_role("button", name="建立分眾").click()
    page.get_by_role("button", name="加入條件").click()
    page.get_by_role("menuitem", name="先後做過的事").click()
    words = page.get_by_role("region", name="換句話說")
    expect(words).to_contain_text("之後 2 小時都沒有「完成訂單」")
    page.get_by_label("第 1 步的事件").fill("Product Viewed")
    page.get_by_role("button", name="然後").click()
    page.get_by_label("第 2 步的事件").fill("Product Added")
    page.get_by_role("button", name="其間沒有").click()
    page.get_by_role("button", name="限定時間").click()
    page.get_by_label("首步至末步最多", exact=True).fill("3")
    page.get_by_label("「至少已有」的單位").select_option(label="天")
    expect(words).to_contain_text("加入購物車")
    # The demo's people buy in stores, so nobody looked at anything on a page.
    inside = page.get_by_role("region", name="剩下多少人").get_by_role("listitem").filter(has_text="在分眾中").last
    expect(inside).to_have_text(re.compile(r"在分眾中\s*0$"), timeout=SOON)
    page.get_by_role("button", name="步驟上移").click()
    expect(page.get_by_label("第 1 步的事件")).to_have_value("Product Added")
    page.get_by_role("button", name="移除步驟").first.click()
    page.get_by_role("button", name="移除此後不可有的事件").click()
    expect(words).not_to_contain_text("之後")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_people_near_a_store_are_found(page: Page) -> None:
    page.get_by_role("button", name="建立分眾").click()
    page.get_by_role("button", name="加入條件").click()
    page.get_by_role("menuitem", name="在門市或地點附近").click()
    store = page.get_by_label("門市或地點")
    store.select_option(index=2)
    page.get_by_label("公里以內").fill("20000")
    page.get_by_label("如何得知").select_option(index=1)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=SOON)
    store.select_option(label="某個地點")
    page.get_by_label("緯度").fill("25.03")
    page.get_by_label("經度").fill("121.56")
    expect(page.get_by_role("region", name="換句話說")).to_contain_text("25.03, 121.56")
    expect(page.get_by_role("alert")).to_have_count(0, timeout=SOON)


def test_a_wrong_condition_says_so_where_it_stands(page: Page) -> None:
    page.get_by_role("button", name="建立分眾").click()
    page.get_by_role("button", name="加入條件").click()
    page.get_by_role("menuitem", name="屬性").click()
    page.get_by_label("屬性", exact=True).fill("incme")
    expect(page.get_by_role("alert")).to_contain_text("您是指「income」嗎？", timeout=SOON)


def test_a_list_is_uploaded(page: Page) -> None:
    page.get_by_role("button", name="名單", exact=True).click()
    page.get_by_role("button", name="上傳名單").click()
    page.get_by_label("名單名稱").fill("晚宴賓客")
    page.get_by_label("名單代碼").fill("guests")
    page.get_by_label("識別碼", exact=True).fill("email\nnobody@example.com\n不是信箱\n")
    page.get_by_role("button", name="上傳", exact=True).click()
    report = page.get_by_role("region", name="上傳結果")
    expect(report).to_contain_text("第 3 行：不是信箱", timeout=SOON)
    expect(report).to_contain_text("第 2 行：nobody@example.com")
    expect(row(page, "晚宴賓客")).to_be_visible()


def test_why_somebody_is_in_is_read(page: Page) -> None:
    """She looks a member up and reads which condition decides and on which orders it stands."""
    page.get_by_role("link", name="2017 年消費滿 100 次").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2017 年消費滿 100 次")
    why = page.get_by_role("region", name="某人為何在內或不在內")
    expect(why).to_be_visible()
    member = page.get_by_role("table").get_by_role("link").first.inner_text()
    why.get_by_label("尋找顧客").first.fill(member)
    why.get_by_role("button", name=member, exact=True).first.click()
    expect(why).to_contain_text("起在內", timeout=SOON)
    expect(why).to_contain_text("「完成訂單」次數至少 100 關鍵")
    why.get_by_text(re.compile(r"^\d{3} 筆事件$")).click()
    expect(why.get_by_role("listitem").filter(has_text="完成訂單 ·").last).to_be_visible()


def test_a_persona_is_drawn_and_read(page: Page) -> None:
    page.get_by_role("link", name="沉睡 60 天").click()
    page.get_by_role("link", name="這個分眾的人物誌").click()
    page.get_by_role("button", name="繪製人物誌").click()
    expect(page.get_by_role("main")).to_contain_text("位顧客，占全部", timeout=SOON)
    expect(page.get_by_role("main")).to_contain_text("並非真人")
    expect(page.get_by_role("img", name=re.compile("的畫像"))).to_be_visible()
