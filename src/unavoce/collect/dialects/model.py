"""What a dialect is: paths, keys, and the translation of its calls into Segment's."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from typing import NamedTuple

Call = dict[str, object]
"""One call in Segment's words, with its `type`."""


class Asked(NamedTuple):
    """A request of a dialect, its body unpacked."""

    path: str
    query: str
    body: bytes
    now: datetime
    user_agent: str = ""


class Thanks(Enum):
    """What the dialect's clients want to hear after a success."""

    SUCCESS = "success"
    NOTHING = "nothing"
    PIXEL = "pixel"


class Dialect(NamedTuple):
    """How others say what happened."""

    name: str
    paths: tuple[tuple[str, str], ...]
    """(method, path), without a trailing slash."""
    keys: Callable[[str, bytes], Iterator[str]]
    """The write keys in a query and a body, beside those that every call may show."""
    calls: Callable[[Asked], list[Call]]
    """The translation; what this dialect's clients would never send is NotThisDialect."""
    thanks: Thanks = Thanks.SUCCESS
    in_json: bool = True
    """Whether its body is a JSON object."""


def no_keys(_query: str, _body: bytes) -> Iterator[str]:
    """For a dialect that shows its key as Segment does."""
    return iter(())


def original(dialect: str, call: object) -> Call:
    """What a call was translated from, for its context: nothing of what was said is lost."""
    return {"dialect": dialect, "call": call}
