"""Whoever repeats a write because the line broke gets the first answer, and nothing is done twice."""

from tests.apps.conftest import PASSWORD, Shop

_BO = {"name": "Bo", "email": "bo@shop.example", "password": PASSWORD, "role": "marketer"}


def test_a_colleague_is_taken_in_once(shop: Shop) -> None:
    owner = shop.log_in()
    key = {"Idempotency-Key": "take-in-bo"}
    first, second = (owner.post("/api/people", json=_BO, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    other = owner.post("/api/people", json=_BO | {"name": "Bob"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    without = owner.post("/api/people", json=_BO)
    assert (without.status_code, without.json()["code"]) == (409, "email-taken")


def test_nobody_is_told_anothers_answer(shop: Shop) -> None:
    owner = shop.log_in()
    key = {"Idempotency-Key": "take-in-bo"}
    owner.post("/api/people", json=_BO, headers=key)
    owner.delete("/api/session")
    answer = owner.post("/api/people", json=_BO, headers=key)
    assert answer.status_code == 401
