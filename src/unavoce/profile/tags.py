"""Which traits, identifiers and event properties are personal data, and hiding them; pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """What carries a tag."""

    TRAIT = "trait"
    IDENTIFIER = "identifier"
    PROPERTY = "property"


class Tag(StrEnum):
    """What personal data something holds."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    BIRTHDAY = "birthday"
    ADDRESS = "address"
    ID = "id"
    OTHER = "other"


class Tagged(NamedTuple):
    """A trait, identifier or property and its tag; None says that it is not personal."""

    place: Place
    name: str
    tag: Tag | None


Hide = Callable[[str, str], str]
"""Hides a value of a kind as far as somebody may not see it."""

# By the name in small letters without underscores: firstName, first_name and FirstName are one.
_ASSUMED: Mapping[str, Tag] = {
    **dict.fromkeys(
        ("name", "firstname", "lastname", "fullname", "surname", "familyname", "givenname", "username", "nickname",
         "displayname", "recipient", "receiver", "contact", "姓名", "收件人", "收货人"), Tag.NAME),
    **dict.fromkeys(("email", "mail", "emailaddress", "contactemail"), Tag.EMAIL),
    **dict.fromkeys(
        ("phone", "mobile", "tel", "telephone", "phonenumber", "mobilephone", "cellphone", "contactphone"), Tag.PHONE),
    **dict.fromkeys(("birthday", "birthdate", "dateofbirth", "dob", "生日"), Tag.BIRTHDAY),
    **dict.fromkeys(
        ("address", "street", "address1", "address2", "line1", "line2", "postalcode", "zip", "zipcode",
         "shippingaddress", "billingaddress", "deliveryaddress", "latitude", "longitude", "地址"), Tag.ADDRESS),
    **dict.fromkeys(
        ("userid", "customerid", "memberid", "loyaltycard", "cardnumber", "lineuserid", "wechatopenid",
         "wechatunionid", "messengerpsid", "anonymousid", "deviceid", "nationalid", "taxid", "passport",
         "idnumber", "身分證", "身份证"), Tag.ID),
    **dict.fromkeys(
        ("ip", "avatar", "photo", "signature", "note", "notes", "remark", "comment", "confirmurl"), Tag.OTHER),
}  # fmt: skip
_EMAIL = re.compile(r"[^\s@\"'<>(),;:]+@[^\s@\"'<>(),;:]+\.[^\s@\"'<>(),;:]+")
# What reads like a phone number: nine digits or more, perhaps with a plus, spaces and hyphens.
_PHONE = re.compile(r"(?<![\w.])\+?\d(?:[ -]?\d){8,14}(?![\w.])")


@dataclass(frozen=True, slots=True)
class Tags:
    """The brand's tags over what is assumed of names."""

    said: Mapping[tuple[Place, str], Tag | None] = field(default_factory=dict)

    def of(self, place: Place, name: str) -> Tag | None:
        """What personal data this holds, or None; every identifier is one until the brand says otherwise."""
        if (place, name) in self.said:
            return self.said[place, name]
        assumed = _ASSUMED.get(name.replace("_", "").replace("-", "").lower())
        return assumed or (Tag.ID if place is Place.IDENTIFIER else None)

    def hidden(self, values: Mapping[str, object], known: Collection[str], hide: Hide) -> dict[str, object]:
        """Event properties without what is tagged, without addresses, and without words that are known to be hers."""
        return {name: self._hidden(name, value, known, hide) for name, value in values.items()}

    def _hidden(self, name: str, value: object, known: Collection[str], hide: Hide) -> object:
        tag = self.of(Place.PROPERTY, name)
        if tag is not None and value is not None:
            return hide(tag.value, value if isinstance(value, str) else "")
        if isinstance(value, Mapping):
            return self.hidden({str(key): each for key, each in value.items()}, known, hide)
        if isinstance(value, list):
            return [self._hidden("", each, known, hide) for each in value]
        return _without_addresses(value, known, hide) if isinstance(value, str) else value


def _without_addresses(text: str, known: Collection[str], hide: Hide) -> str:
    if any(word and word.lower() in text.lower() for word in known):
        return hide(Tag.OTHER.value, text)
    shown = _EMAIL.sub(lambda found: hide(Tag.EMAIL.value, found.group()), text)
    return _PHONE.sub(lambda found: hide(Tag.PHONE.value, found.group()), shown)


def assumed_names() -> list[str]:
    """The names of which something is assumed, in order."""
    return sorted(_ASSUMED)
