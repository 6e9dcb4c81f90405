"""What connects the brand's mail server."""

from pydantic import Field, SecretStr

from unavoce.deliver.contract import ChannelSettings
from unavoce.runtime.smtp import MailServer, Security


class EmailSettings(ChannelSettings):
    """A mail server that takes our letters, and whose name they carry."""

    host: str = Field(description="The mail server's name.")
    port: int = Field(default=587, ge=1, le=65535)
    user: str = ""
    password: SecretStr = SecretStr("")
    security: Security = "starttls"
    from_address: str = Field(description="The sender that customers see, such as hello@brand.example.")
    from_name: str = ""
    hook_secret: SecretStr = Field(default=SecretStr(""), description="Bounce and complaint reports must carry it.")

    @property
    def domain(self) -> str:
        """The sender's domain; it ends every Message-ID."""
        return self.from_address.rpartition("@")[2] or "localhost"

    def server(self) -> MailServer:
        """The mail server to hand letters to."""
        return MailServer(self.host, self.port, self.user, self.password.get_secret_value(), self.security)
