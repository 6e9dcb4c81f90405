"""What the team does to a source: make it, change its key without a gap, pause it, slow it down."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from unavoce.collect.model import (
    MeasurementIdTaken,
    NoSuchSource,
    Source,
    SourceHasNoKey,
    SourceKeyTaken,
    SourceKind,
)
from unavoce.collect.sources import store
from unavoce.runtime.postgres import Transaction

LONGEST_GRACE = timedelta(days=30)
"""Longer than an app store needs for a new release; a key that leaked should not live longer."""


def ensure(tx: Transaction, key: str, name: str, kind: SourceKind | str) -> Source:
    """The source with this key, made when there is none; one that speaks over HTTP gets a write key."""
    wanted = SourceKind(kind)
    speaks = wanted not in (SourceKind.INTERNAL, SourceKind.IMPORT)
    source = store.add_source(tx, key, name, wanted, new_write_key() if speaks else None)
    if source.kind is not wanted:
        raise SourceKeyTaken(key=key, kind=source.kind.value)
    return source


def rotate(tx: Transaction, source_id: int, *, old_until: datetime | None = None) -> Source:
    """Give a source another write key; the old one is taken until a moment, else refused within a second."""
    source = _speaking(tx, source_id)
    old = source.write_key if old_until is not None else None
    return _kept(tx, replace(source, write_key=new_write_key(), old_write_key=old, old_key_until=old_until))


def pause(tx: Transaction, source_id: int, now: datetime) -> Source:
    """Take nothing from a source until it is resumed."""
    source = _speaking(tx, source_id)
    return _kept(tx, replace(source, paused_at=source.paused_at or now))


def resume(tx: Transaction, source_id: int) -> Source:
    """Take a source's calls again."""
    return _kept(tx, replace(_speaking(tx, source_id), paused_at=None))


def change(
    tx: Transaction, source_id: int, *, name: str, events_per_second: int | None, measurement_id: str | None
) -> Source:
    """Call a source by another name, allow it so many events a second, let Google's clients know it."""
    source = known(tx, source_id)
    if source.write_key is None and (events_per_second or measurement_id):
        raise SourceHasNoKey(key=source.key)
    changed = replace(source, name=name, events_per_second=events_per_second, measurement_id=measurement_id)
    if measurement_id and (other := store.measured_by(tx, changed)):
        raise MeasurementIdTaken(measurement_id=measurement_id, source=other)
    return _kept(tx, changed)


def new_write_key() -> str:
    """An unguessable write key; it can only write."""
    return f"wk_{secrets.token_urlsafe(18)}"


def known(tx: Transaction, source_id: int) -> Source:
    """One source, or NoSuchSource."""
    source = store.source(tx, source_id)
    if source is None:
        raise NoSuchSource(id=source_id)
    return source


def _speaking(tx: Transaction, source_id: int) -> Source:
    source = known(tx, source_id)
    if source.write_key is None:
        raise SourceHasNoKey(key=source.key)
    return source


def _kept(tx: Transaction, source: Source) -> Source:
    store.change(tx, source)
    return source
