"""One running Unavoce for all clients, the clients for Node, and Chromium."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import browsing
from tests.sdk.server import ROOT, Server

pytest.register_assert_rewrite("tests.sdk.told")
HERE = Path(__file__).parent
STORY: dict[str, Any] = json.loads((HERE / "story.json").read_text("utf-8"))
_BIN = ROOT / ".venv" / "bin"
_INSTALL_SECONDS = 180


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Unavoce, as `unavoce up` starts it."""
    server = Server(tmp_path_factory.mktemp("sdk") / "data")
    server.starts()
    yield server
    server.is_killed()


@pytest.fixture(scope="session")
def packages() -> Path:
    """The vendors' packages for Node, as locked."""
    return installed()


def installed() -> Path:
    """The folder of the vendors' packages for Node; installed once for each lock, into .venv."""
    lock = (HERE / "node" / "package-lock.json").read_bytes()
    folder = ROOT / ".venv" / "share" / "sdk-matrix" / hashlib.sha256(lock).hexdigest()[:16]
    if not (folder / "done").exists():
        browsing.need((_BIN / "npm").exists(), "there is no npm (make setup)")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / "node" / name, folder / name)
        told = subprocess.run(
            [str(_BIN / "npm"), "ci"], cwd=folder, env=_with_node(), capture_output=True, text=True, check=False,
            timeout=_INSTALL_SECONDS,
        )  # fmt: skip
        browsing.need(told.returncode == 0, f"npm could not install the vendors' clients: {told.stderr[-300:]}")
        (folder / "done").touch()
    for script in HERE.glob("node/*.mjs"):
        shutil.copy(script, folder / script.name)
    return folder


def driving(packages: Path, *words: str, **how: Any) -> subprocess.Popen[bytes]:
    """Start our driver of a vendor's client."""
    command = [str(_BIN / "node"), str(packages / "drive.mjs"), *words]
    return subprocess.Popen(command, cwd=packages, env=_with_node(), **how)


def node(packages: Path, *words: str, seconds: float = 120) -> dict[str, Any]:
    """Run our driver of a vendor's client; what it says at its end."""
    command = [str(_BIN / "node"), str(packages / "drive.mjs"), *words]
    told = subprocess.run(
        command, cwd=packages, env=_with_node(), capture_output=True, text=True, timeout=seconds, check=False
    )
    assert told.returncode == 0, told.stderr[-2000:]
    said: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return said


def _with_node() -> dict[str, str]:
    return os.environ | {"PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one file."""
    browsing.need_chromium()
    with sync_playwright() as playwright:
        chromium = browsing.start(playwright)
        yield chromium
        chromium.close()
