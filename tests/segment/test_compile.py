"""The one statement says of every customer what the obvious, slow reference says of her, at every moment."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.segment.oracle import World
from tests.segment.told import Agreed, Did, Put, Said
from unavoce.runtime.clickhouse import Facts
from unavoce.segment import compile as compiling
from unavoce.segment import stages
from unavoce.segment.checks import check
from unavoce.segment.conditions import (
    Absent,
    All,
    Anniversary,
    Answer,
    Any,
    Between,
    Calendar,
    Condition,
    Consent,
    Event,
    Happening,
    Identified,
    InList,
    Message,
    Near,
    Not,
    NotDone,
    Place,
    Reachable,
    Recency,
    Rfm,
    Rolling,
    Score,
    Sequence,
    Since,
    Span,
    Stage,
    Step,
    Trait,
    Where,
)
from unavoce.segment.model import Terms
from unavoce.segment.parse import parse, plain
from unavoce.segment.values import instant_text

TERMS = Terms("America/New_York", "USD")
# Around the night clocks go forward in New York: 2018-03-11 07:00 UTC.
NOON = datetime(2018, 3, 11, 12, tzinfo=UTC)
MOMENTS = [NOON + timedelta(hours=hours) for hours in (-72, -31, -24, -12, -8, -7, -1, 0, 1, 12, 24, 36, 72)]
NAMES = ["Order Completed", "Product Viewed"]
TOLD = ["Message Opened", "Unsubscribed", "Survey Answered", "Message Bounced", "Message Complained"]
PLACES = [
    {"country": "TW", "city": "Taipei", "latitude": 25.03, "longitude": 121.56},
    {"country": "tw", "city": "Tainan", "latitude": 22.99, "longitude": 120.21},
    {"city": "", "country": ""},
    {"latitude": 35.68, "longitude": 139.76},
]
DAYS = ["1990-03-11", "1992-02-29", "2018-03-10", "1990/03/14", "2018-03-11T03:30:00Z", "2018-02-30", "soon", "", 7]
IIDS = [1, 2, 3, 4, 5, 6]
LISTS = ["guests", "staff"]
KINDS = ["user_id", "email", "line_user_id", "anonymous_id"]

moments = st.sampled_from(MOMENTS)
scalars = st.sampled_from(["red", "5", "7", "true", "", 5, 7, 2.5, True, False])
json_values = st.one_of(scalars, st.none(), st.just(["red"]), st.fixed_dictionaries({"b": scalars}))
spans = st.one_of(
    st.none(),
    st.builds(Rolling, days=st.integers(1, 3)),
    st.builds(Rolling, hours=st.sampled_from([1, 12, 24, 25])),
    st.builds(Calendar, days=st.integers(1, 3)),
    st.sampled_from([Between(date(2018, 3, 10), date(2018, 3, 11)), Between(date(2018, 3, 11), date(2018, 3, 11))]),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    owners = {iid: draw(st.sampled_from([iid, 1, 2, 3])) for iid in IIDS}
    owners |= {owner: owner for owner in owners.values()}
    customers: dict[int, tuple[int, ...]] = {}
    for iid, owner in owners.items():
        customers[owner] = (*customers.get(owner, ()), iid)
    numbers = iter(range(1, 10_000))

    def did() -> Did:
        return Did(
            number=next(numbers),
            iid=draw(st.sampled_from([0, *IIDS])),  # 0 is nobody: a till sale without a card
            name=draw(st.sampled_from([*NAMES, *NAMES, *TOLD])),
            at=draw(moments),
            received_at=draw(moments),
            properties=draw(
                st.one_of(
                    st.dictionaries(st.sampled_from(["color", "n", "a"]), json_values, max_size=3),
                    st.fixed_dictionaries(
                        {"message": st.sampled_from(["m1", "m2"]), "channel": st.just("email")},
                        optional={"machine": st.booleans()},
                    ),
                    st.fixed_dictionaries(
                        {"channel": st.sampled_from(["email", "line"])}, optional={"permanent": st.booleans()}
                    ),
                    st.fixed_dictionaries({"survey": st.just("nps"), "question": st.just("q1"), "answer": scalars}),
                )
            ),
            store=draw(st.sampled_from(["", "1", "2"])),
            product_ids=tuple(draw(st.lists(st.sampled_from(["p1", "p2", "7"]), max_size=2, unique=True))),
            categories=tuple(draw(st.lists(st.sampled_from(["tea", "soup"]), max_size=2, unique=True))),
            revenue=draw(st.sampled_from([0, 250, 500, 1050])),
            location=draw(st.sampled_from([None, None, *PLACES])),
        )

    def said() -> Said:
        key = draw(st.sampled_from(["age", "city", "birthday", "predicted_churn", "address", "country"]))
        own = {"birthday": st.sampled_from(DAYS), "address": st.sampled_from([*PLACES, "1 Road"])}
        own["country"] = st.sampled_from(["TW", "JP"])
        return Said(
            number=next(numbers),
            iid=draw(st.sampled_from(IIDS)),
            key=key,
            value=draw(own.get(key, json_values)),
            at=draw(moments),
            received_at=draw(moments),
            source=draw(st.sampled_from(["web", "till"])),
            priority=draw(st.sampled_from([1, 2])),
        )

    def agreed() -> Agreed:
        return Agreed(
            number=next(numbers),
            iid=draw(st.sampled_from(IIDS)),
            channel=draw(st.sampled_from(["email", "line"])),
            granted=draw(st.booleans()),
            at=draw(moments),
            received_at=draw(moments),
        )

    def put() -> Put:
        return Put(
            list=draw(st.sampled_from(LISTS)),
            iid=draw(st.sampled_from(IIDS)),
            present=draw(st.booleans()),
            at=draw(moments),
            received_at=draw(moments),
        )

    return World(
        customers=customers,
        kinds={iid: draw(st.sampled_from(KINDS)) for iid in IIDS},
        did=tuple(did() for _ in range(draw(st.integers(0, 14)))),
        said=tuple(said() for _ in range(draw(st.integers(0, 8)))),
        agreed=tuple(agreed() for _ in range(draw(st.integers(0, 6)))),
        put=tuple(put() for _ in range(draw(st.integers(0, 5)))),
    )


ORDERS = ["gt", "gte", "lt", "lte"]
NUMERIC = ["eq", "ne", *ORDERS]
numeric_tests = st.tuples(st.sampled_from(NUMERIC), st.sampled_from([0, 1, 2, 5, 7, 10.5]))
scalar_tests = st.one_of(
    numeric_tests,
    st.tuples(st.sampled_from(NUMERIC), st.sampled_from(["red", "5", "true"])),
    st.tuples(st.sampled_from(["eq", "ne"]), st.booleans()),
    st.tuples(st.sampled_from(["in", "not_in"]), st.sampled_from([("red", "5"), (5, 7), ("7",)])),
    st.tuples(st.sampled_from(["contains", "starts_with"]), st.sampled_from(["r", "e", "5"])),
    st.tuples(st.sampled_from(["exists", "missing"]), st.none()),
)
texts = st.tuples(st.sampled_from(["eq", "ne", "gt", "starts_with"]), st.sampled_from(["p1", "tea", "1"])) | st.tuples(
    st.sampled_from(["in", "not_in"]), st.sampled_from([("p1", "tea"), ("1", "p2")])
)
missing = st.tuples(st.sampled_from(["exists", "missing"]), st.none())


def _wheres() -> st.SearchStrategy[Where]:
    free = st.builds(lambda name, test: Where(name, *test), st.sampled_from(["color", "n", "a.b", "a"]), scalar_tests)
    typed = st.builds(
        lambda name, test: Where(name, *test), st.sampled_from(["product_id", "category", "store_id"]), texts | missing
    )
    amount = st.builds(lambda test: Where("revenue", *test), numeric_tests | missing)
    return st.one_of(free, typed, amount)


def _sequences() -> st.SearchStrategy[Condition]:
    happening = st.builds(Happening, st.sampled_from(NAMES), st.lists(_wheres(), max_size=1).map(tuple))
    first = happening.map(lambda one: Step(one.name, one.where))
    later = st.builds(
        lambda one, without: Step(one.name, one.where, tuple(without)), happening, st.lists(happening, max_size=1)
    )
    steps = st.tuples(first, st.lists(later, min_size=1, max_size=2)).map(lambda pair: (pair[0], *pair[1]))
    span = st.sampled_from([Span(hours=1), Span(hours=12), Span(days=1), Span(minutes=30)])
    absent = st.builds(lambda one, span: Absent(one.name, span, one.where), happening, span)
    return st.one_of(
        st.builds(Sequence, steps, st.none() | span, st.none() | absent, spans),
        st.builds(Sequence, first.map(lambda one: (one,)), st.none(), absent, spans),
    )


def _lives() -> st.SearchStrategy[Condition]:
    counts = st.tuples(st.sampled_from(NUMERIC), st.sampled_from([0, 1, 2]))
    return st.one_of(
        st.builds(
            lambda did, test, message, channel, window: Message(
                did, *test, message=message, channel=channel, window=window
            ),
            st.sampled_from(["opened", "unsubscribed"]), counts, st.sampled_from([None, "m1"]),
            st.sampled_from([None, "email"]), spans,
        ),
        st.builds(lambda test, window: Answer("nps", "q1", *test, window=window), scalar_tests, spans),
        st.builds(lambda test: Score("churn", *test), numeric_tests),
        st.builds(
            Place, st.sampled_from([("TW",), ()]), st.sampled_from([("taipei", "Kyoto"), ("Tainan",)]), window=spans
        ),
        st.builds(Place, st.sampled_from([("tw", "JP"), ("TW",)]), by=st.sampled_from(["home", "seen"])),
        st.builds(
            lambda km, point, by: Near(km, None, *point, by=by),
            st.sampled_from([1, 300, 2500]), st.sampled_from([(25.03, 121.56), (22.6, 120.3)]),
            st.sampled_from(["home", "seen"]),
        ),
        st.builds(Anniversary, st.just("birthday"), st.sampled_from([-12, -1, 0]), st.sampled_from([0, 3, 360])),
        st.builds(Since, st.just("birthday"), st.sampled_from(NUMERIC), st.sampled_from([0, 1, 20, 10_000])),
    )  # fmt: skip


def _conditions() -> st.SearchStrategy[Condition]:
    names = st.sampled_from(NAMES)
    filters = st.lists(_wheres(), max_size=2).map(tuple)
    leaves = st.one_of(
        st.builds(
            lambda name, test, where, window: Event(name, *test, where=where, window=window),
            names, numeric_tests, filters, spans,
        ),
        st.builds(
            lambda name, test, agg, prop, where, window: Event(name, *test, agg, prop, where, window),
            names, numeric_tests, st.sampled_from(["sum", "avg", "min", "max"]), st.sampled_from(["revenue", "n"]),
            filters, spans,
        ),
        st.builds(
            lambda name, test, prop, window: Event(name, *test, "distinct", prop, (), window),
            names, numeric_tests, st.sampled_from(["product_id", "category", "color", "store"]), spans,
        ),
        st.builds(
            lambda name, test, agg, prop, window: Event(name, *test, agg, prop, (), window),
            names, scalar_tests, st.sampled_from(["first", "last", "most"]),
            st.sampled_from(["color", "n", "store"]), spans,
        ),
        st.builds(
            lambda name, test, agg, prop, window: Event(name, *test, agg, prop, (), window),
            names, texts | missing, st.sampled_from(["first", "last", "most"]),
            st.sampled_from(["product_id", "category"]), spans,
        ),
        st.builds(NotDone, names, filters, spans),
        st.builds(Recency, names, st.sampled_from(ORDERS), st.sampled_from([0, 0.5, 1, 2.5]), filters),
        st.builds(lambda key, test: Trait(key, *test), st.sampled_from(["age", "city"]), scalar_tests),
        st.builds(Consent, st.sampled_from(["email", "line"]), st.sampled_from(["granted", "denied", "unknown"])),
        st.builds(Identified, st.sampled_from(KINDS)),
        st.builds(Reachable, st.sampled_from(["email", "line"])),
        st.builds(Stage, st.lists(st.sampled_from(stages.ALL), min_size=1, max_size=3, unique=True).map(tuple)),
        st.builds(InList, st.sampled_from(LISTS)),
        st.builds(
            Rfm, r=st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True).map(tuple),
            f=st.lists(st.integers(1, 5), max_size=4, unique=True).map(tuple), m=st.just(()),
        ),
    )  # fmt: skip
    return st.recursive(
        st.one_of(leaves, _sequences(), _lives()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(tuple).map(All), st.lists(inner, max_size=3).map(tuple).map(Any),
            inner.map(Not),
        ),
        max_leaves=4,
    )  # fmt: skip


def _lay_down(facts: Facts, world: World) -> None:
    told = ("profile.identifier", "profile.trait", "profile.consent", "profile.link", "segment.list_entry")
    for table in ("collect.event", *told):
        facts.statement(f"TRUNCATE TABLE {table}")
    _insert(
        facts, "collect.event",
        ["event_id", "message_id", "name", "iid", "at", "received_at", "store", "product_ids", "categories", "revenue",
         "properties", "context", "channel"],
        [(one.event_id, str(one.number), one.name, one.iid, one.at, one.received_at, one.store, one.product_ids,
          one.categories, one.revenue, packed(one.properties),
          packed({} if one.location is None else {"location": one.location}),
          one.properties.get("channel", "")) for one in world.did],
    )  # fmt: skip
    _insert(
        facts, "profile.trait",
        ["iid", "key", "value", "at", "received_at", "source", "priority", "message_id"],
        [(one.iid, one.key, packed(one.value), one.at, one.received_at, one.source, one.priority, one.message_id)
         for one in world.said],
    )  # fmt: skip
    _insert(
        facts, "profile.consent",
        ["iid", "channel", "purpose", "granted", "at", "received_at", "message_id"],
        [(one.iid, one.channel, "marketing", int(one.granted), one.at, one.received_at, str(one.number))
         for one in world.agreed],
    )  # fmt: skip
    _insert(
        facts, "segment.list_entry", ["list", "iid", "present", "at", "received_at"],
        [(one.list, one.iid, int(one.present), one.at, one.received_at) for one in world.put],
    )  # fmt: skip
    born = MOMENTS[0]
    _insert(
        facts, "profile.identifier", ["iid", "kind", "first_seen"],
        [(iid, kind, born) for iid, kind in world.kinds.items()],
    )  # fmt: skip
    linked = [(iid, owner) for owner, iids in world.customers.items() for iid in iids if iid != owner]
    _insert(facts, "profile.link", ["iid", "customer"], linked)


def packed(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _insert(facts: Facts, table: str, columns: list[str], rows: list[tuple]) -> None:
    if rows:
        facts.insert(table, columns, [list(column) for column in zip(*rows, strict=True)])


def _everyone(facts: Facts, conditions: tuple[Condition, ...], at: datetime) -> set[tuple[int, int]]:
    statement = compiling.everyone(conditions, TERMS)
    found = facts.tree(statement.text, statement.params | {"at": instant_text(at)})
    return {(who, number) for who, hers in zip(found["customer"], found["matched"], strict=True) for number in hers}


# Shrinking asks a real engine hundreds of times; the example as found is readable enough.
generously = settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


several = st.lists(_conditions(), min_size=1, max_size=4).map(tuple)
everyone_once = given(world=worlds(), conditions=several, at=moments)
some_each = given(
    world=worlds(),
    conditions=several,
    asked=st.sets(st.tuples(st.sampled_from(IIDS), moments), min_size=1, max_size=6),
    as_known_then=st.booleans(),
)


@generously
@everyone_once
def test_everyone_at_one_moment(facts: Facts, world: World, conditions: tuple[Condition, ...], at: datetime) -> None:
    agree_about_everyone(facts, world, conditions, at)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(generously, max_examples=600)
@everyone_once
def test_everyone_in_many_worlds(facts: Facts, world: World, conditions: tuple[Condition, ...], at: datetime) -> None:
    agree_about_everyone(facts, world, conditions, at)


@generously
@some_each
def test_some_customers_each_at_her_own_moment(
    facts: Facts, world: World, conditions: tuple[Condition, ...], asked: set[tuple[int, datetime]], as_known_then: bool
) -> None:
    agree_about_some(facts, world, conditions, asked, as_known_then=as_known_then)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(generously, max_examples=600)
@some_each
def test_some_customers_in_many_worlds(
    facts: Facts, world: World, conditions: tuple[Condition, ...], asked: set[tuple[int, datetime]], as_known_then: bool
) -> None:
    agree_about_some(facts, world, conditions, asked, as_known_then=as_known_then)


def agree_about_everyone(facts: Facts, world: World, conditions: tuple[Condition, ...], at: datetime) -> None:
    """The statement over everybody, and the one that only counts, against the reference."""
    _lay_down(facts, world)
    expected = {
        (customer, number)
        for customer in world.customers
        for number, condition in enumerate(conditions)
        if world.meets(condition, customer, at, TERMS)
    }
    assert _everyone(facts, conditions, at) == expected
    sizes = compiling.counted(conditions, TERMS)
    counted = facts.tree(sizes.text, sizes.params | {"at": instant_text(at)})["sizes"][0]
    assert counted == [sum(number == one for _, one in expected) for number in range(len(conditions))]


def agree_about_some(
    facts: Facts,
    world: World,
    conditions: tuple[Condition, ...],
    asked: set[tuple[int, datetime]],
    *,
    as_known_then: bool,
) -> None:
    """The statement over some customers, each at a moment of her own, against the reference."""
    _lay_down(facts, world)
    rows = [(who, at) for who, at in sorted(asked) if who in world.customers]
    relation = [(who, iid, at) for who, at in rows for iid in world.customers[who]]
    statement = compiling.given(conditions, TERMS, as_known_then=as_known_then)
    with facts.temporary(
        compiling.RELATION,
        compiling.RELATION_COLUMNS,
        [list(column) for column in zip(*relation, strict=True)] if relation else [[], [], []],
    ):
        found = facts.tree(statement.text, statement.params)
    answered = {
        (who, at, number)
        for who, at, hers in zip(found["customer"], found["at"], found["matched"], strict=True)
        for number in hers
    }
    assert answered == {
        (who, at, number)
        for who, at in rows
        for number, condition in enumerate(conditions)
        if world.meets(condition, who, at, TERMS, as_known_then=as_known_then)
    }


@st.composite
def unreached(draw: st.DrawFn) -> World:
    """A world of bounces and complaints only."""
    world = draw(worlds())
    told = st.fixed_dictionaries(
        {"channel": st.sampled_from(["email", "email", "line"])}, optional={"permanent": st.booleans()}
    )
    did = [
        Did(
            number=number, iid=draw(st.sampled_from(IIDS)), name=draw(st.sampled_from(TOLD[-2:])), at=draw(moments),
            received_at=draw(moments), properties=draw(told),
        )
        for number in range(1, draw(st.integers(1, 5)))
    ]  # fmt: skip
    agreed = tuple(replace(one, granted=draw(st.sampled_from([True, True, False]))) for one in world.agreed)
    kinds = {iid: draw(st.sampled_from(["email", "email", "line_user_id"])) for iid in IIDS}
    return replace(world, did=tuple(did), agreed=agreed, kinds=kinds)


REACHED = tuple(Reachable(channel) for channel in ("email", "line"))


@generously
@given(
    world=unreached(),
    at=moments,
    asked=st.sets(st.tuples(st.sampled_from(IIDS), moments), min_size=1, max_size=6),
    as_known_then=st.booleans(),
)
def test_whose_address_is_closed_is_not_reached(
    facts: Facts, world: World, at: datetime, asked: set[tuple[int, datetime]], as_known_then: bool
) -> None:
    agree_about_everyone(facts, world, (*REACHED, Not(REACHED[0])), at)
    agree_about_some(facts, world, REACHED, asked, as_known_then=as_known_then)


@given(condition=_conditions())
def test_a_definition_survives_json(condition: Condition) -> None:
    check(condition)
    assert parse(json.loads(json.dumps(plain(condition)))) == condition


def test_a_year_is_the_brands_year(facts: Facts) -> None:
    """One basket at 23:30 on New Year's Eve in New York is already 2018 in London."""
    eve = datetime(2018, 1, 1, 4, 30, tzinfo=UTC)
    _lay_down(facts, World({1: (1,)}, {1: "user_id"}, (Did(1, 1, "Order Completed", eve, eve),), (), ()))
    condition = Event("Order Completed", "gte", 1, window=Between(date(2017, 1, 1), date(2017, 12, 31)))
    at = datetime(2018, 1, 2, tzinfo=UTC)
    for zone, size in (("America/New_York", 1), ("UTC", 0)):
        statement = compiling.counted((condition,), Terms(zone, "USD"))
        assert facts.tree(statement.text, statement.params | {"at": instant_text(at)})["sizes"] == [[size]]


@pytest.mark.parametrize("nasty", ["'; DROP TABLE event --", "\\'", "{p0:String}", "用户\n\t\\"])
def test_what_people_write_is_never_part_of_the_statement(facts: Facts, nasty: str) -> None:
    at = NOON
    did = Did(1, 1, nasty, at, at, {nasty: nasty})
    _lay_down(facts, World({1: (1,)}, {1: "user_id"}, (did,), (Said(2, 1, nasty, nasty, at, at, "web", 1),), ()))
    conditions = (
        Event(nasty, "gte", 1, where=(Where(nasty, "eq", nasty),)),
        Trait(nasty, "in", (nasty,)),
        Event(nasty, "contains", nasty, "last", nasty),
    )
    assert _everyone(facts, conditions, at) == {(1, 0), (1, 1), (1, 2)}
