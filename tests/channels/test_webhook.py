"""The brand's own program proves itself by a fresh signature and is understood."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import unavoce.channels.webhook as folder
from unavoce.channels.webhook import words
from unavoce.channels.webhook.adapter import channel
from unavoce.channels.webhook.settings import WebhookSettings
from unavoce.channels.webhook.signature import HEADER, signature
from unavoce.deliver.contract import Accepted, Delayed, Posted, ReceiptWord, Refused, Unknown

NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)
OURS = WebhookSettings(url="https://brand.test/in", secret="secret")
CALL = (Path(str(folder.__path__[0])) / "fixtures" / "call.json").read_bytes()


def _posted(*, secret: str = "secret", age: timedelta = timedelta(), body: bytes = CALL) -> Posted:
    signed = signature(CALL, secret, at=int((NOW - age).timestamp()))
    return Posted(body, {HEADER.lower(): signed}, NOW)


def test_only_a_fresh_signature_over_this_very_body_counts() -> None:
    assert channel.verify(_posted(), OURS)
    assert not channel.verify(_posted(secret="guessed"), OURS)
    assert not channel.verify(_posted(age=timedelta(minutes=6)), OURS)
    assert not channel.verify(_posted(body=CALL + b" "), OURS)
    assert not channel.verify(Posted(CALL, {}, NOW), OURS)


def test_its_words_are_understood_and_an_unknown_one_is_a_word_too() -> None:
    first, second = channel.read_receipts(_posted())
    assert (first.word, second.word) == (ReceiptWord.DELIVERED, ReceiptWord.UNKNOWN)
    assert first.id != second.id
    [said] = channel.read_inbound(_posted())
    assert (said.sender, said.text) == ("user-1", "還有貨嗎？")


@pytest.mark.parametrize(
    ("status", "sent", "expected"),
    [(204, True, Accepted), (410, True, Refused), (422, True, Refused), (429, True, Delayed), (0, False, Delayed),
     (0, True, Unknown), (503, True, Unknown)],
)  # fmt: skip
def test_an_answer_is_understood(status: int, sent: bool, expected: type) -> None:
    assert isinstance(words.outcome(status, "", {}, sent=sent, now=NOW), expected)


def test_a_wish_to_wait_is_respected_within_reason() -> None:
    patient = words.outcome(429, "", {"retry-after": "90"}, sent=True, now=NOW)
    endless = words.outcome(429, "", {"retry-after": "999999"}, sent=True, now=NOW)
    assert patient == Delayed(NOW + timedelta(seconds=90), "429 ")
    assert endless == Delayed(NOW + timedelta(hours=1), "429 ")
