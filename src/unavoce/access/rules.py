"""Who may do what, who sees personal data in clear, and how long a guesser must wait."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import get_args

from unavoce.access.model import BeyondYourReach, Permission, Person, Role, Scope, WeakPassword

EVERYTHING: frozenset[Permission] = frozenset(get_args(Permission))

_LOOK: frozenset[Permission] = frozenset(
    {"customers:read", "segments:read", "journeys:read", "messages:read", "reports:read", "events:read"}
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: EVERYTHING,
        Role.MARKETER: EVERYTHING - {"team:write", "audit:read", "sources:write", "settings:write", "privacy:write"},
        Role.ANALYST: _LOOK | {"customers:export", "segments:write", "sources:read"},
        Role.AGENT: frozenset({"customers:read", "customers:write", "messages:read", "events:read"}),
        Role.STORE_MANAGER: _LOOK | {"customers:export", "prompts:answer", "team:read"},
        Role.ASSOCIATE: frozenset({"customers:read", "events:read", "prompts:answer"}),
        Role.VIEWER: _LOOK,
    }
)

_IN_CLEAR = frozenset({Role.OWNER, Role.MARKETER, Role.AGENT, Role.STORE_MANAGER, Role.ASSOCIATE})

# OWASP ASVS 4.0.3, 2.1.1 and 2.1.2.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128

# ASVS 3.3: a session ends after half a day, or after two hours in which nobody used it.
SESSION_LASTS, SESSION_SLEEPS = timedelta(hours=12), timedelta(hours=2)

# ASVS 2.2.1 asks for at most 100 guesses an hour at one account; this allows fewer than twenty.
FREE_FAILURES = 5
# A whole office shares one network address.
FREE_FAILURES_OF_A_NETWORK = 50
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
FAILURES_FORGOTTEN_AFTER = timedelta(hours=1)

_HIDDEN = "•••"


def sees_in_clear(role: Role) -> bool:
    """Whether this role sees names and addresses of customers as they are."""
    return role in _IN_CLEAR


def masked(kind: str, value: str) -> str:
    """A personal value with just enough left to recognise it by, according to its kind."""
    match kind:
        case "email":
            local, at, domain = value.rpartition("@")
            return f"{local[:1]}{_HIDDEN}{at}{domain}" if at else _HIDDEN
        case "phone" | "loyalty_card" | "user_id" | "card":
            return f"{_HIDDEN}{value[-3:]}" if len(value) > 6 else _HIDDEN
        case "name" | "first_name" | "last_name":
            return " ".join(f"{word[:1]}{_HIDDEN}" for word in value.split()) or _HIDDEN
        case _:
            return _HIDDEN


def locked_until(failures: int, last_at: datetime, *, free: int) -> datetime:
    """Until when no further guess is looked at: the wait doubles with every failure over the free ones."""
    if failures < free:
        return last_at
    doublings = min(failures - free, 10)
    return last_at + min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def check_password(password: str, *known: str) -> None:
    """Refuse a password that is short, endless, or made of what everybody knows about its owner."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(field="password", expected=f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    if len(set(password)) < 5:
        raise WeakPassword(field="password", expected="at least 5 different characters")
    if password.lower() in {word.lower() for word in known}:
        raise WeakPassword(field="password", expected="something else than the name or the e-mail address")


def check_reach(person: Person, role: Role, scope: Scope) -> None:
    """Refuse to hand on rights that the giver does not have."""
    if not PERMISSIONS[role] <= person.permissions:
        raise BeyondYourReach(field="role", value=role.value)
    if not scope.within(person.scope):
        raise BeyondYourReach(field="places")
