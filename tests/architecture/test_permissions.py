"""Every route says who may use it: a permission, the team, or everybody."""

import ast
from typing import get_args

import pytest

from tests.architecture.reading import SOURCE
from unavoce.access.api import Permission

METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "api_route", "route", "websocket"})
GATES = frozenset({"requires", "team_only", "public"})

# The simulated phones, mailboxes and tills are a world of their own, on another port, only in the demo.
OUTSIDE = ("apps/simulator/",)


def ungated(source: str, name: str) -> list[str]:
    """The routes of a module that declare no gate, each with its line."""
    return [
        f"{name}:{route.lineno} {route.name}"
        for route in ast.walk(ast.parse(source))
        if isinstance(route, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in route.decorator_list
        if _is_route(decorator) and not _gates(decorator)
    ]


def unknown_permissions(source: str, name: str) -> list[str]:
    """Permissions that no role could ever have."""
    return [
        f"{name}:{call.lineno} {ast.unparse(call)}"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and _name(call.func) == "requires"
        if not call.args or ast.literal_eval(call.args[0]) not in get_args(Permission)
    ]


def _is_route(decorator: ast.expr) -> bool:
    called = isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    return called and decorator.func.attr in METHODS and bool(decorator.args)


def _gates(decorator: ast.Call) -> list[str]:
    listed = [word.value for word in decorator.keywords if word.arg == "dependencies"]
    return [
        name
        for value in listed
        if isinstance(value, ast.List)
        for element in value.elts
        if isinstance(element, ast.Call) and (name := _name(element.func)) in GATES
    ]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _modules() -> list[tuple[str, str]]:
    paths = [(str(path.relative_to(SOURCE)), path) for path in sorted(SOURCE.rglob("*.py"))]
    return [(name, path.read_text("utf-8")) for name, path in paths if not name.startswith(OUTSIDE)]


def test_every_route_has_a_gate() -> None:
    assert [route for name, source in _modules() for route in ungated(source, name)] == []


def test_every_permission_exists() -> None:
    assert [call for name, source in _modules() for call in unknown_permissions(source, name)] == []


# The test's own teeth.


@pytest.mark.parametrize(
    ("decorator", "open_to_all"),
    [
        ('@router.get("/x")', True),
        ('@app.post("/x", dependencies=[])', True),
        ('@router.get("/x", dependencies=[Depends(door)])', True),
        ('@router.get("/x", dependencies=[requires("reports:read")])', False),
        ('@router.delete("/x", dependencies=[access.public()])', False),
        ("@app.exception_handler(404)", False),
    ],
)
def test_an_open_route_is_noticed(decorator: str, *, open_to_all: bool) -> None:
    assert bool(ungated(f"{decorator}\ndef x() -> None: ...\n", "web.py")) is open_to_all


def test_a_misspelt_permission_is_noticed() -> None:
    assert unknown_permissions('gate = requires("customer:read")', "web.py")
    assert not unknown_permissions('gate = requires("customers:read")', "web.py")
