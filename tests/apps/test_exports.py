"""Exports: what a person may see, in a file that she alone can fetch."""

from __future__ import annotations

import csv
import io
from hashlib import sha256

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from unavoce.apps.exports import audiences
from unavoce.apps.exports.jobs import Exports
from unavoce.apps.exports.wishes import Taker
from unavoce.segment import api as segment


def ask(visitor: TestClient, **wish: object) -> dict:
    answer = visitor.post("/api/exports", json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


def fetched(shop: Shop, visitor: TestClient, **wish: object) -> bytes:
    asked = ask(visitor, **wish)
    exports = Exports(shop.door, shop.brand)
    while exports.step():
        pass
    told = visitor.get(f"/api/exports/{asked['id']}").json()
    assert told["state"] == "done", told
    return visitor.get(f"/api/exports/{asked['id']}/file").content


def sheet(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def member(user: str, **traits: object) -> dict[str, object]:
    return {"type": "identify", "userId": user, "traits": {"email": f"{user}@gmail.com", **traits}}


@pytest.fixture
def known(shop: Shop) -> Shop:
    granted = {"ads": {"marketing": "granted"}, "email": {"marketing": "granted"}}
    shop.hears(
        member("m.ei", name="=Mei", phone="+886912345678", consents=granted),
        member("wen", name="Wen", consents={"ads": {"marketing": "denied"}}),
        member("lin", name="Lin"),
    )
    shop.sells("m.ei", "tainan")
    shop.sells("wen", "taipei-101")
    everybody = {"type": "event", "name": "Identify", "agg": "count", "op": "gte", "value": 1, "window": None}
    draft = segment.Draft("all", {"en": "All"}, segment.parse(everybody))
    segment.publish(shop.door.postgres, shop.door.facts, draft, shop.clock.now())
    return shop


def test_customers_leave_without_formulas(known: Shop) -> None:
    rows = sheet(fetched(known, known.log_in(), what="customers"))
    assert {(row["name"], row["orders"]) for row in rows} == {("'=Mei", "1"), ("Wen", "1"), ("Lin", "0")}


def test_a_role_that_sees_masks_gets_masks(known: Shop) -> None:
    text = fetched(known, known.joins("ana", "analyst"), what="customers", form="jsonl").decode()
    assert "gmail.com" in text
    assert "wen@" not in text
    refused = known.log_in("ana@shop.example").post(
        "/api/exports", json={"what": "audience", "segment": "all", "taker": "email"}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "no-addresses-for-you")


def test_a_store_gets_its_customers_only(known: Shop) -> None:
    visitor = known.joins("sam", "store_manager", ["tainan"])
    assert [row["name"] for row in sheet(fetched(known, visitor, what="customers"))] == ["'=Mei"]
    events = sheet(fetched(known, visitor, what="events", since="2018-01-05", until="2018-01-05"))
    assert {row["name"] for row in events} == {"Identify", "Order Completed"}
    assert {row["store"] for row in events} == {"", "tainan"}


def test_an_audience_holds_who_allowed_it_hashed(known: Shop) -> None:
    [row] = sheet(fetched(known, known.log_in(), what="audience", segment="all", taker="google"))
    assert row == {
        "email": sha256(b"mei@gmail.com").hexdigest(),
        "phone": sha256(b"+886912345678").hexdigest(),
    }
    [plain] = sheet(fetched(known, known.log_in(), what="audience", segment="all", taker="email"))
    assert plain == {"email": "m.ei@gmail.com"}


def test_a_seed_says_what_each_has_spent(known: Shop) -> None:
    known.hears(member("rich", consents={"ads": {"marketing": "granted"}}))
    [row] = sheet(fetched(known, known.log_in(), what="audience", segment="all", taker="meta", seed=True))
    assert (row["email"], row["value"]) == (sha256(b"m.ei@gmail.com").hexdigest(), "10.00")


def test_how_takers_want_phones() -> None:
    assert audiences.phone_for(Taker.META, "+886912345678") == "886912345678"
    assert audiences.phone_for(Taker.TIKTOK, "+886912345678") == "+886912345678"
    assert audiences.email_for(Taker.META, "M.Ei@Gmail.com") == "m.ei@gmail.com"


def test_parquet_keeps_numbers(known: Shop) -> None:
    table = pl.read_parquet(io.BytesIO(fetched(known, known.log_in(), what="customers", form="parquet")))
    assert table["revenue_minor"].sum() == 2000
    assert table["segments"].to_list()[0] == ["all"]


def test_an_export_is_its_askers_alone(known: Shop) -> None:
    owner, other = known.log_in(), known.joins("mia", "marketer")
    asked = ask(owner, what="customers")
    assert owner.get(f"/api/exports/{asked['id']}/file").json()["code"] == "not-ready"
    assert other.get(f"/api/exports/{asked['id']}").status_code == 404
    assert other.get("/api/exports").json()["items"] == []
    assert owner.post(f"/api/exports/{asked['id']}/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"what": "audience", "segment": "all"}, "taker"),
        ({"what": "audience", "taker": "meta"}, "segment"),
        ({"what": "events"}, "since"),
        ({"what": "events", "since": "2018-01-05", "until": "2018-01-01"}, "until"),
        ({"what": "audience", "segment": "all", "taker": "email", "seed": True}, "seed"),
        ({"what": "customers", "seed": True}, "seed"),
        ({"what": "everything"}, "what"),
    ],
)
def test_a_wish_that_cannot_be_done_is_named(shop: Shop, wish: dict, field: str) -> None:
    answer = shop.log_in().post("/api/exports", json=wish)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert shop.log_in().post("/api/exports", json={"what": "customers", "segment": "no"}).status_code == 404
