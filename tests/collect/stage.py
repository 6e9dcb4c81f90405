"""A shop that sends calls and a pump that makes them history, for the tests of the plan and of failed events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from unavoce.collect import api as collect
from unavoce.collect.failed import store as failed_store
from unavoce.collect.failed.model import Failed, Which
from unavoce.collect.plan import desk
from unavoce.collect.plan.model import Mode, Rule
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import Iid
from unavoce.runtime.http import Door

MEI = Iid(41)
ORDER = {
    "type": "object",
    "properties": {
        "order_id": {"type": "string"},
        "revenue": {"type": "number", "minimum": 0},
        "currency": {"enum": ["TWD", "USD"]},
    },
    "required": ["order_id", "revenue"],
}


@dataclass
class Stage:
    """One shop."""

    door: Door
    clock: FixedClock
    numbers: list[int] = field(default_factory=lambda: [0])

    def sends(self, *calls: dict[str, object], kind: str = "server", key: str = "shop") -> None:
        """Calls are accepted."""
        stamped = []
        for call in calls:
            self.numbers[0] += 1
            stamped.append({"type": "track", "userId": "mei", "messageId": f"m-{self.numbers[0]}"} | call)
        with self.door.postgres.transaction() as tx:
            source = collect.ensure_source(tx, key, key.title(), kind)
            lane = collect.LANE_IMPORTS if kind == "import" else collect.LANE_COLLECTOR
            collect.accept(tx, lane, source.id, [msgspec.json.encode({"batch": stamped})], self.clock.now())

    def sells(self, **properties: object) -> None:
        """An order comes and is pumped."""
        self.sends({"event": "Order Completed", "properties": properties})
        self.pumps()

    def pumps(self) -> None:
        """Everything that waits becomes history."""
        while batch := collect.pin(self.door.postgres):
            with self.door.postgres.transaction() as tx:
                taken = collect.take(tx, batch)
            collect.record(self.door.facts, batch, taken.events, self.iids(taken.events))
            collect.account(self.door.facts, batch, taken)
            with self.door.postgres.transaction() as tx:
                collect.settle(tx, batch, taken.events)

    def iids(self, events: Sequence[collect.Event]) -> list[collect.EventIids]:
        """Everything is Mei's."""
        return [collect.EventIids(MEI, (MEI,)) for _ in events]

    def plans(self, schema: object = None, *, name: str = "Order Completed", mode: Mode | None = Mode.BLOCK) -> Rule:
        """A schema is drafted and published."""
        self.clock.passes(timedelta(seconds=1))
        with self.door.postgres.transaction() as tx:
            desk.save(tx, name, ORDER if schema is None else schema, mode, by="Olivia", now=self.clock.now())
            return desk.publish(tx, name, seen=None, by="Olivia", now=self.clock.now())

    def failed(self, state: str = "") -> list[Failed]:
        """What failed, the oldest first."""
        with self.door.postgres.transaction() as tx:
            return failed_store.listed(tx, Which(), state, below=None, most=500, whole=True)[::-1]

    def works(self) -> None:
        """Background work on failed events is done to its end."""
        while collect.work_on_failed(self.door.postgres, self.clock):
            pass

    def history(self) -> list[collect.Happening]:
        """What Mei did."""
        return collect.events_of(self.door.facts, [MEI], limit=500)
