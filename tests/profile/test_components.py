"""Customers out of evidence, without a database: the same whatever the order."""

from datetime import timedelta
from random import Random as Chance

from hypothesis import given
from hypothesis import strategies as st

from tests.profile.people import NOON
from unavoce.kernel.ids import Iid
from unavoce.profile.components import resolve, turn_of
from unavoce.profile.model import Edge, EdgeKey, EdgeKind, Node, Refusal, Side

ANNE, BELLE, CARD, WEB, MAIL = (Iid(number) for number in range(1, 6))
NODES = [
    Node(ANNE, "user_id", 0, NOON),
    Node(BELLE, "user_id", 0, NOON + timedelta(hours=1)),
    Node(CARD, "loyalty_card", 1, NOON - timedelta(days=1)),
    Node(WEB, "anonymous_id", 8, NOON - timedelta(days=2)),
    Node(MAIL, "email", 4, NOON),
]
RANKS = {node.iid: node.rank for node in NODES}


def edge(a: Iid, b: Iid, minute: int = 0, kind: EdgeKind = EdgeKind.TOGETHER) -> Edge:
    return Edge(a, b, kind, turn_of(kind, RANKS[a], RANKS[b]), NOON + timedelta(minutes=minute), f"m{minute}")


def test_who_shares_evidence_is_one_customer_named_by_her_oldest_identifier() -> None:
    made = resolve(NODES, [edge(ANNE, CARD), edge(ANNE, WEB)])
    assert made.customers == {ANNE: WEB, CARD: WEB, WEB: WEB, BELLE: BELLE, MAIL: MAIL}
    assert made.refusals == {}


def test_a_shared_device_does_not_make_two_accounts_one_person() -> None:
    made = resolve(NODES, [edge(BELLE, WEB, 2), edge(ANNE, WEB, 1)])
    assert made.customers[ANNE] == made.customers[WEB] != made.customers[BELLE]
    assert made.refusals == {EdgeKey(BELLE, WEB, EdgeKind.TOGETHER): Refusal.LIMIT}


def test_surer_evidence_counts_before_earlier_evidence() -> None:
    made = resolve(NODES, [edge(ANNE, WEB, 1), edge(BELLE, MAIL, 2), edge(MAIL, WEB, 0)])
    assert made.customers[WEB] == made.customers[MAIL] == made.customers[BELLE]


def test_a_person_may_say_that_two_accounts_are_one() -> None:
    evidence = [edge(ANNE, WEB), edge(BELLE, MAIL)]
    made = resolve(NODES, [*evidence, edge(ANNE, BELLE, 9, EdgeKind.MERGE)])
    assert len({made.customers[one] for one in (ANNE, BELLE, WEB, MAIL)}) == 1


def test_a_hub_joins_nobody() -> None:
    made = resolve(NODES, [edge(ANNE, WEB), edge(CARD, WEB)], hubs=frozenset({WEB}))
    assert made.customers == {one.iid: one.iid for one in NODES}
    assert set(made.refusals.values()) == {Refusal.HUB}


def test_what_a_person_set_apart_no_path_joins() -> None:
    evidence = [edge(ANNE, MAIL), edge(MAIL, WEB), edge(CARD, WEB)]
    made = resolve(NODES, evidence, sides=[Side(1, ANNE, apart=True), Side(1, CARD, apart=False)])
    assert made.customers[ANNE] != made.customers[CARD]
    assert Refusal.SEPARATED in made.refusals.values()


def test_a_merge_does_not_push_out_what_was_hers() -> None:
    mails = [Node(Iid(10 + number), "email", 4, NOON) for number in range(8)]
    RANKS.update({node.iid: node.rank for node in mails})
    evidence = [edge(ANNE, one.iid) for one in mails[:5]] + [edge(BELLE, one.iid) for one in mails[5:]]
    made = resolve([*NODES, *mails], [*evidence, edge(ANNE, BELLE, 5, EdgeKind.MERGE)])
    assert {made.customers[one.iid] for one in mails} == {made.customers[ANNE]}


pairs = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda pair: pair[0].iid < pair[1].iid)
edges = st.builds(lambda pair, minute, kind: edge(pair[0].iid, pair[1].iid, minute, kind), pairs,
                  st.integers(0, 4), st.sampled_from([EdgeKind.TOGETHER, EdgeKind.ALIAS]))  # fmt: skip


@given(st.lists(edges, max_size=12, unique_by=lambda one: (one.a, one.b, one.kind)), st.randoms())
def test_the_order_of_the_evidence_does_not_matter(evidence: list[Edge], chance: Chance) -> None:
    shuffled = list(evidence)
    chance.shuffle(shuffled)
    assert resolve(NODES, shuffled) == resolve(reversed(NODES), evidence)
