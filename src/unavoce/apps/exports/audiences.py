"""The members of a segment as advertising platforms and channels take them: who allowed it, hashed where that is asked.

Meta takes the phone's digits with the country's code and no plus, Google and TikTok take E.164; all take addresses in
small letters, and Google takes those of Gmail without the points before the @ (each platform's guide to customer
lists). Hashes are SHA-256 in small hexadecimal letters. A seed, of which a platform makes a lookalike audience, also
says in `value` what each has spent; Meta weighs by it, the others pass over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256

from unavoce.apps.exports.wishes import Taker
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Transaction

_MARKETING = "marketing"
_KINDS = {Taker.EMAIL: "email", Taker.SMS: "phone", Taker.LINE: "line_user_id"}
_GMAIL = ("gmail.com", "googlemail.com")


def columns(taker: Taker, *, seed: bool = False) -> tuple[str, ...]:
    """The columns of an audience file."""
    return (("email", "phone") if taker.hashed else (_KINDS[taker],)) + (("value",) if seed else ())


def rows(
    tx: Transaction, customers: Sequence[CustomerId], taker: Taker, spent: Mapping[CustomerId, Decimal] | None = None
) -> Iterator[Mapping[str, object]]:
    """A row for everybody who allowed it and can be told apart; unsaid is not allowed.

    With `spent`, in the brand's currency: a seed, of those who have spent anything.
    """
    consents, addresses = profile.consents_of(tx, customers), profile.addresses_of(tx, customers)
    for customer in customers:
        said = consents.get(customer, {}).get((taker.consent, _MARKETING))
        if said is not profile.State.GRANTED:
            continue
        found = _rows_of(addresses.get(customer, {}), taker)
        if spent is None:
            yield from found
        elif (worth := spent.get(customer, Decimal(0))) > 0:
            yield from ({**row, "value": str(worth)} for row in found)


def _rows_of(addresses: Mapping[str, Sequence[str]], taker: Taker) -> Iterator[Mapping[str, object]]:
    if not taker.hashed:
        kind = _KINDS[taker]
        yield from ({kind: value} for value in addresses.get(kind, ())[:1])
        return
    email, phone = (next(iter(addresses.get(kind, ())), "") for kind in ("email", "phone"))
    if email or phone:
        yield {"email": hashed(email_for(taker, email)), "phone": hashed(phone_for(taker, phone))}


def email_for(taker: Taker, email: str) -> str:
    """An address as the taker wants it before it is hashed."""
    local, at, domain = email.strip().lower().rpartition("@")
    if taker is Taker.GOOGLE and domain in _GMAIL:
        local = local.replace(".", "")
    return f"{local}{at}{domain}"


def phone_for(taker: Taker, phone: str) -> str:
    """A phone in E.164 as the taker wants it before it is hashed."""
    return phone.removeprefix("+") if taker is Taker.META else phone


def hashed(value: str) -> str:
    """SHA-256 in small hexadecimal letters; nothing stays nothing."""
    return sha256(value.encode()).hexdigest() if value else ""
