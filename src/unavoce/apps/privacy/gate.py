"""The gate before history: what belongs to an erased person, or to one who is being erased, does not come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from unavoce.apps.privacy import store
from unavoce.apps.privacy.receipt import forgotten_hash
from unavoce.apps.privacy.terms import rules_of
from unavoce.collect.api import Event, SourceKind
from unavoce.kernel.ids import Iid
from unavoce.profile.api import Interned
from unavoce.runtime.postgres import Transaction


@dataclass(frozen=True, slots=True)
class Gate:
    """Says which events of a batch may pass; costs one question a batch while nobody was ever erased."""

    secret: bytes

    def passing(self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> list[bool]:
        """For each event, whether it may become history."""
        leaving = store.running(tx)
        if not store.any_forgotten(tx):
            return [leaving.isdisjoint(one.all) for one in iids]
        kept_out = not rules_of(tx).live_may_return
        watched = [kept_out or event.source.kind is SourceKind.IMPORT for event in events]
        asked = {iid for look, one in zip(watched, iids, strict=True) if look for iid in one.all}
        back = self._erased_before(tx, asked)
        return [
            leaving.isdisjoint(one.all) and not (look and back.intersection(one.all))
            for look, one in zip(watched, iids, strict=True)
        ]

    def _erased_before(self, tx: Transaction, iids: set[Iid]) -> set[int]:
        hashes = {forgotten_hash(self.secret, iid): iid for iid in iids}
        return {hashes[one] for one in store.forgotten(tx, hashes)} if hashes else set()

    def count(self, tx: Transaction, turned_away: Sequence[Event], now: datetime) -> None:
        """Keep how many were turned away, and of whom nothing."""
        for kind, number in Counter(event.source.kind.value for event in turned_away).items():
            store.count_turned_away(tx, kind, number, now.date())
