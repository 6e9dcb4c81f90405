"""Logging in, staying logged in, and being kept out."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from unavoce.access import api, passwords, rules
from unavoce.kernel.clock import FixedClock

OLIVIA, PASSWORD = "olivia@shop.example", "with one voice 2018"

if TYPE_CHECKING:
    from tests.access.conftest import Team


def test_olivia_logs_in_and_sees_who_she_is(team: "Team") -> None:
    olivia = team.log_in("  Olivia@Shop.Example ")
    session = olivia.get("/api/session").json()
    assert session["person"]["name"] == "Olivia"
    assert session["person"]["stores"] is None
    assert set(session["person"]["permissions"]) == set(rules.EVERYTHING)
    assert session["brand"]["currency"] == "TWD"
    assert session["clock"] == {"now": "2018-01-05T12:00:00Z", "demo": False, "offset_seconds": 0.0}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(team: "Team") -> None:
    answer = team.visitor().post("/api/session", json={"email": "olivia@shop.example", "password": PASSWORD})
    said = answer.headers["set-cookie"].lower()
    assert all(word in said for word in ("unavoce_session=", "httponly", "samesite=lax", "secure", "path=/"))


def test_a_stranger_is_told_to_log_in(team: "Team") -> None:
    answer = team.visitor().get("/api/people")
    assert (answer.status_code, answer.json()["code"]) == (401, "not-logged-in")
    assert team.visitor().get("/api/menu").json() == {"tea": "matcha"}


def test_a_write_without_the_token_is_refused(team: "Team") -> None:
    olivia = team.log_in()
    assert olivia.post("/api/window").json() == {"by": "Olivia"}
    for wrong in ("", "x"):
        olivia.headers["X-CSRF-Token"] = wrong
        assert olivia.post("/api/window").json()["code"] == "csrf-missing"
    assert olivia.get("/api/session").status_code == 200


def test_logging_out_ends_the_session_not_only_the_cookie(team: "Team") -> None:
    olivia = team.log_in()
    cookie = olivia.cookies["unavoce_session"]
    assert olivia.delete("/api/session").json() == {"ok": True}
    thief = team.visitor()
    thief.cookies.set("unavoce_session", cookie)
    assert thief.get("/api/session").status_code == 401
    assert thief.delete("/api/session").json() == {"ok": True}


@pytest.mark.parametrize(("slept", "status"), [(timedelta(minutes=110), 200), (timedelta(minutes=121), 401)])
def test_a_session_nobody_uses_ends(team: "Team", slept: timedelta, status: int) -> None:
    olivia = team.log_in()
    team.wall.passes(slept)
    assert olivia.get("/api/session").status_code == status


def test_no_session_lasts_longer_than_half_a_day(team: "Team") -> None:
    olivia = team.log_in()
    for _ in range(11):
        team.wall.passes(timedelta(hours=1))
        assert olivia.get("/api/session").status_code == 200
    team.wall.passes(timedelta(hours=1))
    assert olivia.get("/api/session").status_code == 401


def test_the_demo_brands_clock_may_jump_without_logging_anybody_out(team: "Team") -> None:
    olivia = team.log_in()
    clock = team.door.clock
    assert isinstance(clock, FixedClock)
    clock.passes(timedelta(days=90))
    assert olivia.get("/api/session").status_code == 200


def _guess(team: "Team", password: str, *, email: str = OLIVIA, ip: str = "10.0.0.1") -> dict[str, object]:
    answer: dict[str, object] = (
        team.visitor(ip=ip).post("/api/session", json={"email": email, "password": password}).json()
    )
    return answer


def test_a_guesser_is_locked_out_and_the_wait_grows(team: "Team") -> None:
    for _ in range(rules.FREE_FAILURES):
        assert _guess(team, "wrong")["code"] == "wrong-password"
    locked = _guess(team, PASSWORD)
    assert (locked["code"], locked["again"], locked["retry_after"]) == ("locked-out", True, 60)
    team.wall.passes(timedelta(minutes=1))
    assert _guess(team, "wrong")["code"] == "wrong-password"
    assert _guess(team, PASSWORD)["retry_after"] == 120
    team.wall.passes(timedelta(minutes=2))
    assert "person" in _guess(team, PASSWORD)
    assert _guess(team, "wrong")["code"] == "wrong-password"


def test_one_network_cannot_try_the_whole_team(team: "Team") -> None:
    for number in range(rules.FREE_FAILURES_OF_A_NETWORK):
        assert _guess(team, "wrong", email=f"p{number}@shop.example", ip="10.9.9.9")["code"] == "wrong-password"
    assert _guess(team, PASSWORD, ip="10.9.9.9")["code"] == "locked-out"
    assert "person" in _guess(team, PASSWORD, ip="10.0.0.2")


def test_an_unknown_address_is_refused_in_the_same_words(team: "Team") -> None:
    assert _guess(team, "wrong") == _guess(team, "wrong", email="nobody@shop.example")


def test_a_password_is_kept_as_argon2id() -> None:
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, "with one voice 2019")
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


def test_mei_changes_her_language_and_her_password(team: "Team") -> None:
    mei = team.joins("mei", api.Role.VIEWER)
    elsewhere = team.log_in("mei@shop.example")
    assert mei.patch("/api/session", json={"language": "zh-Hant"}).json()["person"]["language"] == "zh-Hant"
    assert elsewhere.get("/api/session").status_code == 200
    new = {"password": "a much longer secret", "old_password": PASSWORD}
    assert mei.patch("/api/session", json=new | {"old_password": "wrong"}).json()["code"] == "wrong-password"
    assert mei.patch("/api/session", json=new).status_code == 200
    assert mei.get("/api/session").status_code == 200
    assert elsewhere.get("/api/session").status_code == 401
    assert team.log_in("mei@shop.example", "a much longer secret")
