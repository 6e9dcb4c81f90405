"""SQL is source: named statements in .sql files beside the store that runs them.

A file is a row of statements, each headed by `-- name --` and, on the next line, `-- One sentence.`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_HEAD = re.compile(r"^-- (?P<name>[a-z][a-z0-9_]*) --[ \t]*\n-- (?P<about>[^\n]+)\n", re.MULTILINE)


class MalformedSqlFile(Exception):
    """A .sql file must be a row of `-- name --`, `-- One sentence.`, statement."""


@dataclass(frozen=True, slots=True)
class Query:
    """One named statement, the sentence that says what for, and the file it stands in."""

    name: str
    about: str
    text: str
    file: str


@cache
def load(package: str, file: str) -> Mapping[str, Query]:
    """Every statement of one .sql file by its name."""
    text = files(package).joinpath(file).read_text("utf-8")
    return parse(text, f"{package}/{file}")


def parse(text: str, file: str) -> Mapping[str, Query]:
    """The statements of a .sql file's text; `file` is only for messages."""
    heads = list(_HEAD.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        raise MalformedSqlFile(f"{file} does not begin with `-- name --` and a sentence.")
    ends = [*(head.start() for head in heads[1:]), len(text)]
    queries = [
        Query(head["name"], head["about"], text[head.end() : end].strip().rstrip(";"), file)
        for head, end in zip(heads, ends, strict=True)
    ]
    found = {query.name: query for query in queries}
    if len(found) < len(queries) or not all(query.text for query in queries):
        raise MalformedSqlFile(f"{file} has a name twice or a name without a statement.")
    return MappingProxyType(found)
