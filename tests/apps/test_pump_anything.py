"""Whatever clients send, the pump gets through it: every call is history or a failed event."""

import json
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unavoce.apps.follow import Follower
from unavoce.apps.pump import Brand, Pump
from unavoce.collect import api as collect
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import brand_key
from unavoce.segment import api as segment

_rounds = count()
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -(10**400), 2**63, 2**64, "", " ", "\0", "a\0b", "\ud800", "null", "NaN", "0", "😀"])
    | st.just("x" * 3000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["mei@shop.example", "0912345678", "2018-01-01T00:00:00Z", "9999-12-31", "granted", "denied"])
)  # fmt: skip
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_traits = st.dictionaries(
    st.sampled_from(["email", "phone", "loyalty_card", "name", "city", "consents", "birthday", "a b", "", "x.y"]), _json
)
_properties = st.dictionaries(
    st.sampled_from(["revenue", "total", "currency", "products", "product_id", "category", "store_id", "order_id",
                     "channel", "purpose", "quantity"]), _json | st.lists(st.dictionaries(
                         st.sampled_from(["product_id", "category", "price", "id"]), _json), max_size=2),
)  # fmt: skip
_contexts = st.dictionaries(
    st.sampled_from(["traits", "externalIds", "campaign", "page", "consent", "channel", "locale"]), _json
)
_calls = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "page", "screen", "group", "alias", "dance"])},
    optional={
        "event": st.sampled_from(["Order Completed", "Consent Granted", "Unsubscribed", "Product Viewed"]) | _json,
        "userId": _scalars,
        "anonymousId": _scalars,
        "previousId": _scalars,
        "groupId": _json,
        "timestamp": _scalars,
        "sentAt": _scalars,
        "traits": _traits | _json,
        "properties": _properties | _json,
        "context": _contexts | _json,
        "name": _json,
        "category": _json,
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(_calls, min_size=1, max_size=20), kind=st.sampled_from(["server", "import"]))
def test_the_pump_gets_through_anything(
    calls: list[dict[str, object]], kind: str, postgres: Postgres, facts: Facts, clock: FixedClock
) -> None:
    names = [f"{next(_rounds)}" for _ in calls]
    bodies = [json.dumps(call | {"messageId": name}).encode() for call, name in zip(calls, names, strict=True)]
    with postgres.transaction() as tx:
        source = collect.ensure_source(tx, kind, kind, kind)
        before = len(collect.failed_events(tx, limit=100_000))
        for body in bodies:
            if b"\\ud800" not in body:  # the collector mends it
                collect.accept(tx, collect.LANE_COLLECTOR, source.id, [body], clock.now())
        key = brand_key(tx)
    sent = sum(b"\\ud800" not in body for body in bodies)
    pump = Pump(postgres, facts, clock, Brand(key, "TW"), lambda: None, Follower(facts, segment.Keeper(facts), clock))
    while pump.step():
        pass
    with postgres.transaction() as tx:
        failed = len(collect.failed_events(tx, limit=100_000)) - before
        assert collect.backlog(tx) == 0
    recorded = facts.tree(f"SELECT count() AS n FROM collect.event WHERE message_id IN ({', '.join(map(repr, names))})")
    assert recorded["n"][0] + failed == sent
