"""What counts as an identifier, and what a customer is called."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import phonenumbers

from unavoce.kernel.ids import iid_of
from unavoce.profile.model import NOBODY, Identifier

# What broken tags and hasty code send instead of an id (the lists of Segment and PostHog, and what tills add).
_BLOCKED = frozenset({
    "anonymous", "guest", "user", "null", "nil", "none", "undefined", "nan", "true", "false", "0", "-1", "unknown",
    "00000000-0000-0000-0000-000000000000", "n/a", "na", "id", "distinct_id", "distinctid", "user_id", "userid",
    "anonymous_id", "anonymousid", "not_authenticated", "not available", "email", "customer", "visitor", "test",
    "void", "[object object]", "[object]", "[]", "{}", "noreply@example.com", "no-reply@example.com", "test@test.com",
})  # fmt: skip
_QUOTES = "\"'`“”‘’ "
_LONGEST_VALUE = 512  # characters; a longer one is a mistake, and PostgreSQL's index would refuse it at 2,700 bytes


def normalise(kind: str, raw: str, region: str) -> str | None:
    """The one way to write this identifier, or None when it identifies nobody."""
    value = raw.strip().strip("\0")
    if not value or len(value) > _LONGEST_VALUE or value.strip(_QUOTES).lower() in _BLOCKED or "\0" in value:
        return None
    match kind:
        case "email":
            return value.lower() if _EMAIL.fullmatch(value) and _MASKS.isdisjoint(value) else None
        case "phone":
            return _e164(value, region)
        case _:
            return value if value.strip(_QUOTES) else None


# A masked address (w***@example.com) is nobody's.
_MASKS = frozenset("*•●")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _e164(value: str, region: str) -> str | None:
    # A masked phone (0912***456) is nobody's; the library would read the digits that are left.
    if not _MASKS.isdisjoint(value) or "x" in value.lower():
        return None
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# The same browsers and members come again and again; hashing and phone parsing once each pays for the memory.
@lru_cache(maxsize=200_000)
def identifier(kind: str, raw: str, key: bytes, region: str) -> Identifier | None:
    """The interned identifier, or None when the value identifies nobody."""
    value = normalise(kind, raw, region)
    if value is None:
        return None
    iid = iid_of(key, kind, value)
    return Identifier(iid, kind, value) if iid != NOBODY else None


# --- names ---

_NAMES_OF_KINDS = ("loyalty_card", "email", "phone", "user_id")
NAME_TRAITS = ("name", "first_name", "last_name", "firstName", "lastName")
"""The traits a customer's name is made of."""


def display_name(traits: Mapping[str, object], addresses: Mapping[str, Sequence[str]]) -> str:
    """What to call a customer: her name, or the best identifier she has."""
    name = _text(traits.get("name"))
    if name:
        return name
    parts = [_text(traits.get(snake)) or _text(traits.get(camel)) for snake, camel in _NAME_PARTS]
    full = " ".join(part for part in parts if part)
    return full or next((addresses[kind][0] for kind in (*_NAMES_OF_KINDS, *addresses) if addresses.get(kind)), "")


_NAME_PARTS = (("first_name", "firstName"), ("last_name", "lastName"))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def phone_beginnings(typed: str) -> list[str]:
    """How a phone typed the local way begins in E.164, in the regions where brands are: 0912 is +886912."""
    digits = typed.replace(" ", "").replace("-", "")
    if not digits.isdigit() or len(digits) < _FEWEST_DIGITS:
        return []
    national = digits.removeprefix("0")
    return [f"+{digits}", *(f"+{code}{national}" for code in _COUNTRY_CODES)]


_FEWEST_DIGITS = 3
_COUNTRY_CODES = ("886", "86", "852", "853", "65", "60", "1", "81", "44")
