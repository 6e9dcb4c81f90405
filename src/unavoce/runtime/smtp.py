"""Handing letters to a mail server, with an honest answer for each: taken, turned away, later, or lost from sight."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

Security = Literal["none", "starttls", "tls"]

# A letter is small, so a connection spends its time waiting for answers; four of them hide the waiting.
_CONNECTIONS = 4
_LETTERS_PER_CONNECTION = 10


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over, and as whom."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: Security = "none"
    timeout_seconds: float = 10.0
    """For each command; a whole batch ends within a few of these even when the server hangs."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it goes over the wire."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: its code and text; code 0 when it said nothing.

    `handed` is False as long as the letter's content was surely not taken.
    """

    code: int
    text: str
    handed: bool

    @property
    def taken(self) -> bool:
        """Whether the server is now responsible for the letter."""
        return self.handed and self.code // 100 == 2


def hand_over(server: MailServer, letters: Sequence[Letter]) -> list[Answer]:
    """Hand every letter to the server; one answer for each, in the same order. Never raises for the server's part."""
    return asyncio.run(_hand_over(server, letters)) if letters else []


async def _hand_over(server: MailServer, letters: Sequence[Letter]) -> list[Answer]:
    lines = min(_CONNECTIONS, -(-len(letters) // _LETTERS_PER_CONNECTION))
    shares = [letters[line::lines] for line in range(lines)]
    answered = await asyncio.gather(*(_over_one_line(server, share) for share in shares))
    answers = [Answer(0, "", handed=False)] * len(letters)
    for line, share in enumerate(answered):
        answers[line::lines] = share
    return answers


async def _over_one_line(server: MailServer, letters: Sequence[Letter]) -> list[Answer]:
    answers: list[Answer] = []
    client: SMTP | None = None
    for letter in letters:
        try:
            client = client if client is not None and client.is_connected else await _connect(server)
        except (SMTPException, OSError) as trouble:
            # One failed attempt to connect is enough: waiting for each letter's own would take minutes.
            answers.extend([_said(trouble, handed=False)] * (len(letters) - len(answers)))
            break
        answers.append(await _hand_one(client, letter))
        if answers[-1].handed and not answers[-1].taken:
            # The line broke on this letter: a server in such a state would cost each other letter its own time-out.
            answers.extend([Answer(0, "not tried", handed=False)] * (len(letters) - len(answers)))
            break
    if client is not None:
        await _leave(client)
    return answers


async def _connect(server: MailServer) -> SMTP:
    client = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=server.timeout_seconds,
    )
    await client.connect()
    return client


async def _hand_one(client: SMTP, letter: Letter) -> Answer:
    try:
        await client.mail(letter.sender)
        await client.rcpt(letter.recipient)
    except (SMTPException, OSError) as trouble:
        await _start_over(client)
        return _said(trouble, handed=False)
    try:
        said = await client.data(letter.content)
    except SMTPResponseException as refused:
        await _start_over(client)
        return _said(refused, handed=False)
    except (SMTPException, OSError) as silence:
        # The content may have reached the server before the line broke.
        client.close()
        return _said(silence, handed=True)
    return Answer(said.code, said.message, handed=True)


def _said(trouble: Exception, *, handed: bool) -> Answer:
    if isinstance(trouble, SMTPResponseException):
        return Answer(trouble.code, trouble.message, handed=False)
    return Answer(0, f"{type(trouble).__name__}: {trouble}", handed=handed)


async def _start_over(client: SMTP) -> None:
    try:
        await client.rset()
    except (SMTPException, OSError):
        client.close()


async def _leave(client: SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit()
    except (SMTPException, OSError):
        client.close()
