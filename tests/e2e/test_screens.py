"""Every screen as a picture, in three languages and two themes: nothing overflows, nothing is left unsaid, AA holds."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsing import CONSOLE, ROOT, log_in, need_console_tools, window

PICTURES = ROOT / "test-results" / "screens"
AXE = CONSOLE / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
OWNER, PASSWORD = "owner@example.com", "pretend-password"
LOG_IN = {
    "en": ("E-mail", "Password", "Log in"),
    "zh-Hans": ("电子邮箱", "密码", "登录"),
    "zh-Hant": ("電子郵件", "密碼", "登入"),
}
MEI = "/customers/3f2a9c01d4e5b678"
ARRIVAL = f"1515163260000-{0:032x}"
SCREENS = {
    "home": "/",
    "customers": "/customers",
    "customer": MEI,
    "customer-decisions": f"{MEI}?view=decisions",
    "customer-identity": f"{MEI}?view=identity",
    "duplicates": "/duplicates",
    "rules": "/rules",
    "rules-trial": "/rules?trial=7",
    "segments": "/segments",
    "segment": "/segments/tea",
    "segment-table": "/segments/tea?as=table",
    "imports": "/imports",
    "import-file": "/imports?file=5d41402abc4b2a76b9719d911017c592",
    "import-checked": "/imports/i2",
    "import-running": "/imports/i1",
    "import-done": "/imports/i3",
    "import-failed": "/imports/i4",
    "exports": "/exports",
    "export-ask": "/exports?ask=new",
    "segment-builder": "/segment-builder?segment=tea",
    "segment-builder-json": "/segment-builder?segment=tea&view=json",
    "segment-lists": "/segment-lists",
    "segment-lists-new": "/segment-lists?open=new",
    "segment-overlap": "/segment-overlap?keys=tea,frequent,spenders",
    "purchase-cycle": "/purchase-cycle",
    "persona": "/segments/tea/persona",
    "journeys": "/journeys",
    "journey": "/journeys/cart-reminder",
    "journey-step": "/journeys/cart-reminder?step=remind",
    "journey-outline": "/journeys/cart-reminder?view=outline",
    "journey-report": "/journeys/cart-reminder?view=report",
    "journey-report-open": "/journeys/win-back?view=report",
    "messages": "/messages?message=cart-reminder",
    "messages-email": "/messages?message=cart-reminder&channel=email",
    "messages-store": "/messages?message=store-prompt",
    "overview": "/overview",
    "overview-table": "/overview?as=table",
    "simulator-phones": "/simulator",
    "simulator-mailboxes": "/simulator?view=mailboxes",
    "simulator-mail": "/simulator?view=mailboxes&mail=2",
    "simulator-till": "/simulator?view=till",
    "simulator-ads": "/simulator?view=ads",
    "simulator-clock": "/simulator?view=clock",
    "sources": "/sources",
    "source": "/sources?source=web",
    "source-new": "/sources?source=new",
    "live": "/live",
    "live-call": f"/live?call={ARRIVAL}",
    "live-failed": "/live?outcome=failed&call=failed-3",
    "privacy": "/privacy",
    "privacy-ask": "/privacy?one=new",
    "privacy-request": "/privacy?one=4",
    "privacy-tags": "/privacy?view=tags",
    "privacy-computed": "/privacy?view=computed",
    "privacy-compute": "/privacy?view=computed&one=new",
    "privacy-proofs": "/privacy?view=proofs",
    "customer-words": f"{MEI}?view=words",
    "plan": "/tracking-plan",
    "plan-event": "/tracking-plan/event?name=Order+Completed",
    "plan-publish": "/tracking-plan/event?name=Order+Completed&panel=publish",
    "plan-wrong": "/tracking-plan/event?name=Order+Completed&view=wrong",
    "plan-versions": "/tracking-plan/event?name=Order+Completed&view=versions",
    "plan-start": "/tracking-plan/event?name=Page+Viewed",
    "failed": "/failed-events",
    "failed-group": "/failed-events?group=web%7Cagainst_plan%7COrder%20Completed%7Cwrong_type%20revenue",
    "failed-one": "/failed-events?group=web%7Cagainst_plan%7COrder%20Completed%7Cwrong_type%20revenue&id=3",
    "failed-rule": "/failed-events?group=web%7Cagainst_plan%7COrder%20Completed%7Cwrong_type%20revenue&panel=rule",
    "failed-none": "/failed-events?state=discarded",
    "quality": "/data-quality",
    "quality-source": "/data-quality?source=web",
    "team": "/team",
    "team-join": "/team?who=new",
    "team-member": "/team?who=p3",
    "team-places": "/team?view=places",
    "team-keys": "/team?view=keys",
    "team-make-key": "/team?view=keys&who=new",
    "team-audit": "/team?view=audit",
}
# A text like "customers.none.title": a key that no language says.
UNSAID = re.compile(r"\b[a-z]+(?:[A-Z][a-z]+)*(?:\.[a-zA-Z]+){1,3}\b")
SAID_WITH_DOTS = re.compile(r"example\.com|example/|[a-z]+@|https?:|shop\.example")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(autouse=True, scope="module")
def tools() -> None:
    """axe lies among the console's packages."""
    need_console_tools()


def settle(page: Page) -> None:
    """Wait until the screen shows what it came for."""
    page.get_by_role("main").get_by_role("heading", level=1).wait_for()
    page.wait_for_function("document.querySelector('.bones') === null")
    if page.locator("iframe.mail-body").count():
        page.frame_locator("iframe.mail-body").locator("body > *").first.wait_for()
    page.evaluate("document.fonts.ready")


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, iframes: false }).then(({ violations }) => violations.flatMap("
        "({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`)))",
        RULES,
    )
    return [str(fault) for fault in found]


def unsaid(page: Page) -> list[str]:
    """Texts on the screen that look like keys."""
    code = {line for block in page.locator("pre").all_inner_texts() for line in block.splitlines()}
    said = [line for line in page.inner_text("body").splitlines() if line not in code]
    lines = [line for line in said if not SAID_WITH_DOTS.search(line)]
    return [match for line in lines for match in UNSAID.findall(line)]


def is_too_wide(page: Page) -> bool:
    """Whether the page as a whole scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize(
    ("language", "theme"),
    [
        ("en", "light"),
        ("zh-Hant", "dark"),
        *(
            pytest.param(language, theme, marks=pytest.mark.long)
            for language, theme in [("en", "dark"), ("zh-Hans", "light"), ("zh-Hans", "dark"), ("zh-Hant", "light")]
        ),
    ],
)
def test_every_screen(browser: Browser, pretend: str, language: str, theme: str) -> None:
    troubles: list[str] = []
    folder = PICTURES / f"{language}-{theme}"
    with window(browser, pretend, language=language, theme=theme) as page:
        page.goto("/login")
        page.get_by_role("button", name=LOG_IN[language][2]).wait_for()
        page.screenshot(path=folder / "login.png")
        troubles += [f"login: {fault}" for fault in faults(page)]
        log_in(page, OWNER, PASSWORD, LOG_IN[language])
        for name, path in SCREENS.items():
            page.goto(path)
            settle(page)
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            troubles += [f"{name}: {fault}" for fault in faults(page) + unsaid(page)]
            if is_too_wide(page):
                troubles.append(f"{name} is too wide")
            assert page.evaluate("document.documentElement.lang") == language
    assert troubles == []


@pytest.mark.parametrize("width", [pytest.param(1024, marks=pytest.mark.long), 390])
def test_narrow_windows(browser: Browser, pretend: str, width: int) -> None:
    """On a tablet and on a phone nothing scrolls sideways but tables and the canvas within themselves."""
    too_wide: list[str] = []
    with window(browser, pretend, language="zh-Hant", width=width) as page:
        log_in(page, OWNER, PASSWORD, LOG_IN["zh-Hant"])
        for name, path in SCREENS.items():
            page.goto(path)
            settle(page)
            page.screenshot(path=PICTURES / f"width-{width}" / f"{name}.png", full_page=True)
            if is_too_wide(page):
                too_wide.append(name)
    assert too_wide == []
