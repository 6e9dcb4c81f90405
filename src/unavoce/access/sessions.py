"""Logging in, staying logged in, and keys of programs.

Sessions and lock-outs go by the wall clock: the demo brand's own clock may jump over months.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from unavoce.access import passwords, rules, store
from unavoce.access.model import Changes, LockedOut, NotLoggedIn, Session, UnknownKey, WrongPassword
from unavoce.runtime.postgres import Postgres, Transaction

# A request a second need not write a row a second.
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a log-in comes from and when."""

    ip: str
    now: datetime


def log_in(postgres: Postgres, email: str, password: str, caller: Caller) -> Session:
    """Open a session, or WrongPassword; LockedOut when this address or network has failed too often."""
    address = email.strip().lower()
    of_email, of_network = f"email:{address}", f"network:{caller.ip}"
    # The guess is counted and committed before it is looked at: many guesses at once are no way around.
    with postgres.transaction() as tx:
        _refuse_if_locked(tx, of_email, of_network, caller.now)
        known = store.credentials(tx, address)
    if not passwords.matches(known.password if known else None, password) or known is None:
        raise WrongPassword
    with postgres.transaction() as tx:
        store.forgive(tx, of_email, of_network)
        if passwords.outdated(known.password):
            store.change_person(tx, known.id, Changes(), password=passwords.hashed(password))
        return _opened(tx, known.id, caller)


def visit(postgres: Postgres, token: str, caller: Caller) -> Session:
    """The session behind a cookie; NotLoggedIn when there is none any more."""
    digest = passwords.digest(token)
    with postgres.transaction() as tx:
        found = _visit(tx, digest, caller.now)
        if found.used_at is None or caller.now - found.used_at > _TOUCH_EVERY:
            store.touch_session(tx, digest, caller.now)
    return Session(replace(found.person, ip=caller.ip), token, found.csrf)


def of_key(postgres: Postgres, secret: str, caller: Caller) -> Session:
    """What an API key opens; UnknownKey when it opens nothing."""
    digest = passwords.digest(secret)
    with postgres.transaction() as tx:
        found = store.holder(tx, digest)
        if found is None:
            raise UnknownKey
        if found.used_at is None or caller.now - found.used_at > _TOUCH_EVERY:
            store.touch_key(tx, digest, caller.now)
    return Session(replace(found.person, ip=caller.ip), secret, found.csrf)


def log_out(tx: Transaction, token: str) -> None:
    """End the session behind a cookie."""
    store.close_session(tx, passwords.digest(token))


def _refuse_if_locked(tx: Transaction, of_email: str, of_network: str, now: datetime) -> None:
    forgotten = now - rules.FAILURES_FORGOTTEN_AFTER
    free = {of_email: rules.FREE_FAILURES, of_network: rules.FREE_FAILURES_OF_A_NETWORK}
    until = store.locked(tx, free, forgotten)
    if until is not None and until > now:
        raise LockedOut(retry_after=math.ceil((until - now).total_seconds()))
    # Always in one order, so that two guesses at once never wait for each other.
    for who in sorted(free):
        store.count_failure(tx, who, now, forgotten)


def _opened(tx: Transaction, person: str, caller: Caller) -> Session:
    token, csrf = passwords.new_token(), passwords.new_token().secret
    store.sweep_sessions(tx, **_limits(caller.now))
    store.open_session(tx, person, token.digest, csrf, caller.ip, caller.now)
    store.touch_session(tx, token.digest, caller.now)
    return Session(replace(_visit(tx, token.digest, caller.now).person, ip=caller.ip), token.secret, csrf)


def _visit(tx: Transaction, digest: bytes, now: datetime) -> store.Visit:
    found = store.visit(tx, digest, **_limits(now))
    if found is None:
        raise NotLoggedIn
    return found


def _limits(now: datetime) -> dict[str, datetime]:
    return {"opened_after": now - rules.SESSION_LASTS, "seen_after": now - rules.SESSION_SLEEPS}
