"""The three languages every screen and every message can speak."""

from collections.abc import Iterator
from enum import StrEnum


class Language(StrEnum):
    """A language of the console, by its BCP 47 tag."""

    EN = "en"
    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"


_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")


def of_tag(tag: str) -> Language | None:
    """The language a BCP 47 tag asks for, or None when we do not speak it."""
    lowered = tag.strip().lower().replace("_", "-")
    if lowered.startswith(_TRADITIONAL):
        return Language.ZH_HANT
    match lowered.partition("-")[0]:
        case "zh":
            return Language.ZH_HANS
        case "en":
            return Language.EN
        case _:
            return None


def negotiate(header: str | None) -> Language:
    """The best language for an `Accept-Language` header (RFC 9110, 12.5.4); English when in doubt."""
    wishes = sorted(_wishes(header or ""), key=lambda wish: -wish[0])
    return next((spoken for _, tag in wishes if (spoken := of_tag(tag))), Language.EN)


def _wishes(header: str) -> Iterator[tuple[float, str]]:
    for part in header.split(","):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            yield weight, tag
