"""What other vendors' clients say, in our words: nothing lost, nothing invented, what is broken told exactly."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.collect.dialects import commerce, ga4, gtag, posthog, rudderstack
from unavoce.collect.dialects.model import Asked, Call
from unavoce.collect.dialects.registry import BY_PATH, DIALECTS, PREFIXES
from unavoce.collect.model import Event, Failure, NotThisDialect, Reason, Source, SourceKind
from unavoce.collect.parsing import IntakeRow, Reader

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
WEB = Source(3, "web", "Web", SourceKind.WEB)
WHISK = {"item_id": "whisk", "item_name": "抹茶刷", "item_category": "TEA WARE", "price": 24.5, "quantity": 2}


def _asked(body: object = b"", query: str = "", path: str = "/x") -> Asked:
    return Asked(path, query, body if isinstance(body, bytes) else json.dumps(body).encode(), NOW, "Browser 1.0")


def _read(calls: list[Call], dialect: str) -> list[Event | Failure]:
    """What the pump makes of a translation."""
    row = IntakeRow(1, NOW, WEB.id, dialect, msgspec.json.encode({"batch": calls}))
    return list(Reader(1).read(row, WEB))


def _events(calls: list[Call], dialect: str) -> list[Event]:
    return [one for one in _read(calls, dialect) if isinstance(one, Event)]


def _google(*events: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"client_id": "1234.5678", "events": list(events)} | more


def test_a_purchase_told_to_google_is_an_order() -> None:
    said = {"transaction_id": "o-1", "value": 49, "currency": "TWD", "tax": 2, "items": [WHISK], "store_vibe": "calm"}
    told = _google({"name": "purchase", "params": said}, user_id="mei", timestamp_micros="1770000000000000")
    (order,) = _events(ga4.calls(_asked(told)), ga4.NAME)
    assert (order.type, order.name, order.identifiers) == (
        "track", "Order Completed", (("user_id", "mei"), ("anonymous_id", "1234.5678")),
    )  # fmt: skip
    assert order.goods is not None
    assert (order.goods.order_id, order.goods.revenue, order.goods.currency, order.goods.product_ids) == (
        "o-1", 4900, "TWD", ["whisk"],
    )  # fmt: skip
    assert order.properties["store_vibe"] == "calm"
    assert order.properties["products"][0]["name"] == "抹茶刷"  # type: ignore[index]
    assert order.at == datetime(2026, 2, 2, 2, 40, tzinfo=UTC)
    assert order.context["original"] == {"dialect": "ga4", "call": {"name": "purchase", "params": said}}


def test_one_product_stands_beside_its_event_and_several_in_a_list() -> None:
    one, two = ga4.calls(
        _asked(_google({"name": "view_item", "params": {"items": [WHISK]}},
                       {"name": "view_item", "params": {"items": [WHISK, WHISK]}}))
    )  # fmt: skip
    assert (one["event"], one["properties"]) == (
        "Product Viewed",
        {"product_id": "whisk", "name": "抹茶刷", "category": "TEA WARE", "price": 24.5, "quantity": 2},
    )
    assert len(two["properties"]["products"]) == 2  # type: ignore[index]


@pytest.mark.parametrize(("theirs", "ours"), commerce.EVENTS.items())
def test_googles_names_are_segments(theirs: str, ours: str) -> None:
    (call,) = ga4.calls(_asked(_google({"name": theirs})))
    assert (call["type"], call["event"]) == ("track", ours)


def test_an_unknown_name_stays_itself() -> None:
    (call,) = ga4.calls(_asked(_google({"name": "tea_tasted", "params": {"leaf": "oolong"}})))
    assert (call["event"], call["properties"]) == ("tea_tasted", {"leaf": "oolong"})


def test_what_google_knows_of_her_and_what_she_allows() -> None:
    told = _google(
        {"name": "page_view", "params": {"page_location": "https://shop.example/?utm_source=line", "page_title": "茶"}},
        user_id="mei", user_properties={"tier": {"value": "gold"}},
        consent={"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
    )  # fmt: skip
    identified, page = _events(ga4.calls(_asked(told)), ga4.NAME)
    assert (identified.type, identified.traits) == ("identify", {"tier": "gold"})
    assert (page.name, page.properties["title"]) == ("Page Viewed", "茶")
    assert page.context["consent"] == {"categoryPreferences": {"advertising": False}}


@pytest.mark.parametrize("year", [1971, 1999, 2031, 2999])
def test_a_clock_that_is_years_wrong_is_clamped_and_said_to_be(year: int) -> None:
    micros = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)
    (event,) = _events(ga4.calls(_asked(_google({"name": "login"}, timestamp_micros=micros))), ga4.NAME)
    assert (event.at, event.clamped) == (NOW, True)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"client_id": "1"}, "events"),
        (_google(), "events"),
        (_google({"name": "x"}) | {"client_id": None}, "client_id"),
        (_google({"name": "x"}) | {"client_id": ["1"]}, "client_id"),
        (_google({"name": "x"}, {"params": {}}), "events[1].name"),
        (_google({"name": "x", "params": [1]}), "events[0].params"),
        (_google({"name": "purchase", "params": {"items": "whisk"}}), "events[0].params.items"),
        (_google({"name": "x", "timestamp_micros": "yesterday"}), "events[0].timestamp_micros"),
        (_google({"name": "x"}, timestamp_micros=10**40), "timestamp_micros"),
        (_google({"name": "x"}, user_properties=["gold"]), "user_properties"),
        ({"client_id": "1", "events": ["purchase"]}, "events[0]"),
    ],
)
def test_a_broken_call_is_told_where(told: dict[str, Any], field: str) -> None:
    with pytest.raises(NotThisDialect) as refused:
        ga4.calls(_asked(told))
    assert refused.value.facts["field"] == field
    assert refused.value.facts["expected"]


def test_the_browser_tag_tells_several_events_at_once() -> None:
    shared = {"v": "2", "tid": "G-TEA1", "cid": "11.22", "dl": "https://shop.example/tea", "dt": "茶", "ul": "zh-tw",
              "gcs": "G101", "_p": "7"}  # fmt: skip
    lines = [
        {"en": "page_view", "_s": "1"},
        {"en": "add_to_cart", "_s": "2", "cu": "TWD", "epn.value": "49", "ep.shelf": "二樓",
         "pr1": "idwhisk~nm抹茶刷~pr24.5~qt2"},
    ]  # fmt: skip
    body = "\r\n".join(urlencode(line) for line in lines).encode()
    page, added = _events(gtag.calls(_asked(body, urlencode(shared))), gtag.NAME)
    assert list(gtag.keys(urlencode(shared), b"")) == ["G-TEA1"]
    assert (page.name, page.properties["url"], page.identifiers) == (
        "Page Viewed", "https://shop.example/tea", (("anonymous_id", "11.22"),),
    )  # fmt: skip
    assert (added.name, added.properties["product_id"], added.properties["quantity"]) == ("Product Added", "whisk", 2)
    assert (added.properties["name"], added.properties["shelf"]) == ("抹茶刷", "二樓")
    assert added.context["consent"] == {"categoryPreferences": {"advertising": False, "analytics": True}}
    assert added.context["page"] == {"url": "https://shop.example/tea", "title": "茶"}
    assert len({page.message_id, added.message_id}) == 2


def test_one_event_stands_in_the_query_alone() -> None:
    (call,) = gtag.calls(_asked(b"", urlencode({"en": "scroll", "cid": "1.2", "epn.percent_scrolled": "90"})))
    assert (call["event"], call["properties"]) == ("scroll", {"percent_scrolled": 90})
    with pytest.raises(NotThisDialect, match="en"):
        gtag.calls(_asked(b"", "cid=1.2"))
    with pytest.raises(NotThisDialect, match="cid"):
        gtag.calls(_asked(b"", "en=scroll"))
    with pytest.raises(NotThisDialect, match="UTF-8"):
        gtag.calls(_asked(b"en=\xff", "cid=1.2"))


def _hog(event: str, distinct: str = "mei", **properties: object) -> dict[str, object]:
    return {"event": event, "distinct_id": distinct, "properties": properties, "uuid": f"u-{event}"}


def test_posthogs_calls_are_segments() -> None:
    told = {
        "api_key": "wk",
        "batch": [
            _hog("Tea Tasted", leaf="烏龍", **{"$lib": "posthog-python"}),
            _hog("$identify", **{"$set": {"email": "mei@example.com"}, "$anon_distinct_id": "a-1"}),
            _hog("$pageview", "0190d9a0-0000-7000-8000-000000000001", **{"$current_url": "https://shop.example/"}),
            _hog("$groupidentify", **{"$group_key": "g-1", "$group_set": {"plan": "gold"}}),
            _hog("$create_alias", alias="mei-new"),
            _hog("$screen", **{"$screen_name": "Cart"}),
        ],
    }
    track, identify, page, group, alias, screen = _events(posthog.calls(_asked(told)), posthog.NAME)
    assert (track.name, track.properties, track.message_id) == ("Tea Tasted", {"leaf": "烏龍"}, "u-Tea Tasted")
    assert (identify.traits, identify.identifiers) == (
        {"email": "mei@example.com"}, (("user_id", "mei"), ("anonymous_id", "a-1"), ("email", "mei@example.com")),
    )  # fmt: skip
    assert (page.identifiers[0][0], page.properties["url"]) == ("anonymous_id", "https://shop.example/")
    assert group.properties == {"plan": "gold", "group_id": "g-1"}
    assert alias.identifiers == (("user_id", "mei-new"), ("user_id", "mei"))
    assert (screen.type, screen.properties["name"]) == ("screen", "Cart")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"batch": {}}, "batch"),
        ({"batch": [7]}, "batch[0]"),
        ({"batch": [{"distinct_id": "a"}]}, "batch[0].event"),
        ({"batch": [{"event": "x"}]}, "batch[0].distinct_id"),
        ({"batch": [{"event": "x", "distinct_id": "a", "properties": "p"}]}, "batch[0].properties"),
    ],
)
def test_a_broken_capture_is_told_where(told: dict[str, Any], field: str) -> None:
    with pytest.raises(NotThisDialect) as refused:
        posthog.calls(_asked(told))
    assert refused.value.facts["field"] == field


def test_a_pixel_in_a_letter_is_a_call() -> None:
    query = urlencode({"writeKey": "wk", "userId": "mei", "event": "Letter Opened", "properties.letter.name": "春茶"})
    (call,) = rudderstack.pixel(_asked(b"", query, "/pixel/v1/track"))
    (event,) = _events([call], rudderstack.NAME)
    assert (event.type, event.name, event.properties, event.at) == (
        "track", "Letter Opened", {"letter": {"name": "春茶"}}, NOW,
    )  # fmt: skip


def test_a_merge_names_both() -> None:
    pair = [{"type": "email", "value": "mei@example.com"}, {"type": "phone", "value": "+886912345678"}]
    (event,) = _events(rudderstack.merge(_asked({"type": "merge", "mergeProperties": pair})), rudderstack.NAME)
    assert event.identifiers == (("email", "mei@example.com"), ("phone", "+886912345678"))
    for broken in (None, pair[:1], [pair[0], {"type": "phone"}], ["a", "b"]):
        with pytest.raises(NotThisDialect, match="mergeProperties"):
            rudderstack.merge(_asked({"mergeProperties": broken}))


def test_a_translated_call_may_be_larger_than_what_was_sent() -> None:
    told = _google({"name": "long_story", "params": {"story": "x" * 20_000}})
    assert len(_events(ga4.calls(_asked(told)), ga4.NAME)) == 1
    endless = _google({"name": "long_story", "params": {"story": "x" * 80_000}})
    (failure,) = _read(ga4.calls(_asked(endless)), ga4.NAME)
    assert isinstance(failure, Failure)
    assert failure.reason is Reason.TOO_LARGE


def test_every_dialect_is_passed_on_by_the_front_address() -> None:
    for _, path in BY_PATH:
        assert any(path == prefix or path.startswith(f"{prefix}/") for prefix in PREFIXES), path


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
_WORDS = ["events", "name", "params", "items", "client_id", "user_id", "timestamp_micros", "user_properties", "consent",
          "batch", "event", "distinct_id", "properties", "uuid", "$set", "mergeProperties", "context", "type",
          "value"]  # fmt: skip
_PART = st.dictionaries(st.sampled_from(_WORDS), _JSON | st.lists(_JSON, max_size=2), max_size=5)
_TOLD = st.dictionaries(st.sampled_from(_WORDS), _JSON | st.lists(_PART, max_size=3))


@given(_TOLD, st.sampled_from(DIALECTS), st.text(max_size=40))
def test_whatever_is_said_becomes_calls_or_a_clear_refusal(told: dict[str, Any], dialect: Any, query: str) -> None:
    body = json.dumps(told).encode() if dialect.in_json else query.encode("utf-8", "surrogatepass")
    refusal, calls = None, []
    try:
        calls = dialect.calls(_asked(body, query))
    except NotThisDialect as refused:
        refusal = refused
    assert refusal.facts.get("expected") if refusal else len(_read(calls, dialect.name)) == len(calls)
