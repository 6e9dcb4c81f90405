"""A browser that is used as a person uses it: by what is written on the screen."""

import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = ROOT / "console"
NODE = ROOT / ".venv" / "bin" / "node"
CHROMIUM = "/usr/bin/chromium"
# Without the last four Chromium keeps asking the network for things that a test does not need.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LOCALES = {"en": "en-US", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}


def need(there: bool, what: str) -> None:
    """Skip when something is missing that only browser tests need; fail where they are required."""
    if there:
        return
    if os.environ.get("UNAVOCE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what}, and UNAVOCE_REQUIRE_BROWSER=1 asks for it")
    pytest.skip(what)


def need_chromium() -> None:
    """Browser tests run in Debian's Chromium."""
    need(shutil.which(CHROMIUM) is not None, "Chromium is not installed (apt-get install chromium)")


def need_console_tools() -> None:
    """Tests of the console's own code need Node and its packages, which `make setup` installs."""
    need(NODE.exists() and (CONSOLE / "node_modules").is_dir(), "the console's packages are missing (make setup)")


def free_port(count: int = 1) -> int:
    """A port that is free now, followed by as many as are asked for."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port + count < 65_000 and all(_is_free(port + step) for step in range(count)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def start(playwright: Playwright) -> Browser:
    """Chromium without a window."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@contextmanager
def window(
    browser: Browser,
    url: str,
    *,
    language: str = "en",
    theme: str = "light",
    width: int = 1440,
    height: int = 900,
    refusals: tuple[int, ...] = (),
) -> Iterator[Page]:
    """A fresh window of somebody whose device speaks `language`; whatever the page complains of fails the test.

    `refusals` are the statuses that the server answers on purpose.
    """
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        locale=LOCALES[language],
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda said: complaints.append(said.text) if _is_complaint(said.type, said.text, refusals) else None
    )
    try:
        yield page
    finally:
        context.close()
    assert not complaints, complaints


def _is_complaint(kind: str, text: str, refusals: tuple[int, ...]) -> bool:
    # The browser itself reports refused requests; that nobody is logged in yet is asked on purpose.
    expected = [f"the server responded with a status of {status}" for status in (401, *refusals)]
    return kind == "error" and not any(one in text for one in expected)


def log_in(page: Page, email: str, password: str, labels: tuple[str, str, str]) -> None:
    """Log in by the labels of the form: e-mail, password, button."""
    e_mail, secret, enter = labels
    # As a person comes in: to the address that was printed, which leads to the log-in.
    page.goto("/")
    page.get_by_label(e_mail).fill(email)
    page.get_by_label(secret, exact=True).fill(password)
    page.get_by_role("button", name=enter).click()
    page.wait_for_url(lambda address: "/login" not in address)
    # The address changes before the screen does, and the log-in has a heading and a choice of languages, too.
    page.get_by_role("button", name=enter, exact=True).wait_for(state="detached")
    page.get_by_role("main").get_by_role("heading", level=1).wait_for()


def row(page: Page, text: str) -> Locator:
    """The row of a table in which something is written."""
    return page.get_by_role("row").filter(has_text=re.compile(re.escape(text)))
