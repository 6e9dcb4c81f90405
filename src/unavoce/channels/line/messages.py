"""One message as LINE message objects: plain text, or a Flex bubble when there is something to press."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from unavoce.deliver.contract import Outgoing

# Limits of the Messaging API reference; LINE counts UTF-16 code units.
_TEXT_UNITS = 5000
_ALT_TEXT_UNITS = 400
_LABEL_UNITS = 20
_URI_CHARACTERS = 1000

Json = dict[str, object]


def retry_key(key: str) -> str:
    """Our idempotency key in the form that X-Line-Retry-Key asks for."""
    return str(UUID(hex=key[:32]))


def objects(outgoing: Outgoing) -> list[Json]:
    """The message objects of one message, at most five (here always one)."""
    drawn = [block for block in outgoing.blocks if _is_drawn(block)]
    if not any(block["type"] in ("button", "image") for block in drawn):
        return [{"type": "text", "text": cut(outgoing.text or _texts(drawn), _TEXT_UNITS)}]
    spoken = outgoing.text or _texts(drawn)
    bubble = _bubble(drawn if any(block["type"] == "text" for block in drawn) else [_text_block(spoken), *drawn])
    return [{"type": "flex", "altText": cut(outgoing.subject or spoken, _ALT_TEXT_UNITS), "contents": bubble}]


def cut(text: str, units: int) -> str:
    """The text, at most so many UTF-16 code units long, never through the middle of a character; never empty."""
    if len(text.encode("utf-16-le")) // 2 <= units:
        return text or " "
    return text.encode("utf-16-le")[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _text_block(text: str) -> Mapping[str, object]:
    return {"type": "text", "text": text}


def _texts(blocks: Sequence[Mapping[str, object]]) -> str:
    return "\n".join(str(block["text"]) for block in blocks if block["type"] == "text")


def _is_drawn(block: Mapping[str, object]) -> bool:
    """Whether LINE can show this block: images must be https, links must not be too long."""
    url = str(block.get("url", ""))
    match block.get("type"):
        case "text":
            return bool(block.get("text"))
        case "image":
            return url.startswith("https://") and len(url) <= _URI_CHARACTERS
        case "button":
            return bool(block.get("text")) and 0 < len(url) <= _URI_CHARACTERS
        case _:
            return False


def _bubble(blocks: Sequence[Mapping[str, object]]) -> Json:
    images = [str(block["url"]) for block in blocks if block["type"] == "image"]
    body = [_words(str(block["text"])) for block in blocks if block["type"] == "text"]
    buttons = [_button(block) for block in blocks if block["type"] == "button"]
    bubble: Json = {"type": "bubble", "body": _box(body)}
    if images:
        bubble["hero"] = {"type": "image", "url": images[0], "size": "full", "aspectRatio": "20:13",
                          "aspectMode": "cover"}  # fmt: skip
    if buttons:
        bubble["footer"] = _box(buttons)
    return bubble


def _box(contents: list[Json]) -> Json:
    return {"type": "box", "layout": "vertical", "spacing": "sm", "contents": contents}


def _words(text: str) -> Json:
    return {"type": "text", "text": cut(text, _TEXT_UNITS), "wrap": True}


def _button(block: Mapping[str, object]) -> Json:
    action = {"type": "uri", "label": cut(str(block["text"]), _LABEL_UNITS), "uri": str(block["url"])}
    return {"type": "button", "style": "primary", "action": action}
