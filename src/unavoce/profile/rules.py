"""What counts as an identifier, how many a customer may have, and what she is called."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import phonenumbers

from unavoce.kernel.ids import iid_of
from unavoce.profile.model import (
    NOBODY,
    Identifier,
)

# What broken tags and hasty code send instead of an id (the lists of Segment and PostHog, and what tills add).
_BLOCKED = frozenset({
    "anonymous", "guest", "user", "null", "nil", "none", "undefined", "nan", "true", "false", "0", "-1", "unknown",
    "00000000-0000-0000-0000-000000000000", "n/a", "na", "id", "distinct_id", "distinctid", "user_id", "userid",
    "anonymous_id", "anonymousid", "not_authenticated", "not available", "email", "customer", "visitor", "test",
    "void", "[object object]", "[object]", "[]", "{}", "noreply@example.com", "no-reply@example.com", "test@test.com",
})  # fmt: skip
_QUOTES = "\"'`“”‘’ "
_LONGEST_VALUE = 512  # characters; a longer one is a mistake, and PostgreSQL's index would refuse it at 2,700 bytes

# The strongest kind is whom an event is about. A kind that is not here is some platform's own id for a person.
_RANKS = {
    "user_id": 0,
    "loyalty_card": 1,
    "line_user_id": 2,
    "wechat_unionid": 2,
    "wechat_openid": 2,
    "messenger_psid": 2,
    "email": 4,
    "phone": 5,
    "device_id": 7,
    "anonymous_id": 8,
}
_RANK_OF_OTHERS = 3

# How many of a kind one customer may have before evidence for one more is not believed.
_LIMITS = {
    "user_id": 1,  # two accounts are two people until a person or the brand's own alias call says otherwise
    "loyalty_card": 3,  # the card, its replacement, and the one from before
    "email": 5,
    "phone": 5,
    "device_id": 50,
    "anonymous_id": 500,  # a browser that forgets weekly makes 52 a year
}
_LIMIT_OF_OTHERS = 2

# With more people than this an identifier is a store tablet, a cashier's card or a family phone: it joins nobody.
_PEOPLE = {"user_id": 10, "loyalty_card": 3, "email": 5, "phone": 5, "device_id": 3, "anonymous_id": 3}
_PEOPLE_OF_OTHERS = 3

PERSONAL_KINDS = ("user_id", "loyalty_card", "line_user_id", "wechat_unionid")
"""What tells people apart when it is counted how many an identifier touches."""


def rank(kind: str) -> int:
    """How surely a kind of identifier means one person; 0 is surest."""
    return _RANKS.get(kind, _RANK_OF_OTHERS)


def limit(kind: str) -> int:
    """How many identifiers of this kind evidence may give one customer."""
    return _LIMITS.get(kind, _LIMIT_OF_OTHERS)


def most_people(kind: str) -> int:
    """How many people an identifier of this kind may touch before it is a hub."""
    return _PEOPLE.get(kind, _PEOPLE_OF_OTHERS)


def normalise(kind: str, raw: str, region: str) -> str | None:
    """The one way to write this identifier, or None when it identifies nobody."""
    value = raw.strip().strip("\0")
    if not value or len(value) > _LONGEST_VALUE or value.strip(_QUOTES).lower() in _BLOCKED or "\0" in value:
        return None
    match kind:
        case "email":
            return value.lower() if _EMAIL.fullmatch(value) else None
        case "phone":
            return _e164(value, region)
        case _:
            return value if value.strip(_QUOTES) else None


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _e164(value: str, region: str) -> str | None:
    # A masked phone (0912***456) is nobody's; the library would read the digits that are left.
    if "*" in value or "x" in value.lower():
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
