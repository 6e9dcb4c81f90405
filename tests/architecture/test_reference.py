"""What the reference lists is what there is."""

import pytest
import typer

from tests.architecture.reading import ROOT
from unavoce.apps import cli
from unavoce.runtime.settings import Settings

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_explained(name: str) -> None:
    page = (REFERENCE / "settings.md").read_text("utf-8")
    field = Settings.model_fields[name]
    default = str(field.default).lower() if isinstance(field.default, bool) else field.default
    shown = "" if default is None else f"`{default}`"
    assert f"| `UNAVOCE_{name.upper()}` | {shown} | {field.description} |" in page


def test_every_command_is_explained() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    commands = set(typer.main.get_group(cli.app).commands)
    assert commands
    assert {name for name in commands if f"`unavoce {name}" not in page} == set()


def test_every_target_of_make_is_explained() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    targets = {line.partition(":")[0] for line in lines if ": " in line and " ## " in line}
    assert {name for name in targets - {"help"} if f"`make {name}`" not in page} == set()
