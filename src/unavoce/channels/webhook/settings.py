"""Where the brand's own program listens."""

from pydantic import Field, SecretStr

from unavoce.deliver.contract import ChannelSettings, WebAddress


class WebhookSettings(ChannelSettings):
    """An address of the brand's own that takes messages."""

    url: WebAddress = Field(description="An https address; private ones are refused unless the deployment allows them.")
    secret: SecretStr = Field(description="Signs every request; the receiver checks it.")
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
