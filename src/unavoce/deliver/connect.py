"""How channels are connected: checked against the channel's own form, secrets encrypted at rest."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from unavoce.deliver import registry, store
from unavoce.deliver.contract import Channel, ChannelSettings, secret_fields
from unavoce.deliver.model import BadChannelSettings, ChannelNotConnected, Kept
from unavoce.runtime.postgres import Transaction

_TYPES = {str(kind): word for kind, word in ((str, "text"), (int, "number"), (float, "number"), (bool, "flag"))}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a channel's form; a secret's value is never shown."""

    name: str
    type: str
    about: str
    required: bool
    secret: bool
    value: object
    is_set: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """A channel and how it is connected, as the team sees it."""

    name: str
    connected: bool
    enabled: bool
    address: str | None
    pull: bool
    fields: list[Field]
    changed_at: datetime | None
    changed_by: str


def connect(
    tx: Transaction,
    name: str,
    given: Mapping[str, object],
    *,
    enabled: bool,
    secret: bytes,
    by: str,
    now: datetime,
) -> None:
    """Connect a channel; a secret that is left out or empty stays as it was."""
    channel = registry.channel(name)
    before = store.connections(tx).get(name)
    secrets = _opened(before.secrets if before else None, secret)
    hidden = secret_fields(channel.settings)
    secrets |= {field: str(value) for field, value in given.items() if field in hidden and value}
    plain = {field: value for field, value in given.items() if field not in hidden}
    _checked(channel, plain | secrets)
    sealed = _box(secret).encrypt(msgspec.json.encode(secrets)) if secrets else None
    store.put_connection(tx, Kept(name, enabled, plain, sealed, now, by))


def settings_of(tx: Transaction, name: str, *, secret: bytes) -> ChannelSettings:
    """A connected channel's settings; ChannelNotConnected when it is not, or is switched off."""
    found = all_settings(tx, secret=secret).get(name)
    if found is None:
        registry.channel(name)
        raise ChannelNotConnected(channel=name)
    return found


def all_settings(tx: Transaction, *, secret: bytes) -> dict[str, ChannelSettings]:
    """The settings of every channel that is connected and switched on."""
    kept = store.connections(tx)
    return {
        name: settings
        for name, channel in registry.channels().items()
        if (settings := _settings(channel, kept.get(name), secret)) is not None
    }


def connections(tx: Transaction, *, secret: bytes) -> list[Connection]:
    """Every installed channel and how it is connected."""
    kept = store.connections(tx)
    return [_shown(name, channel, kept.get(name), secret) for name, channel in registry.channels().items()]


def _settings(channel: Channel[Any], kept: Kept | None, secret: bytes) -> ChannelSettings | None:
    if kept is not None and not kept.enabled:
        return None
    given = (kept.given | _opened(kept.secrets, secret)) if kept else {}
    try:
        found: ChannelSettings = channel.settings.model_validate(given)
    except ValidationError:
        return None
    return found


def _checked(channel: Channel[Any], given: Mapping[str, object]) -> None:
    try:
        channel.settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        value = None if field in secret_fields(channel.settings) else str(given.get(field, ""))
        raise BadChannelSettings(field=field, value=value, expected=first["msg"]) from None


def _shown(name: str, channel: Channel[Any], kept: Kept | None, secret: bytes) -> Connection:
    form = channel.settings
    hidden = secret_fields(form)
    given = kept.given if kept else {}
    known = {*_opened(kept.secrets, secret), *given} if kept else set()
    fields = [_field(name, about, given, known, is_secret=name in hidden) for name, about in form.model_fields.items()]
    return Connection(
        name, _settings(channel, kept, secret) is not None, kept.enabled if kept else True,
        channel.capabilities.address, channel.capabilities.pull, fields,
        kept.changed_at if kept else None, kept.changed_by if kept else "",
    )  # fmt: skip


def _field(name: str, about: FieldInfo, given: Mapping[str, object], known: set[str], *, is_secret: bool) -> Field:
    kind = "secret" if is_secret else _TYPES.get(str(about.annotation), "choice")
    value = None if is_secret else given.get(name, _plain(about.default))
    return Field(name, kind, about.description or "", about.is_required(), is_secret, value, name in known)


def _plain(default: object) -> object:
    return default if isinstance(default, str | int | float | bool) else None


def _opened(sealed: bytes | None, secret: bytes) -> dict[str, str]:
    """The secrets, or none when they were sealed under another key: then they must be entered anew."""
    if sealed is None:
        return {}
    try:
        return msgspec.json.decode(_box(secret).decrypt(sealed), type=dict[str, str])
    except InvalidToken:
        return {}


def _box(secret: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"unavoce channel settings\0" + secret).digest()))
