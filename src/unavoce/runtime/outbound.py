"""Requests that leave the house: an address somebody typed in may not lead to a private or loopback machine."""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Self

import httpx

from unavoce.kernel.errors import BadInput
from unavoce.runtime.settings import Settings

# What we read of an answer: providers answer shortly, and a hostile one must not fill the memory.
_LONGEST_ANSWER = 1_000_000
_NEVER_LEFT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError,
)  # fmt: skip


class PrivateAddress(BadInput):
    """This address leads to a private machine; set UNAVOCE_ALLOW_PRIVATE_OUTBOUND if that is meant."""


class UnknownHost(BadInput):
    """No machine of this name is known; check the spelling of the address."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status 0 when nothing did; `sent` is False when the request surely never left."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: bool = True

    @property
    def ok(self) -> bool:
        """Whether the other side was content."""
        return str(self.status).startswith("2")

    @property
    def text(self) -> str:
        """The answer as text, for a person to read."""
        return self.body.decode("utf-8", "replace")


class Outbound:
    """A guarded HTTP client; follows no redirect, because a redirect could lead inside."""

    def __init__(self, *, allow_private: bool = False, trusted: frozenset[str] = frozenset()) -> None:
        self._allow_private = allow_private
        self._trusted = trusted
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
        self._http = httpx.Client(follow_redirects=False, limits=limits, trust_env=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The client this deployment may use; its own simulator is always in reach."""
        hosts = {settings.host, "127.0.0.1"} if settings.demo or settings.simulator else set[str]()
        trusted = frozenset(f"http://{host}:{settings.simulator_port}" for host in hosts)
        return cls(allow_private=settings.allow_private_outbound, trusted=trusted)

    def call(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None, seconds: float = 10
    ) -> Reply:
        """Send one request and wait at most `seconds` for each part of the answer.

        Never raises: silence is a Reply too, and so is an address that may not be called.
        """
        try:
            address, extensions, host = self._reach(url)
        except BadInput as refusal:
            return Reply(0, refusal.detail.encode(), sent=False)
        said = {"Host": host, **(headers or {})}
        try:
            with self._http.stream(
                method, address, content=body, headers=said, extensions=extensions, timeout=seconds
            ) as answer:
                return Reply(answer.status_code, _read(answer), {k.lower(): v for k, v in answer.headers.items()})
        except _NEVER_LEFT as trouble:
            return Reply(0, str(trouble).encode(), sent=False)
        except httpx.HTTPError as silence:
            return Reply(0, f"{type(silence).__name__}: {silence}".encode())

    def check(self, url: str) -> None:
        """Refuse an address that may not be called, as soon as somebody enters it."""
        self._reach(url)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _reach(self, url: str) -> tuple[httpx.URL, dict[str, object], str]:
        """The URL with the machine's address in place of its name, so that nobody can change it after we looked."""
        parsed = _parsed(url)
        host = parsed.netloc.decode("ascii").rpartition("@")[2]
        if self._allow_private or f"{parsed.scheme}://{host}" in self._trusted:
            return parsed, {}, host
        address = _public_address(parsed)
        return parsed.copy_with(host=address), {"sni_hostname": parsed.host}, host


@cache
def outbound() -> Outbound:
    """The one client of this process, as the environment's settings say."""
    return Outbound.of(Settings())


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise BadInput(field="url", value=url, expected="an address like https://example.com/hook") from wrong
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise BadInput(field="url", value=url, expected="an address like https://example.com/hook")
    return parsed


def _public_address(url: httpx.URL) -> str:
    try:
        found = socket.getaddrinfo(url.host, url.port or url.scheme, type=socket.SOCK_STREAM)
    except socket.gaierror as unknown:
        raise UnknownHost(field="url", value=url.host) from unknown
    addresses = [str(entry[4][0]) for entry in found]
    if not all(_is_public(address) for address in addresses):
        raise PrivateAddress(field="url", value=url.host)
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_global and not parsed.is_multicast


def _read(answer: httpx.Response) -> bytes:
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) >= _LONGEST_ANSWER:
            break
    return body[:_LONGEST_ANSWER]
