"""Who goes in and out, told by events, by time, by definitions and by merges."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from unavoce.kernel.clock import FixedClock
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.segment import api
from unavoce.segment.api import CauseKind, Direction, Draft, Flip
from unavoce.segment.values import instant_text

MEI, MEIS_CARD, ANN = Iid(11), Iid(12), Iid(21)
START = datetime(2018, 1, 5, 12, tzinfo=UTC)


@dataclass
class Shop:
    """A small brand: people do things, time passes, the segments follow."""

    postgres: Postgres
    facts: Facts
    clock: FixedClock
    links: dict[Iid, CustomerId] = field(default_factory=dict)
    count: int = 0

    def has(self, key: str, definition: object) -> None:
        api.publish(self.postgres, self.facts, Draft(key, {"en": key}, api.parse(definition)), self.clock.now())

    def knows(self, *iids: Iid) -> None:
        now = self.clock.now()
        self.facts.insert(
            "profile.identifier",
            ["iid", "kind", "first_seen"],
            [list(iids), ["user_id"] * len(iids), [now] * len(iids)],
        )

    def sees(self, iid: Iid, name: str, *, at: datetime | None = None, revenue: int = 0) -> list[Flip]:
        """Something happens, and the pump comes by."""
        self.count += 1
        now = self.clock.now()
        columns = ["event_id", "message_id", "name", "iid", "at", "received_at", "revenue"]
        row = [self.count.to_bytes(16, "big"), f"m{self.count}", name, iid, at or now, now, revenue]
        self.facts.insert("collect.event", columns, [[one] for one in row])
        return self.looks_at(self.customer(iid), cause=f"m{self.count}")

    def looks_at(self, *customers: CustomerId, cause: str = "", kind: CauseKind = CauseKind.EVENT) -> list[Flip]:
        members = {customer: self.iids(customer) for customer in customers}
        with self.postgres.transaction() as tx:
            causes = dict.fromkeys(customers, cause)
            return api.reassess(tx, self.facts, members, causes, self.clock.now(), cause_kind=kind)

    def joins(self, iid: Iid, customer: CustomerId) -> None:
        self.links[iid] = customer
        self._relink(iid, customer)

    def parts(self, iid: Iid) -> None:
        del self.links[iid]
        self._relink(iid, CustomerId(iid))

    def customer(self, iid: Iid) -> CustomerId:
        return self.links.get(iid, CustomerId(iid))

    def iids(self, customer: CustomerId) -> Sequence[Iid]:
        return [Iid(customer), *(iid for iid, owner in self.links.items() if owner == customer)]

    def passes(self, **span: float) -> list[Flip]:
        self.clock.passes(timedelta(**span))
        return api.sweep(self.postgres, self.facts, self.clock.now())

    def members(self, key: str) -> set[int]:
        with self.postgres.transaction() as tx:
            return set(api.customers_in(tx, key))

    def _relink(self, iid: Iid, customer: CustomerId) -> None:
        with psycopg.connect(self.postgres.url) as raw:
            raw.execute("DELETE FROM profile.link WHERE iid = %s", [iid])
            if customer != iid:
                raw.execute("INSERT INTO profile.link (iid, customer) VALUES (%s, %s)", [iid, customer])
        self.facts.insert("profile.link", ["iid", "customer"], [[iid], [customer]])


@pytest.fixture
def shop(postgres: Postgres, facts: Facts, clock: FixedClock) -> Shop:
    shop = Shop(postgres, facts, clock)
    shop.knows(MEI, ANN)
    return shop


TWICE = {"type": "event", "name": "Order Completed", "op": "gte", "value": 2}
LAPSED = {"type": "recency", "name": "Order Completed", "op": "gt", "days": 60}
QUIET = {"type": "not_done", "name": "Order Completed", "window": {"kind": "rolling", "days": 7}}


def told(flips: Sequence[Flip]) -> list[tuple[str, int, str]]:
    return [(flip.segment, flip.customer, str(flip.direction)) for flip in flips]


def test_the_second_order_lets_her_in_and_is_the_cause(shop: Shop) -> None:
    shop.has("regulars", TWICE)
    assert shop.sees(MEI, "Order Completed") == []
    [flip] = shop.sees(MEI, "Order Completed")
    assert (flip.segment, flip.customer, flip.direction) == ("regulars", MEI, Direction.ENTERED)
    assert (flip.cause, flip.cause_kind, flip.at) == ("m2", CauseKind.EVENT, START)
    assert shop.members("regulars") == {MEI}


def test_looking_again_changes_nothing(shop: Shop) -> None:
    shop.has("regulars", TWICE)
    shop.sees(MEI, "Order Completed")
    shop.sees(MEI, "Order Completed")
    assert shop.looks_at(CustomerId(MEI)) == []


def test_who_already_meets_a_new_definition_is_in_at_once(shop: Shop) -> None:
    shop.sees(MEI, "Order Completed")
    shop.sees(MEI, "Order Completed")
    shop.has("regulars", TWICE)
    assert shop.members("regulars") == {MEI}
    with shop.postgres.transaction() as tx:
        [flip] = api.flips_of(tx, [MEI])
    assert (flip.cause, flip.cause_kind) == ("regulars@1", CauseKind.DEFINITION)


def test_a_new_version_lets_people_in_and_out(shop: Shop) -> None:
    shop.sees(MEI, "Order Completed")
    shop.has("some", {"type": "event", "name": "Order Completed", "op": "gte", "value": 1})
    shop.has("some", {"type": "event", "name": "Order Completed", "op": "eq", "value": 0})
    assert shop.members("some") == {ANN}


def test_time_alone_makes_her_lapse(shop: Shop) -> None:
    shop.has("lapsed", LAPSED)
    shop.sees(MEI, "Order Completed")
    assert shop.passes(days=59) == []
    [flip] = shop.passes(days=2)
    assert told([flip]) == [("lapsed", MEI, "entered")]
    assert flip.cause_kind is CauseKind.TIMER
    assert told(shop.sees(MEI, "Order Completed")) == [("lapsed", MEI, "left")]


def test_not_doing_is_known_of_those_who_never_did_anything(shop: Shop) -> None:
    shop.has("quiet", QUIET)
    assert shop.members("quiet") == {MEI, ANN}
    assert told(shop.sees(ANN, "Order Completed")) == [("quiet", ANN, "left")]
    assert told(shop.passes(days=7)) == [("quiet", ANN, "entered")]


def test_a_late_event_of_the_till_counts_where_it_belongs(shop: Shop) -> None:
    year = {"kind": "between", "from": "2017-12-01", "to": "2017-12-31"}
    shop.has("december", TWICE | {"window": year})
    shop.sees(MEI, "Order Completed", at=START - timedelta(days=20))
    assert told(shop.sees(MEI, "Order Completed", at=START - timedelta(days=10))) == [("december", MEI, "entered")]


def test_an_event_ahead_of_its_time_counts_when_its_time_has_come(shop: Shop) -> None:
    shop.has("buyers", {"type": "event", "name": "Order Completed", "op": "gte", "value": 1})
    shop.passes(minutes=0)
    assert shop.sees(MEI, "Order Completed", at=START + timedelta(hours=3)) == []
    assert shop.passes(hours=2) == []
    assert told(shop.passes(hours=2)) == [("buyers", MEI, "entered")]


def test_a_merge_makes_one_membership_and_its_undo_two(shop: Shop) -> None:
    shop.knows(MEIS_CARD)
    shop.has("buyers", {"type": "event", "name": "Order Completed", "op": "gte", "value": 1})
    shop.sees(MEI, "Order Completed")
    shop.sees(MEIS_CARD, "Order Completed")
    with shop.postgres.transaction() as tx:
        before = api.segments_of(tx, [CustomerId(MEI), CustomerId(MEIS_CARD)])
        assert api.sizes(tx) == {"buyers": 2}

    shop.joins(MEIS_CARD, CustomerId(MEI))
    assert shop.looks_at(CustomerId(MEI), kind=CauseKind.LINK) == []
    assert shop.members("buyers") == {MEI}
    with shop.postgres.transaction() as tx:
        assert api.sizes(tx) == {"buyers": 1}
        assert len(api.members(tx, api.segment(tx, "buyers"))[0]) == 1

    shop.parts(MEIS_CARD)
    assert shop.looks_at(CustomerId(MEI), CustomerId(MEIS_CARD), kind=CauseKind.LINK) == []
    with shop.postgres.transaction() as tx:
        assert api.segments_of(tx, [CustomerId(MEI), CustomerId(MEIS_CARD)]) == before


def test_two_halves_of_a_customer_make_a_regular(shop: Shop) -> None:
    shop.knows(MEIS_CARD)
    shop.has("regulars", TWICE)
    shop.sees(MEI, "Order Completed")
    shop.sees(MEIS_CARD, "Order Completed")
    shop.joins(MEIS_CARD, CustomerId(MEI))
    [flip] = shop.looks_at(CustomerId(MEI), cause="merge 7", kind=CauseKind.LINK)
    assert told([flip]) == [("regulars", MEI, "entered")]
    assert (flip.cause, flip.cause_kind) == ("merge 7", CauseKind.LINK)
    shop.parts(MEIS_CARD)
    assert told(shop.looks_at(CustomerId(MEI), CustomerId(MEIS_CARD), kind=CauseKind.LINK)) == [
        ("regulars", MEI, "left")
    ]


def test_both_leave_when_a_merged_customer_leaves(shop: Shop) -> None:
    shop.knows(MEIS_CARD)
    once = {"type": "event", "name": "Order Completed", "op": "eq", "value": 1}
    shop.has("once", once)
    shop.sees(MEI, "Order Completed")
    shop.sees(MEIS_CARD, "Order Completed")
    shop.joins(MEIS_CARD, CustomerId(MEI))
    assert told(shop.looks_at(CustomerId(MEI), kind=CauseKind.LINK)) == [("once", MEI, "left")]
    assert shop.members("once") == set()
    shop.parts(MEIS_CARD)
    shop.looks_at(CustomerId(MEI), CustomerId(MEIS_CARD), kind=CauseKind.LINK)
    assert shop.members("once") == {MEI, MEIS_CARD}


def test_a_segment_made_of_segments_follows_them(shop: Shop) -> None:
    shop.has("regulars", TWICE)
    shop.has("others", {"type": "not", "of": {"type": "segment", "id": "regulars"}})
    assert shop.members("others") == {MEI, ANN}
    shop.sees(MEI, "Order Completed")
    shop.sees(MEI, "Order Completed")
    assert shop.members("others") == {ANN}
    shop.has("regulars", {"type": "event", "name": "Order Completed", "op": "gte", "value": 0})
    assert shop.members("others") == set()


def test_fifths_follow_with_the_sweep(shop: Shop) -> None:
    shop.has("best", {"type": "rfm", "m": [4, 5]})
    shop.sees(ANN, "Order Completed", revenue=100)
    assert shop.sees(MEI, "Order Completed", revenue=200) == []
    shop.passes(minutes=1)
    assert shop.members("best") == set()  # of two buyers the better one is in the third fifth
    for number in range(5):
        shop.knows(Iid(100 + number))
        shop.sees(Iid(100 + number), "Order Completed", revenue=10)
    assert told(shop.passes(minutes=1)) == [("best", MEI, "entered"), ("best", ANN, "entered")]


def test_flips_are_copied_once(shop: Shop) -> None:
    shop.has("regulars", TWICE)
    for person in (MEI, MEI, ANN, ANN):
        shop.sees(person, "Order Completed")
    assert api.export(shop.postgres, shop.facts) == 2
    assert api.export(shop.postgres, shop.facts) == 0
    copied = shop.facts.tree("SELECT segment, customer, direction, cause FROM segment.v_flip ORDER BY id")
    assert copied["customer"] == [MEI, ANN]
    assert copied["cause"] == ["m2", "m4"]


def test_a_copy_interrupted_before_it_was_noted_is_not_doubled(shop: Shop) -> None:
    shop.has("regulars", TWICE)
    shop.sees(MEI, "Order Completed")
    shop.sees(MEI, "Order Completed")
    api.export(shop.postgres, shop.facts)
    with psycopg.connect(shop.postgres.url) as raw:
        raw.execute("UPDATE segment.progress SET copied = 0, pinned = 1")
    api.export(shop.postgres, shop.facts)
    assert shop.facts.tree("SELECT count() AS n FROM segment.v_flip")["n"] == [1]


def test_the_past_is_worked_out_from_the_events(shop: Shop) -> None:
    shop.facts.statement("TRUNCATE TABLE profile.identifier")
    born = START - timedelta(days=100)
    shop.facts.insert("profile.identifier", ["iid", "kind", "first_seen"], [[MEI, ANN], ["user_id"] * 2, [born] * 2])
    shop.sees(MEI, "Order Completed", at=START - timedelta(days=20))
    shop.sees(MEI, "Order Completed", at=START - timedelta(days=10))
    shop.has("regulars", TWICE)
    assert api.replay_history(shop.postgres, shop.facts, shop.clock.now())
    assert not api.replay_history(shop.postgres, shop.facts, shop.clock.now())
    with shop.postgres.transaction() as tx:
        points = api.history(tx, api.segment(tx, "regulars"), shop.clock.now(), START - timedelta(days=365))
    sizes = [(round((START - point.at) / timedelta(days=1)), point.size, point.replayed) for point in points]
    assert sizes == [(14, 0, True), (7, 1, True), (0, 1, False)]


def test_a_manager_sees_the_history_of_her_own_customers(shop: Shop) -> None:
    shop.has("buyers", {"type": "event", "name": "Order Completed", "op": "gte", "value": 1})
    shop.sees(MEI, "Order Completed")
    shop.sees(ANN, "Order Completed")
    with shop.postgres.transaction() as tx:
        points = api.history(
            tx, api.segment(tx, "buyers"), shop.clock.now(), START - timedelta(days=1), [CustomerId(ANN)]
        )
        assert [(point.size, point.entered) for point in points] == [(1, 1)]
        assert api.sizes(tx, [CustomerId(ANN)]) == {"buyers": 1}


def test_why_is_she_in(shop: Shop) -> None:
    shop.has("some", {"type": "any", "of": [TWICE, {"type": "identified", "kind": "user_id"}]})
    with shop.postgres.transaction() as tx:
        parts = api.why(tx, shop.facts, api.segment(tx, "some"), CustomerId(ANN), shop.clock.now())
    assert [(part.path, part.met) for part in parts] == [
        ("definition", True),
        ("definition.of[0]", False),
        ("definition.of[1]", True),
    ]
    assert [part.path for part in parts if part.decisive] == ["definition.of[1]"]


def test_what_would_let_her_in(shop: Shop) -> None:
    shop.sees(ANN, "Order Completed")
    quiet = {"type": "not_done", "name": "Order Completed", "window": {"kind": "rolling", "hours": 1}}
    shop.has("some", {"type": "all", "of": [TWICE, {"type": "not", "of": quiet}]})
    with shop.postgres.transaction() as tx:
        parts = api.why(tx, shop.facts, api.segment(tx, "some"), CustomerId(ANN), shop.clock.now())
    orders = next(part for part in parts if part.path == "definition.of[0]")
    assert (orders.met, orders.decisive, orders.count) == (False, True, 1)
    assert [(one.message_id, one.name) for one in orders.events] == [("m1", "Order Completed")]
    assert [part.path for part in parts if part.decisive] == ["definition.of[0]"]


def test_a_retired_segment_lets_everybody_go(shop: Shop) -> None:
    shop.has("quiet", QUIET)
    with shop.postgres.transaction() as tx:
        api.retire(tx, "quiet", shop.clock.now())
        assert api.segments_of(tx, [CustomerId(MEI)]) == {}
        with pytest.raises(api.NoSuchSegment):
            api.segment(tx, "quiet")


def test_each_candidate_is_asked_at_her_own_moment(shop: Shop) -> None:
    odd = START.replace(microsecond=123_987)
    shop.sees(MEI, "Order Completed", at=odd)
    once = api.parse({"type": "event", "name": "Order Completed", "op": "gte", "value": 1})
    gone = api.parse({"type": "not", "of": {"type": "segment", "id": "gone"}})
    moments = (odd - timedelta(milliseconds=1), odd)
    with shop.postgres.transaction() as tx:
        asked = [api.Candidate(CustomerId(MEI), [MEI], at) for at in moments]
        met = api.evaluate(tx, shop.facts, [once, gone], asked)
        assert met == [frozenset({1}), frozenset({0, 1})]
        assert api.evaluate(tx, shop.facts, [], asked) == [frozenset(), frozenset()]


def test_a_change_of_zone_looks_at_everybody_again(shop: Shop) -> None:
    eve = datetime(2018, 1, 1, 4, 30, tzinfo=UTC)
    year = {"kind": "between", "from": "2017-01-01", "to": "2017-12-31"}
    shop.has("of2017", {"type": "event", "name": "Order Completed", "op": "gte", "value": 1, "window": year})
    assert shop.sees(MEI, "Order Completed", at=eve) == []
    with shop.postgres.transaction() as tx:
        assert api.set_terms(tx, api.Terms("America/New_York", "USD"))
        assert not api.set_terms(tx, api.Terms("America/New_York", "USD"))
    assert told(shop.passes(seconds=1)) == [("of2017", MEI, "entered")]
    assert instant_text(eve) == "2018-01-01 04:30:00.000"


BASKET = {
    "type": "sequence",
    "steps": [{"name": "Product Viewed"}, {"name": "Product Added"}],
    "within": {"days": 1},
    "then_not": {"name": "Order Completed", "for": {"hours": 1}},
}


def test_a_basket_left_behind_lets_her_in_when_the_hour_is_over(shop: Shop) -> None:
    shop.has("left-behind", BASKET)
    shop.sees(MEI, "Product Viewed")
    assert shop.sees(MEI, "Product Added") == []
    assert told(shop.passes(hours=1)) == [("left-behind", MEI, "entered")]
    assert told(shop.sees(MEI, "Order Completed")) == [("left-behind", MEI, "left")]


def test_a_birthday_comes_round_at_midnight_in_the_brands_zone(shop: Shop) -> None:
    shop.facts.insert(
        "profile.trait", ["iid", "key", "value", "at", "received_at", "source", "priority", "message_id"],
        [[MEI], ["birthday"], ['"1990-01-06"'], [START], [START], ["till"], [1], ["t1"]],
    )  # fmt: skip
    shop.has("birthday", {"type": "anniversary", "key": "birthday"})
    assert shop.members("birthday") == set()
    assert told(shop.passes(hours=12)) == [("birthday", MEI, "entered")]
    assert told(shop.passes(hours=24)) == [("birthday", MEI, "left")]


def test_who_was_seen_near_a_store_is_in(shop: Shop) -> None:
    with psycopg.connect(shop.postgres.url) as raw:
        raw.execute(
            "INSERT INTO commerce.store (key, name, latitude, longitude, changed_at)"
            " VALUES ('taipei-101', 'Taipei 101', 25.0337, 121.5645, now())"
        )
    shop.has("near", {"type": "near", "store": "taipei-101", "km": 2})
    place = '{"location": {"latitude": 25.04, "longitude": 121.55}}'
    columns = ["event_id", "message_id", "name", "iid", "at", "received_at", "context"]
    row = [b"0" * 16, "m0", "Page Viewed", MEI, START, START, place]
    shop.facts.insert("collect.event", columns, [[one] for one in row])
    assert told(shop.looks_at(CustomerId(MEI))) == [("near", MEI, "entered")]
