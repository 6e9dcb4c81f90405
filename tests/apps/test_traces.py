"""How texts would name her: her own words wherever they stand, and nobody else's that only look like them."""

from __future__ import annotations

import re

import psycopg
import pytest

from unavoce.apps.privacy.traces import traces_of
from unavoce.runtime.launcher import EmbeddedPostgres

MEI = {1: ("email", "mei@x.com"), 2: ("phone", "+886912000001"), 3: ("user_id", "17"), 4: ("loyalty_card", "王卡-7")}
TRACES = traces_of(MEI, [1, 2, 3, 4], [])
HERS = [
    '{"email": "mei@x.com"}', "To: Mei <mei@x.com>", "mei@x.com,1", "mailto:mei@x.com.", "call +886912000001 now",
    '{"userId":"17"}', '{"user_id": 17, "a": 1}', '{"loyalty_card": "王卡-7"}', "customer:0000000000000003",
]  # fmt: skip
OTHERS = [
    "wendymei@x.com", "mei@x.comet.example2x", "wen.mei@x.com", '{"quantity": 17}', '{"userId": "178"}', "17",
    "+8869120000012", '{"orderId": "17"}', "mei", "",
]  # fmt: skip


@pytest.mark.parametrize("text", HERS)
def test_her_words_are_found(text: str) -> None:
    assert re.search(TRACES.sure, text) or re.search(TRACES.keyed, text)


@pytest.mark.parametrize("text", [text for text in OTHERS if "comet" not in text])
def test_what_only_looks_like_hers_is_left_alone(text: str) -> None:
    assert not re.search(TRACES.sure, text)
    assert not re.search(TRACES.keyed, text)


def test_postgres_finds_the_same(postgres_server: EmbeddedPostgres, template: str) -> None:
    """Also in JSON that writes Chinese in plain ASCII, and among bytes that are no text."""
    with psycopg.connect(postgres_server.url(template)) as connection:

        def mentions(content: bytes) -> bool:
            row = connection.execute("SELECT privacy.mentions(%s, %s)", (content, list(TRACES.patterns))).fetchone()
            return bool(row and row[0])

        assert [text for text in HERS if not mentions(text.encode())] == []
        assert [text for text in OTHERS if "comet" not in text and mentions(text.encode())] == []
        assert mentions(b'{"loyaltyCard": "\\u738b\\u5361-7"}')
        assert mentions(b"\xff\x00\xfe mei@x.com \x80")
        assert not mentions(b"\xff\x00\xfe\x80")


def test_nobody_without_identifiers_is_looked_for() -> None:
    nobody = traces_of({}, [], [])
    assert nobody.patterns == ()
    assert not re.search(nobody.sure, "anything at all")
    assert not re.search(nobody.keyed, '{"userId": ""}')
