"""Mei's story as a person sees it, and five everyday tasks, on the running demo, by what is written on the screen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import log_in, need_console_tools, row, window
from tests.e2e.conftest import Demo
from unavoce.apps.demo import walk
from unavoce.apps.demo.plot import HOUR, STORE_NAME, Plot, plot
from unavoce.apps.demo.world import World
from unavoce.runtime.client import Sender, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LABELS = ("電子郵件", "密碼", "登入")
NAME = "陳美"
# Screens read again every five seconds at the latest.
SOON = 20_000


@dataclass(frozen=True, slots=True)
class Told:
    """The story up to where the person at the console takes over: the cart was left, an hour ago."""

    demo: Demo
    mei: Plot
    world: World


@pytest.fixture(scope="module")
def told(browser: Browser, demo: Demo) -> Told:
    """She clicks an ad, looks at a matcha whisk, signs up on her phone, fills the cart and leaves; an hour passes."""
    office = Visitor(demo.url, timeout=60)
    office.log_in(demo.email, demo.password)
    keys = {str(one["key"]): str(one["write_key"]) for one in office.get("/api/sources")["items"]}
    devices = Visitor(f"http://127.0.0.1:{demo.port + 2}")
    world = World(office, devices, Sender(demo.url, keys["web"]), Sender(demo.url, keys["app"]))
    mei = plot(1)
    for deed in (walk.clicks_an_ad, walk.looks, walk.signs_up, walk.fills_the_cart):
        deed(world, mei)
    world.passes(HOUR)
    return Told(demo, mei, world)


@pytest.fixture
def page(browser: Browser, told: Told) -> Iterator[Page]:
    """The owner's window, in Traditional Chinese, logged in."""
    need_console_tools()
    with window(browser, told.demo.url, language="zh-Hant") as opened:
        log_in(opened, told.demo.email, told.demo.password, LABELS)
        yield opened


def go(page: Page, place: str) -> None:
    """Choose a place in the navigation."""
    page.get_by_role("navigation", name="導覽").get_by_role("link", name=place, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place)


def find(page: Page) -> None:
    """Find her among the customers and open her page."""
    go(page, "顧客")
    page.get_by_label("搜尋姓名、電子郵件、手機或會員卡").fill("mei-1@example.com")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def moment(page: Page, *texts: str) -> Locator:
    """The newest line of her timeline in which all of this is written."""
    lines = page.get_by_role("listitem").filter(has=page.locator("time"))
    for text in texts:
        lines = lines.filter(has_text=text)
    # A day is a list item too, around its lines; the innermost one is meant.
    return lines.filter(has_not=page.get_by_role("heading")).first


def test_1_line_reminds_her(page: Page, told: Told) -> None:
    go(page, "模擬器")
    page.get_by_label("尋找手機").fill(told.mei.line_user_id)
    hers = page.get_by_role("list", name="手機").get_by_role("button")
    expect(hers).to_have_count(1, timeout=SOON)
    hers.click()
    phone = page.get_by_role("region", name=re.compile("的手機"))
    expect(phone).to_contain_text(told.mei.product.name, timeout=SOON)


def test_2_her_pitch_by_mail_is_planned(page: Page) -> None:
    find(page)
    expect(moment(page, "商品介紹", "已排定")).to_be_visible(timeout=SOON)
    for happened in ("瀏覽頁面", "瀏覽商品", "註冊", "加入購物車", "訊息已發送"):
        expect(moment(page, happened)).to_be_visible()


def test_3_she_buys_at_the_till(page: Page, told: Told) -> None:
    go(page, "模擬器")
    page.get_by_role("button", name="收銀機").click()
    page.get_by_label("門市", exact=True).select_option(label=STORE_NAME)
    page.get_by_label("會員卡", exact=True).fill(told.mei.card)
    prompts = page.get_by_role("region", name="給門市人員的提示")
    expect(prompts).to_contain_text(told.mei.product.name, timeout=SOON)
    page.get_by_label("商品", exact=True).fill(told.mei.product.id)
    page.get_by_label("單價", exact=True).fill("24")
    page.get_by_role("button", name="結帳 $24.00").click()
    expect(page.get_by_text(re.compile("已售出：訂單 till-"))).to_be_visible()
    expect(prompts).to_contain_text("沒有要說的", timeout=SOON)


def test_4_every_consequence_is_on_her_page_with_its_reason(page: Page) -> None:
    find(page)
    expect(moment(page, "完成訂單", STORE_NAME)).to_be_visible(timeout=SOON)
    cancelled = moment(page, "商品介紹", "已取消")
    expect(cancelled).to_contain_text("已經購買", timeout=SOON)
    cancelled.get_by_role("button", name=re.compile("原因")).click()
    expect(cancelled).to_contain_text("已在某個通路買了這則訊息要推薦的商品，所以不再推薦")
    expect(moment(page, "感謝購買", "已排定")).to_be_visible()
    expect(page.get_by_role("region", name="不再推薦")).to_contain_text("TEA WARE")


def test_5_the_merge_is_undone_and_redone(page: Page, told: Told) -> None:
    find(page)
    page.get_by_role("button", name="身分識別", exact=True).last.click()
    ties = page.get_by_role("region", name="關聯依據")
    expect(ties.first).to_contain_text(told.mei.web)
    page.get_by_role("button", name="拆分識別碼").click()
    form = page.get_by_role("dialog")
    form.get_by_label(re.compile(told.mei.web)).check()
    form.get_by_label("原因（會記入稽核紀錄）").fill("共用的電腦")
    form.get_by_role("button", name="拆分 1 個識別碼").click()
    expect(page.get_by_text("識別碼已拆分。")).to_be_visible()
    page.get_by_role("button", name="時間軸").click()
    expect(moment(page, "完成訂單")).to_be_visible()
    expect(moment(page, "瀏覽商品")).to_have_count(0, timeout=SOON)
    page.get_by_role("button", name="身分識別", exact=True).last.click()
    page.get_by_role("button", name="復原拆分").click()
    expect(page.get_by_text("拆分已復原。")).to_be_visible()
    page.get_by_role("button", name="時間軸").click()
    expect(moment(page, "瀏覽商品")).to_be_visible(timeout=SOON)


def test_task_find_a_customer(page: Page) -> None:
    find(page)
    expect(page.get_by_role("region", name="屬性")).to_contain_text("mei-1@example.com")


def test_task_say_why_she_did_not_get_a_message(page: Page) -> None:
    find(page)
    page.get_by_role("button", name="發送判定").first.click()
    line = page.get_by_role("listitem").filter(has_text="已取消").first
    line.get_by_role("button", name=re.compile("原因")).click()
    expect(line).to_contain_text("所以不再推薦")


def test_task_see_a_segments_size_over_time(page: Page) -> None:
    go(page, "分眾")
    page.get_by_role("link", name="2017 年消費滿 100 次").click()
    history = page.get_by_role("region", name="人數變化").first
    expect(history.get_by_role("img", name=re.compile("天內的顧客數"))).to_be_visible()
    history.get_by_role("button", name="表格").click()
    expect(history.get_by_role("columnheader", name="顧客數")).to_be_visible()


def test_task_read_a_journeys_lift(page: Page) -> None:
    go(page, "旅程")
    page.get_by_role("link", name="喚回沉睡顧客").click()
    page.get_by_role("button", name="報表").click()
    lift = page.get_by_role("region", name="目標提升")
    expect(lift).to_contain_text(re.compile("有提升|沒有提升|還不能下結論"))
    expect(lift).to_contain_text("達成率差距")
    expect(row(page, "保留對照組")).to_be_visible()


def test_task_change_the_language(page: Page) -> None:
    page.get_by_role("button", name="語言").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    page.get_by_role("button", name="语言").click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_task_take_an_associate_into_the_team(page: Page, browser: Browser, told: Told) -> None:
    go(page, "團隊")
    page.get_by_role("button", name="新增成員").click()
    form = page.get_by_role("complementary", name="新增成員")
    form.get_by_label("名稱").fill("林導購")
    form.get_by_label("電子郵件").fill("associate@example.com")
    form.get_by_label("初始密碼").fill("a first password")
    form.get_by_label("角色").select_option(label="門市人員")
    form.get_by_label("所有門市").uncheck()
    form.get_by_label(STORE_NAME).check()
    form.get_by_role("button", name="加入團隊").click()
    expect(page.get_by_text("林導購 已加入團隊。")).to_be_visible()
    expect(row(page, "林導購")).to_contain_text(STORE_NAME)
    with window(browser, told.demo.url, language="zh-Hant") as hers:
        log_in(hers, "associate@example.com", "a first password", LABELS)
        expect(hers.get_by_role("heading", level=1)).to_be_visible()
        page.get_by_role("button", name="林導購").click()
        panel = page.get_by_role("complementary", name="林導購")
        panel.get_by_role("button", name="移出團隊").click()
        panel.get_by_role("button", name="確定移出團隊").click()
        expect(page.get_by_text("林導購 已離開團隊。")).to_be_visible()
        hers.reload()
        expect(hers.get_by_role("button", name="登入")).to_be_visible()


def test_task_make_and_revoke_a_key(page: Page) -> None:
    go(page, "團隊")
    page.get_by_role("button", name="API 金鑰").click()
    page.get_by_role("button", name="建立金鑰").click()
    form = page.get_by_role("complementary", name="建立金鑰")
    form.get_by_label("名稱").fill("倉庫系統")
    form.get_by_role("button", name="建立這把金鑰").click()
    expect(form.get_by_text(re.compile("^uk_"))).to_be_visible()
    form.get_by_role("button", name="關閉").click()
    made = row(page, "倉庫系統")
    expect(made).to_contain_text("使用中")
    made.get_by_role("button", name="撤銷").click()
    made.get_by_role("button", name="確定立即撤銷").click()
    expect(made).to_contain_text("已撤銷")
