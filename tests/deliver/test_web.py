"""Who may ask delivery for what, over HTTP."""

from collections.abc import Callable
from typing import get_args

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.deliver.shop import Shop
from unavoce.access import api as access
from unavoce.deliver import web
from unavoce.kernel.ids import text_of
from unavoce.kernel.language import Language
from unavoce.runtime.http import answer_problems, open_door

STORE = "taipei-101"
Caller = Callable[..., TestClient]


@pytest.fixture
def calls(shop: Shop) -> Caller:
    """Somebody with an API key of a role, seeing some stores or all."""
    app = FastAPI()
    app.include_router(web.routes())
    open_door(app, shop.door)
    answer_problems(app)
    with shop.door.postgres.transaction() as tx:
        owner = access.ensure_owner(tx, "olivia@shop.example", "with one voice 2018", "Olivia")
        access.put_places(tx, [access.Place(STORE, None, access.PlaceKind.STORE, "Taipei 101")])
    boss = access.Person(
        id=owner.id, name="Olivia", email=owner.email, role=access.Role.OWNER, language=Language.EN, places=None,
        scope=access.Scope(None), scope_name=None, permissions=frozenset(get_args(access.Permission)),
    )  # fmt: skip

    def come_in(role: access.Role | None, *, stores: list[str] | None = None) -> TestClient:
        client = TestClient(app)
        if role is not None:
            with shop.door.postgres.transaction() as tx:
                _, secret = access.add_key(tx, name=str(role), role=role, places=stores, by=boss)
            client.headers["Authorization"] = f"Bearer {secret}"
        return client

    return come_in


def _mei_has_a_prompt(shop: Shop) -> None:
    shop.knows("mei", "ads")
    shop.says("pitch", "Ask her about the whisk")
    shop.runs("pitch", "store", about=True)
    shop.asks("mei", "pitch-store", product_id="whisk")
    shop.sends()


def test_an_associate_sees_and_answers_prompts_of_her_store_only(shop: Shop, calls: Caller) -> None:
    _mei_has_a_prompt(shop)
    associate = calls(access.Role.ASSOCIATE, stores=[STORE])
    where = {"loyalty_card": "CARD-mei", "store": STORE}
    answer = associate.get("/api/store/prompts", params=where).json()
    assert answer["customer"] == text_of(shop.iid("mei"))
    [prompt] = answer["items"]
    assert (prompt["text"], prompt["products"]) == ("Ask her about the whisk", ["whisk"])
    assert associate.get("/api/store/prompts", params=where | {"store": "tainan"}).status_code == 403
    assert associate.get("/api/store/prompts", params={"store": STORE}).status_code == 400
    done = associate.post(f"/api/store/prompts/{prompt['id']}/answer", json={"answer": "declined", "store": STORE})
    assert done.status_code == 200
    assert associate.get("/api/store/prompts", params=where).json()["items"] == []


def test_strangers_and_viewers_see_no_prompts(shop: Shop, calls: Caller) -> None:
    assert calls(None).get("/api/store/prompts", params={"loyalty_card": "x"}).status_code == 401
    assert calls(access.Role.VIEWER).get("/api/store/prompts", params={"loyalty_card": "x"}).status_code == 403


def test_an_audience_is_fetched_row_by_row_and_by_members(shop: Shop, calls: Caller) -> None:
    for name in ("mei", "bo"):
        shop.knows(name, "ads")
    shop.adds("cart-whisk", "cart: whisk")
    for name in ("mei", "bo"):
        shop.happens(name, "Asked cart-whisk")
    shop.decides()
    shop.sends()
    owner = calls(access.Role.OWNER)
    assert [each["members"] for each in owner.get("/api/audiences").json()["items"]] == [2]
    first = owner.get("/api/audiences/cart: whisk/rows", params={"limit": 1}).json()
    second = owner.get("/api/audiences/cart: whisk/rows", params={"limit": 1, "cursor": first["next"]}).json()
    assert {row["member"] for page in (first, second) for row in page["items"]} == {
        text_of(shop.iid("mei")), text_of(shop.iid("bo")),
    }  # fmt: skip
    assert owner.get("/api/audiences/cart: whisk/rows", params={"cursor": second["next"]}).json()["items"] == []
    assert len(owner.get("/api/audiences/cart: whisk/members").json()["items"]) == 2
    assert owner.get("/api/audiences/nonsense/members").status_code == 404


def test_who_sees_one_store_fetches_no_audience(shop: Shop, calls: Caller) -> None:
    manager = calls(access.Role.STORE_MANAGER, stores=[STORE])
    assert manager.get("/api/audiences/any/members").status_code == 403


def test_the_owner_connects_a_channel_and_never_reads_its_secret(shop: Shop, calls: Caller) -> None:
    owner = calls(access.Role.OWNER)
    given = {"settings": {"url": "https://brand.example/in", "secret": "very-secret"}}
    answer = owner.put("/api/channels/webhook", json=given)
    assert (answer.status_code, answer.json()["connected"]) == (200, True)
    assert "very-secret" not in owner.get("/api/channels").text
    wrong = owner.put("/api/channels/webhook", json={"settings": {"url": 7}})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "url")
    assert calls(access.Role.VIEWER).put("/api/channels/webhook", json=given).status_code == 403
