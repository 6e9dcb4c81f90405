"""A store has nothing to connect."""

from unavoce.deliver.contract import ChannelSettings


class StoreSettings(ChannelSettings):
    """An empty form: the till or the associate's tablet asks us."""
