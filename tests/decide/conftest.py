"""A shop with real engines: people with identifiers and consents, journeys, a tick and a sender."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.decide.stage import CHANNELS, START
from unavoce.commerce import api as commerce
from unavoce.content import api as content
from unavoce.decide import journey as definitions
from unavoce.decide import policy as policies
from unavoce.decide import rules, store, tick
from unavoce.decide.handover import desk
from unavoce.decide.model import Intent, IntentState, Noticed
from unavoce.decide.policy import Policy
from unavoce.decide.reconcile import RULE_EVENTS
from unavoce.decide.reports import store as reports
from unavoce.runtime.postgres import Postgres

ALL_YES = [(channel, "marketing", "granted") for channel in ("email", "line", "sms", "ads")]


def message(key: str, text: str = "About {{ product.name | default: 'it' }}") -> content.Message:
    """A message for every channel, in English."""
    words = {"en": {"text": text, "subject": key}}
    return content.read({"key": key, "name": {"en": key}, "variants": dict.fromkeys(CHANNELS, words)})


@dataclass
class Shop:
    """What a test does to a brand."""

    postgres: Postgres
    now: datetime = START
    people: dict[str, list[int]] = field(default_factory=dict)
    count: int = 0

    def runs(self, *journeys: definitions.Journey, policy: Policy | None = None) -> None:
        """Publish journeys with everything they say."""
        with self.postgres.transaction() as tx:
            if policy:
                store.put_policy(tx, policy, self.now)
            for each in journeys:
                for step in each.steps.values():
                    if isinstance(step, definitions.Send):
                        content.publish(tx, message(step.message), content.Catalogue(), self.now)
                rules.check(each, {one.key: one.channels for one in content.messages(tx)})
                store.publish(tx, each, self.now)
            names = {name for one in store.versions(tx).values() for name in definitions.names_awaited(one.journey)}
            store.set_interest(tx, names | RULE_EVENTS)

    def knows(self, name: str, *kinds: str, consents: Sequence[tuple[str, str, str]] = ALL_YES) -> int:
        """A customer with an identifier of each kind; the first is what her events come with."""
        first = 1000 + 100 * len(self.people)
        iids = [first + place for place in range(len(kinds))]
        self.people[name] = iids
        with psycopg.connect(self.postgres.url, autocommit=True) as outside:
            for iid, kind in zip(iids, kinds, strict=True):
                _insert(outside, "identifier", iid=iid, kind=kind, value=f"{name}-{kind}", rank=1, first_seen=START)
                _insert(outside, "sighting", iid=iid, last_seen=START)
        for channel, purpose, state in consents:
            self.says_of(first, channel, purpose, state)
        self.links(*iids)
        return first

    def says_of(self, iid: int, channel: str, purpose: str, state: str) -> None:
        """She grants or denies something."""
        self.count += 1
        with psycopg.connect(self.postgres.url, autocommit=True) as outside:
            _insert(
                outside, "consent", iid=iid, channel=channel, purpose=purpose, slot=f"s{self.count}", state=state,
                evidence="form", at=self.now, received_at=self.now, message_id=f"consent-{self.count}",
            )  # fmt: skip

    def links(self, *iids: int) -> None:
        """These identifiers are one customer."""
        with psycopg.connect(self.postgres.url, autocommit=True) as outside:
            for iid in iids[1:]:
                _insert(outside, "link", iid=iid, customer=iids[0])
        with self.postgres.transaction() as tx:
            store.relink(tx, iids)

    def parts(self, iid: int) -> None:
        """An identifier is a customer of its own again."""
        with psycopg.connect(self.postgres.url, autocommit=True) as outside:
            whose = outside.execute("DELETE FROM profile.link WHERE iid = %s RETURNING customer", [iid]).fetchone()
        with self.postgres.transaction() as tx:
            store.relink(tx, [iid, *(whose or ())])

    def happens(self, iid: int, name: str, /, **said: object) -> Noticed:
        """Something a customer does now."""
        self.count += 1
        products = tuple(said.pop("product_ids", (said["product_id"],) if "product_id" in said else ()))  # type: ignore[arg-type]
        event = Noticed(iid, iid, name, self.now, self.now, f"m-{self.count}", said, "", products)
        with self.postgres.transaction() as tx:
            store.notice(tx, [event])
        return event

    def passes(self, span: timedelta = timedelta(seconds=1)) -> tick.Ticked:
        """Let time go by, then tick."""
        self.now += span
        return tick.tick(self.postgres, self.now, lambda tx, asks: [True] * len(asks))

    def hands_over(self) -> list[Intent]:
        """One round of a sender to whom every channel says yes."""
        with self.postgres.transaction() as tx:
            claimed = desk.claim(tx, limit=100, worker="test", now=self.now, lease_seconds=60, channels=None)
            cleared = desk.recheck(tx, claimed, self.now)
            desk.settle(tx, [desk.Settlement(each.id, IntentState.SENT, self.now) for each in cleared], self.now)
        return cleared

    def says(self) -> list[str]:
        """What a round of the sender hands over."""
        return [f"{each.channel}: {each.message or f'{each.op} {each.audience}'}" for each in self.hands_over()]

    def why(self, *iids: int) -> list[str]:
        """The decisions about somebody, oldest first."""
        with self.postgres.transaction() as tx:
            found = reports.decision_page(tx, iids=iids or None)
        return [f"{each.step} {each.verdict} {each.reason}" for each in reversed(found)]

    def stands(self, journey: str) -> dict[str, int]:
        """How many stand on each step of a journey, and how many went each way out."""
        with self.postgres.transaction() as tx:
            flows = reports.flows(tx, journey)
        return {flow.step: flow.came - flow.went for flow in flows if flow.came != flow.went}

    def policy(self, **changed: object) -> None:
        """Change the rules of contact."""
        with self.postgres.transaction() as tx:
            store.put_policy(tx, policies.read(policies.written(store.policy(tx)) | changed), self.now)

    def rule(self, category: str, kind: str, days: int) -> None:
        """How long buying a category satisfies."""
        with self.postgres.transaction() as tx:
            rule = commerce.CategoryRule(category, commerce.CategoryKind(kind), days)
            commerce.put_category_rules(tx, [rule], self.now)


def _insert(outside: psycopg.Connection, table: str, **row: object) -> None:
    columns = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, row))
    values = psycopg.sql.SQL(", ").join(psycopg.sql.Placeholder(name) for name in row)
    statement = psycopg.sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING")
    outside.execute(statement.format(psycopg.sql.Identifier("profile", table), columns, values), row)


@pytest.fixture
def shop(postgres: Postgres) -> Shop:
    """An empty shop on a Friday morning in New York."""
    return Shop(postgres)


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
