"""Requests about a person's own data, their proofs, and what can be refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unavoce.kernel.errors import BadInput, Conflict, Forbidden, NotFound


class Kind(StrEnum):
    """What is asked for."""

    EXPORT = "export"
    ERASE = "erase"


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows about a person a table had, and how many were found in it afterwards."""

    table: str
    rows: int
    left: int = 0


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks for."""

    kind: Kind
    state: State
    who: bytes
    by: str
    by_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A request to export or to erase; who it is about is only a keyed hash."""

    id: int
    kind: Kind
    state: State
    who: bytes
    asked_by: str
    asked_by_id: str | None
    reason: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    begun_at: datetime | None
    done_at: datetime | None
    step: str
    progress: int
    tables: tuple[Tally, ...]
    error: str
    receipt: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The brand's rules for erasing."""

    two_people: bool = False
    """Whether somebody else than who asked must confirm."""
    live_may_return: bool = True
    """Whether what an erased person does later begins a new customer; an import never brings her back."""
    file_days: int = 7
    """For how long an exported file can be fetched."""


class NoSuchRequest(NotFound):
    """There is no such request."""


class NobodyByThat(NotFound):
    """Nobody is known by this identifier."""


class SharedIdentifier(Conflict):
    """This identifier belongs to too many people to mean one of them; name the customer by another one."""


class AskedAlready(Conflict):
    """There is such a request about this customer already; see that one through, or cancel it."""


class TooLateToCancel(Conflict):
    """This request has begun or is over; it cannot be cancelled any more."""


class NotWaiting(Conflict):
    """This request does not wait to be confirmed."""


class NotTheSame(BadInput):
    """To confirm, repeat the number of the request."""


class AnotherMustConfirm(Forbidden):
    """Somebody else than who asked must confirm this."""


class NoFile(NotFound):
    """There is no file to fetch: it is not ready, too old, or the customer has been erased."""


class NoReceipt(NotFound):
    """This request has no receipt: only an erasure that is done has one."""


class BadReceipt(BadInput):
    """This is not a receipt."""
