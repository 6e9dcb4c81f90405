"""The console's own checks, so that `make test` covers them: types, unit tests, drift and what is locked."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import browsing
from tests.e2e.browsing import CONSOLE, NODE
from unavoce.apps.openapi import description

MODULES = CONSOLE / "node_modules"


@pytest.fixture(autouse=True)
def tools() -> None:
    """Node and the console's packages."""
    browsing.need_console_tools()


def run(*command: str) -> None:
    """Run one of the console's tools; its words are the failure's."""
    done = subprocess.run([str(NODE), *command], cwd=CONSOLE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold() -> None:
    run(str(MODULES / "typescript" / "bin" / "tsc"), "--noEmit")


def test_unit_tests_pass() -> None:
    run(str(MODULES / "vitest" / "vitest.mjs"), "run")


def test_the_client_is_what_the_servers_description_gives(tmp_path: Path) -> None:
    made = tmp_path / "schema.d.ts"
    run(str(MODULES / "openapi-typescript" / "bin" / "cli.js"), "openapi.json", "-o", str(made))
    assert made.read_text("utf-8") == (CONSOLE / "src" / "api" / "schema.d.ts").read_text("utf-8")


def test_the_description_is_the_servers() -> None:
    """After a change of the API: `npm run client` in console/, with .venv/bin first on the path."""
    assert (CONSOLE / "openapi.json").read_text("utf-8") == description()


def test_every_union_says_which_tag_is_which_shape() -> None:
    """Without a mapping the generator takes the name of a schema for its tag, and no comparison is ever true."""
    unions = [node for node in _nodes(json.loads(description())) if "discriminator" in node]
    assert [node for node in unions if "mapping" not in node["discriminator"]] == []


def _nodes(node: object) -> Iterator[dict[str, dict[str, object]]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _nodes(inner)


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (CONSOLE / "package-lock.json").read_text("utf-8")


def test_screens_hold_no_words_of_their_own() -> None:
    """Every word on screen comes from the locales; a capitalised text between tags would be one that does not."""
    spoken = [
        f"{file.relative_to(CONSOLE)}: {text.strip()}"
        for file in sorted((CONSOLE / "src").rglob("*.tsx"))
        if ".test." not in file.name
        for text in re.findall(r">\s*([A-Z\u4e00-\u9fff][^<>{}=;()]{2,})\s*</", file.read_text("utf-8"))
    ]
    assert spoken == []
