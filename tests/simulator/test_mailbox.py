"""Letters over real SMTP, kept, opened, pressed and unsubscribed from."""

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from starlette.testclient import TestClient

from tests.simulator.conftest import Brand
from unavoce.apps.simulator import mailbox
from unavoce.apps.simulator.world import World


@pytest.fixture
def port(world: World) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    server = mailbox.smtp_server(world, "127.0.0.1", number)
    server.start()
    yield number
    server.stop()


def _letter(to: str, brand: Brand) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "shop@brand.test", to, "抹茶刷還在等您"
    letter["List-Unsubscribe"] = f"<{brand.url}/u/tok>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(f"See {brand.url}/t/c/tok00")
    letter.add_alternative(
        f'<a href="{brand.url}/t/c/tok00">See</a><img src="{brand.url}/t/o/tok.gif">'
        '<img src="https://elsewhere.test/pixel.gif">',
        subtype="html",
    )
    return letter


def _post(port: int, letter: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(letter)


def test_a_letter_is_kept_opened_pressed_and_unsubscribed_from(simulator: TestClient, port: int, brand: Brand) -> None:
    _post(port, _letter("Mei@example.com", brand))
    box = simulator.get("/mailboxes", params={"address": "mei@example.com"}).json()[0]
    [letter] = box["messages"]
    assert (letter["subject"], letter["opened"]) == ("抹茶刷還在等您", False)
    where = f"/mailboxes/mei@example.com/{letter['id']}"
    assert simulator.post(f"{where}/open").json()["opened"] is True
    assert simulator.post(f"{where}/click", json={"url": f"{brand.url}/t/c/tok00"}).json()["status"] == 200
    assert simulator.post(f"{where}/unsubscribe").json()["status"] == 200
    assert [(heard.method, heard.path) for heard in brand.heard] == [
        ("GET", "/t/o/tok.gif"), ("GET", "/t/c/tok00"), ("POST", "/u/tok"),
    ]  # fmt: skip
    assert brand.heard[-1].body == b"List-Unsubscribe=One-Click"
    assert "cookie" not in brand.heard[-1].headers


@pytest.mark.parametrize(("to", "code"), [("bounce@example.com", 550), ("full+1@example.com", 452)])
def test_some_addresses_play_a_refusal(simulator: TestClient, port: int, brand: Brand, to: str, code: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        _post(port, _letter(to, brand))
    assert refused.value.recipients[to][0] == code
    assert simulator.get("/mailboxes").json() == []


def test_a_letter_without_the_offer_has_no_one_click(simulator: TestClient, port: int, brand: Brand) -> None:
    letter = _letter("bo@example.com", brand)
    del letter["List-Unsubscribe-Post"]
    _post(port, letter)
    [kept] = simulator.get("/mailboxes").json()[0]["messages"]
    assert simulator.post(f"/mailboxes/bo@example.com/{kept['id']}/unsubscribe").status_code == 409
