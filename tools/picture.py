"""Takes the README's picture: one customer's page in a running demo's console.

`python tools/picture.py http://127.0.0.1:8700 owner@example.com PASSWORD "陳美" docs/images/customer.png`
"""

import sys

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(address: str, email: str, password: str, customer: str, file: str) -> None:
    """Log in, find the customer, photograph her page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US", color_scheme="light")
        page.goto(address, wait_until="networkidle")
        page.get_by_label("E-mail").fill(email)
        page.get_by_role("textbox", name="Password").fill(password)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Customers").click()
        page.get_by_role("searchbox").fill(customer)
        page.get_by_role("link", name=customer).first.click()
        page.wait_for_timeout(1500)
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
