"""What a batch says as facts for ClickHouse, made from the events alone so that a replay makes the same."""

from collections.abc import Collection, Sequence

from unavoce.collect.api import Batch, Event
from unavoce.profile import gather, store
from unavoce.profile.intern import Interned
from unavoce.profile.model import State, TraitSaid
from unavoce.runtime.clickhouse import Facts


def record(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    """Append identifiers, traits and consents; each table once per batch, however often it is tried."""
    _record_identifiers(facts, batch, events, iids)
    _record_traits(facts, batch, events, iids)
    _record_consents(facts, batch, events, iids)


def _record_identifiers(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    met = gather.sightings(events, iids)
    columns: dict[str, Collection[object]] = {
        "iid": met.identifiers.keys(),
        "kind": [one.kind for one in met.identifiers.values()],
        "first_seen": met.first.values(),
    }
    store.add_facts(facts, "profile.identifier", columns, batch.token("profile.identifier"))


def _record_traits(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    said = list(gather.traits(events, iids))
    columns: dict[str, Collection[object]] = {
        "iid": [one.iid for one in said],
        "key": [one.key for one in said],
        "value": [store.json_text(one.value) for one in said],
        "text": [_text(one) for one in said],
        "number": [_number(one.value) for one in said],
        "at": [one.at for one in said],
        "received_at": [one.received_at for one in said],
        "source": [one.source for one in said],
        "priority": [int(one.priority) for one in said],
        "message_id": [one.message_id for one in said],
    }
    store.add_facts(facts, "profile.trait", columns, batch.token("profile.trait"))


def _record_consents(facts: Facts, batch: Batch, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    said = gather.consents(events, iids)
    columns: dict[str, Collection[object]] = {
        "iid": [one.iid for one in said],
        "channel": [one.channel for one in said],
        "purpose": [one.purpose for one in said],
        "granted": [int(one.state is State.GRANTED) for one in said],
        "evidence": [one.evidence for one in said],
        "at": [one.at for one in said],
        "received_at": [one.received_at for one in said],
        "message_id": [one.message_id for one in said],
    }
    store.add_facts(facts, "profile.consent", columns, batch.token("profile.consent"))


def _text(said: TraitSaid) -> str:
    if said.value is None:
        return ""
    return said.value if isinstance(said.value, str) else store.json_text(said.value)


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return _written_number(value)
    return float(value) if isinstance(value, bool | int | float) else None


def _written_number(value: str) -> float | None:
    # Forms and tills send numbers as text; "1_000" and "infinity" are Python's ideas of a number, not theirs.
    plain = value.strip()
    if not plain or not set(plain) <= set("0123456789.+-") or not plain[-1].isdigit():
        return None
    try:
        return float(plain)
    except ValueError:
        return None
