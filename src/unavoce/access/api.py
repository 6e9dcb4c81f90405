"""The front door: who is asking, what she may see, and what she did."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from unavoce.access import passwords, rules, store
from unavoce.access.gate import Gate, current, public, requires, team_only, who
from unavoce.access.model import (
    ApiKey,
    Changes,
    EmailTaken,
    Entry,
    LastOwner,
    Member,
    NoSuchKey,
    NotAnAddress,
    Permission,
    Person,
    Place,
    PlaceKind,
    Role,
    Scope,
    UnknownPerson,
    UnknownPlace,
)
from unavoce.kernel.language import Language
from unavoce.runtime.listing import Ask, Page
from unavoce.runtime.postgres import Transaction

__all__ = [
    "ApiKey",
    "Changes",
    "Entry",
    "Gate",
    "Member",
    "Permission",
    "Person",
    "Place",
    "PlaceKind",
    "Role",
    "Scope",
    "add_key",
    "add_person",
    "audit",
    "change_person",
    "current",
    "ensure_owner",
    "entries",
    "keys",
    "mask",
    "masked",
    "member",
    "part_with",
    "people",
    "places",
    "public",
    "put_places",
    "requires",
    "revoke_key",
    "scope_of",
    "sees_in_clear",
    "team_only",
    "who",
]

_NEWEST = Ask()
_KEY_PREFIX = "uk_"
_SHOWN_OF_A_KEY = len(_KEY_PREFIX) + 5


def sees_in_clear(person: Person) -> bool:
    """Whether this person may read names, addresses and the words written to customers; else they are masked."""
    return rules.sees_in_clear(person.role)


def mask(person: Person, kind: str, value: str) -> str:
    """A personal value as this person may see it: in clear, or with just enough left to recognise it by."""
    return value if sees_in_clear(person) else rules.masked(kind, value)


def masked(kind: str, value: str) -> str:
    """A personal value as somebody sees it who may not see it in clear."""
    return rules.masked(kind, value)


def audit(
    tx: Transaction,
    person: Person,
    action: str,
    target: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add a line to the audit trail: who did what (`customer.looked_at`) to what (`customer:00ab...`)."""
    store.record(tx, person, action, target, at, dict(detail or {}))


def entries(tx: Transaction, seer: Person, ask: Ask = _NEWEST) -> Page[Entry]:
    """The audit trail, newest first; who sees only some stores sees only what their people did."""
    return store.entries(tx, ask, seer.scope)


def put_places(tx: Transaction, tree: Sequence[Place]) -> None:
    """Add regions and stores, or bring them up to date; a parent comes before its children."""
    store.put_places(tx, tree)


def places(tx: Transaction, scope: Scope) -> list[Place]:
    """The part of the tree of regions and stores that this scope sees."""
    return store.places(tx, scope)


def scope_of(tx: Transaction, places: Sequence[str] | None) -> Scope:
    """The stores at or below some places; None is everywhere. UnknownPlace names the first that is none."""
    if places is not None and (unknown := store.unknown_places(tx, places)):
        raise UnknownPlace(field="places", value=unknown[0])
    return store.scope_of(tx, places)


def people(tx: Transaction, seer: Person, ask: Ask = _NEWEST) -> Page[Member]:
    """The team, as far as it works in the stores the seer sees."""
    return store.people(tx, ask, seer.scope)


def add_person(
    tx: Transaction,
    *,
    email: str,
    password: str,
    name: str,
    role: Role,
    places: Sequence[str] | None = None,
    language: Language = Language.EN,
) -> Member:
    """Take somebody into the team; EmailTaken when her address is in it already."""
    address = _address(email)
    rules.check_password(password, address, name)
    scope_of(tx, places)
    added = store.add_person(
        tx, email=address, name=name.strip(), role=role, roots=places, language=language,
        password=passwords.hashed(password),
    )  # fmt: skip
    if added is None:
        raise EmailTaken(field="email", value=address)
    return _known(tx, added)


def ensure_owner(tx: Transaction, email: str, password: str, name: str) -> Member:
    """The owner with this address; made with this password when there is none yet, else left as she is."""
    known = store.credentials(tx, _address(email))
    if known is not None:
        return _known(tx, known.id)
    return add_person(tx, email=email, password=password, name=name, role=Role.OWNER)


def change_person(tx: Transaction, person: str, changes: Changes, *, stay: bytes | None = None) -> Member:
    """Change somebody; new rights or a new password end her sessions, but for the one whose token digest is `stay`."""
    before = _known(tx, person)
    role = changes.role or before.role
    scope = scope_of(tx, changes.places) if changes.move else before.scope
    if role is not Role.OWNER or scope.stores is not None:
        _keep_an_owner(tx, before)
    if changes.password is not None:
        rules.check_password(changes.password, before.email, changes.name or before.name)
    kept = None if changes.password is None else passwords.hashed(changes.password)
    store.change_person(tx, person, changes, password=kept)
    if kept or role is not before.role or scope != before.scope:
        store.close_sessions_of(tx, person, but=stay)
    return _known(tx, person)


def part_with(tx: Transaction, person: str, at: datetime) -> Member:
    """Somebody leaves the team and is logged out everywhere; LastOwner when nobody would be left in charge."""
    leaving = _known(tx, person)
    _keep_an_owner(tx, leaving)
    store.part_with(tx, person, at)
    store.close_sessions_of(tx, person)
    return leaving


def member(tx: Transaction, person: str) -> Member:
    """One of the team, or UnknownPerson."""
    return _known(tx, person)


def add_key(tx: Transaction, *, name: str, role: Role, places: Sequence[str] | None, by: Person) -> tuple[ApiKey, str]:
    """A new API key and its secret, which is shown this once and kept nowhere."""
    rules.check_reach(by, role, scope_of(tx, places))
    token = passwords.new_token(_KEY_PREFIX)
    prefix = token.secret[:_SHOWN_OF_A_KEY]
    added = store.add_key(tx, name=name, prefix=prefix, digest=token.digest, role=role, roots=places, created_by=by.id)
    made = store.key(tx, added)
    if made is None:
        raise NoSuchKey(id=added)
    return made, token.secret


def keys(tx: Transaction, seer: Person, ask: Ask = _NEWEST) -> Page[ApiKey]:
    """Every API key that opens nothing the seer does not see, newest first."""
    return store.keys(tx, ask, seer.scope)


def revoke_key(tx: Transaction, key: str, at: datetime) -> None:
    """End an API key at once, or NoSuchKey."""
    if not _is_id(key) or not store.revoke_key(tx, key, at):
        raise NoSuchKey(id=key)


def _keep_an_owner(tx: Transaction, leaving: Member) -> None:
    tx.lock("access.owners")
    in_charge = leaving.role is Role.OWNER and leaving.places is None
    if in_charge and store.all_seeing_owners(tx) < 2:
        raise LastOwner


def _known(tx: Transaction, person: str) -> Member:
    found = store.person(tx, person) if _is_id(person) else None
    if found is None:
        raise UnknownPerson(id=person)
    return found


def _address(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise NotAnAddress(field="email", value=email, expected=str(error)) from error


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
