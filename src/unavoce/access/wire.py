"""What the team's routes take and give, as JSON."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from unavoce.access.model import ApiKey, Entry, Member, Person, Place, PlaceKind, Role
from unavoce.kernel.language import Language

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Brand(BaseModel):
    """The business this deployment belongs to."""

    name: str
    zone: str
    currency: str
    languages: list[str]


class ClockOut(BaseModel):
    """The brand's time; in the demo it is shifted against the wall clock."""

    now: datetime
    demo: bool
    offset_seconds: float


class PersonOut(BaseModel):
    """Who is logged in; `stores` is null for somebody who sees them all."""

    id: str
    name: str
    email: str
    role: Role
    scope_name: str | None
    stores: list[str] | None
    permissions: list[str]
    language: Language

    @classmethod
    def of(cls, person: Person) -> "PersonOut":
        """The person as JSON."""
        stores = person.scope.stores
        return cls(
            id=person.id,
            name=person.name,
            email=person.email,
            role=person.role,
            scope_name=person.scope_name,
            stores=None if stores is None else sorted(stores),
            permissions=sorted(person.permissions),
            language=person.language,
        )


class SessionOut(BaseModel):
    """The session; every write carries `csrf` in the header X-CSRF-Token."""

    person: PersonOut
    csrf: str
    brand: Brand
    clock: ClockOut


class LogIn(BaseModel):
    """An e-mail address and its password."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024)]


class Done(BaseModel):
    """It is done."""

    ok: Literal[True] = True


class MemberOut(BaseModel):
    """Somebody of the team; `places` is null for somebody who sees every store."""

    id: str
    name: str
    email: str
    role: Role
    language: Language
    places: list[str] | None
    last_seen_at: datetime | None

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        """The member as JSON."""
        return cls(
            id=member.id,
            name=member.name,
            email=member.email,
            role=member.role,
            language=member.language,
            places=None if member.places is None else list(member.places),
            last_seen_at=member.last_seen_at,
        )


class MemberPage(BaseModel):
    """People of the team."""

    items: list[MemberOut]
    next: str | None


class Joining(BaseModel):
    """Somebody to take into the team."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1024)]
    name: Name
    role: Role
    places: Annotated[list[str], Field(min_length=1)] | None = None
    language: Language = Language.EN


class Change(BaseModel):
    """What to change of somebody; what is left out stays. `places` may be null: every store."""

    name: Name | None = None
    role: Role | None = None
    places: Annotated[list[str], Field(min_length=1)] | None = None
    language: Language | None = None
    password: Annotated[str, Field(max_length=1024)] | None = None


class SelfChange(BaseModel):
    """What anybody may change of herself; a new password needs the old one."""

    name: Name | None = None
    language: Language | None = None
    password: Annotated[str, Field(max_length=1024)] | None = None
    old_password: Annotated[str, Field(max_length=1024)] | None = None


class PlaceOut(BaseModel):
    """A region or a store and the region above it."""

    key: str
    name: str
    kind: PlaceKind
    parent: str | None

    @classmethod
    def of(cls, place: Place) -> "PlaceOut":
        """The place as JSON."""
        return cls(key=place.key, name=place.name, kind=place.kind, parent=place.parent)


class PlacePage(BaseModel):
    """Regions and stores."""

    items: list[PlaceOut]
    next: str | None


class NewKey(BaseModel):
    """An API key to make."""

    name: Name
    role: Role
    places: Annotated[list[str], Field(min_length=1)] | None = None


class KeyOut(BaseModel):
    """An API key, recognised by its first letters."""

    id: str
    name: str
    prefix: str
    role: Role
    places: list[str] | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyOut):
    """A new API key with its secret, which is shown only now."""

    secret: str


class KeyPage(BaseModel):
    """API keys."""

    items: list[KeyOut]
    next: str | None


class EntryOut(BaseModel):
    """One line of the audit trail."""

    id: str
    at: datetime
    person_id: str | None
    person: str
    action: str
    subject: str
    detail: dict[str, object]
    ip: str

    @classmethod
    def of(cls, entry: Entry) -> "EntryOut":
        """The entry as JSON."""
        return cls(
            id=str(entry.id),
            at=entry.at,
            person_id=entry.person_id,
            person=entry.person,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            ip=entry.ip,
        )


class EntryPage(BaseModel):
    """A page of the audit trail, newest first."""

    items: list[EntryOut]
    next: str | None


def key_facts(key: ApiKey) -> dict[str, object]:
    """An API key's members as JSON."""
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "role": key.role,
        "places": None if key.places is None else list(key.places),
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }
