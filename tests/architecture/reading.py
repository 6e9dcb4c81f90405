"""How the architecture tests read the source: which .sql belongs to whom, what it touches, who uses it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp

from unavoce.runtime import sql

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "unavoce"

# COPY and statements about statements have no tree worth reading; the tables in them are found by their words.
_TABLE_WORDS = re.compile(r"\b(?:from|into|copy|table|join|update|view)\s+([a-z_]+\.[a-z_]+)", re.IGNORECASE)
# psycopg's %(name)b and %(name)t are parameters like %(name)s; sqlglot knows only the last.
_FORMAT = re.compile(r"(?<=\w)\)[bt]\b")
SYSTEM = frozenset({"pg_catalog", "information_schema", "system"})


@dataclass(frozen=True)
class Statement:
    """One named query of one context, and the engine it is written for."""

    context: str
    dialect: str
    query: sql.Query

    def __str__(self) -> str:
        return f"{self.context}/{Path(self.query.file).name}:{self.query.name}"


@dataclass(frozen=True, order=True)
class Table:
    """A table as a statement names it; the schema is empty for a temporary one."""

    schema: str
    name: str


def context_of(path: Path) -> str:
    """The context a file belongs to: its folder, or the application's own folder below `apps`."""
    parts = path.relative_to(SOURCE).parts
    return parts[1] if parts[0] == "apps" and len(parts) > 2 else parts[0]


def dialect_of(path: Path) -> str:
    """facts*.sql speaks to ClickHouse, every other file to PostgreSQL."""
    return "clickhouse" if path.name.startswith("facts") else "postgres"


def sql_files() -> list[Path]:
    """Every .sql file that is not a migration."""
    return sorted(path for path in SOURCE.rglob("*.sql") if "migrations" not in path.parts)


def statements() -> list[Statement]:
    """Every named query of the source."""
    return [
        Statement(context_of(path), dialect_of(path), query)
        for path in sql_files()
        for query in sql.parse(path.read_text("utf-8"), str(path)).values()
    ]


def tables_in(text: str, dialect: str) -> set[Table]:
    """The tables a statement touches, without its own WITH names and without table functions."""
    readable = _FORMAT.sub(")s", text).replace("%%", "%") if dialect == "postgres" else text
    try:
        trees = [tree for tree in sqlglot.parse(readable, dialect=dialect) if tree is not None]
    except sqlglot.errors.ParseError:
        return _by_words(text)
    if any(isinstance(tree, exp.Command | exp.Copy) for tree in trees):
        return _by_words(text)
    return {table for tree in trees for table in _of_tree(tree)}


def _of_tree(tree: exp.Expression) -> Iterator[Table]:
    aliases = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue  # a function: unnest(...), numbers(...)
        if table.find_ancestor(exp.Lock):
            continue  # FOR UPDATE OF names a table that stands in FROM already
        if table.db or table.name.lower() not in aliases:
            yield Table(table.db.lower(), table.name.lower())


def _by_words(text: str) -> set[Table]:
    return {Table(*word.lower().split(".")) for word in _TABLE_WORDS.findall(text)}


def trespasses(statement: Statement) -> list[str]:
    """The tables this statement has no business with."""
    return [
        f"{statement} touches {table.schema or '(no schema)'}.{table.name}"
        for table in sorted(tables_in(statement.query.text, statement.dialect))
        if not _may_touch(statement, table)
    ]


def _may_touch(statement: Statement, table: Table) -> bool:
    if table.schema in SYSTEM or table.name.startswith("pg_"):
        return statement.context == "runtime"
    if not table.schema:
        return statement.dialect == "clickhouse"  # a temporary table on one checked-out client
    return table.schema == statement.context or table.name.startswith("v_")


@dataclass(frozen=True)
class Use:
    """One place where a module takes a query out of a loaded .sql file; None when not by a literal name."""

    file: str
    query: str | None


def uses_in(source: str) -> set[Use]:
    """Which named queries a module uses."""
    tree = ast.parse(source)
    loaded = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (file := _loaded_file(node.value)):
            loaded |= {target.id: file for target in node.targets if isinstance(target, ast.Name)}
    found = {Use(file, None) for file in loaded.values()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in loaded:
            literal = node.slice.value if isinstance(node.slice, ast.Constant) else "(not a literal)"
            found.add(Use(loaded[node.value.id], str(literal)))
    return found


def _loaded_file(node: ast.expr) -> str | None:
    """The file name in `sql.load(__package__, "state.sql")`, or None for any other expression."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"sql.load", "load"} and len(node.args) > 1:
        return ast.literal_eval(node.args[1])
    return None
