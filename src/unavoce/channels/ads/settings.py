"""Where ad audiences are kept."""

from pydantic import Field, SecretStr

from unavoce.deliver.contract import ChannelSettings, WebAddressOrNone


class AdsSettings(ChannelSettings):
    """Without an address the rows are only kept here, for an ad platform to fetch."""

    url: WebAddressOrNone = Field(default="", description="Rows are posted here as they come; empty to only keep them.")
    token: SecretStr = Field(default=SecretStr(""), description="Sent as a bearer token.")
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
