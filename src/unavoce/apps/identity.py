"""Identity in the background: published rules are applied, others tried on a copy, with what segments would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from unavoce.apps.follow import Relinker
from unavoce.kernel.ids import CustomerId, Iid, text_of
from unavoce.profile import api as profile
from unavoce.profile import ruleset
from unavoce.profile.likeness import finding
from unavoce.profile.ruling import publishing, store, trying
from unavoce.profile.ruling.model import Work, WorkKind, WorkState
from unavoce.profile.ruling.shifting import shift
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segment

SEARCH_EVERY = timedelta(days=1)
SEARCH_AGAIN = timedelta(hours=1)
"""How long after a search that failed the next one comes by itself."""
NOBODY = ""
"""Who asked for what comes by itself."""
MOST_ASKED = 5_000
"""Of so many changed customers a trial asks which segments they would be in."""


@dataclass(frozen=True, slots=True)
class Background:
    """Works off what was asked for, a piece at a time."""

    door: Door
    relinker: Relinker

    def step(self) -> bool:
        """Do the next piece; says whether there was one."""
        with self.door.postgres.transaction() as tx:
            work = store.next_work(tx) or self._daily(tx)
        if work is None:
            return False
        try:
            self._do(work)
        except Exception as error:
            # Published rules hold, so applying them is tried until it is done; the rest may be asked for again.
            if work.kind is not WorkKind.RULES:
                with self.door.postgres.transaction() as tx:
                    trouble = {**work.result, "error": f"{type(error).__name__}: {error}"}
                    store.finish(tx, work.id, WorkState.FAILED, trouble, self.door.clock.now())
            raise
        return True

    def _daily(self, tx: Transaction) -> Work | None:
        """Duplicates are looked for once a day without being asked."""
        now = self.door.clock.now()
        last = store.works(tx, [WorkKind.LIKENESS], 1)
        pause = SEARCH_AGAIN if last and last[0].state is WorkState.FAILED else SEARCH_EVERY
        if last and now - last[0].at < pause:
            return None
        return publishing.found(tx, store.add_work(tx, WorkKind.LIKENESS, {}, NOBODY, now, 1))

    def _do(self, work: Work) -> None:
        match work.kind:
            case WorkKind.RULES:
                self._apply(work)
            case WorkKind.TRIAL:
                self._try(work)
            case WorkKind.LIKENESS:
                self._look_for_duplicates(work)

    def _look_for_duplicates(self, work: Work) -> None:
        now = self.door.clock.now()
        with self.door.postgres.transaction() as tx:
            store.went_on(tx, work.id, 1, 0, {})
        with self.door.postgres.transaction() as tx:
            store.finish(tx, work.id, WorkState.DONE, finding.find(tx, now), now)

    def _apply(self, work: Work) -> None:
        with self.door.postgres.transaction() as tx:
            done = publishing.apply_some(tx, work, self.door.clock.now())
            if done.links:
                self.relinker.follow(self.door, tx, done)
        with self.door.postgres.transaction() as tx:
            profile.publish_links(tx, self.door.facts, done.links)

    def _try(self, work: Work) -> None:
        rules = ruleset.read(_object(work.body["rules"]))
        tally = trying.Tally()
        with self.door.postgres.transaction() as tx:
            shifted = shift(tx, profile.rules_now(tx), rules)
        waiting = set(shifted.seeds)
        total = len(waiting)
        while waiting:
            with self.door.postgres.transaction() as tx:
                some = sorted(waiting)[: trying.SEEDS_AT_ONCE]
                seen = trying.try_some(tx, rules, shifted, some, tally, MOST_ASKED)
                waiting -= seen | set(some)
                if not store.went_on(tx, work.id, total, total - len(waiting), found(tally)):
                    return
        with self.door.postgres.transaction() as tx:
            moved = moves(self.door, tx, tally)
            store.finish(tx, work.id, WorkState.DONE, {**found(tally), "segments": moved}, self.door.clock.now())


def found(tally: trying.Tally) -> dict[str, object]:
    """What a trial has found, as it is kept."""
    return {
        "looked_at": tally.looked_at,
        "merging": tally.merging,
        "splitting": tally.splitting,
        "becoming": tally.becoming,
        "examples": [_example(one) for one in tally.examples],
    }


def moves(here: Door, tx: Transaction, tally: trying.Tally) -> list[dict[str, object]]:
    """By how many each segment would grow or shrink, asked of the changed customers as they are and would be."""
    if not tally.before:
        return []
    live = segment.segments(tx)
    before, after = _in_each(here, tx, live, tally.before), _in_each(here, tx, live, tally.after)
    return [
        {"key": one.key, "name": dict(one.name), "before": before[place], "after": after[place]}
        for place, one in enumerate(live)
        if before[place] != after[place]
    ]


def _in_each(
    here: Door, tx: Transaction, live: Sequence[segment.Segment], customers: Mapping[CustomerId, Collection[Iid]]
) -> Counter[int]:
    now = here.clock.now()
    candidates = [segment.Candidate(one, tuple(iids), now) for one, iids in customers.items()]
    met = segment.evaluate(tx, here.facts, [one.condition for one in live], candidates)
    return Counter(place for numbers in met for place in numbers)


def _example(one: trying.Example) -> dict[str, object]:
    return {
        "merges": one.merges,
        "before": {text_of(customer): [text_of(iid) for iid in iids] for customer, iids in one.before.items()},
        "after": {text_of(customer): [text_of(iid) for iid in iids] for customer, iids in one.after.items()},
        "shown": [text_of(iid) for iid in one.shown],
        "evidence": [asdict(told) | {"a": text_of(told.a), "b": text_of(told.b)} for told in one.evidence],
    }


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
