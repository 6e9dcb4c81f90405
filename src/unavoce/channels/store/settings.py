"""How prompts for store associates behave."""

from pydantic import Field

from unavoce.deliver.contract import ChannelSettings


class StoreSettings(ChannelSettings):
    """Nothing to connect: the till or the associate's tablet asks us."""

    hours: int = Field(default=72, ge=1, le=2160, description="A prompt that nobody answers is gone after this.")
