"""Where things are and how they are reached; every setting is an environment variable `UNAVOCE_...`."""

import os
import secrets
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from unavoce.kernel.addresses import AN_ADDRESS, is_web_address
from unavoce.kernel.clock import Clock, OffsetClock, SystemClock
from unavoce.runtime import sql
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")


class Settings(BaseSettings):
    """One deployment's settings; what is left out means embedded and local."""

    model_config = SettingsConfigDict(env_prefix="UNAVOCE_", env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(default=Path(".unavoce"), description="The folder that holds everything embedded.")
    postgres_url: str | None = Field(default=None, description="A PostgreSQL 15 or newer, instead of the embedded one.")
    clickhouse_url: str | None = Field(default=None, description="A ClickHouse server, instead of the embedded one.")
    host: str = Field(default="127.0.0.1", description="The address the servers listen on.")
    port: int = Field(default=8700, description="The console and the API.", ge=1, le=65535)
    collector_port: int = Field(default=8701, description="The intake.", ge=1, le=65535)
    simulator_port: int = Field(default=8702, description="The simulated phones, mailboxes and tills.", ge=1, le=65535)
    smtp_sink_port: int = Field(default=8703, description="Where the simulated mailboxes receive.", ge=1, le=65535)
    public_url: str | None = Field(
        default=None, description="How customers reach us from outside; for links in messages."
    )
    secret_key: SecretStr | None = Field(default=None, description="Encrypts the secrets of connectors.")
    demo: bool = Field(default=False, description="The demo brand, on its own clock.")
    simulator: bool = Field(default=False, description="Run the simulator of LINE, a mailbox and a till.")
    log_level: str = Field(default="info", description="debug, info, warning or error.")
    log_format: str = Field(default="json", description="json for machines, text for people.")
    allow_private_outbound: bool = Field(
        default=False, description="Let addresses that users set (webhooks, feeds, images) be private or loopback ones."
    )

    @field_validator("public_url")
    @classmethod
    def _whole(cls, url: str | None) -> str | None:
        if url is not None and not is_web_address(url):
            raise ValueError(AN_ADDRESS)
        return url

    @field_validator("clickhouse_url")
    @classmethod
    def _a_server(cls, url: str | None) -> str | None:
        # Without a scheme it would be taken for a folder, and an empty embedded engine would open there.
        if url is not None and "://" not in url:
            raise ValueError("an address like http://user:password@host:8123/database")
        return url

    @property
    def folder(self) -> Path:
        """The data folder's absolute path."""
        return self.data.absolute()

    @property
    def clickhouse(self) -> str:
        """What to hand to `ClickHouse.open`: the server's URL or the embedded folder."""
        return self.clickhouse_url or str(self.folder / "clickhouse")

    @property
    def clock_file(self) -> Path:
        """The file that shifts the demo's clock."""
        return self.folder / "clock.json"

    @property
    def address(self) -> str:
        """Where people open the console."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def clock(self) -> Clock:
        """The clock every process of this deployment goes by."""
        return OffsetClock(self.clock_file) if self.demo else SystemClock()

    def secret(self) -> bytes:
        """The deployment's secret; made and kept in the data folder when the environment gives none."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return kept_secret(self.folder / "secret.key")


def kept_secret(file: Path) -> bytes:
    """The secret in this file, made on first use, readable by its owner alone."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes().strip()
    with os.fdopen(descriptor, "wb") as out:
        out.write(secrets.token_urlsafe(48).encode())
        out.flush()
        os.fsync(out.fileno())
    return file.read_bytes().strip()


def brand_key(tx: Transaction) -> bytes:
    """The brand's own random key, under which identifiers become numbers (kernel.ids.iid_of)."""
    return bytes.fromhex(setting(tx, "brand_key"))


def setting(tx: Transaction, key: str) -> Any:
    """What is kept under a key in the brand's database, or None."""
    return tx.value(_SQL["setting"], key=key)


def keep_setting(tx: Transaction, key: str, value: object) -> None:
    """Keep a JSON value under a key."""
    tx.run(_SQL["keep_setting"], key=key, value=Json(value))


def first_setting(tx: Transaction, key: str, value: object) -> Any:
    """Keep a JSON value under a key unless there is one already; returns the one that holds."""
    tx.run(_SQL["first_setting"], key=key, value=Json(value))
    return setting(tx, key)
