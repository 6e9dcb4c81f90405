"""LINE through the Messaging API."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

import msgspec

from unavoce.channels.line import inbound, messages, receipts, words
from unavoce.channels.line.settings import LineSettings
from unavoce.deliver.contract import Capabilities, Delayed, Inbound, Outcome, Outgoing, Posted, ReceiptSeen, same
from unavoce.runtime.outbound import Reply, outbound

# The most user ids one multicast takes (Messaging API reference).
MULTICAST = 500
# Calls under way at once; LINE allows 2,000 a second and answers in some 50 ms.
_CALLS = 8
_REST = timedelta(seconds=30)


class _Error(msgspec.Struct):
    message: str = ""


class Line:
    """Push and multicast with retry keys, so that a request whose answer was lost is safely made again."""

    name: ClassVar[str] = "line"
    capabilities: ClassVar[Capabilities] = Capabilities(
        address="line_user_id", batch=500, idempotent=True, same_to_many=MULTICAST, tracks=True
    )

    @property
    def settings(self) -> type[LineSettings]:
        """The form that connects a LINE official account."""
        return LineSettings

    def send(self, batch: Sequence[Outgoing], settings: LineSettings, *, now: datetime) -> Sequence[Outcome]:
        """One multicast for each bundle, one push for each other message."""
        calls = list(calls_for(batch))
        with ThreadPoolExecutor(_CALLS) as pool:
            outcomes = list(pool.map(lambda call: _make(call, settings, now), calls))
        by_key = {each.key: outcome for call, outcome in zip(calls, outcomes, strict=True) for each in call}
        return [by_key[each.key] for each in batch]

    def verify(self, request: Posted, settings: LineSettings) -> bool:
        """Whether X-Line-Signature is LINE's."""
        expected = inbound.signature(request.body, settings.channel_secret.get_secret_value())
        return same(request.headers.get("x-line-signature", ""), expected)

    def read_receipts(self, request: Posted) -> Sequence[ReceiptSeen]:
        """Completed notification messages."""
        return receipts.read(request)

    def read_inbound(self, request: Posted) -> Sequence[Inbound]:
        """Messages, postbacks, follows and unfollows."""
        return inbound.read(request)


def calls_for(batch: Sequence[Outgoing]) -> Iterator[list[Outgoing]]:
    """The messages that go out in one call each: a bundle together, every other one alone."""
    bundles: dict[str, list[Outgoing]] = {}
    for each in batch:
        if each.bundle is None:
            yield [each]
        else:
            bundles.setdefault(each.bundle, []).append(each)
    yield from bundles.values()


def request_for(call: Sequence[Outgoing]) -> tuple[str, str, dict[str, object]]:
    """The path, the retry key and the body of one call."""
    said = messages.objects(call[0])
    if call[0].bundle is None:
        return "/v2/bot/message/push", messages.retry_key(call[0].key), {"to": call[0].to, "messages": said}
    # A bundle is never taken apart or added to, so its key stands for exactly these receivers.
    key = messages.retry_key(sha256(call[0].bundle.encode()).hexdigest())
    return "/v2/bot/message/multicast", key, {"to": [each.to for each in call], "messages": said}


def _make(call: Sequence[Outgoing], settings: LineSettings, now: datetime) -> Outcome:
    path, retry_key, body = request_for(call)
    headers = {
        "Authorization": f"Bearer {settings.channel_access_token.get_secret_value()}",
        "Content-Type": "application/json",
        "X-Line-Retry-Key": retry_key,
    }
    url = settings.base_url.rstrip("/") + path
    reply = outbound().call(
        "POST", url, body=msgspec.json.encode(body), headers=headers, seconds=settings.timeout_seconds
    )
    if not reply.sent:
        return Delayed(now + _REST, reason=reply.text)
    return words.outcome(reply.status, _said(reply), accepted_id=reply.headers.get("x-line-request-id"), now=now)


def _said(reply: Reply) -> str:
    try:
        return msgspec.json.decode(reply.body, type=_Error).message or reply.text
    except msgspec.MsgspecError:
        return reply.text


channel = Line()
