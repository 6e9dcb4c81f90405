"""Every named query is understood by the engine it is written for, against the migrated schema."""

import ast
import re

import psycopg
import pytest

from tests.architecture import reading
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.launcher import EmbeddedPostgres

_PG_PARAMETER = re.compile(r"%\((\w+)\)[sbt]|%%")
_CH_PARAMETER = re.compile(r"\{(\w+):([^{}]+)\}")
_PREPARABLE = ("select", "insert", "update", "delete", "merge", "values", "with", "(")
_COPY = re.compile(r"copy\s+(?P<table>[\w.]+)\s*\((?P<columns>[^)]*)\)\s+from\b", re.IGNORECASE)
_TIME = "2018-01-01 00:00:00"


def preparable(text: str) -> str | None:
    """The statement with PostgreSQL's own numbered parameters, or None where PREPARE takes no such statement."""
    body = _without_comments(text)
    if copied := _COPY.match(body):
        return f"SELECT {copied['columns']} FROM {copied['table']}"
    if not body.lower().startswith(_PREPARABLE):
        return None
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"${numbers.setdefault(found[1], len(numbers) + 1)}" if found[1] else "%"

    return _PG_PARAMETER.sub(numbered, body)


def explainable(text: str) -> str:
    """The EXPLAIN that makes ClickHouse resolve the names; of a statement that is no query, its syntax only."""
    body = _without_comments(text)
    is_query = body.lower().startswith(("select", "with", "insert", "("))
    return f"EXPLAIN {'PIPELINE' if is_query else 'AST'} {body}"


def example(kind: str) -> object:
    """Some value of a ClickHouse type: EXPLAIN wants every parameter bound."""
    if inner := re.fullmatch(r"(?:Nullable|LowCardinality)\((.*)\)", kind):
        return example(inner[1])
    if kind.startswith(("Array", "Tuple")):
        return []
    if kind.startswith("Map"):
        return {}
    if kind.startswith("DateTime"):
        return _TIME
    if kind.startswith("Date"):
        return _TIME[:10]
    return 1 if kind.startswith(("Int", "UInt", "Float", "Decimal", "Bool")) else "UTC"


def temporary_tables() -> dict[str, dict[str, str]]:
    """The temporary tables that the source makes with `facts.temporary(name, {column: type}, ...)`."""
    found = {}
    for path in sorted(reading.SOURCE.rglob("*.py")):
        constants = {}
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                constants[node.targets[0].id] = node.value
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "temporary" and len(node.args) > 1:
                name, columns = (constants.get(getattr(arg, "id", ""), arg) for arg in node.args[:2])
                if isinstance(name, ast.Constant) and isinstance(columns, ast.Dict):
                    found[str(name.value)] = ast.literal_eval(columns)
    return found


def complaint_of_postgres(connection: psycopg.Connection[tuple[object, ...]], text: str) -> str | None:
    """What PostgreSQL has against a statement, or None."""
    statement = preparable(text)
    if statement is None:
        return None
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"PREPARE checked AS {statement}".encode())
            connection.execute("DEALLOCATE checked")
    except psycopg.Error as error:
        return str(error).partition("\n")[0]
    return None


def complaint_of_clickhouse(facts: Facts, text: str) -> str | None:
    """What ClickHouse has against a statement, or None."""
    parameters = {name: example(kind.strip()) for name, kind in _CH_PARAMETER.findall(text)}
    try:
        facts.statement(explainable(text), parameters)
    except Exception as error:
        return str(error)[:300]
    return None


def _without_comments(text: str) -> str:
    return re.sub(r"^\s*--[^\n]*\n?", "", text, flags=re.MULTILINE).strip()


def test_postgres_prepares_every_query(postgres_server: EmbeddedPostgres, template: str) -> None:
    with psycopg.connect(postgres_server.url(template), autocommit=True) as connection:
        found = {
            str(statement): complaint
            for statement in reading.statements()
            if statement.dialect == "postgres"
            and (complaint := complaint_of_postgres(connection, statement.query.text))
        }
        # The test's own teeth.
        assert complaint_of_postgres(connection, "SELECT nothing FROM runtime.settings")
        assert complaint_of_postgres(connection, "COPY runtime.settings (key, nothing) FROM STDIN")
        assert not complaint_of_postgres(connection, "UPDATE runtime.settings SET key = %(key)s WHERE key LIKE 'a%%'")
    assert found == {}


def test_clickhouse_explains_every_query(clickhouse: ClickHouse, template: str) -> None:
    facts = clickhouse.client("api")
    for name, columns in temporary_tables().items():
        described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        facts.statement(f"CREATE TEMPORARY TABLE {name} ({described}) ENGINE = Memory")
    found = {
        str(statement): complaint
        for statement in reading.statements()
        if statement.dialect == "clickhouse" and (complaint := complaint_of_clickhouse(facts, statement.query.text))
    }
    for name in temporary_tables():
        facts.statement(f"DROP TEMPORARY TABLE {name}")
    # The test's own teeth.
    assert complaint_of_clickhouse(facts, "SELECT nothing FROM system.one WHERE dummy = {a:UInt8}")
    assert complaint_of_clickhouse(facts, "ALTER TABLE x DELETE WHEREVER 1")
    assert not complaint_of_clickhouse(facts, "SELECT dummy FROM system.one WHERE dummy IN {a:Array(UInt8)}")
    assert found == {}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Array(UInt64)", []),
        ("Nullable(DateTime64(3))", _TIME),
        ("UInt8", 1),
        ("String", "UTC"),
        ("Date", "2018-01-01"),
    ],
)
def test_every_type_has_an_example(kind: str, value: object) -> None:
    assert example(kind) == value
