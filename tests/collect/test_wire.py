"""Segment's wire format, as clients really send it."""

import base64
import gzip
import json

import pytest

from unavoce.collect import rules, wire
from unavoce.collect.model import (
    BatchTooLarge,
    BrokenGzip,
    BrokenJson,
    EventTooLarge,
    NotACall,
    SourceKind,
    TooManyEvents,
)

WEB, PAST = rules.LIMITS[SourceKind.WEB], rules.LIMITS[SourceKind.IMPORT]


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/v1/track", "track"),
        ("/v1/t", "track"),
        ("/v1/identify/", "identify"),
        ("/v1/i", "identify"),
        ("/v1/page", "page"),
        ("/v1/p", "page"),
        ("/v1/screen", "screen"),
        ("/v1/s", "screen"),
        ("/v1/group", "group"),
        ("/v1/g", "group"),
        ("/v1/alias", "alias"),
        ("/v1/a", "alias"),
        ("/v1/batch", "batch"),
        ("/v1/b", "batch"),
        ("/v1/import", "batch"),
    ],
)
def test_every_path_is_a_call(path: str, call: str) -> None:
    assert wire.CALLS[path] == call


def test_the_write_key_may_stand_in_many_places() -> None:
    def keys(headers: dict[str, str], query: str = "") -> list[str]:
        return list(wire.keys_outside(headers.get, query))

    assert keys({"authorization": _basic("wk:")}) == ["wk"]
    assert keys({"authorization": _basic("wk")}) == ["wk"]  # the colon was forgotten
    assert keys({"x-write-key": "wk:secret"}) == ["wk"]
    assert keys({}, "writeKey=wk&x=1") == ["wk"]
    assert list(wire.keys_inside(b'{"writeKey":"wk","batch":[]}')) == ["wk"]
    assert list(wire.keys_inside(b'{"api_key":"wk"}')) == ["wk"]
    assert list(wire.keys_inside(b'{"writeKey":7}')) == []


def test_gzip_is_known_by_its_header_or_its_first_bytes() -> None:
    body = b'{"batch":[]}'
    assert wire.unpacked(gzip.compress(body), "gzip") == body
    assert wire.unpacked(gzip.compress(body), None) == body
    assert wire.unpacked(body, None) == body


def test_a_gzip_bomb_does_not_go_off() -> None:
    with pytest.raises(BatchTooLarge):
        wire.unpacked(gzip.compress(b" " * 50_000_000), "gzip")


@pytest.mark.parametrize("body", [b"plain", gzip.compress(b"{}" * 100, mtime=0)[:-9]])
def test_broken_gzip_is_refused(body: bytes) -> None:
    with pytest.raises(BrokenGzip):
        wire.unpacked(body, "gzip")


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (b'{"userId": "mei",', 17),
        (b'{"userId": mei}', 11),
        (b'{"userId": "\xff"}', 12),
        (b"", 0),
    ],
)
def test_broken_json_names_the_position(body: bytes, position: int) -> None:
    with pytest.raises(BrokenJson) as refused:
        wire.opened("track", body, WEB)
    assert refused.value.facts["position"] == position


@pytest.mark.parametrize("body", [b"[1]", b'"x"', b"7", b"null"])
def test_a_call_is_an_object(body: bytes) -> None:
    with pytest.raises(NotACall):
        wire.opened("track", body, WEB)


@pytest.mark.parametrize("body", [b"{}", b'{"batch":{}}', b'{"batch":null}'])
def test_a_batch_has_a_list(body: bytes) -> None:
    with pytest.raises(NotACall):
        wire.opened("batch", body, WEB)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(BrokenJson):
        wire.opened("track", b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}", PAST)


def test_half_an_emoji_is_mended() -> None:
    envelope = wire.opened("track", b'{"event":"nice \\ud83d","ok":"\\ud83d\\ude00"}', WEB)
    assert json.loads(envelope.body) == {"event": "nice \N{REPLACEMENT CHARACTER}", "ok": "\N{GRINNING FACE}"}


def test_limits() -> None:
    def call(size: int) -> bytes:
        return b'{"a":"' + b"x" * (size - 8) + b'"}'

    assert wire.opened("track", call(WEB.event), WEB).events == 1
    with pytest.raises(EventTooLarge):
        wire.opened("track", call(WEB.event + 1), WEB)
    assert wire.opened("track", call(PAST.event), PAST).events == 1
    full = b'{"batch":[' + b",".join([b"{}"] * rules.MOST_EVENTS) + b"]}"
    assert wire.opened("batch", full, WEB).events == rules.MOST_EVENTS
    with pytest.raises(TooManyEvents):
        wire.opened("batch", full.replace(b"[{}", b"[{},{}"), WEB)
    with pytest.raises(BatchTooLarge):
        wire.opened("batch", call(WEB.batch + 1), WEB)


def test_a_browser_learns_where_to_send() -> None:
    assert wire.settings_key("/v1/projects/wk/settings", iter(())) == "wk"
    assert wire.settings_key("/sourceConfig/", iter(["wk"])) == "wk"
    assert wire.settings_key("/v1/projects/wk", iter(["wk"])) == ""
    settings = json.loads(wire.browser_settings("wk", "shop.example"))
    assert settings["integrations"]["Segment.io"]["apiKey"] == "wk"
    assert settings["integrations"]["Segment.io"]["apiHost"] == "shop.example/v1"
