"""What a person would see: LINE message objects as text and blocks, a raw letter as subject, text and HTML."""

import email
import email.policy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html import unescape

_IMAGE = re.compile(r"<img\b[^>]*\bsrc=[\"']([^\"']+)[\"']", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*\bhref=[\"']([^\"']+)[\"']", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
_IN_BRACKETS = re.compile(r"<(https?://[^>]+)>")

Block = dict[str, str]


def blocks(message: Mapping[str, object]) -> list[Block]:
    """The blocks of one LINE message object, in the order they are drawn."""
    if message.get("type") == "flex":
        return list(_drawn(message.get("contents")))
    return list(_drawn(message)) or [{"type": "text", "text": f"[{message.get('type')}]"}]


def text(message: Mapping[str, object]) -> str:
    """What one LINE message object says in words."""
    said = [block["text"] for block in blocks(message) if block["type"] == "text"]
    return "\n".join(said) or str(message.get("altText", ""))


def links(message: Mapping[str, object]) -> set[str]:
    """Every address one can press in a LINE message."""
    pressed = {block["url"] for block in blocks(message) if block["type"] == "button"}
    return pressed | set(_ADDRESS.findall(text(message)))


def _drawn(node: object) -> Iterator[Block]:
    if isinstance(node, Sequence) and not isinstance(node, str):
        for inner in node:
            yield from _drawn(inner)
    elif isinstance(node, Mapping):
        yield from _part_drawn(node)


def _part_drawn(node: Mapping[str, object]) -> Iterator[Block]:
    match node.get("type"):
        case "text":
            yield {"type": "text", "text": str(node.get("text", ""))}
        case "image":
            yield {"type": "image", "url": str(node.get("url") or node.get("originalContentUrl", ""))}
        case "button":
            yield from _button(node.get("action"))
        case "bubble":
            yield from _drawn([node.get(part) for part in ("header", "hero", "body", "footer")])
        case "box" | "carousel":
            yield from _drawn(node.get("contents"))


def _button(action: object) -> Iterator[Block]:
    if isinstance(action, Mapping):
        url = str(action.get("uri") or "")
        label = str(action.get("label", ""))
        yield {"type": "button", "text": label, "label": label, "url": url}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a mail program shows it."""

    message_id: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]

    @property
    def images(self) -> set[str]:
        """What a mail program loads when the letter is opened."""
        return {unescape(url) for url in _IMAGE.findall(self.html)}

    @property
    def links(self) -> set[str]:
        """Every address one can press."""
        return {unescape(url) for url in _LINK.findall(self.html)} | set(_ADDRESS.findall(self.text))

    @property
    def one_click(self) -> str | None:
        """Where a mail program posts to unsubscribe (RFC 8058), or None when the letter does not offer it."""
        if self.headers.get("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
            return None
        found = _IN_BRACKETS.search(self.headers.get("list-unsubscribe", ""))
        return found.group(1) if found else None


def letter(raw: bytes) -> Letter:
    """A raw letter, read."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    headers = {name.lower(): str(value) for name, value in parsed.items()}
    return Letter(
        headers.get("message-id", ""),
        headers.get("subject", ""),
        _part(parsed, "plain"),
        _part(parsed, "html"),
        headers,
    )


def _part(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
