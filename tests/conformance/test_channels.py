"""Every installed channel tells the same stories: it is connected, answers for each message, and trusts nobody."""

import http.server
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from importlib.resources import files
from typing import Any

import pytest
from pydantic import SecretStr

from unavoce.deliver import registry
from unavoce.deliver.contract import (
    Accepted,
    Channel,
    Delayed,
    Outgoing,
    Posted,
    Refused,
    Unknown,
    secret_fields,
)
from unavoce.runtime import outbound

NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)
OUTCOMES = (Accepted, Refused, Delayed, Unknown)
NAMES = sorted(entry.name for entry in entry_points(group=registry.GROUP))
# A word for every kind of field that some channel asks for and gives no default.
FILL = {"host": "127.0.0.1", "from_address": "hello@brand.test", "channel_access_token": "token", "secret": "secret",
        "channel_secret": "secret", "security": "none", "timeout_seconds": 2}  # fmt: skip


@pytest.fixture(params=NAMES)
def channel(request: pytest.FixtureRequest) -> Channel[Any]:
    return registry.channel(request.param)


@pytest.fixture(autouse=True)
def _free_way_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("UNAVOCE_ALLOW_PRIVATE_OUTBOUND", "1")
    outbound.outbound.cache_clear()
    yield
    outbound.outbound().close()
    outbound.outbound.cache_clear()


def _settings(channel: Channel[Any], *, port: int) -> Any:
    form = channel.settings
    url = f"http://127.0.0.1:{port}/in"
    known = FILL | {"url": url, "base_url": url, "port": port}
    given = {name: known[name] for name, about in form.model_fields.items() if about.is_required() or name in known}
    return form.model_validate(given)


def _batch(channel: Channel[Any], many: int) -> list[Outgoing]:
    row = {"audience": "cart: whisk", "op": "add", "email_sha256": "a" * 64}
    kind = channel.capabilities.address
    address = {"email": "mei{}@example.com", "line_user_id": "U{:032x}"}.get(kind or "", "user-{}")
    return [
        Outgoing(f"{number:032x}", address.format(number), "您好", f"Dear customer {number}", "<p>Hi</p>", metadata=row)
        for number in range(many)
    ]


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=[200, 400, 401, 429, 500])
def provider(request: pytest.FixtureRequest) -> Iterator[tuple[int, int, list[bytes]]]:
    """A provider that answers every request with one status; its port, that status, what it heard."""
    heard: list[bytes] = []

    def take(self: http.server.BaseHTTPRequestHandler) -> None:
        heard.append(self.rfile.read(int(self.headers.get("content-length", "0"))))
        self.send_response(request.param)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    methods = {"do_POST": take, "log_message": lambda *_: None}
    handler: type[http.server.BaseHTTPRequestHandler] = type("H", (http.server.BaseHTTPRequestHandler,), methods)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, request.param, heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_there_are_channels_and_each_is_named_as_it_is_installed() -> None:
    assert set(NAMES) >= {"ads", "email", "line", "store", "webhook"}
    assert {name: registry.channel(name).name for name in NAMES} == {name: name for name in NAMES}


def test_its_form_hides_its_secrets(channel: Channel[Any]) -> None:
    settings = _settings(channel, port=1)
    for name in secret_fields(channel.settings):
        assert isinstance(getattr(settings, name), SecretStr)
    assert "token" not in repr(settings).replace("access_token", "").replace("token=", "")
    assert settings.model_config["extra"] == "forbid"


def test_nothing_is_sent_when_there_is_nothing(channel: Channel[Any]) -> None:
    assert list(channel.send([], _settings(channel, port=_closed_port()), now=NOW)) == []


@pytest.mark.parametrize("many", [1, 3])
def test_each_message_has_one_outcome_even_when_nobody_answers(channel: Channel[Any], many: int) -> None:
    outcomes = channel.send(_batch(channel, many), _settings(channel, port=_closed_port()), now=NOW)
    assert len(outcomes) == many
    assert all(isinstance(outcome, OUTCOMES) for outcome in outcomes)
    if not channel.capabilities.pull:
        # Nobody took it: calling that a success would lose it, calling it a refusal would give it up.
        assert not any(isinstance(outcome, Accepted | Refused) for outcome in outcomes)


def test_what_the_provider_answers_is_what_is_said(
    channel: Channel[Any], provider: tuple[int, int, list[bytes]]
) -> None:
    port, status, heard = provider
    if not {"url", "base_url"} & channel.settings.model_fields.keys():
        pytest.skip("this channel does not speak HTTP")
    outcomes = channel.send(_batch(channel, 2), _settings(channel, port=port), now=NOW)
    assert heard
    expected: dict[int, tuple[type, ...]] = {
        200: (Accepted,), 400: (Refused,), 401: (Delayed, Refused), 429: (Delayed,), 500: (Unknown, Delayed),
    }  # fmt: skip
    assert {type(outcome) for outcome in outcomes} <= set(expected[status])


def test_a_batch_as_large_as_it_takes_is_taken(channel: Channel[Any]) -> None:
    many = channel.capabilities.batch
    assert 1 <= many <= 10_000
    if channel.capabilities.pull:
        assert len(channel.send(_batch(channel, many), _settings(channel, port=1), now=NOW)) == many


def test_it_trusts_no_unsigned_request(channel: Channel[Any]) -> None:
    settings = _settings(channel, port=1)
    for headers in ({}, {"authorization": "Bearer "}, {"x-line-signature": ""}, {"x-unavoce-signature": "t=0,v1="}):
        assert channel.verify(Posted(b"{}", headers, NOW), settings) is False


def test_an_empty_request_says_nothing(channel: Channel[Any]) -> None:
    posted = Posted(b"{}", {}, NOW)
    assert list(channel.read_receipts(posted)) == []
    assert list(channel.read_inbound(posted)) == []


def test_its_folder_has_a_guide_and_needs_nothing_of_ours_but_the_contract(channel: Channel[Any]) -> None:
    folder = files(type(channel).__module__.rpartition(".")[0])
    assert len(folder.joinpath("guide.md").read_text("utf-8").split()) > 40
