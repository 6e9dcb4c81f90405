"""The facts in ClickHouse: once per batch, and whose an identifier is follows PostgreSQL."""

from tests.profile.people import NOON, TILL, event, iid, interned
from unavoce.collect.api import Batch
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres

EVENTS = [
    event("m1", ("user_id", "mei"), ("email", "mei@example.com"), call="identify", source=TILL,
          traits={"age": 31, "city": "Taipei", "vip": True, "spent": "12.50", "gone": None,
                  "consents": {"email": True}}),
    event("m2", ("user_id", "mei"), minute=1),
    event("m3", ("user_id", "null"), minute=2),
]  # fmt: skip
MEI, MAIL = iid("user_id", "mei"), iid("email", "mei@example.com")


def test_a_replayed_batch_changes_nothing(facts: Facts) -> None:
    for _ in range(2):
        api.record(facts, Batch(1, 1, 3, 1), EVENTS, interned(EVENTS))
    seen = facts.tree("SELECT iid, kind, first_seen FROM profile.v_identifier ORDER BY kind")
    assert seen == {"iid": [MAIL, MEI], "kind": ["email", "user_id"], "first_seen": [NOON, NOON]}
    traits = facts.tree("SELECT key, value, text, number, priority FROM profile.v_trait ORDER BY key")
    assert list(zip(*traits.values(), strict=True)) == [
        ("age", "31", "31", 31.0, 1),
        ("city", '"Taipei"', "Taipei", None, 1),
        ("gone", "null", "", None, 1),
        ("spent", '"12.50"', "12.50", 12.5, 1),
        ("vip", "true", "true", 1.0, 1),
    ]
    consents = facts.tree("SELECT iid, channel, purpose, granted FROM profile.v_consent ORDER BY iid")
    assert sorted(consents["iid"]) == sorted([MEI, MAIL])
    assert set(zip(consents["channel"], consents["purpose"], consents["granted"], strict=True)) == {
        ("email", "marketing", 1)
    }


def test_an_identifier_met_in_many_batches_is_one_identifier(facts: Facts) -> None:
    for batch in range(1, 4):
        later = [event(f"b{batch}", ("user_id", "mei"), minute=batch)]
        api.record(facts, Batch(1, batch, batch, 1), later, interned(later))
    assert facts.tree("SELECT count() AS n FROM profile.v_identifier") == {"n": [1]}


def _customer(facts: Facts, one: int) -> int:
    answered: int = facts.tree(f"SELECT customer_of(toUInt64({one})) AS customer")["customer"][0]
    return answered


def test_whose_it_is_follows_a_merge_and_its_undoing(facts: Facts, postgres: Postgres) -> None:
    apart = [event("m1", ("user_id", "mei")), event("m2", ("email", "mei@example.com"), minute=1)]
    with postgres.transaction() as tx:
        assert not api.absorb(tx, apart, interned(apart), NOON).links
    assert _customer(facts, MAIL) == MAIL
    with postgres.transaction() as tx:
        merged = api.merge(tx, CustomerId(MEI), CustomerId(MAIL), "Ann", "the same person", NOON)
    with postgres.transaction() as tx:
        api.publish_links(tx, facts, merged.links)
    assert _customer(facts, MAIL) == MEI
    with postgres.transaction() as tx:
        parted = api.separate(tx, CustomerId(MEI), [MAIL], "Ann", "her sister", NOON)
    with postgres.transaction() as tx:
        api.publish_links(tx, facts, parted.links)
        assert not api.check_links(tx, facts)
    assert _customer(facts, MAIL) == MAIL


def test_a_slow_publisher_does_not_undo_a_faster_one(facts: Facts, postgres: Postgres) -> None:
    with postgres.transaction() as tx:
        earlier = api.absorb(tx, EVENTS, interned(EVENTS), NOON)
    with postgres.transaction() as tx:
        parted = api.separate(tx, earlier.links[0].customer, [earlier.links[0].iid], "Ann", "her sister", NOON)
    for links in (parted.links, earlier.links):
        with postgres.transaction() as tx:
            api.publish_links(tx, facts, links)
    assert _customer(facts, earlier.links[0].iid) == earlier.links[0].iid


def test_a_copy_that_differs_is_replaced_at_start(facts: Facts, postgres: Postgres) -> None:
    with postgres.transaction() as tx:
        done = api.absorb(tx, EVENTS, interned(EVENTS), NOON)
    assert done.links
    with postgres.transaction() as tx:
        assert api.check_links(tx, facts)
        assert not api.check_links(tx, facts)
    assert _customer(facts, MAIL) == _customer(facts, MEI)
    facts.insert("profile.link", ["iid", "customer"], [[done.links[0].iid], [99]])
    with postgres.transaction() as tx:
        assert api.check_links(tx, facts)
        assert _customer(facts, MAIL) == _customer(facts, MEI)
        api.compact_links(tx, facts)
    assert _customer(facts, MAIL) == _customer(facts, MEI)
