"""All that a screen can be refused is said in a sentence, in every language; in English in the server's own words."""

import json
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import unavoce
from unavoce.kernel.errors import Refusal

LOCALES = Path(__file__).resolve().parents[2] / "console" / "src" / "locales"
# What only a terminal, a sender of events or a provider's server is ever told.
NEVER_ON_A_SCREEN = (
    "unavoce.apps.backup", "unavoce.apps.cli", "unavoce.apps.importing", "unavoce.apps.imports.command",
    "unavoce.apps.offline", "unavoce.apps.supervisor", "unavoce.runtime.client", "unavoce.runtime.dump",
    "unavoce.runtime.folder", "unavoce.runtime.launcher", "unavoce.runtime.migrate", "unavoce.runtime.process",
)  # fmt: skip
NEVER_BUT = {"disk-full"}
NEVER_EITHER = {
    "broken-json", "not-a-call", "broken-gzip", "not-this-dialect", "unknown-write-key", "source-paused",
    "unknown-call", "batch-settled-already", "event-too-large", "batch-too-large", "too-many-events",
    "source-too-fast", "backlogged", "not-durable", "unreadable-hook", "bad-signature", "click-house-in-use",
    "keys-not-known-yet",
}  # fmt: skip
# Only ever raised as one of the kinds below them; a screen knows them by their number.
GENERAL = {"refusal", "unauthorized", "forbidden", "not-found", "too-large", "too-many", "unavailable"}
ENTRY = re.compile(r'^    "?([a-z-]+)"?: ("(?:[^"\\]|\\.)*"),$', re.MULTILINE)


def kinds(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def shown() -> dict[str, str]:
    """The title of every refusal that can reach a screen."""
    for module in pkgutil.walk_packages(unavoce.__path__, "unavoce."):
        if "__main__" not in module.name:
            import_module(module.name)
    ours = [kind for kind in kinds() if kind.__module__.startswith("unavoce.")]
    hidden = GENERAL | NEVER_EITHER
    return {
        kind.code: kind().title
        for kind in ours
        if kind.code in NEVER_BUT or (kind.code not in hidden and not kind.__module__.startswith(NEVER_ON_A_SCREEN))
    }


def sentences(language: str) -> dict[str, str]:
    text = (LOCALES / language / "refusals.ts").read_text("utf-8").partition("refusal: {")[2].partition("\n  },")[0]
    return {code: json.loads(said) for code, said in ENTRY.findall(text)}


def titled(language: str) -> set[str]:
    text = (LOCALES / language / "words.ts").read_text("utf-8").partition("  problem: {")[2].partition("\n  },")[0]
    return set(re.findall(r'"?([a-z-]+)"?: "', text))


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_refusal_is_said(language: str) -> None:
    wanted, said, titles = set(shown()), set(sentences(language)), titled(language)
    assert len(wanted) > 150
    assert wanted - said - titles == set(), "say it in console/src/locales/*/refusals.ts"
    assert said - wanted == set(), "nothing is refused in these words any more"
    assert said & titles == set(), "said twice"


def test_english_says_what_the_server_says() -> None:
    titles = shown()
    assert {code: said for code, said in sentences("en").items() if said != titles[code]} == {}
