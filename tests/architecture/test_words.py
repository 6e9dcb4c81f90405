"""The source names no registry, no machine's folders and nothing left for later."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.reading import ROOT

# Each pattern has a class of one letter in it, so that this file does not find itself.
LATER = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|NotImplementedErro[r])\b")
REGISTRY = re.compile(
    r"files\.pythonhoste[d]|pypi\.or[g]|registry\.npmj[s]|registry\.yarnpk[g]|npmmirro[r]|/(?:simpl[e]|artifactor[y])/",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]|hom[e]|roo[t]|User[s])/[\w.-]+")
SKIPPED = {".png", ".woff2", ".ico", ".gz", ".parquet", ".jpg"}
TOLD_TO_DO_LATER = ("src/", "tools/")


def _kept_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [Path(name) for name in listed.split("\0") if name]


def complaints(name: str, text: str) -> list[str]:
    """What a file says that it should not, each with its line."""
    rules = [("names a registry", REGISTRY), ("names a machine's folder", MACHINE)]
    if name.startswith(TOLD_TO_DO_LATER):
        rules.append(("leaves something for later", LATER))
    return [
        f"{name}:{number} {complaint}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        for complaint, pattern in rules
        if pattern.search(line)
    ]


def test_the_source_keeps_to_the_project() -> None:
    files = _kept_files()
    if not files:
        pytest.skip("not a git work tree")
    found = []
    for path in files:
        if path.suffix not in SKIPPED and (ROOT / path).is_file():
            found += complaints(str(path), (ROOT / path).read_text("utf-8", errors="replace"))
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "see /wor~k/main/src",
        "https://pypi.or~g/simple~/x",
        '"resolved": "https://registry.npmj~s.org/react/-/react-19.0.0.tgz"',
        "# TOD~O: later",
        "raise NotImplementedErro~r",
    ],
)
def test_each_word_is_noticed(line: str) -> None:
    assert complaints("src/unavoce/a.py", line.replace("~", ""))


def test_plain_words_are_left_alone() -> None:
    assert complaints("src/unavoce/a.py", "the way of /api/home and https://example.com/a/x and todo lists") == []
