"""Mappings that are ready for the exports of known shop systems; each is a file in presets/."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files

from unavoce.sources.files.mapping import Mapping, Target, parse, plain
from unavoce.sources.files.model import BadMapping, MissingColumns, UnknownPreset


@dataclass(frozen=True)
class Preset:
    """A mapping under a key like `91app-members`; the part before the hyphen is the system."""

    key: str
    mapping: Mapping

    @property
    def system(self) -> str:
        """Whose export it is."""
        return self.key.partition("-")[0]

    @cached_property
    def by_name(self) -> AnyMapping[str, Target]:
        """The targets by heading, as headings are compared."""
        return {plain(name): target for name, target in self.mapping.columns.items()}

    def fits(self, columns: Sequence[str]) -> int:
        """How many of a file's columns it knows; 0 when the file lacks what its rows need."""
        try:
            return len(self.mapping.resolved(columns))
        except (BadMapping, MissingColumns):
            return 0


@cache
def presets() -> AnyMapping[str, Preset]:
    """Every preset by its key."""
    found = {}
    for file in sorted(files(__package__).joinpath("presets").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            key = file.name.removesuffix(".toml")
            found[key] = Preset(key, parse(file.read_text("utf-8"), file.name))
    return found


def preset_for(name: str, columns: Sequence[str]) -> Preset:
    """The preset of this key, or of this system the one that knows most of the columns."""
    known = presets()
    asked = [one for one in known.values() if name in (one.key, one.system)]
    if not asked:
        raise UnknownPreset(field="preset", value=name, expected=", ".join(known))
    best = max(asked, key=lambda one: one.fits(columns))
    if not best.fits(columns):
        expected = " or ".join(f"{one.key} ({', '.join(list(one.mapping.columns)[:6])}, …)" for one in asked)
        raise MissingColumns(preset=name, expected=expected, found=", ".join(columns))
    return replace(best)
