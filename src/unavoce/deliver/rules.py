"""Pure decisions of delivery: links and tokens, hashed identifiers, when to try again, what a word means."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from html import escape, unescape

from unavoce.deliver.contract import Accepted, Capabilities, Delayed, Outcome, ReceiptWord, Refused, Unknown
from unavoce.deliver.model import Link, Message, State

_HREF = re.compile(r"(<a\b[^>]*?\bhref=)([\"'])(https?://[^\"'>]+)\2", re.IGNORECASE)
# What ends a sentence, in Latin and Chinese, does not belong to the address before it.
_ADDRESS = re.compile(r"https?://[^\s<>\"'）)\]，。、；！？]*[^\s<>\"'）)\]，。、；！？.,;:!?]")
# Everything in HTML that is no running text, or is a link already.
_NOT_TEXT = re.compile(r"(<(a|style|title|script)\b.*?</\2\s*>|<[^>]*>)", re.IGNORECASE | re.DOTALL)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_DIGITS = re.compile(r"\D")
# A provider that cannot be reached is asked again after half a minute, then ever more seldom, for about a day.
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(hours=4)
MOST_ATTEMPTS = 12
# LINE and we remember idempotency keys for 24 hours; an hour less leaves room for clocks.
_KEY_LIVES = timedelta(hours=23)
TRANSACTIONAL = "transactional"
MARKETING = "marketing"

EVENT = {
    ReceiptWord.DELIVERED: "Message Delivered",
    ReceiptWord.OPENED: "Message Opened",
    ReceiptWord.CLICKED: "Message Clicked",
    ReceiptWord.READ: "Message Read",
    ReceiptWord.BOUNCED: "Message Bounced",
    ReceiptWord.COMPLAINED: "Message Complained",
    ReceiptWord.UNSUBSCRIBED: "Unsubscribed",
    ReceiptWord.UNREACHABLE: "Message Bounced",
    ReceiptWord.FAILED: "Message Failed",
}
"""What a receipt is called as an event; an unknown word is kept, but is no event."""

# The later word says more; an earlier one that comes late changes nothing.
_RANK = {word: rank for rank, word in enumerate((
    "", ReceiptWord.UNKNOWN, ReceiptWord.DELIVERED, ReceiptWord.READ, ReceiptWord.OPENED, ReceiptWord.CLICKED,
    ReceiptWord.FAILED, ReceiptWord.UNREACHABLE, ReceiptWord.BOUNCED, ReceiptWord.UNSUBSCRIBED,
    ReceiptWord.COMPLAINED,
))}  # fmt: skip


def says_more(new: str, old: str) -> bool:
    """Whether a new word replaces the last one of a message."""
    return _RANK.get(new, 0) > _RANK.get(old, 0)


def token_of(secret: bytes, key: str) -> str:
    """The unguessable name of a message in links; the same for the same message."""
    return urlsafe_b64encode(digest(secret, f"deliver {key}".encode(), sha256)[:18]).decode()


@dataclass(frozen=True, slots=True)
class Tracked:
    """A message's parts with our links in place of its own."""

    text: str
    html: str
    blocks: list[dict[str, object]]
    links: list[Link]


def tracked(
    *, key: str, token: str, base: str, keep: str, text: str, html: str, blocks: Sequence[Mapping[str, object]]
) -> Tracked:
    """Replace every link by one of ours, and add the picture that tells of an opening to HTML.

    `base` is our public address; `keep` (the unsubscribe link) stays as it is.
    """
    numbers: dict[str, int] = {}

    def ours(url: str) -> str:
        if url.startswith(keep):
            return url
        return f"{base}/t/c/{token}{numbers.setdefault(url, len(numbers)):02d}"

    said = _ADDRESS.sub(lambda found: ours(found.group()), text)
    drawn = [{**block, "url": ours(str(block["url"]))} if block.get("type") == "button" else dict(block)
             for block in blocks]  # fmt: skip
    page = _HREF.sub(lambda found: _rewritten(found, ours), _linked(html))
    if html:
        pixel = f'<img src="{escape(base)}/t/o/{token}.gif" width="1" height="1" alt="" style="border:0">'
        page = _BODY_END.sub(f"{pixel}</body>", page) if _BODY_END.search(page) else page + pixel
    links = [Link(f"{token}{number:02d}", key, url) for url, number in numbers.items()]
    return Tracked(said, page, drawn, links)


def _linked(html: str) -> str:
    """Addresses in running text become links: mail programs would make links of them anyway, past us."""
    found, start = [], 0
    for other in _NOT_TEXT.finditer(html):
        found += [_ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', html[start : other.start()]), other.group()]
        start = other.end()
    return "".join(found) + _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', html[start:])


def _rewritten(found: re.Match[str], ours: Callable[[str], str]) -> str:
    return f"{found[1]}{found[2]}{escape(ours(unescape(found[3])))}{found[2]}"


def hashed(addresses: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A customer's addresses as ad platforms take them: SHA-256 of the lower-case e-mail and of the phone's digits."""
    found = {}
    if emails := addresses.get("email"):
        found["email_sha256"] = _sha(emails[0].strip().lower())
    if phones := addresses.get("phone"):
        found["phone_sha256"] = _sha(_DIGITS.sub("", phones[0]))
    if users := addresses.get("user_id"):
        found["external_id_sha256"] = _sha(users[0])
    return found


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def rest_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    doubled: int = 1 << max(attempts - 1, 0)
    return min(_FIRST_REST * doubled, _LONGEST_REST)


def may_repeat(message: Message, capabilities: Capabilities, now: datetime) -> bool:
    """Whether a message whose outcome nobody knows may be handed over again.

    Where the provider keeps keys, as long as it keeps them. Elsewhere only what the customer asked for:
    a receipt twice is a nuisance, none is worse; a promotion twice is what she unsubscribes for.
    """
    if capabilities.idempotent:
        return now - message.first_handed_at < _KEY_LIVES
    return message.purpose == TRANSACTIONAL and message.attempts < MOST_ATTEMPTS


def standing(message: Message, outcome: Outcome, capabilities: Capabilities, now: datetime) -> tuple[State, str]:
    """Where a delivery stands after an attempt, and why."""
    match outcome:
        case Accepted():
            return State.SENT, ""
        case Refused(reason=reason):
            return State.FAILED, reason
        case Delayed(reason=reason):
            return (State.DELAYED, reason) if message.attempts < MOST_ATTEMPTS else (State.FAILED, f"gave up: {reason}")
        case Unknown(reason=reason):
            again = may_repeat(message, capabilities, now) and message.attempts < MOST_ATTEMPTS
            return (State.DELAYED if again else State.UNKNOWN), reason


def next_try(message: Message, outcome: Outcome, now: datetime) -> datetime:
    """When a delayed delivery is tried again."""
    rest = now + rest_after(message.attempts)
    if not isinstance(outcome, Delayed):
        return rest
    return max(outcome.until, rest) if message.attempts > 1 else outcome.until
