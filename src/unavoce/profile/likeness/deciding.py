"""What somebody says of a suggestion: one person, or two; both can be taken back."""

from datetime import datetime

from unavoce.kernel.ids import CustomerId
from unavoce.profile import resolver
from unavoce.profile.likeness import store
from unavoce.profile.likeness.model import DecidedAlready, Decision, NoSuchSuggestion, NotDecided, Suggestion
from unavoce.profile.model import Relinked, SameCustomer
from unavoce.runtime.postgres import Transaction


def found(tx: Transaction, number: int) -> Suggestion:
    """One suggestion; NoSuchSuggestion when there is none."""
    one = store.suggestion(tx, number)
    if one is None:
        raise NoSuchSuggestion(suggestion=number)
    return one


def accept(tx: Transaction, one: Suggestion, by: str, now: datetime) -> Relinked | None:
    """Make the two one; None when other merges of a circle have done so already."""
    if not store.decide(tx, one.id, Decision.OPEN, Decision.ACCEPTED, by, now):
        raise DecidedAlready(suggestion=one.id, state=one.state.value)
    try:
        return resolver.merge(tx, CustomerId(one.one), CustomerId(one.other), by, f"suggestion {one.id}", now)
    except SameCustomer:
        return None


def reject(tx: Transaction, one: Suggestion, by: str, now: datetime) -> None:
    """Keep the two apart: it is never suggested again."""
    if not store.decide(tx, one.id, Decision.OPEN, Decision.REJECTED, by, now):
        raise DecidedAlready(suggestion=one.id, state=one.state.value)


def take_back(tx: Transaction, one: Suggestion, by: str, now: datetime) -> Relinked | None:
    """Open the question again; a merge is undone as if it had never been."""
    if one.state is Decision.OPEN or not store.decide(tx, one.id, one.state, Decision.OPEN, by, now):
        raise NotDecided(suggestion=one.id, state=one.state.value)
    if one.state is Decision.REJECTED:
        return None
    return resolver.unmerge(tx, one.one, one.other, by, now) if store.merged(tx, one.one, one.other) else None
