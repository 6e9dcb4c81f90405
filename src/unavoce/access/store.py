"""The only file of this context that runs SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from unavoce.access.model import ApiKey, Changes, Entry, Member, Person, Place, PlaceKind, Role, Scope
from unavoce.access.rules import PERMISSIONS, locked_until
from unavoce.kernel.language import Language
from unavoce.runtime import sql
from unavoce.runtime.listing import Ask, Kind, Listing, Page
from unavoce.runtime.postgres import Json, Transaction

_SQL = sql.load(__package__, "state.sql")

Places = Sequence[str] | None


@dataclass(frozen=True, slots=True)
class _Rights:
    id: str
    name: str
    role: str
    places: list[str] | None
    stores: list[str] | None

    def scope(self) -> Scope:
        return Scope(None if self.stores is None else frozenset(self.stores))

    def roots(self) -> tuple[str, ...] | None:
        return None if self.places is None else tuple(self.places)


@dataclass(frozen=True, slots=True)
class _PersonRow(_Rights):
    email: str
    language: str
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class _SessionRow(_Rights):
    email: str
    language: str
    place_names: list[str]
    csrf: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _KeyRow(_Rights):
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class _HolderRow(_Rights):
    place_names: list[str]
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class _PlaceRow:
    key: str
    parent: str | None
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class _Failures:
    who: str
    failures: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose address it is and what is kept of her password."""

    id: str
    password: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Who a cookie or key belongs to, the token its writes must carry, and when it was last used."""

    person: Person
    csrf: str
    used_at: datetime | None


def put_places(tx: Transaction, places: Sequence[Place]) -> None:
    """Add or update places; parents come before their children."""
    rows = [{"key": p.key, "parent": p.parent, "kind": p.kind.value, "name": p.name} for p in places]
    tx.many(_SQL["put_place"], rows)


def places(tx: Transaction, scope: Scope) -> list[Place]:
    """The part of the tree this scope sees."""
    rows = tx.rows(_SQL["places"], _PlaceRow, stores=_listed(scope.stores))
    return [Place(row.key, row.parent, PlaceKind(row.kind), row.name) for row in rows]


def unknown_places(tx: Transaction, keys: Sequence[str]) -> list[str]:
    """Which of these are no places."""
    return tx.values(_SQL["unknown_places"], keys=list(keys))


def scope_of(tx: Transaction, roots: Places) -> Scope:
    """The stores at or below some places."""
    stores = tx.value(_SQL["stores_under"], places=_listed(roots))
    return Scope(None if stores is None else frozenset(stores))


def add_person(
    tx: Transaction, *, email: str, name: str, role: Role, roots: Places, language: Language, password: str
) -> str | None:
    """Somebody joins; her id, or None when the address is taken."""
    added: str | None = tx.value(
        _SQL["add_person"],
        email=email, name=name, role=role.value, places=_listed(roots), language=language.value, password=password,
    )  # fmt: skip
    return added


def change_person(tx: Transaction, person: str, changes: Changes, *, password: str | None = None) -> None:
    """Replace what is given; `password` is what is to be kept of a new one."""
    tx.run(
        _SQL["change_person"],
        id=person,
        name=changes.name,
        role=changes.role,
        move=changes.move,
        places=_listed(changes.places),
        language=changes.language,
        password=password,
    )


def part_with(tx: Transaction, person: str, at: datetime) -> None:
    """Somebody leaves."""
    tx.run(_SQL["part_with"], id=person, at=at)


_PEOPLE = Listing(
    _SQL["people"],
    _PersonRow,
    {
        "id": Kind.TEXT, "name": Kind.TEXT, "email": Kind.TEXT, "role": Kind.TEXT, "language": Kind.TEXT,
        "created_at": Kind.TIME, "last_seen_at": Kind.TIME,
    },
    key="id", sort="name",
)  # fmt: skip


def people(tx: Transaction, ask: Ask, scope: Scope) -> Page[Member]:
    """The team, as far as it works within the scope."""
    page = _PEOPLE.page(tx, ask, seen=_listed(scope.stores))
    return Page([_member(row) for row in page.items], page.next)


def person(tx: Transaction, person: str) -> Member | None:
    """One of the team."""
    row = tx.first(_SQL["person"], _PersonRow, id=person)
    return _member(row) if row else None


def all_seeing_owners(tx: Transaction) -> int:
    """How many owners see everything."""
    return int(tx.value(_SQL["all_seeing_owners"]))


def credentials(tx: Transaction, email: str) -> Credentials | None:
    """What is needed to check a password."""
    return tx.first(_SQL["password_of"], Credentials, email=email)


def locked(tx: Transaction, who: dict[str, int], forgotten: datetime) -> datetime | None:
    """Until when the first of these (with its free failures) must wait, or None when it never failed lately."""
    rows = tx.rows(_SQL["failures"], _Failures, who=list(who), forgotten=forgotten)
    return max((locked_until(row.failures, row.last_at, free=who[row.who]) for row in rows), default=None)


def count_failure(tx: Transaction, who: str, now: datetime, forgotten: datetime) -> None:
    """One more failure."""
    tx.run(_SQL["count_failure"], who=who, now=now, forgotten=forgotten)


def forgive(tx: Transaction, email: str, network: str) -> None:
    """The right password: this address starts afresh, this guess does not count against the network."""
    tx.run(_SQL["forget_failures"], who=email)
    tx.run(_SQL["take_back_failure"], who=network)


def open_session(tx: Transaction, person: str, token: bytes, csrf: str, ip: str, now: datetime) -> None:
    """Somebody logged in."""
    tx.run(_SQL["open_session"], token=token, person=person, csrf=csrf, ip=ip, now=now)


def visit(tx: Transaction, token: bytes, *, opened_after: datetime, seen_after: datetime) -> Visit | None:
    """Who is behind a cookie."""
    row = tx.first(_SQL["session"], _SessionRow, token=token, opened_after=opened_after, seen_after=seen_after)
    if row is None:
        return None
    return Visit(_person(row, row.email, Language(row.language), row.place_names), row.csrf, row.seen_at)


def touch_session(tx: Transaction, token: bytes, now: datetime) -> None:
    """The session was used."""
    tx.run(_SQL["touch_session"], token=token, now=now)


def close_session(tx: Transaction, token: bytes) -> None:
    """Log out."""
    tx.run(_SQL["close_session"], token=token)


def close_sessions_of(tx: Transaction, person: str, *, but: bytes | None = None) -> None:
    """Log somebody out everywhere but here."""
    tx.run(_SQL["close_sessions_of"], person=person, but=but)


def sweep_sessions(tx: Transaction, *, opened_after: datetime, seen_after: datetime) -> None:
    """Throw away what has ended."""
    tx.run(_SQL["sweep_sessions"], opened_after=opened_after, seen_after=seen_after)


def add_key(
    tx: Transaction, *, name: str, prefix: str, digest: bytes, role: Role, roots: Places, created_by: str
) -> str:
    """A new key; its id."""
    added: str = tx.value(
        _SQL["add_key"],
        name=name,
        prefix=prefix,
        digest=digest,
        role=role.value,
        places=_listed(roots),
        created_by=created_by,
    )
    return added


_KEYS = Listing(
    _SQL["keys"],
    _KeyRow,
    {
        "id": Kind.TEXT, "name": Kind.TEXT, "prefix": Kind.TEXT, "role": Kind.TEXT,
        "created_at": Kind.TIME, "last_used_at": Kind.TIME, "revoked_at": Kind.TIME,
    },
    key="id", sort="-created_at",
)  # fmt: skip


def keys(tx: Transaction, ask: Ask, scope: Scope) -> Page[ApiKey]:
    """Keys within the scope, without their secrets."""
    page = _KEYS.page(tx, ask, seen=_listed(scope.stores))
    return Page([_key(row) for row in page.items], page.next)


def key(tx: Transaction, key: str) -> ApiKey | None:
    """One key without its secret."""
    row = tx.first(_SQL["key"], _KeyRow, id=key)
    return _key(row) if row else None


def holder(tx: Transaction, digest: bytes) -> Visit | None:
    """What a key opens."""
    row = tx.first(_SQL["key_holder"], _HolderRow, digest=digest)
    if row is None:
        return None
    who = _person(row, "", Language.EN, row.place_names)
    return Visit(replace(who, id=f"key:{row.id}"), "", row.last_used_at)


def touch_key(tx: Transaction, digest: bytes, now: datetime) -> None:
    """The key was used."""
    tx.run(_SQL["touch_key"], digest=digest, now=now)


def revoke_key(tx: Transaction, key: str, at: datetime) -> bool:
    """End a key; says whether there was one to end."""
    return tx.run(_SQL["revoke_key"], id=key, at=at) > 0


def record(tx: Transaction, who: Person, action: str, target: str, at: datetime, detail: dict[str, object]) -> None:
    """One line of the audit trail."""
    tx.run(
        _SQL["record"],
        at=at, person=who.id, name=who.name, action=action, target=target, detail=Json(detail), ip=who.ip,
    )  # fmt: skip


_TRAIL = Listing(
    _SQL["entries"],
    Entry,
    {
        "id": Kind.WHOLE, "at": Kind.TIME, "person_id": Kind.TEXT, "person": Kind.TEXT,
        "action": Kind.TEXT, "subject": Kind.TEXT, "ip": Kind.TEXT,
    },
    key="id", sort="-id",
)  # fmt: skip


def entries(tx: Transaction, ask: Ask, scope: Scope) -> Page[Entry]:
    """The audit trail, as far as people within the scope made it."""
    return _TRAIL.page(tx, ask, seen=_listed(scope.stores))


def _listed(keys: Sequence[str] | frozenset[str] | None) -> list[str] | None:
    return None if keys is None else sorted(keys)


def _member(row: _PersonRow) -> Member:
    return Member(
        row.id, row.name, row.email, Role(row.role), Language(row.language), row.roots(), row.scope(), row.last_seen_at
    )


def _key(row: _KeyRow) -> ApiKey:
    return ApiKey(
        row.id, row.name, row.prefix, Role(row.role), row.roots(), row.scope(),
        row.created_at, row.last_used_at, row.revoked_at,
    )  # fmt: skip


def _person(row: _Rights, email: str, language: Language, place_names: list[str]) -> Person:
    role = Role(row.role)
    return Person(
        id=row.id,
        name=row.name,
        email=email,
        role=role,
        language=language,
        places=row.roots(),
        scope=row.scope(),
        scope_name=None if row.places is None else ", ".join(place_names),
        permissions=PERMISSIONS[role],
    )
