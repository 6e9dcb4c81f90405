"""What the tests of the console need: Chromium, the console over made-up customers, and a running demo."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import browsing
from tests.e2e.browsing import CONSOLE, NODE, free_port

VITE = CONSOLE / "node_modules" / "vite" / "bin" / "vite.js"
START_SECONDS = 120


# Not for the session: while Playwright is open its event loop runs in this thread, where other tests want their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one file."""
    browsing.need_chromium()
    with sync_playwright() as playwright:
        chromium = browsing.start(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the console over made-up customers: every screen with something on it, within seconds."""
    browsing.need_console_tools()
    built = tmp_path_factory.mktemp("console")
    vite = [str(NODE), str(VITE)]
    build = [*vite, "build", "--mode", "mock", "--outDir", str(built), "--emptyOutDir", "--logLevel", "error"]
    subprocess.run(build, cwd=CONSOLE, check=True)
    port = free_port()
    serve = [*vite, "preview", "--mode", "mock", "--outDir", str(built), "--host", "127.0.0.1"]
    # The node of the environment starts the real one, so both are one group and end together.
    serve += ["--port", str(port), "--strictPort", "--logLevel", "error"]
    server = subprocess.Popen(serve, cwd=CONSOLE, start_new_session=True)
    try:
        _answers(f"http://127.0.0.1:{port}/", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its address, its data folder and its owner's log-in."""

    url: str
    data: Path
    email: str
    password: str

    @property
    def port(self) -> int:
        """The port of the console and the API; the simulator's is two above."""
        return int(self.url.rpartition(":")[2])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as `make demo` starts it, with a few households."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_port(4)
    log = folder / "demo.log"
    command = [sys.executable, "-m", "unavoce.apps.cli", "demo", "--households", "20"]
    command += ["--data", str(folder / "data"), "--port", str(port)]
    with log.open("w") as written:
        running = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)
    try:
        email, password = _log_in_of(log, running)
        yield Demo(f"http://127.0.0.1:{port}", folder / "data", email, password)
    finally:
        running.terminate()
        running.wait(60)


def _log_in_of(log: Path, running: subprocess.Popen[bytes]) -> tuple[str, str]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        words = log.read_text("utf-8")
        said = re.search(r"log in as (\S+) with the password (\S+)", words)
        if said and "Live customers walk now" in words:
            return said[1], said[2]
        if running.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"the demo did not start:\n{log.read_text('utf-8')[-4000:]}")


def _answers(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(url, timeout=2).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{url} does not answer")
