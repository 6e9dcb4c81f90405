"""What goes to LINE is what LINE documents; what comes from LINE is understood."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unavoce.channels.line as folder
from tests.channels import openapi
from unavoce.channels.line import inbound, messages, words
from unavoce.channels.line.adapter import calls_for, channel, request_for
from unavoce.channels.line.settings import LineSettings
from unavoce.deliver.contract import Accepted, Delayed, InboundKind, Outgoing, Posted, ReceiptWord, Refused, Unknown

NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
MEI, BO = "U" + "1" * 32, "U" + "2" * 32
ACCOUNT = LineSettings(channel_access_token="token", channel_secret="secret")
SEE = {"type": "button", "text": "看看抹茶刷", "url": "https://brand.test/t/c/tok00"}
PICTURE = {"type": "image", "url": "https://brand.test/whisk.jpg"}


def _push(**said: Any) -> dict[str, Any]:
    _, _, body = request_for([Outgoing(KEY, MEI, **said)])
    return body


def test_plain_words_are_a_text_message() -> None:
    assert _push(text="您好") == {"to": MEI, "messages": [{"type": "text", "text": "您好"}]}


def test_something_to_press_is_a_bubble_with_the_words_in_it() -> None:
    [message] = _push(subject="抹茶刷", text="還在等您", blocks=[SEE, PICTURE])["messages"]
    assert (message["type"], message["altText"]) == ("flex", "抹茶刷")
    assert message["contents"]["body"]["contents"][0]["text"] == "還在等您"
    assert message["contents"]["footer"]["contents"][0]["action"]["uri"] == SEE["url"]
    assert message["contents"]["hero"]["url"] == PICTURE["url"]


def test_what_line_cannot_show_is_left_out() -> None:
    [message] = _push(text="hi", blocks=[{"type": "image", "url": "http://plain.test/a.jpg"}, {"type": "form"}])[
        "messages"
    ]
    assert message == {"type": "text", "text": "hi"}


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_a_text_is_cut_between_characters_and_never_empty(text: str, units: int) -> None:
    cut = messages.cut(text, units)
    assert cut
    assert len(cut.encode("utf-16-le")) // 2 <= max(units, 1)
    assert len(text.encode("utf-16-le")) // 2 > units or cut == (text or " ")


def test_the_retry_key_is_the_idempotency_key() -> None:
    _, key, _ = request_for([Outgoing(KEY, MEI, text="hi")])
    assert key == "01234567-89ab-cdef-0123-456789abcdef"


def test_a_bundle_is_one_multicast_with_one_key() -> None:
    bundle = [Outgoing(f"{number:032x}", to, text="open today", bundle="b1") for number, to in enumerate((MEI, BO))]
    calls = list(calls_for([*bundle, Outgoing(KEY, MEI, text="yours")]))
    path, key, body = request_for(next(call for call in calls if len(call) == 2))
    assert (path, body["to"]) == ("/v2/bot/message/multicast", [MEI, BO])
    assert key == request_for(bundle)[1]
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [(200, "", Accepted), (409, "already accepted", Accepted), (0, "timed out", Unknown), (500, "", Unknown),
     (429, "You have reached your monthly limit.", Delayed), (401, "", Delayed), (403, "", Delayed),
     (400, "The request body has 1 error(s)", Refused)],
)  # fmt: skip
def test_an_answer_is_understood(status: int, said: str, expected: type) -> None:
    assert isinstance(words.outcome(status, said, accepted_id=None, now=NOW), expected)


def test_an_unknown_receiver_is_refused_for_good() -> None:
    said = "The property, 'to', in the request body is invalid (line: -, column: -)"
    refused = words.outcome(400, said, accepted_id=None, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.permanent


def _posted(name: str, **more: str) -> Posted:
    raw = (Path(str(folder.__path__[0])) / "fixtures" / name).read_bytes()
    return Posted(raw, {"x-line-signature": inbound.signature(raw, "secret")} | more, NOW)


def test_only_lines_own_signature_counts() -> None:
    assert channel.verify(_posted("webhook.json"), ACCOUNT)
    assert not channel.verify(_posted("webhook.json", **{"x-line-signature": "AAAA"}), ACCOUNT)
    assert not channel.verify(Posted(b"{}", {}, NOW), ACCOUNT)


def test_what_she_did_is_heard() -> None:
    heard = channel.read_inbound(_posted("webhook.json"))
    assert [each.kind for each in heard] == [
        InboundKind.FOLLOW, InboundKind.MESSAGE, InboundKind.POSTBACK, InboundKind.UNFOLLOW, InboundKind.OTHER,
    ]  # fmt: skip
    assert {each.sender for each in heard} == {MEI}
    assert heard[1].text == "還有貨嗎？"
    assert heard[1].at == datetime(2018, 1, 5, 12, 0, 1, tzinfo=UTC)
    assert len({each.id for each in heard}) == 5


def test_a_completed_delivery_is_a_receipt() -> None:
    [seen] = channel.read_receipts(_posted("webhook.json"))
    assert (seen.word, seen.key) == (ReceiptWord.DELIVERED, KEY)


BODIES = [
    _push(text="您好"),
    _push(subject="抹茶刷", text="還在等您", blocks=[SEE, PICTURE]),
    _push(text="", blocks=[{"type": "text", "text": "one"}, {"type": "text", "text": "two"}, SEE]),
    _push(text="長" * 6000),
    request_for([Outgoing(KEY, MEI, text="a", bundle="b"), Outgoing(KEY, BO, text="a", bundle="b")])[2],
]


@pytest.mark.parametrize("body", BODIES, ids=["text", "bubble", "blocks", "long", "multicast"])
def test_lines_own_models_take_every_body(body: dict[str, Any]) -> None:
    models = pytest.importorskip("linebot.v3.messaging.models")
    model = models.MulticastRequest if isinstance(body["to"], list) else models.PushMessageRequest
    read = model.from_dict(json.loads(json.dumps(body)))
    assert read.to == body["to"]
    assert read.to_dict()["messages"][0]["type"] == body["messages"][0]["type"]


@pytest.mark.parametrize("body", BODIES, ids=["text", "bubble", "blocks", "long", "multicast"])
def test_lines_published_specification_takes_every_body(body: dict[str, Any]) -> None:
    schema = "MulticastRequest" if isinstance(body["to"], list) else "PushMessageRequest"
    assert openapi.wrongs("line/messaging-api.strict.yml", schema, body) == []


def test_the_specification_has_teeth() -> None:
    wrong = {"to": MEI, "messages": [{"type": "text"}]}
    assert openapi.wrongs("line/messaging-api.strict.yml", "PushMessageRequest", wrong)
    assert openapi.wrongs("line/messaging-api.strict.yml", "PushMessageRequest", {"to": MEI, "messages": []})


def test_the_webhook_we_test_with_is_what_line_specifies() -> None:
    call = json.loads(_posted("webhook.json").body)
    assert openapi.wrongs("line/webhook.yml", "CallbackRequest", call) == []
