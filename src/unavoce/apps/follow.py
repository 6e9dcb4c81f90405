"""What follows when events came or identifiers changed hands: segments are reassessed and decisions told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import compress

from unavoce.apps.customers.confirming import questions
from unavoce.collect import api as collect
from unavoce.collect.api import Event, SourceKind
from unavoce.collect.columns import goods_of
from unavoce.decide import api as decide
from unavoce.kernel.clock import Clock
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api as profile
from unavoce.profile.api import Absorbed, Interned, Relinked
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.http import Door
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segment
from unavoce.segment.computing import keeping


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows a batch of events, in the transaction that absorbed it."""

    facts: Facts
    keeper: segment.Keeper
    clock: Clock
    secret: bytes = b""
    base: str = ""
    """Our public address, for the links with which customers confirm."""

    def alone(self) -> AbstractContextManager[None]:
        """From before a batch becomes history until it is committed nobody else reads what is being kept."""
        return self.keeper.alone()

    def forget(self) -> None:
        """The batch was not followed to its end."""
        self.keeper.forget()

    def follow(self, tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], absorbed: Absorbed) -> None:
        """Reassess everybody the batch touched, and hand events, flips and links to the decision point."""
        now = self.clock.now()
        flips = self.keeper.follow(tx, events, iids, absorbed, now)
        # History that is brought in moves nobody: its journeys are over.
        wanted = decide.listened_for(tx)
        noticed = [
            _noticed(event, one, absorbed)
            for event, one in zip(events, iids, strict=True)
            if event.name in wanted and one.primary != profile.NOBODY and event.source.kind is not SourceKind.IMPORT
        ]
        decide.notice(tx, noticed, _seen(flips), absorbed.links)
        keeping.refresh(tx, self.facts, absorbed.members, now, keeping.echo(events))
        if self.secret:
            live = [event.source.kind is not SourceKind.IMPORT for event in events]
            spoken, who = list(compress(events, live)), list(compress(iids, live))
            asked = questions(tx, spoken, who, secret=self.secret, base=self.base, now=now)
            collect.emit_all(tx, asked, now)


@dataclass(frozen=True, slots=True)
class Relinker:
    """Follows a merge, a separation or its undoing that somebody of the team ordered."""

    keeper: segment.Keeper | None = None
    """Whom it moves beside the two is looked at by this one's next round; without it nobody keeps segments here."""

    def follow(self, here: Door, tx: Transaction, relinked: Relinked) -> None:
        """Reassess both sides under the new links; ClickHouse learns of them after the commit."""
        now = here.clock.now()
        causes: Mapping[CustomerId, str] = dict.fromkeys(relinked.members, relinked.cause)
        kind = segment.CauseKind.LINK
        flips = segment.reassess(tx, here.facts, relinked.members, causes, now, cause_kind=kind)
        decide.notice(tx, [], _seen(flips), relinked.links)
        keeping.refresh(tx, here.facts, relinked.members, now)
        if self.keeper is not None:
            self.keeper.others_moved()


def tell_decisions(tx: Transaction, flips: Sequence[segment.Flip]) -> None:
    """Hand flips that nobody's event caused to the decision point, in the transaction that makes them."""
    decide.notice(tx, [], _seen(flips))


def _noticed(event: Event, one: Interned, absorbed: Absorbed) -> decide.Noticed:
    goods = goods_of(event)
    return decide.Noticed(
        iid=one.primary,
        customer=absorbed.customers[one.primary],
        name=event.name,
        at=event.at,
        received_at=event.received_at,
        message_id=event.message_id,
        properties=event.properties,
        store=goods.store,
        product_ids=tuple(goods.product_ids),
        categories=tuple(goods.categories),
    )


def _seen(flips: Sequence[segment.Flip]) -> list[decide.FlipSeen]:
    return [
        decide.FlipSeen(
            segment=flip.segment,
            customer=flip.customer,
            iid=flip.iid,
            direction=flip.direction,
            at=flip.at,
            cause=flip.cause,
        )
        for flip in flips
    ]
