"""What is said: messages, their variants, the brand kit, and what can be wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from unavoce.kernel.errors import BadInput, NotFound, Unprocessable


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A building block of a message in a chat: some text, an image, or a button that leads somewhere."""

    type: Literal["text", "image", "button"]
    text: str = ""
    url: str = ""
    alt: str = ""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A message on one channel in one language; every text is a Liquid template."""

    text: str
    subject: str = ""
    html: str = ""
    blocks: tuple[Block, ...] = ()


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to say; `trigger` is the event whose properties it may use, `variants` are by channel and language."""

    key: str
    name: dict[str, str]
    variants: dict[str, dict[str, Variant]]
    purpose: Literal["marketing", "transactional"] = "marketing"
    category: str = ""
    trigger: str = ""
    offer: dict[str, object] = {}
    fallback: dict[str, tuple[str, ...]] = {}
    """Which languages to take, in order, where one is missing; empty: as the brand kit says."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels it can be said on."""
        return tuple(sorted(self.variants))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be said in on some channel."""
        return tuple(sorted({language for by in self.variants.values() for language in by}))


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The brand kit."""

    name: str = "Unavoce"
    zone: str = "UTC"
    currency: str = "USD"
    languages: tuple[str, ...] = ("en",)
    legal: dict[str, str] = {}
    """The footer of every mail, by language."""
    fallback: dict[str, tuple[str, ...]] = msgspec.field(
        default_factory=lambda: {
            "zh-Hant": ("zh-Hans", "en"),
            "zh-Hans": ("zh-Hant", "en"),
            "en": ("zh-Hant", "zh-Hans"),
        }
    )
    url: str = ""
    colour: str = "#0b7a5e"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as one customer gets it; `language` is the variant's own."""

    subject: str
    text: str
    html: str
    blocks: tuple[Mapping[str, object], ...]
    language: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What templates may speak of: traits seen, and the properties seen of the trigger's event."""

    traits: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Published:
    """A message as it is kept."""

    message: Message
    published_at: datetime
    brand: Brand = field(default_factory=Brand)


class BadMessage(BadInput):
    """This message cannot be read; correct the field and publish it again."""


class BadTemplate(BadInput):
    """This template cannot be read; correct it at the line named and publish it again."""


class UnknownVariable(BadInput):
    """This template speaks of something that nobody has ever seen; correct the name or send it first."""


class UnknownFilter(BadInput):
    """This template uses a filter that does not exist."""


class ForbiddenTag(BadInput):
    """This template uses a tag that is not allowed here; templates stand alone."""


class TooLong(BadInput):
    """This text is longer than the channel takes; shorten it."""


class MissingLanguage(BadInput):
    """A language the brand speaks has neither a variant nor a fallback; write it, or name one to take instead."""


class NoSuchMessage(NotFound):
    """There is no such message; GET /api/messages lists them."""


class NoVariant(NotFound):
    """This message has no variant for that channel and language, nor one to fall back to."""


class MissingValue(Unprocessable):
    """The template needs something that is not known of this customer; give it a `default` or test it with `if`."""


class TooMuch(Unprocessable):
    """Rendering this template takes more time or space than a message may."""


class BadBrand(BadInput):
    """This brand kit cannot be used; correct the field and save it again."""
