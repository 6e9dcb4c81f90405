"""Letters that customers write back are conversations; a bounce or complaint report is a receipt, never inbound."""

import email
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256

from unavoce.deliver.contract import Inbound, InboundKind, Posted

_REPORTS = frozenset({"message/delivery-status", "message/feedback-report"})


def read(request: Posted) -> list[Inbound]:
    """The letter a customer wrote, or none when a machine wrote it (RFC 3834)."""
    letter = email.message_from_bytes(request.body)
    sender = parseaddr(str(letter.get("from", "")))[1]
    if not sender or _is_automatic(letter):
        return []
    told = str(letter.get("message-id") or sha256(request.body).hexdigest())
    subject = str(letter.get("subject", ""))
    return [Inbound(told, InboundKind.MESSAGE, sender, request.at, _text(letter), {"subject": subject})]


def _is_automatic(letter: Message) -> bool:
    automatic = str(letter.get("auto-submitted", "no")).lower() != "no"
    return automatic or any(part.get_content_type() in _REPORTS for part in letter.walk())


def _text(letter: Message) -> str:
    for part in letter.walk():
        if part.get_content_type() == "text/plain":
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                return raw.decode(part.get_content_charset() or "utf-8", "replace")
    return ""
