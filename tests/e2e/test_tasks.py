"""Five more everyday tasks, around customer data, on the running demo, by what is written on the screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import log_in, need_console_tools, row, window
from tests.e2e.conftest import Demo
from tests.e2e.test_mei import LABELS, SOON, go

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SITE = "官方網站"


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """The owner's window, in Traditional Chinese, logged in."""
    need_console_tools()
    with window(browser, demo.url, language="zh-Hant") as opened:
        log_in(opened, demo.email, demo.password, LABELS)
        yield opened


def panel(page: Page, title: str) -> Locator:
    """What was opened beside a list."""
    return page.get_by_role("complementary", name=title)


def test_task_1_make_a_source_for_the_website(page: Page) -> None:
    go(page, "資料來源")
    page.get_by_role("button", name="新增資料來源").click()
    form = panel(page, "新增資料來源")
    form.get_by_label("名稱").fill(SITE)
    form.get_by_label("代碼").fill("official_site")
    form.get_by_role("button", name="建立資料來源").click()
    made = panel(page, SITE)
    expect(made.get_by_role("region", name="如何傳送")).to_contain_text(re.compile(r"/sdk/wk_[\w-]+\.js"))
    expect(row(page, SITE)).to_contain_text("尚無事件")


def test_task_2_follow_a_visitors_click_to_what_it_caused(page: Page, demo: Demo) -> None:
    """The web page is the SDK's test page, under the key that the source's panel shows."""
    go(page, "資料來源")
    page.get_by_role("button", name=SITE).click()
    secret = panel(page, SITE).get_by_role("region", name="寫入金鑰")
    secret.get_by_role("button", name="顯示").click()
    key = secret.get_by_text(re.compile("^wk_")).inner_text()
    shop = page.context.new_page()
    shop.goto(f"{demo.url}/sdk/test?key={key}")
    expect(shop.get_by_role("status")).to_contain_text("已就緒")
    for call in ("identify", "track"):
        shop.get_by_role("button", name=call, exact=True).click()
    go(page, "即時事件")
    page.get_by_label("顧客的識別碼").fill("user-1")
    line = row(page, "瀏覽商品")
    expect(line).to_contain_text("已接收", timeout=SOON)
    expect(line).to_contain_text(SITE)
    line.get_by_role("button", name="瀏覽商品").click()
    expect(page.get_by_role("complementary").last).to_contain_text("對應到的顧客")
    expect(page.get_by_role("complementary").last).to_contain_text("陳美", timeout=SOON)


def test_task_3_hand_a_customer_her_data(page: Page) -> None:
    go(page, "隱私權")
    page.get_by_role("button", name="新增申請").click()
    form = panel(page, "新增申請")
    form.get_by_label("申請", exact=True).select_option(label="匯出資料檔")
    form.get_by_label("識別碼類型").select_option(label="使用者編號")
    form.get_by_label("識別碼", exact=True).fill("user-1")
    form.get_by_role("button", name="送出").click()
    expect(page.get_by_text("下載檔案")).to_be_visible(timeout=SOON)
    expect(row(page, "匯出資料檔").first).to_contain_text("已完成", timeout=SOON)


def test_task_4_say_that_a_trait_is_personal(page: Page) -> None:
    go(page, "隱私權")
    page.get_by_role("button", name="個人資料").click()
    choice = page.get_by_label("city 的內容").or_(page.get_by_label("name 的內容")).first
    choice.select_option(label="其他個人資料")
    expect(page.get_by_role("row").filter(has=choice)).to_contain_text("品牌設定", timeout=SOON)


def test_task_5_take_in_a_colleague(page: Page) -> None:
    go(page, "團隊")
    page.get_by_role("button", name="新增成員").click()
    form = panel(page, "新增成員")
    form.get_by_label("名稱").fill("林小安")
    form.get_by_label("電子郵件").fill("an@shop.example")
    form.get_by_label("初始密碼", exact=True).fill("one voice for all 2018")
    form.get_by_role("button", name="加入團隊").click()
    expect(page.get_by_text("林小安 已加入團隊。")).to_be_visible()
    expect(row(page, "林小安")).to_contain_text("an@shop.example")
