"""Whoever has the machine can let herself in."""

import pytest

from tests.apps.conftest import OWNER, Shop
from unavoce.access.model import NotAnAddress
from unavoce.apps.owner import let_in


def log_in(shop: Shop, email: str, password: str) -> int:
    """The status of a try."""
    return shop.log_in().post("/api/session", json={"email": email, "password": password}).status_code


def test_the_first_owner_is_let_in(shop: Shop) -> None:
    password = let_in(shop.door.postgres, "mei@shop.example", "Mei")
    assert log_in(shop, "mei@shop.example", password) == 200


def test_a_lost_password_is_replaced_and_a_narrow_role_widened(shop: Shop) -> None:
    shop.joins("bo", "associate", ["tainan"])
    password = let_in(shop.door.postgres, "bo@shop.example", "Bo")
    assert log_in(shop, "bo@shop.example", password) == 200
    assert log_in(shop, "bo@shop.example", "with one voice 2018") == 401
    roles = {one["email"]: (one["role"], one["places"]) for one in shop.log_in().get("/api/people").json()["items"]}
    assert roles["bo@shop.example"] == ("owner", None)
    assert OWNER in roles


def test_what_is_no_address_is_refused(shop: Shop) -> None:
    with pytest.raises(NotAnAddress):
        let_in(shop.door.postgres, "mei", "Mei")
