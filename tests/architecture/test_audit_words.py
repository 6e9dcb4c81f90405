"""Every action of the audit trail is said in words on the Team screen, in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `follow` and `_note` write the line for those who call them.
WRITERS = {"audit", "_note", "follow"}
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def written(call: ast.Call) -> Iterator[str]:
    """The actions that a call names; of one that is put together, what it begins with."""
    for part in (inner for given in call.args for inner in ast.walk(given)):
        if isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
            yield str(part.values[0].value)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and ACTION.fullmatch(part.value):
            yield part.value


def actions() -> set[str]:
    """Every action that somewhere is written down."""
    found: set[str] = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in WRITERS:
                found.update(one for one in written(node) if re.match(r"[a-z_]+\.", one))
    return found


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_action_has_its_words(language: str) -> None:
    text = (ROOT / "console" / "src" / "locales" / language / "team.ts").read_text("utf-8")
    said = set(re.findall(r'"([a-z_]+\.[a-z_]+)":', text))
    found = actions()
    assert len(found) > 60
    unsaid = {one for one in found - said if one[-1] not in "._" or not any(known.startswith(one) for known in said)}
    assert unsaid == set()
