"""E-mail through any mail server (SMTP)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from unavoce.channels.email import inbound, letter, receipts, words
from unavoce.channels.email.settings import EmailSettings
from unavoce.deliver.contract import Capabilities, Inbound, Outcome, Outgoing, Posted, ReceiptSeen, same
from unavoce.runtime.smtp import Letter, hand_over


class Email:
    """Letters over SMTP. A mail server keeps no idempotency keys, so a lost answer stays unknown."""

    name: ClassVar[str] = "email"
    capabilities: ClassVar[Capabilities] = Capabilities(
        address="email", batch=50, html=True, unsubscribe=True, tracks=True
    )

    @property
    def settings(self) -> type[EmailSettings]:
        """The form that connects a mail server."""
        return EmailSettings

    def send(self, batch: Sequence[Outgoing], settings: EmailSettings, *, now: datetime) -> Sequence[Outcome]:
        """Hand the letters over; each Message-ID is the idempotency key."""
        letters = [Letter(settings.from_address, each.to, letter.compose(each, settings, now=now)) for each in batch]
        answers = hand_over(settings.server(), letters)
        return [
            words.outcome(answer, message_id=letter.message_id(each.key, settings), now=now)
            for each, answer in zip(batch, answers, strict=True)
        ]

    def verify(self, request: Posted, settings: EmailSettings) -> bool:
        """Whether the report carries the secret that was agreed with the mail server."""
        secret = settings.hook_secret.get_secret_value()
        return bool(secret) and same(request.headers.get("authorization", ""), f"Bearer {secret}")

    def read_receipts(self, request: Posted) -> Sequence[ReceiptSeen]:
        """Bounces and complaints."""
        return receipts.read(request)

    def read_inbound(self, request: Posted) -> Sequence[Inbound]:
        """Letters that customers wrote."""
        return inbound.read(request)


channel = Email()
