"""Bounce reports (DSN, RFC 3464) and complaint reports (ARF, RFC 5965), from the raw letter a mail server posts."""

import email
import re
from email.message import Message
from hashlib import sha256

from unavoce.channels.email.words import is_permanent
from unavoce.deliver.contract import Posted, ReceiptSeen, ReceiptWord

_KEY = re.compile(r"<([0-9a-f]{32})@")


def read(request: Posted) -> list[ReceiptSeen]:
    """The one receipt in a report, or none when the letter is not a report."""
    letter = email.message_from_bytes(request.body)
    parts = {part.get_content_type(): part for part in letter.walk()}
    if "message/delivery-status" in parts:
        return _of_status(request, letter, parts["message/delivery-status"])
    if "message/feedback-report" in parts:
        return [_seen(request, ReceiptWord.COMPLAINED, letter, to=_field(letter, "original-rcpt-to"))]
    return []


def _of_status(request: Posted, letter: Message, status: Message) -> list[ReceiptSeen]:
    action, code = _field(status, "action").lower(), _field(status, "status")
    to = _field(status, "final-recipient").partition(";")[2].strip()
    if action == "failed":
        word = ReceiptWord.BOUNCED if is_permanent(0, code) else ReceiptWord.FAILED
    else:
        word = {"delivered": ReceiptWord.DELIVERED, "relayed": ReceiptWord.DELIVERED}.get(action, ReceiptWord.UNKNOWN)
    return [_seen(request, word, letter, to=to, detail=f"{code} {_field(status, 'diagnostic-code')}".strip())]


def _seen(request: Posted, word: ReceiptWord, letter: Message, *, to: str, detail: str = "") -> ReceiptSeen:
    name = sha256(request.body).hexdigest()
    return ReceiptSeen(id=name, word=word, at=request.at, key=_key(letter), to=to or None, detail=detail)


def _field(message: Message, name: str) -> str:
    """The first value of a header in the message or in any of its parts; status fields are parts of their own."""
    return next((str(part[name]).strip() for part in message.walk() if part[name]), "")


def _key(letter: Message) -> str | None:
    """Our key, from the Message-ID of the returned letter or from what the report refers to."""
    quoted = [str(part.get("message-id", "")) for part in letter.walk()][1:]
    texts = [str(p.get_payload()) for p in letter.walk() if p.get_content_type() == "text/rfc822-headers"]
    for said in [*quoted, *texts, str(letter.get("references", "")), str(letter.get("in-reply-to", ""))]:
        if found := _KEY.search(said):
            return found.group(1)
    return None
