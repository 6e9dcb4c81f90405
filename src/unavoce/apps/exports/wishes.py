"""What can be exported, for whom, and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from unavoce.access.api import Person, Role, Scope
from unavoce.kernel.errors import BadInput, Forbidden
from unavoce.kernel.language import Language

LONGEST_SPAN_DAYS = 1_100


class What(StrEnum):
    """What leaves."""

    CUSTOMERS = "customers"
    EVENTS = "events"
    AUDIENCE = "audience"


class Form(StrEnum):
    """The form of the file."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Taker(StrEnum):
    """Who takes an audience; advertising platforms take hashes, channels of our own take addresses."""

    META = "meta"
    GOOGLE = "google"
    TIKTOK = "tiktok"
    EMAIL = "email"
    SMS = "sms"
    LINE = "line"

    @property
    def hashed(self) -> bool:
        """Whether it takes SHA-256 of addresses."""
        return self in (Taker.META, Taker.GOOGLE, Taker.TIKTOK)

    @property
    def consent(self) -> str:
        """The channel whose consent to marketing is asked for."""
        return "ads" if self.hashed else self.value


class NoAddressesForYou(Forbidden):
    """Your role sees addresses masked, so an audience in clear is not for you; choose one that takes hashes."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who asked for an export, as she was when she asked: what she may see decides what is in it."""

    id: str
    name: str
    role: str
    stores: list[str] | None

    @classmethod
    def of(cls, person: Person) -> Self:
        """The asking person."""
        stores = None if person.scope.stores is None else sorted(person.scope.stores)
        return cls(person.id, person.name, person.role.value, stores)

    def person(self) -> Person:
        """Her eyes."""
        scope = Scope(None if self.stores is None else frozenset(self.stores))
        return Person(self.id, self.name, "", Role(self.role), Language.EN, None, scope, None, frozenset())


@dataclass(frozen=True, slots=True)
class ExportWish:
    """One export."""

    what: What
    form: Form
    segment: str = ""
    taker: Taker | None = None
    since: date | None = None
    until: date | None = None
    seed: bool = False
    """A seed for lookalikes: with what each has spent."""

    def check(self) -> None:
        """Refuse what cannot be exported, naming the field."""
        if self.what is What.AUDIENCE and (not self.segment or self.taker is None):
            raise BadInput(field="segment" if not self.segment else "taker", expected="an audience needs both")
        if self.seed and (self.taker is None or not self.taker.hashed):
            raise BadInput(field="seed", value=True, expected="an audience for an advertising platform")
        if self.what is What.EVENTS:
            if self.since is None or self.until is None:
                raise BadInput(field="since", expected="the first and the last day")
            if not 0 <= (self.until - self.since).days <= LONGEST_SPAN_DAYS:
                raise BadInput(field="until", value=str(self.until), expected=f"0 to {LONGEST_SPAN_DAYS} days later")
