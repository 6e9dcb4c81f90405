"""What spreadsheets and tills do to values, put right where nothing is lost, and refused where something is.

A repair is named, so that the dry run can count it; a value that cannot be used is left out with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

import phonenumbers


class Refused(Exception):
    """A value that cannot be used, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Value(NamedTuple):
    """A value as it will be kept, and the repairs that were needed."""

    kept: object
    repairs: tuple[str, ...] = ()


Reader = Callable[[str], Value]
"""Reads one cell, or says why not."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What values of one file are read with: the brand's region (like TW), zone, and how its days are written."""

    region: str = "TW"
    zone: str = "Asia/Taipei"
    currency: str = "TWD"
    order: str = "ymd"
    calendar: str = "gregorian"


_MASKED = re.compile(r"[*＊●•○X×#]{2,}|[x]{3,}", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_PHONE_MARKS = re.compile(r"[\s\-().]|tel:?|手機[:：]?|電話[:：]?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[a-z]{2,}", re.IGNORECASE)
_SEVERAL = re.compile(r"[/;、,，|]")


def is_masked(text: str) -> bool:
    """Whether a system has hidden part of the value, as in 0912***456 or m***@example.com."""
    return _MASKED.search(text) is not None


def narrowed(text: str) -> Value:
    """Full-width letters and digits made plain, invisible marks and outer spaces taken away."""
    plain = text.strip()
    if plain.isascii():
        return Value(plain)
    seen = _INVISIBLE.sub("", plain)
    kept = normalize("NFKC", seen) if any("\uff01" <= one <= "\uff5e" or one == "\u3000" for one in seen) else seen
    repairs = (("invisible_marks",) if seen != plain else ()) + (("full_width",) if kept != seen else ())
    return Value(kept.strip(), repairs)


@lru_cache(maxsize=100_000)
def phone(text: str, region: str) -> Value:
    """A phone in E.164; one without a country is of the brand's region."""
    plain, repairs = _said(narrowed(text))
    if plain.startswith("'"):
        plain, repairs = plain[1:], (*repairs, "apostrophe")
    if is_masked(plain):
        raise Refused("masked")
    first = _SEVERAL.split(plain)[0]
    if first != plain:
        plain, repairs = first, (*repairs, "first_of_several")
    if found := _SCIENTIFIC.fullmatch(plain.strip()):
        plain, repairs = _unscientific(found), (*repairs, "scientific")
    digits = _PHONE_MARKS.sub("", plain)
    digits = digits.removesuffix("#")
    if not digits.removeprefix("+").isdigit():
        raise Refused("not_a_phone")
    kept, lost = _e164(digits, region)
    if lost:
        repairs = (*repairs, "leading_zero")
    return Value(kept, (*repairs, "country_added") if not digits.startswith("+") else repairs)


def _unscientific(found: re.Match[str]) -> str:
    """9.12345678E+08 still has all its digits, 9.12E+08 has lost six of them."""
    digits, exponent = found[1] + (found[2] or ""), int(found[3])
    if len(digits) != exponent + 1:
        raise Refused("digits_lost")
    return digits


def _e164(digits: str, region: str) -> tuple[str, bool]:
    """The number in E.164, and whether its leading zero was lost on the way."""
    # The phones that nearly every row has, without the library's tenth of a millisecond.
    if region == "TW" and len(digits) in (9, 10) and digits[-9] == "9" and digits[:-9] in ("", "0"):
        return f"+886{digits[-9:]}", len(digits) == 9
    if region == "CN" and len(digits) == 11 and digits[0] == "1" and digits[1] >= "3":
        return f"+86{digits}", False
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        raise Refused("not_a_phone") from None
    if not phonenumbers.is_possible_number(number):
        raise Refused("not_a_phone")
    kept = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    prefixed = national.startswith(("(0", "0"))
    return kept, prefixed and digits == str(number.national_number)


def email(text: str) -> Value:
    """An address in small letters, without the spaces that crept into it."""
    plain, repairs = _said(narrowed(text))
    if is_masked(plain):
        raise Refused("masked")
    tight = _SPACES.sub("", plain).removeprefix("mailto:").strip(".,;<>")
    if tight != plain:
        repairs = (*repairs, "spaces")
    if tight.count("@") == 1 and "。" in tight:
        tight, repairs = tight.replace("。", "."), (*repairs, "full_stop")
    if not _EMAIL.fullmatch(tight):
        raise Refused("not_an_email")
    return Value(tight.lower(), repairs)


def key(text: str) -> Value:
    """A card, an account, an order number: as it stands, without what a spreadsheet added."""
    plain, repairs = _said(narrowed(text))
    if plain.startswith("'"):
        plain, repairs = plain[1:], (*repairs, "apostrophe")
    if plain.startswith('="') and plain.endswith('"'):
        plain, repairs = plain[2:-1], (*repairs, "formula")
    if found := _SCIENTIFIC.fullmatch(plain):
        plain, repairs = _unscientific(found), (*repairs, "scientific")
    if is_masked(plain):
        raise Refused("masked")
    return Value(plain, repairs)


_MONEY_MARKS = re.compile(r"nt\$|us\$|hk\$|rmb|twd|cny|usd|hkd|[$¥￥元圓円,\s]", re.IGNORECASE)


def number(text: str) -> Value:
    """A number, however its thousands, its currency or its minus are written; whole ones stay whole."""
    plain, repairs = _said(narrowed(text))
    bare = _MONEY_MARKS.sub("", plain).removesuffix("點").removesuffix("点")
    if bare.startswith("(") and bare.endswith(")"):
        bare, repairs = f"-{bare[1:-1]}", (*repairs, "brackets")
    try:
        found = Decimal(bare)
    except InvalidOperation:
        raise Refused("not_a_number") from None
    if not found.is_finite() or abs(found) >= 10**15:
        raise Refused("not_a_number")
    return Value(int(found) if found == found.to_integral_value() else float(found), repairs)


_YES = frozenset({
    "y", "yes", "true", "t", "1", "v", "✓", "✔", "○", "是", "有", "同意", "已同意", "訂閱", "已訂閱", "订阅", "已订阅",
    "願意", "愿意", "接受", "允許", "允许", "subscribed", "accept", "accepts", "on", "好友", "有效",
    "opt-in", "optin", "granted",
})  # fmt: skip
_NO = frozenset({
    "n", "no", "false", "f", "0", "x", "✗", "✕", "否", "無", "无", "沒有", "没有", "不同意", "未同意",
    "未訂閱", "未订阅", "退訂", "已退訂", "退订", "已退订", "取消訂閱", "取消订阅", "不願意", "不愿意", "拒絕", "拒绝",
    "unsubscribed", "off", "opt-out", "optout", "denied", "封鎖", "已封鎖", "封锁", "已封锁", "blocked",
})  # fmt: skip


def flag(text: str, yes: frozenset[str], no: frozenset[str]) -> Value:
    """Yes or no; a word that is neither is refused, because missing never becomes no silently."""
    word = narrowed(text).kept
    small = str(word).lower()
    if small in yes or (small in _YES and small not in no):
        return Value(kept=True)
    if small in no or small in _NO:
        return Value(kept=False)
    raise Refused("neither_yes_nor_no")


_GENDERS = {
    "男": "male", "m": "male", "male": "male", "男性": "male", "先生": "male",
    "女": "female", "f": "female", "female": "female", "女性": "female", "小姐": "female", "女士": "female",
}  # fmt: skip


def gender(text: str) -> Value:
    """Male or female in one spelling; any other word as it stands."""
    word = str(narrowed(text).kept)
    return Value(_GENDERS.get(word.lower(), word))


def words(text: str) -> Value:
    """Several words in one cell."""
    plain, repairs = _said(narrowed(text))
    return Value([word.strip() for word in _SEVERAL.split(plain) if word.strip()], repairs)


def _said(value: Value) -> tuple[str, tuple[str, ...]]:
    return str(value.kept), value.repairs
