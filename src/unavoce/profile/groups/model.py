"""A group of customers, like a household or a company: context for each of them, and never a merge."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from unavoce.kernel.ids import CustomerId, Iid


class Word(NamedTuple):
    """One value that was said of a group."""

    group: str
    key: str
    value: object
    at: datetime
    message_id: str


class Belonging(NamedTuple):
    """Whether somebody belongs to a group by the newest word, and since when by the oldest."""

    group: str
    iid: Iid
    belongs: bool
    since: datetime
    at: datetime
    message_id: str


class Group(NamedTuple):
    """A group of a customer's, with all its members as they are now."""

    customer: CustomerId
    group_id: str
    since: datetime
    members: tuple[CustomerId, ...]
    traits: Mapping[str, object]

    @property
    def name(self) -> str:
        """What to call it."""
        said = self.traits.get("name")
        return said if isinstance(said, str) and said else self.group_id
