"""The team's words: roles, permissions, places, scopes, people and what can be refused them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from unavoce.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooMany, Unauthorized, Unprocessable
from unavoce.kernel.language import Language

Permission = Literal[
    "customers:read",
    "customers:write",
    "customers:export",
    "segments:read",
    "segments:write",
    "journeys:read",
    "journeys:write",
    "messages:read",
    "messages:write",
    "reports:read",
    "simulator:use",
    "team:read",
    "team:write",
    "audit:read",
    "sources:read",
    "sources:write",
    "imports:write",
    "events:read",
    "prompts:answer",
    "settings:write",
    "privacy:read",
    "privacy:write",
]
"""Something a role may do; every route names the one it needs."""


class Role(StrEnum):
    """What a person is in the team."""

    OWNER = "owner"
    MARKETER = "marketer"
    ANALYST = "analyst"
    AGENT = "agent"
    STORE_MANAGER = "store_manager"
    ASSOCIATE = "associate"
    VIEWER = "viewer"


class PlaceKind(StrEnum):
    """A region holds places, a store is one."""

    REGION = "region"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree of regions and stores."""

    key: str
    parent: str | None
    kind: PlaceKind
    name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The stores whose rows somebody may see; None means all of them, and what belongs to no store."""

    stores: frozenset[str] | None = None

    def covers(self, store: str) -> bool:
        """Whether rows of this store may be seen."""
        return self.stores is None or store in self.stores

    def within(self, other: "Scope") -> bool:
        """Whether this scope sees nothing that the other does not see."""
        return other.stores is None or (self.stores is not None and self.stores <= other.stores)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: somebody of the team, or a program with an API key."""

    id: str
    name: str
    email: str
    role: Role
    language: Language
    places: tuple[str, ...] | None
    scope: Scope
    scope_name: str | None
    permissions: frozenset[Permission]
    ip: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether this person's role allows it."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the team as the team's list shows her."""

    id: str
    name: str
    email: str
    role: Role
    language: Language
    places: tuple[str, ...] | None
    scope: Scope
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change of somebody; None stays as it is, `places` only counts with `move` (None is everywhere)."""

    name: str | None = None
    role: Role | None = None
    language: Language | None = None
    password: str | None = None
    move: bool = False
    places: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in person, the token of her cookie and the token every write must carry."""

    person: Person
    token: str
    csrf: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a program, without its secret."""

    id: str
    name: str
    prefix: str
    role: Role
    places: tuple[str, ...] | None
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit trail: who (by id and by name then) did what to whom, when and from where."""

    id: int
    at: datetime
    person_id: str | None
    person: str
    action: str
    subject: str
    detail: dict[str, object]
    ip: str


class NotLoggedIn(Unauthorized):
    """Please log in first, or send an API key."""


class WrongPassword(Unauthorized):
    """This e-mail address and password do not belong together."""


class UnknownKey(Unauthorized):
    """This API key is not known, or it was revoked."""


class LockedOut(TooMany):
    """Too many failed log-ins; please wait before you try again."""


class CsrfMissing(Forbidden):
    """This write does not carry the session's X-CSRF-Token; please reload the page."""


class NotPermitted(Forbidden):
    """Your role does not allow this."""


class BeyondYourReach(Forbidden):
    """You cannot give others more than you have yourself."""


class EmailTaken(Conflict):
    """Somebody in the team already has this e-mail address."""


class LastOwner(Conflict):
    """The team needs an owner who sees everything; appoint another one first."""


class UnknownPerson(NotFound):
    """There is nobody with this id in the team."""


class NoSuchKey(NotFound):
    """There is no API key with this id."""


class UnknownPlace(Unprocessable):
    """There is no such region or store."""


class WeakPassword(BadInput):
    """This password is too easy to guess."""


class NotAnAddress(BadInput):
    """This is not an e-mail address."""
