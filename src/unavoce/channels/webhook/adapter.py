"""A signed HTTP request to the brand's own program, for any way of speaking that we do not know."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from unavoce.channels.webhook import inbound, receipts, words
from unavoce.channels.webhook.settings import WebhookSettings
from unavoce.channels.webhook.signature import HEADER, signature, signed_at
from unavoce.deliver.contract import Capabilities, Inbound, Outcome, Outgoing, Posted, ReceiptSeen, same
from unavoce.runtime.outbound import outbound

# Longer than any honest clock is wrong; shorter than a stolen request stays useful.
_FRESH = timedelta(minutes=5)


class Webhook:
    """One request for each message; the receiver tells repeated ones apart by `Idempotency-Key`."""

    name: ClassVar[str] = "webhook"
    capabilities: ClassVar[Capabilities] = Capabilities(address="user_id", batch=20, idempotent=True, html=True)

    @property
    def settings(self) -> type[WebhookSettings]:
        """The form that connects the brand's own program."""
        return WebhookSettings

    def send(self, batch: Sequence[Outgoing], settings: WebhookSettings, *, now: datetime) -> Sequence[Outcome]:
        """Post every message."""
        return [_post(each, settings, now) for each in batch]

    def verify(self, request: Posted, settings: WebhookSettings) -> bool:
        """Whether the call is signed with our common secret, not long ago."""
        said = request.headers.get(HEADER.lower(), "")
        at = signed_at(said)
        if at is None or abs(request.at.timestamp() - at) > _FRESH.total_seconds():
            return False
        return same(said, signature(request.body, settings.secret.get_secret_value(), at=at))

    def read_receipts(self, request: Posted) -> Sequence[ReceiptSeen]:
        """What became of earlier messages."""
        return receipts.read(request)

    def read_inbound(self, request: Posted) -> Sequence[Inbound]:
        """What customers said."""
        return inbound.read(request)


def _post(each: Outgoing, settings: WebhookSettings, now: datetime) -> Outcome:
    url = each.metadata.get("url") or settings.url
    content = {"key": each.key, "to": each.to, "subject": each.subject, "text": each.text, "html": each.html,
               "blocks": list(each.blocks), "language": each.language, "metadata": dict(each.metadata)}  # fmt: skip
    # A journey's own call names its address and brings its own body; anything else is a message in our form.
    body = each.text.encode() if each.metadata.get("url") else msgspec.json.encode(content)
    secret = settings.secret.get_secret_value()
    headers = {"Content-Type": "application/json", "Idempotency-Key": each.key,
               HEADER: signature(body, secret, at=int(now.timestamp()))}  # fmt: skip
    reply = outbound().call("POST", url, body=body, headers=headers, seconds=settings.timeout_seconds)
    return words.outcome(reply.status, reply.text[:200], reply.headers, sent=reply.sent, now=now)


channel = Webhook()
