"""What connects the brand's LINE official account."""

from pydantic import Field, SecretStr

from unavoce.deliver.contract import ChannelSettings, WebAddress


class LineSettings(ChannelSettings):
    """A LINE official account's Messaging API channel."""

    base_url: WebAddress = Field(default="https://api.line.me", description="Another address leads to a simulator.")
    channel_access_token: SecretStr = Field(description="From the LINE Developers console.")
    channel_secret: SecretStr = Field(description="Signs what LINE tells us.")
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
