"""An address somebody typed in leads nowhere inside."""

import socket

import pytest

from unavoce.kernel.errors import BadInput
from unavoce.runtime.outbound import Outbound, PrivateAddress, UnknownHost


@pytest.fixture
def guarded() -> Outbound:
    return Outbound()


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://10.1.2.3:80/x", "http://169.254.169.254/latest", "http://[::1]/", "http://0.0.0.0/",
     "http://[::ffff:127.0.0.1]/", "http://192.168.0.1", "http://localhost/", "http://2130706433/", "http://0x7f.1/"],
)  # fmt: skip
def test_a_private_address_is_refused_in_whatever_spelling(guarded: Outbound, url: str) -> None:
    with pytest.raises((PrivateAddress, UnknownHost)):
        guarded.check(url)
    assert (guarded.call("GET", url).status, guarded.call("GET", url).sent) == (0, False)


@pytest.mark.parametrize("url", ["ftp://example.com", "file:///etc/passwd", "nonsense", "http://", "http://[bad"])
def test_only_http_addresses_are_addresses(guarded: Outbound, url: str) -> None:
    with pytest.raises(BadInput):
        guarded.check(url)


def test_a_name_that_turns_private_after_the_look_is_not_followed(
    guarded: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "192.0.2.1" if len(asked) > 1 else "8.8.8.8"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    target, extensions, host = guarded._reach("http://rebind.test/x")
    assert (target.host, extensions, host) == ("8.8.8.8", {"sni_hostname": "rebind.test"}, "rebind.test")


def test_one_of_several_addresses_being_private_is_enough(guarded: Outbound, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(PrivateAddress):
        guarded.check("http://both.test/")
