"""The layers and front doors hold, with no exception granted."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.reading import ROOT
from tools.front_door import is_allowed, is_leak

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def test_every_contract_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_nobody_is_excused() -> None:
    assert [c["name"] for c in CONFIGURATION["contracts"] if "ignore_imports" in c] == []
    layers = next(c for c in CONFIGURATION["contracts"] if c["type"] == "layers")
    assert layers["exhaustive"] is True


# The contracts' own teeth.


@pytest.mark.parametrize(
    ("importer", "imported", "leaks"),
    [
        ("unavoce.decide.store", "unavoce.profile.store", True),
        ("unavoce.decide.api", "unavoce.profile.model", True),
        ("unavoce.decide.api", "unavoce.profile", True),
        ("unavoce.decide.api", "unavoce.profile.api", False),
        ("unavoce.channels.line.adapter", "unavoce.deliver.contract", False),
        ("unavoce.decide.store", "unavoce.runtime.postgres", False),
        ("unavoce.decide.api", "unavoce.decide.store", False),
        ("unavoce.apps.engine", "unavoce.decide.jobs", False),
        ("unavoce.decide.api", "polars", False),
    ],
)
def test_a_context_is_entered_by_its_front_door(importer: str, imported: str, *, leaks: bool) -> None:
    assert is_leak(importer, imported, root="unavoce", doors={"api", "contract"}) is leaks


@pytest.mark.parametrize(
    ("imported", "allowed"),
    [
        ("unavoce.deliver.contract", True),
        ("unavoce.deliver.contractual", False),
        ("unavoce.deliver.api", False),
        ("unavoce.kernel.errors", True),
        ("unavoce.runtime.postgres", False),
        ("unavoce.channels.line.words", True),
        ("email.message", True),
    ],
)
def test_a_channel_knows_its_contract_only(imported: str, *, allowed: bool) -> None:
    listed = {"unavoce.deliver.contract", "unavoce.kernel", "unavoce.runtime.http"}
    verdict = is_allowed("unavoce.channels.line.adapter", imported, package="unavoce.channels", allowed=listed)
    assert verdict is allowed
