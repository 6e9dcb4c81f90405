"""SQL files are rows of named statements."""

import pytest

from unavoce.runtime import sql

_FILE = """-- links_of --
-- Every link of these identifiers.
SELECT a, b
FROM link  -- not a head --
WHERE a = ANY(%(ids)s);

-- forget --
-- Drop a link.
DELETE FROM link WHERE a = %(a)s;
"""


def test_each_statement_has_a_name_and_a_sentence() -> None:
    queries = sql.parse(_FILE, "test.sql")
    assert list(queries) == ["links_of", "forget"]
    assert queries["links_of"].about == "Every link of these identifiers."
    assert queries["links_of"].text.endswith("= ANY(%(ids)s)")
    assert queries["forget"] == sql.Query("forget", "Drop a link.", "DELETE FROM link WHERE a = %(a)s", "test.sql")


@pytest.mark.parametrize(
    "text", ["", "SELECT 1", "-- a --\nSELECT 1", "-- a --\n-- A.\n", "SELECT 0;\n" + _FILE, _FILE + _FILE]
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(sql.MalformedSqlFile, match=r"test\.sql"):
        sql.parse(text, "test.sql")


def test_a_contexts_file_is_read_once() -> None:
    assert sql.load("unavoce.runtime", "state.sql") is sql.load("unavoce.runtime", "state.sql")
