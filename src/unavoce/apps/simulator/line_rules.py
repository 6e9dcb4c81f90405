"""What LINE's servers check before they take a message: form and limits as in the Messaging API reference."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# User, group and room ids; only users can be in a multicast.
USER_ID = re.compile(r"U[0-9a-f]{32}")
_RECEIVER = re.compile(r"[UCR][0-9a-f]{32}")
MULTICAST_LIMIT = 500
_MESSAGES = 5
_TEXT_UNITS = 5000
_ALT_TEXT_UNITS = 1500
_LABEL_UNITS = 40
_URI = re.compile(r"(https?|line|tel):.{1,995}", re.DOTALL)
_UNCHECKED = frozenset({"sticker", "audio", "video", "location", "imagemap", "template", "textV2", "coupon"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: where, and what LINE says of it."""

    property: str
    message: str


def wrong_messages(messages: object, at: str = "messages") -> list[Wrong]:
    """What is wrong with a request's list of messages."""
    if not isinstance(messages, list) or not messages:
        return [Wrong(at, "May not be empty")]
    if len(messages) > _MESSAGES:
        return [Wrong(at, f"Size must be between 1 and {_MESSAGES}")]
    return [wrong for number, message in enumerate(messages) for wrong in _message(message, f"{at}[{number}]")]


def wrong_receiver(to: object) -> list[Wrong]:
    """What is wrong with the `to` of a push."""
    return [] if isinstance(to, str) and _RECEIVER.fullmatch(to) else [Wrong("to", "The property, 'to', is invalid")]


def wrong_receivers(to: object) -> list[Wrong]:
    """What is wrong with the `to` of a multicast."""
    if not isinstance(to, list) or not 1 <= len(to) <= MULTICAST_LIMIT:
        return [Wrong("to", f"Size must be between 1 and {MULTICAST_LIMIT}")]
    bad = [receiver for receiver in to if not (isinstance(receiver, str) and USER_ID.fullmatch(receiver))]
    return [Wrong("to", "The property, 'to', is invalid")] if bad else []


def _message(message: object, at: str) -> Iterator[Wrong]:
    if not isinstance(message, Mapping):
        yield Wrong(at, "Must be an object")
        return
    kind = message.get("type")
    check = _MESSAGES_BY_TYPE.get(str(kind))
    if check is not None:
        yield from check(message, at)
    elif kind not in _UNCHECKED:
        yield Wrong(f"{at}.type", f"Must be one of the following values: [{', '.join(sorted(_KNOWN))}]")


def _text(message: Mapping[str, object], at: str) -> Iterator[Wrong]:
    yield from _length(message.get("text"), f"{at}.text", _TEXT_UNITS)


def _image(message: Mapping[str, object], at: str) -> Iterator[Wrong]:
    for name in ("originalContentUrl", "previewImageUrl"):
        if not str(message.get(name, "")).startswith("https://"):
            yield Wrong(f"{at}.{name}", "Must be a valid HTTPS URL")


def _flex(message: Mapping[str, object], at: str) -> Iterator[Wrong]:
    yield from _length(message.get("altText"), f"{at}.altText", _ALT_TEXT_UNITS)
    contents = message.get("contents")
    kind = contents.get("type") if isinstance(contents, Mapping) else None
    if not isinstance(contents, Mapping) or kind not in ("bubble", "carousel"):
        yield Wrong(f"{at}.contents", "invalid property")
        return
    bubbles = contents.get("contents") if kind == "carousel" else [contents]
    for number, bubble in enumerate(bubbles if isinstance(bubbles, Sequence) else []):
        where = f"{at}.contents.contents[{number}]" if kind == "carousel" else f"{at}.contents"
        for part in ("header", "hero", "body", "footer"):
            if isinstance(bubble, Mapping) and part in bubble:
                yield from _component(bubble[part], f"{where}.{part}")


def _component(component: object, at: str) -> Iterator[Wrong]:
    kind = component.get("type") if isinstance(component, Mapping) else None
    if not isinstance(component, Mapping) or kind is None:
        yield Wrong(at, "invalid property")
    elif kind == "box":
        contents = component.get("contents")
        if not isinstance(contents, list) or component.get("layout") not in ("horizontal", "vertical", "baseline"):
            yield Wrong(at, "invalid property")
            return
        for number, inner in enumerate(contents):
            yield from _component(inner, f"{at}.contents[{number}]")
    elif kind == "text" and not component.get("text") and not component.get("contents"):
        yield Wrong(f"{at}.text", "must be non-empty text")
    elif kind == "image" and not str(component.get("url", "")).startswith("https://"):
        yield Wrong(f"{at}.url", "invalid uri scheme")
    elif kind == "button":
        yield from _action(component.get("action"), f"{at}.action")


def _action(action: object, at: str) -> Iterator[Wrong]:
    if not isinstance(action, Mapping) or "type" not in action:
        yield Wrong(at, "invalid property")
        return
    yield from _length(action.get("label"), f"{at}.label", _LABEL_UNITS)
    if action["type"] == "uri" and not _URI.fullmatch(str(action.get("uri", ""))):
        yield Wrong(f"{at}.uri", "invalid uri")


def _length(text: object, at: str, units: int) -> Iterator[Wrong]:
    if not isinstance(text, str) or not text:
        yield Wrong(at, "May not be empty")
    elif len(text.encode("utf-16-le")) // 2 > units:
        yield Wrong(at, f"Length must be between 0 and {units}")


_MESSAGES_BY_TYPE: dict[str, Callable[[Mapping[str, object], str], Iterator[Wrong]]] = {
    "text": _text,
    "image": _image,
    "flex": _flex,
}
_KNOWN = {*_MESSAGES_BY_TYPE, *_UNCHECKED}
