"""Two contracts for import-linter: how contexts meet, and what a plug-in may know."""

from typing import ClassVar, cast

import grimp
from importlinter import Contract, ContractCheck, fields, output

SHARED_GROUND = frozenset({"kernel", "runtime"})
COMPOSITION_ROOT = "apps"

Import = tuple[str, str]


def _imports(graph: grimp.ImportGraph) -> list[Import]:
    """Every direct import, as importer and imported."""
    return sorted((a, b) for a in graph.modules for b in graph.find_modules_directly_imported_by(a))


def _render(leaks: list[Import], verb: str) -> None:
    for importer, imported in leaks:
        output.print_error(f"{importer} {verb} {imported}", bold=True)


def is_leak(importer: str, imported: str, *, root: str, doors: set[str]) -> bool:
    """Whether this import enters another context by something else than its front door."""
    source, target = importer.split("."), imported.split(".")
    if target[0] != root or len(target) < 2 or source[1:2] == target[1:2]:
        return False
    if target[1] in SHARED_GROUND or source[1:2] == [COMPOSITION_ROOT]:
        return False
    return len(target) < 3 or target[2] not in doors


def is_allowed(importer: str, imported: str, *, package: str, allowed: set[str]) -> bool:
    """Whether a module of the package may import this: itself, foreign libraries, and what is listed."""
    root = package.split(".")[0]
    if not f"{importer}.".startswith(f"{package}.") or not f"{imported}.".startswith(f"{root}."):
        return True
    return any(f"{imported}.".startswith(f"{name}.") for name in {*allowed, package})


class FrontDoorContract(Contract):
    """A context is entered only through its public modules; the composition root may enter anywhere."""

    type_name: ClassVar[str] = "front_door"
    root = fields.StringField()
    doors = fields.SetField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the imports that enter a context elsewhere."""
        root, doors = cast("str", self.root), cast("set[str]", self.doors)
        leaks = [pair for pair in _imports(graph) if is_leak(*pair, root=root, doors=doors)]
        return ContractCheck(kept=not leaks, metadata={"leaks": leaks})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every leak."""
        _render(cast("list[Import]", check.metadata["leaks"]), "reaches into")


class OnlyContract(Contract):
    """Modules of a package import nothing of ours but what is listed."""

    type_name: ClassVar[str] = "only"
    package = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the imports that are not listed."""
        package, allowed = cast("str", self.package), cast("set[str]", self.allowed)
        leaks = [pair for pair in _imports(graph) if not is_allowed(*pair, package=package, allowed=allowed)]
        return ContractCheck(kept=not leaks, metadata={"leaks": leaks})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every import that is too much."""
        _render(cast("list[Import]", check.metadata["leaks"]), "may not know")
