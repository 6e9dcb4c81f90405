"""Letters are well formed whatever is in them, and a mail server's answers are understood."""

import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unavoce.channels.email as folder
from unavoce.channels.email import letter, words
from unavoce.channels.email.adapter import channel
from unavoce.channels.email.settings import EmailSettings
from unavoce.deliver.contract import Accepted, Delayed, InboundKind, Outgoing, Posted, ReceiptWord, Refused, Unknown
from unavoce.runtime.smtp import Answer

NOW = datetime(2018, 1, 5, 12, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"
SHOP = EmailSettings(host="mail.brand.test", from_address="hello@brand.test", from_name="茶舖 Tea, Inc.")
LEAVE = {"List-Unsubscribe": "<https://brand.test/u/tok>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _parsed(outgoing: Outgoing) -> email.message.EmailMessage:
    raw = letter.compose(outgoing, SHOP, now=NOW)
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_says_the_same_in_text_and_html() -> None:
    outgoing = Outgoing(KEY, "mei@example.com", "抹茶刷還在購物車裡等您，今天下單明天就到，滿千免運費",
                        "您好\n美美", "<p>您好，美美</p>", headers=LEAVE)  # fmt: skip
    parsed = _parsed(outgoing)
    assert parsed["Subject"] == outgoing.subject
    assert parsed["Message-ID"] == f"<{KEY}@brand.test>"
    assert parsed["From"].addresses[0].display_name == "茶舖 Tea, Inc."
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed.get_content_type() == "multipart/alternative"
    assert [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parsed.iter_parts()] == [
        "您好\n美美",
        "<p>您好，美美</p>",
    ]
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_key_is_the_same_letter() -> None:
    outgoing = Outgoing(KEY, "mei@example.com", "Hello", "Hi")
    assert letter.compose(outgoing, SHOP, now=NOW) == letter.compose(outgoing, SHOP, now=NOW)


def test_nobodys_name_can_add_a_header() -> None:
    parsed = _parsed(Outgoing(KEY, "mei@example.com", "Hi\r\nBcc: spy@evil.test", "x"))
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "Hi Bcc: spy@evil.test"


@given(subject=st.text(max_size=200), body=st.text(max_size=500))
def test_every_line_is_short_and_every_word_arrives(subject: str, body: str) -> None:
    outgoing = Outgoing(KEY, "mei@example.com", subject, body)
    raw = letter.compose(outgoing, SHOP, now=NOW)
    head = raw.split(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert subject.isascii() or all(len(line) <= 90 for line in head.split(b"\r\n"))
    parsed = email.message_from_bytes(raw)
    payload = parsed.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().rstrip("\r\n") == body.replace("\r\n", "\n").replace("\n", "\r\n").rstrip("\r\n")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(250, "2.0.0 OK", handed=True), Accepted),
        (Answer(550, "5.1.1 no such user", handed=False), Refused),
        (Answer(452, "4.2.2 mailbox full", handed=False), Delayed),
        (Answer(0, "ConnectionRefusedError", handed=False), Delayed),
        (Answer(0, "SMTPReadTimeoutError", handed=True), Unknown),
    ],
)
def test_a_servers_answer_is_understood(answer: Answer, expected: type) -> None:
    assert isinstance(words.outcome(answer, message_id="<m>", now=NOW), expected)


@pytest.mark.parametrize(
    ("code", "said", "permanent"),
    [(550, "5.1.1 unknown", True), (550, "no such user", True), (554, "5.7.1 spam", False),
     (552, "5.2.2 full", False), (550, "5.2.1 disabled", True), (554, "rejected", False)],
)  # fmt: skip
def test_only_what_is_said_of_the_address_closes_it(code: int, said: str, permanent: bool) -> None:
    assert words.is_permanent(code, said) is permanent


def _posted(name: str) -> Posted:
    raw = (Path(str(folder.__path__[0])) / "fixtures" / name).read_bytes()
    return Posted(raw, {"authorization": "Bearer hook"}, NOW)


def test_a_bounce_report_names_our_key() -> None:
    [seen] = channel.read_receipts(_posted("bounce.eml"))
    assert (seen.word, seen.key, seen.to) == (ReceiptWord.BOUNCED, KEY, "mei@example.com")
    assert "5.1.1" in seen.detail
    assert channel.read_inbound(_posted("bounce.eml")) == []


def test_a_full_mailbox_is_no_bounce() -> None:
    [seen] = channel.read_receipts(_posted("full.eml"))
    assert seen.word is ReceiptWord.FAILED


def test_a_complaint_is_a_complaint() -> None:
    [seen] = channel.read_receipts(_posted("complaint.eml"))
    assert (seen.word, seen.key, seen.to) == (ReceiptWord.COMPLAINED, KEY, "mei@example.com")


def test_a_letter_from_a_customer_is_heard_and_a_machines_is_not() -> None:
    [inbound] = channel.read_inbound(_posted("reply.eml"))
    assert (inbound.kind, inbound.sender, inbound.text.strip()) == (
        InboundKind.MESSAGE,
        "mei@example.com",
        "還有貨嗎？",
    )
    assert channel.read_receipts(_posted("reply.eml")) == []
    assert channel.read_inbound(_posted("vacation.eml")) == []


def test_a_report_needs_the_secret() -> None:
    with_hook = EmailSettings(host="m", from_address="a@b.test", hook_secret="hook")
    assert channel.verify(_posted("bounce.eml"), with_hook)
    assert not channel.verify(_posted("bounce.eml"), EmailSettings(host="m", from_address="a@b.test"))
