"""Channels are connected by their own forms; secrets are sealed and never shown."""

import pytest

from unavoce.deliver import api, connect, store
from unavoce.deliver.model import BadChannelSettings, ChannelNotConnected, UnknownChannel
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.settings import Settings

ACCOUNT = {"channel_access_token": "very-secret-token", "channel_secret": "very-secret"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.folder.mkdir(parents=True)
    return settings


def _connect(tx: Transaction, settings: Settings, clock: FixedClock, name: str, **given: object) -> None:
    api.connect(tx, name, given, settings=settings, by="owner", now=clock.now())


def test_a_secret_is_sealed_and_never_shown(tx: Transaction, settings: Settings, clock: FixedClock) -> None:
    _connect(tx, settings, clock, "line", **ACCOUNT)
    kept = store.connections(tx)["line"]
    assert b"very-secret" not in (kept.secrets or b"")
    assert "very-secret" not in str(kept.given)
    [line] = [each for each in api.connections(tx, secret=settings.secret()) if each.name == "line"]
    assert line.connected
    assert {field.name: (field.value, field.is_set) for field in line.fields if field.secret} == {
        "channel_access_token": (None, True), "channel_secret": (None, True),
    }  # fmt: skip
    found = connect.settings_of(tx, "line", secret=settings.secret())
    assert "very-secret" not in repr(found)


def test_a_secret_that_is_left_out_stays(tx: Transaction, settings: Settings, clock: FixedClock) -> None:
    _connect(tx, settings, clock, "line", **ACCOUNT)
    _connect(tx, settings, clock, "line", base_url="https://api.line.test", channel_secret="")
    found = connect.settings_of(tx, "line", secret=settings.secret())
    assert found.model_dump()["base_url"] == "https://api.line.test"
    assert found.model_dump()["channel_secret"].get_secret_value() == "very-secret"


def test_another_key_opens_nothing(tx: Transaction, settings: Settings, clock: FixedClock) -> None:
    _connect(tx, settings, clock, "line", **ACCOUNT)
    with pytest.raises(ChannelNotConnected):
        connect.settings_of(tx, "line", secret=b"another key")


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "channel_access_token"), ({**ACCOUNT, "colour": "red"}, "colour"),
     ({**ACCOUNT, "timeout_seconds": 900}, "timeout_seconds")],
)  # fmt: skip
def test_a_wrong_setting_is_named(
    tx: Transaction, settings: Settings, clock: FixedClock, given: dict[str, object], field: str
) -> None:
    with pytest.raises(BadChannelSettings) as refused:
        _connect(tx, settings, clock, "line", **given)
    assert refused.value.facts["field"] == field
    assert store.connections(tx) == {}


def test_stores_and_ads_need_no_connecting_and_nobody_knows_telepathy(
    tx: Transaction, settings: Settings, clock: FixedClock
) -> None:
    assert {"store", "ads"} <= connect.all_settings(tx, secret=settings.secret()).keys()
    with pytest.raises(UnknownChannel):
        _connect(tx, settings, clock, "telepathy")
