"""The channels that are installed: one entry point each."""

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from unavoce.deliver.contract import Channel
from unavoce.deliver.model import UnknownChannel

GROUP = "unavoce.channels"


@cache
def channels() -> dict[str, Channel[Any]]:
    """Every installed channel by its name."""
    found = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    return dict(sorted(found.items()))


def channel(name: str) -> Channel[Any]:
    """The channel of this name, or UnknownChannel."""
    found = channels().get(name)
    if found is None:
        raise UnknownChannel(channel=name, known=sorted(channels()))
    return found
