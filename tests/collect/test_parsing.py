"""From a request to events: Segment's calls in our words, and a reason for each that is unfit."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unavoce.collect.model import Event, Failure, Reason, Source, SourceKind
from unavoce.collect.parsing import IntakeRow, Reader

NOON = datetime(2018, 1, 5, 12, tzinfo=UTC)
SHOP = Source(2, "shop", "Shop", SourceKind.SERVER)
WEB = Source(3, "web", "Web", SourceKind.WEB)
PAST = Source(4, "past", "Past", SourceKind.IMPORT)


def _all(body: dict[str, object] | bytes, call: str = "", source: Source = SHOP) -> list[Event | Failure]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(Reader(1).read(IntakeRow(10, NOON, source.id, call, raw), source))


def _one(body: dict[str, object] | bytes, call: str = "", source: Source = SHOP) -> Event:
    (event,) = _all(body, call, source)
    assert isinstance(event, Event), event
    return event


def _why(body: dict[str, object] | bytes, call: str = "", source: Source = SHOP) -> Reason:
    (failure,) = _all(body, call, source)
    assert isinstance(failure, Failure), failure
    return failure.reason


def test_the_path_names_the_call() -> None:
    event = _one({"userId": "mei", "event": "Signed Up"}, "track")
    assert (event.type, event.name, event.seq, event.identifiers) == ("track", "Signed Up", 10, (("user_id", "mei"),))


@pytest.mark.parametrize(
    ("call", "name"),
    [("identify", "Identify"), ("page", "Page Viewed"), ("screen", "Screen Viewed"), ("group", "Group")],
)
def test_other_calls_have_a_name_of_ours(call: str, name: str) -> None:
    assert _one({"userId": "mei"}, call).name == name


def test_a_batch_keeps_its_order_and_its_bad_events() -> None:
    good = {"type": "track", "event": "Hi", "userId": "mei"}
    found = _all({"batch": [good, {"type": "dance"}, 7, good | {"event": ""}, good]})
    assert [one.seq for one in found] == [10, 11, 12, 13, 14]
    reasons = [one.reason if isinstance(one, Failure) else None for one in found]
    assert reasons == [None, Reason.UNKNOWN_TYPE, Reason.WRONG_SHAPE, Reason.NO_NAME, None]


def test_a_batchs_context_is_shared() -> None:
    call = {"type": "track", "event": "Hi", "userId": "mei", "context": {"locale": "zh-TW"}}
    event = _one({"context": {"ip": "203.0.113.7", "locale": "en"}, "batch": [call]})
    assert event.context == json.loads(event.context_json) == {"ip": "203.0.113.7", "locale": "zh-TW"}


def test_traits_point_to_a_customer() -> None:
    event = _one(
        {
            "anonymousId": "a-1",
            "traits": {"email": "mei@shop.example", "loyaltyCard": 900, "vip": True},
            "context": {"traits": {"phone": "0912345678"}, "externalIds": [{"type": "line_user_id", "id": "U1"}]},
        },
        "identify",
    )
    assert event.identifiers == (
        ("anonymous_id", "a-1"),
        ("email", "mei@shop.example"),
        ("phone", "0912345678"),
        ("loyalty_card", "900"),
        ("line_user_id", "U1"),
    )
    assert event.traits == event.properties == json.loads(event.properties_json)
    assert event.traits == {"phone": "0912345678", "email": "mei@shop.example", "loyaltyCard": 900, "vip": True}


def test_an_id_of_one_app_says_of_which() -> None:
    outside = [
        {"type": "wechat_openid", "scope": "wx12ab", "id": "o6_bm"},
        {"type": "wechat_openid", "scope": "not an app", "id": "o7"},
    ]
    event = _one({"userId": "mei", "context": {"externalIds": outside}}, "identify")
    assert event.identifiers == (("user_id", "mei"), ("wechat_openid:wx12ab", "o6_bm"), ("wechat_openid", "o7"))


@pytest.mark.parametrize(
    ("previous", "kind"), [("0b4fc5e2-7f2b-4b5e-9d0b-0c3c5f0a7a11", "anonymous_id"), ("old-mei", "user_id")]
)
def test_an_alias_names_the_one_before(previous: str, kind: str) -> None:
    event = _one({"userId": "mei", "previousId": previous}, "alias")
    assert event.identifiers == (("user_id", "mei"), (kind, previous))


def test_an_alias_to_oneself_says_nothing() -> None:
    assert _one({"userId": "mei", "previousId": "mei"}, "alias").identifiers == (("user_id", "mei"),)


def test_a_page_keeps_its_name() -> None:
    event = _one({"userId": "mei", "name": "Home", "properties": {"path": "/"}}, "page")
    assert event.properties == json.loads(event.properties_json) == {"name": "Home", "path": "/"}


def test_a_till_may_sell_without_a_card_but_a_web_page_knows_its_visitor() -> None:
    sale: dict[str, object] = {"event": "Order Completed", "properties": {"revenue": 10}}
    assert _one(sale, "track").identifiers == ()
    assert _why(sale, "track", WEB) is Reason.NO_IDENTIFIER
    assert _why({"traits": {"size": 7}}, "identify") is Reason.NO_IDENTIFIER


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{]", Reason.BAD_JSON),
        (b'{"userId":"\xff","event":"Hi"}', Reason.BAD_JSON),
        (b'{"userId":"mei","event":"Hi","properties":{"n":1e999}}', Reason.WRONG_SHAPE),
        (b'{"userId":["mei"],"event":"Hi"}', Reason.WRONG_SHAPE),
        (b'{"userId":"mei","event":"Hi","properties":[]}', Reason.WRONG_SHAPE),
        (b'{"userId":"mei","event":" "}', Reason.NO_NAME),
        (b'{"userId":"%b","event":"Hi"}' % (b"x" * 513), Reason.IDENTIFIER_TOO_LONG),
        (b'{"userId":"mei","event":"Hi","x":"%b"}' % (b"x" * 33_000), Reason.TOO_LARGE),
    ],
)
def test_every_unfit_call_has_its_reason(body: bytes, reason: Reason) -> None:
    assert _why(body, "track") is reason


def test_a_context_of_the_wrong_shape_is_left_out() -> None:
    assert _one({"userId": "mei", "event": "Hi", "context": "app"}, "track").context == {}


def test_neither_engine_meets_a_nul() -> None:
    event = _one(b'{"userId":"mei","event":"Hi","properties":{"note":"a\\u0000b"}}', "track")
    assert event.properties == {"note": "a\N{REPLACEMENT CHARACTER}b"}


def test_a_wrong_clock_is_put_right() -> None:
    sent = NOON + timedelta(days=3000)
    happened = sent - timedelta(minutes=5)
    event = _one(
        {"userId": "mei", "event": "Hi", "timestamp": happened.isoformat(), "sentAt": sent.isoformat()}, "track"
    )
    assert (event.at, event.clamped) == (NOON - timedelta(minutes=5), False)


@pytest.mark.parametrize(
    "timestamp", ["1999-12-31T23:59:59Z", "2018-01-06T12:00:01Z", "yesterday", 1e300, "0001-01-01"]
)
def test_an_absurd_time_becomes_the_time_of_receipt(timestamp: object) -> None:
    event = _one({"userId": "mei", "event": "Hi", "timestamp": timestamp}, "track")
    assert (event.at, event.clamped) == (NOON, True)


@pytest.mark.parametrize("timestamp", [1514808000, 1514808000000, "2018-01-01T12:00:00", "2018-01-01T20:00:00+08:00"])
def test_times_are_written_in_many_ways(timestamp: object) -> None:
    event = _one({"userId": "mei", "event": "Hi", "timestamp": timestamp}, "track")
    assert (event.at, event.clamped) == (datetime(2018, 1, 1, 12, tzinfo=UTC), False)


def test_the_past_is_never_clamped() -> None:
    old = _one({"userId": "mei", "event": "Hi", "timestamp": "1970-01-01T00:00:00Z"}, "track", PAST)
    assert (old.at, old.clamped) == (datetime(1970, 1, 1, tzinfo=UTC), False)
    assert _why({"userId": "mei", "event": "Hi", "timestamp": "yesterday"}, "track", PAST) is Reason.BAD_TIME
    assert _why({"userId": "mei", "event": "Hi", "timestamp": "0001-01-01"}, "track", PAST) is Reason.BAD_TIME


def test_without_a_message_id_the_same_call_has_the_same_one() -> None:
    call: dict[str, object] = {"userId": "mei", "event": "Hi", "timestamp": "2018-01-01T00:00:00Z"}
    first, again = _one(call | {"sentAt": 1}, "track"), _one({"sentAt": 2, "writeKey": "x"} | call, "track")
    assert first.message_id == again.message_id
    assert first.message_id != _one(call | {"userId": "lin"}, "track").message_id
    assert first.message_id != _one(call, "track", WEB).message_id


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = ["type", "event", "userId", "anonymousId", "messageId", "timestamp", "sentAt", "traits", "properties",
           "context", "name", "category", "previousId", "groupId"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON), st.sampled_from(["", "track", "identify", "page", "alias"]))
def test_whatever_is_sent_becomes_an_event_or_a_failure(call: dict[str, object], path: str) -> None:
    (found,) = _all(json.dumps(call).encode(), path, WEB)
    assert isinstance(found, Event | Failure)
