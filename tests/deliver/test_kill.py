"""Killed between any two steps, a sender's successor says it at most once; exactly once where the provider helps."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.deliver.shop import Shop, line_id
from unavoce.apps.simulator import store as simulating
from unavoce.apps.simulator.model import Setup
from unavoce.decide.api import IntentState
from unavoce.deliver import api, registry, store
from unavoce.deliver.model import AddressState
from unavoce.runtime import outbound
from unavoce.runtime.client import Visitor
from unavoce.runtime.failpoint import EXIT_CODE, SETTING

POINTS = ("deliver.after_claim", "deliver.after_prepare", "deliver.after_send", "deliver.after_settle")
PEOPLE = ("mei", "bo", "an")
PATIENCE_SECONDS = 30.0


@dataclass
class Sandbox:
    """The simulator as a process of its own, and the environment that a sender finds it by."""

    visitor: Visitor
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def texts(self, name: str) -> list[str]:
        """What somebody's phone shows."""
        phones = {phone["line_user_id"]: phone["messages"] for phone in self.visitor.get("/phones")}
        return [message["text"] for message in phones.get(line_id(name), [])]

    def letters(self, name: str) -> list[dict[str, Any]]:
        """What lies in somebody's mailbox."""
        return list(self.visitor.get("/mailboxes", address=f"{name}@example.com")[0]["messages"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def sandbox(shop: Shop, real_channels: None) -> Iterator[Sandbox]:
    ports = {"SIMULATOR_PORT": _free_port(), "SMTP_SINK_PORT": _free_port()}
    folder = shop.door.settings.folder
    shop.door.settings.secret()
    moment = shop.clock.now() + timedelta(minutes=5)
    offset = moment.timestamp() - time.time()
    (folder / "clock.json").write_text(json.dumps({"offset_seconds": offset}))
    environment = os.environ | {f"UNAVOCE_{name}": str(port) for name, port in ports.items()}
    environment |= {"UNAVOCE_POSTGRES_URL": shop.door.postgres.url, "UNAVOCE_DATA": str(folder), "UNAVOCE_DEMO": "1"}
    base = f"http://127.0.0.1:{ports['SIMULATOR_PORT']}"
    _connect(shop, base, ports["SMTP_SINK_PORT"])
    process = subprocess.Popen([sys.executable, "-m", "unavoce.apps.simulator"], env=environment)
    visitor = Visitor(base)
    _wait_for(visitor)
    yield Sandbox(visitor, environment, process)
    visitor.close()
    process.kill()
    process.wait()


@pytest.fixture
def real_channels(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Not the wires of the other tests: what is installed, and a way to the simulator."""
    registry.channels.cache_clear()
    monkeypatch.setenv("UNAVOCE_ALLOW_PRIVATE_OUTBOUND", "1")
    outbound.outbound.cache_clear()
    yield
    outbound.outbound().close()
    outbound.outbound.cache_clear()


def _connect(shop: Shop, base: str, smtp_port: int) -> None:
    now = shop.clock.now()
    mail = {"host": "127.0.0.1", "port": smtp_port, "security": "none", "from_address": "hello@brand.test"}
    line = {"base_url": f"{base}/line", "channel_access_token": "token", "channel_secret": "secret"}
    ads = {"url": f"{base}/ads/rows", "token": "ads"}
    with shop.door.postgres.transaction() as tx:
        simulating.put_setup(tx, Setup("http://127.0.0.1:9", "http://127.0.0.1:9", "token", "secret", "ads"))
        for channel, given in {"email": mail, "line": line, "ads": ads}.items():
            api.connect(tx, channel, given, settings=shop.door.settings, by="owner", now=now)


def _wait_for(visitor: Visitor) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while visitor.status("/readyz") != 200:
        assert time.monotonic() < until, "the simulator does not start"
        time.sleep(0.05)


def _round(sandbox: Sandbox, failpoint: str) -> int:
    """A sender in a process of its own that dies at this point; how it ended."""
    environment = sandbox.environment | {SETTING: failpoint}
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.deliver.round"]
    return subprocess.run(command, env=environment, cwd=root, check=False).returncode


def _another_sends(shop: Shop) -> None:
    """Another sender comes, once the dead one's lease has run out, and sends until nothing is due."""
    _leases_run_out(shop)
    shop.clock.passes(timedelta(minutes=10))
    while shop.sends().claimed:
        continue


def _leases_run_out(shop: Shop) -> None:
    with psycopg.connect(shop.door.postgres.url) as connection:
        connection.execute("UPDATE decide.intent SET lease_until = now() - interval '1 second' WHERE state = 'claimed'")


def _everybody_asks(shop: Shop, channel: str, *, text: str = "Dear {{ customer.name }}, it waits") -> None:
    for name in PEOPLE:
        shop.knows(name, channel)
    shop.says("pitch", text)
    shop.runs("pitch", channel)
    for name in PEOPLE:
        shop.happens(name, f"Asked pitch-{channel}")
    shop.decides()


@pytest.mark.parametrize("point", POINTS)
def test_line_says_it_exactly_once_wherever_the_sender_dies(shop: Shop, sandbox: Sandbox, point: str) -> None:
    _everybody_asks(shop, "line")
    assert _round(sandbox, point) == EXIT_CODE
    _another_sends(shop)
    assert {name: sandbox.texts(name) for name in PEOPLE} == {name: [f"Dear {name}, it waits"] for name in PEOPLE}
    assert {intent.state for name in PEOPLE for intent in shop.intents(name)} == {IntentState.SENT}
    told = [event.message_id for event in shop.pumps() if event.name == "Message Sent"]
    assert len(told) == len(PEOPLE)


@pytest.mark.parametrize("point", POINTS)
def test_a_promotion_by_mail_comes_at_most_once(shop: Shop, sandbox: Sandbox, point: str) -> None:
    _everybody_asks(shop, "email")
    assert _round(sandbox, point) == EXIT_CODE
    _another_sends(shop)
    ids = [letter["headers"]["message-id"] for name in PEOPLE for letter in sandbox.letters(name)]
    assert len(ids) == len(set(ids))
    after_the_hand_over = point in ("deliver.after_send", "deliver.after_settle")
    before_it = point == "deliver.after_claim"
    assert len(ids) == (len(PEOPLE) if after_the_hand_over or before_it else 0)
    states = {intent.state for name in PEOPLE for intent in shop.intents(name)}
    assert states <= {IntentState.SENT, IntentState.UNKNOWN}


def test_a_bundle_is_repeated_under_its_own_key(shop: Shop, sandbox: Sandbox) -> None:
    _everybody_asks(shop, "line", text="We are open today")
    assert _round(sandbox, "deliver.after_send") == EXIT_CODE
    _another_sends(shop)
    assert {tuple(sandbox.texts(name)) for name in PEOPLE} == {("We are open today",)}


def test_line_that_fails_after_taking_it_says_it_once(shop: Shop, sandbox: Sandbox) -> None:
    _everybody_asks(shop, "line")
    sandbox.visitor.post("/faults", {"line_500_after": 2, "line_429": 1})
    for _ in range(2):
        _another_sends(shop)
    assert {name: len(sandbox.texts(name)) for name in PEOPLE} == dict.fromkeys(PEOPLE, 1)


def test_who_unsubscribed_while_the_sender_was_dead_is_not_written_to(shop: Shop, sandbox: Sandbox) -> None:
    _everybody_asks(shop, "line")
    assert _round(sandbox, "deliver.after_claim") == EXIT_CODE
    shop.forbids("mei", "line")
    _another_sends(shop)
    assert {name: len(sandbox.texts(name)) for name in PEOPLE} == {"mei": 0, "bo": 1, "an": 1}


def test_the_simulator_forgets_nothing_when_it_is_killed(shop: Shop, sandbox: Sandbox) -> None:
    _everybody_asks(shop, "line")
    assert _round(sandbox, "deliver.after_send") == EXIT_CODE
    sandbox.process.kill()
    sandbox.process.wait()
    again = subprocess.Popen([sys.executable, "-m", "unavoce.apps.simulator"], env=sandbox.environment)
    try:
        _wait_for(sandbox.visitor)
        _another_sends(shop)
        assert {name: len(sandbox.texts(name)) for name in PEOPLE} == dict.fromkeys(PEOPLE, 1)
    finally:
        again.kill()
        again.wait()


def test_an_address_that_bounced_is_closed(shop: Shop, sandbox: Sandbox) -> None:
    shop.knows("bounce", "email")
    shop.says("pitch", "Hello {{ customer.name }}")
    shop.runs("pitch", "email")
    shop.asks("bounce", "pitch-email")
    _another_sends(shop)
    closed = shop.keyed(lambda tx: store.closed_addresses(tx, "email", ["bounce@example.com"]))
    assert closed == {"bounce@example.com": {AddressState.BOUNCED}}
    assert [event.name for event in shop.pumps()] == ["Message Bounced"]


def test_the_ad_platform_holds_whom_we_hold(shop: Shop, sandbox: Sandbox) -> None:
    shop.knows("mei", "ads")
    shop.adds("cart-whisk", "cart: whisk")
    shop.asks("mei", "cart-whisk")
    assert _round(sandbox, "deliver.after_send") == EXIT_CODE
    _another_sends(shop)
    [member] = sandbox.visitor.get("/ads/cart: whisk")["members"]
    assert set(member["hashed"]) == {"email_sha256", "external_id_sha256"}
    [audience] = shop.keyed(store.audiences)
    assert (audience.members, audience.rows) == (1, 1)
