"""Files and functions stay small enough to read; the report is printed, only hard limits fail."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.reading import ROOT, SOURCE

HARD_FILE, HARD_SQL, HARD_TEST, HARD_FUNCTION = 500, 500, 600, 50
SOFT_FILE, SOFT_FUNCTION = 300, 30


@dataclass(frozen=True, order=True)
class Size:
    """How many lines something has."""

    lines: int
    what: str


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_in(source: str, name: str) -> Iterator[Size]:
    """Every function with its lines, without its docstring and the functions inside it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield Size(_own_lines(node), f"{name}:{node.lineno} {node.name}")


def _own_lines(node: Function) -> int:
    said = _lines(node.body[0]) if ast.get_docstring(node) else 0
    inner = [child for child in ast.walk(node) if isinstance(child, Function) and child is not node]
    nested = {line for child in inner for line in range(child.lineno, (child.end_lineno or 0) + 1)}
    return _lines(node) - said - len(nested)


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def _files(folder: Path, suffix: str) -> list[Size]:
    return [
        Size(len(path.read_text("utf-8").splitlines()), str(path.relative_to(ROOT)))
        for path in sorted(folder.rglob(f"*{suffix}"))
    ]


def _functions() -> list[Size]:
    return [
        size
        for path in sorted(SOURCE.rglob("*.py"))
        for size in functions_in(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    ]


def test_the_house_stays_tidy() -> None:
    files, functions = _files(SOURCE, ".py"), _functions()
    print(report(files, functions))
    too_much = (
        [size for size in files if size.lines > HARD_FILE]
        + [size for size in _files(SOURCE, ".sql") if size.lines > HARD_SQL]
        + [size for size in _files(ROOT / "tests", ".py") if size.lines > HARD_TEST]
        + [size for size in functions if size.lines > HARD_FUNCTION]
    )
    assert too_much == []


def report(files: list[Size], functions: list[Size]) -> str:
    """The size report, largest first."""
    long_files = sorted((size for size in files if size.lines > SOFT_FILE), reverse=True)
    long_functions = sorted((size for size in functions if size.lines > SOFT_FUNCTION), reverse=True)
    total = sum(size.lines for size in files)
    head = f"{len(files)} files, {total} lines, {len(functions)} functions"
    return "\n".join([head, *(f"{size.lines:5} {size.what}" for size in long_files + long_functions)])


def test_a_long_function_is_noticed() -> None:
    body = "\n".join("    x = 1" for _ in range(HARD_FUNCTION + 1))
    (size,) = functions_in(f'def much() -> None:\n    """Does much."""\n{body}\n', "a.py")
    assert size.lines > HARD_FUNCTION
    assert "much" in report([], [size])


def test_a_docstring_costs_nothing() -> None:
    words = "\n".join("    more words" for _ in range(HARD_FUNCTION))
    (size,) = functions_in(f'def little() -> int:\n    """Says much.\n{words}\n    """\n    return 1\n', "a.py")
    assert size.lines < 5
