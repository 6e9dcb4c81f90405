"""Every route that answers is asked, by people of the northern stores, for all that the southern store knows.

A route added tomorrow is asked, too: nobody has to remember to put it on a list. Only a path parameter of a new kind
has to be explained to `_values`, and until then the test fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.stage import BOTH, LIN, MEI, NORTH, SOUTH, WEN, Figure, iids_of, meets, plays, runs_program
from unavoce.kernel.ids import text_of

HIDDEN = (LIN, WEN)
TESS = "tess@shop.example"
# Parameters that shape an answer and name nobody.
SHAPING = {"limit", "cursor", "since", "from", "to", "sort", "kinds"}


@dataclass(frozen=True)
class Told:
    """What a visitor was told under an address."""

    url: str
    status: int
    text: str

    def gives_away(self, secret: str) -> bool:
        """Whether the answer says something that the question did not say."""
        return secret.lower() in self.text.lower() and secret.lower() not in unquote(self.url).lower()


# What a path's parameter can be: said here, or the keys of a list ("" is the list at the path's own beginning).
SAID = {
    "work": ["1", "2"], "duplicate": ["1", "2"], "path": ["", "phones"], "name": ["unavoce.js"], "token": ["made-up"],
    "write_key": ["wk_made_up"], "file_id": ["made-up"], "job_id": ["made-up"],
}  # fmt: skip
LISTED = {
    "key": "", "product_id": "", "source": "", "arrival": "/api/arrivals?limit=20", "failed": "/api/failed-events",
    "request_id": "/api/privacy/requests",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """The shop with its secrets, and the owner who sees all of them."""

    shop: Shop
    owner: TestClient
    secrets: tuple[str, ...]

    def routes(self) -> list[RouteContext]:
        """Every route that answers a GET."""
        return [each for each in iter_route_contexts(self.shop.app.routes) if "GET" in (each.methods or ())]

    def questions(self) -> Iterator[str]:
        """Every route with every value its path can have, bare and with a bait in each parameter of its query."""
        for route in self.routes():
            for path in self._paths(route):
                yield path
                for name in _queried(route):
                    baits = (SOUTH, LIN.email, LIN.user, text_of(iids_of(self.shop, LIN)[0]))
                    yield from (f"{path}?{urlencode({name: bait})}" for bait in baits)
        hidden = [text_of(iids_of(self.shop, one)[0]) for one in HIDDEN]
        yield from (f"/api/store/prompts?customer={one}&store={NORTH}" for one in hidden)
        yield from (f"/api/customers?sort={sort}&q={LIN.user}" for sort in ("revenue", "orders", "first_seen"))

    def _paths(self, route: RouteContext) -> list[str]:
        names = [each.name for each in route.dependant.path_params] if hasattr(route, "dependant") else []
        template = str(route.path).replace(":path}", "}")
        return [
            template.format(**dict(zip(names, map(quote, values), strict=True)))
            for values in itertools.product(*(self._values(template, name) for name in names))
        ]

    def _values(self, template: str, name: str) -> list[str]:
        if name == "customer":
            return [text_of(iids_of(self.shop, one)[0]) for one in (*HIDDEN, MEI, BOTH)]
        if name in SAID:
            return SAID[name]
        if name not in LISTED:
            raise AssertionError(f"Explain to this test what {{{name}}} of {template} can be.")
        listed = LISTED[name] or template.split("/{")[0].replace("/reports/imported", "/sources")
        items = self.owner.get(listed).json()["items"]
        return [str(item.get("key") or item["id"]) for item in items] or ["1"]


def _queried(route: RouteContext) -> list[str]:
    if not hasattr(route, "dependant"):
        return []
    return [each.alias for each in route.dependant.query_params if each.alias not in SHAPING]


def _order(one: Figure, store: str) -> dict[str, object]:
    order = {
        "order_id": f"{one.order}-{store}",
        "revenue": 24.5,
        "currency": "USD",
        "products": [{"product_id": f"pot-of-{one.order}", "quantity": 1, "price": 24.5, "category": "POTS"}],
    }
    properties = order | ({"store_id": store} if store else {})
    return {"type": "track", "event": "Order Completed", "userId": one.user, "properties": properties}


@pytest.fixture
def world(shop: Shop) -> World:
    """The north knows Mei, the south knows Lin, both know Bo, and Wen only ever came by the web."""
    runs_program(shop)
    meets(shop, MEI, LIN, WEN, BOTH)
    plays(shop)
    bought = [(MEI, NORTH), (LIN, SOUTH), (WEN, ""), (BOTH, NORTH), (BOTH, SOUTH)]
    shout = {"type": "shout", "userId": LIN.user, "properties": {"store_id": SOUTH, "email": LIN.email}}
    shop.hears(*(_order(one, store) for one, store in bought), shout)
    plays(shop)
    tess = shop.joins("tess", "associate", ["south"])
    lin = text_of(iids_of(shop, LIN)[0])
    assert tess.get(f"/api/customers/{lin}").status_code == 200
    assert tess.get(f"/api/store/prompts?customer={lin}&store={SOUTH}").status_code == 200
    owner = shop.log_in()
    key = {"name": "The till of Tainan", "role": "associate", "places": ["south"]}
    assert owner.post("/api/keys", json=key).status_code == 201
    numbers = [text_of(iid) for one in HIDDEN for iid in iids_of(shop, one)]
    words = [word for one in HIDDEN for word in (*one.words, one.order)]
    return World(shop, owner, (SOUTH, TESS, *numbers, *words))


def _asked(visitor: TestClient, urls: Iterator[str]) -> Iterator[Told]:
    for url in urls:
        answer = visitor.get(url)
        yield Told(url, answer.status_code, answer.text)


def _leaks(world: World, visitor: TestClient) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for told in _asked(visitor, world.questions()):
        said = [secret for secret in world.secrets if told.gives_away(secret)]
        if said:
            found[told.url] = said
        assert told.status < 500 or told.url.startswith("/api/simulator"), told
    return found


def test_no_answer_tells_of_another_store(world: World) -> None:
    """Even with every permission there is, somebody of the north learns nothing of the south."""
    told = list(_asked(world.owner, world.questions()))
    untold = {secret for secret in world.secrets if not any(each.gives_away(secret) for each in told)}
    assert untold == set(), "the owner is told everything by these questions, so they are the right ones"
    for role in ("owner", "store_manager", "analyst"):
        visitor = world.shop.joins(role.replace("_", "-"), role, ["north"])
        assert _leaks(world, visitor) == {}, role


def test_who_may_not_see_names_is_told_none(world: World) -> None:
    """An analyst and a viewer count and compare; they read nobody's name or address, wherever it might be told."""
    clear = [word for one in (MEI, LIN, WEN, BOTH) for word in one.words]
    for role in ("analyst", "viewer"):
        visitor = world.shop.joins(role, role)
        found = {
            told.url: said
            for told in _asked(visitor, world.questions())
            if (said := [word for word in clear if told.gives_away(word)])
        }
        assert not found, f"{role}: {found}"


def test_a_route_the_sweep_does_not_understand_is_named(world: World) -> None:
    with pytest.raises(AssertionError, match="Explain to this test"):
        world._values("/api/animals/{animal}", "animal")


def _posted(visitor: TestClient, url: str, body: dict[str, Any]) -> Told:
    answer = visitor.post(url, json=body)
    return Told(url, answer.status_code, answer.text)


def test_a_preview_is_not_written_to_another_stores_customer(world: World) -> None:
    """A letter in her name would tell it."""
    visitor = world.shop.joins("nora", "owner", ["north"])
    lin, mei = (text_of(iids_of(world.shop, one)[0]) for one in (LIN, MEI))
    wanted = {"channel": "email", "language": "en", "customer": lin}
    told = _posted(visitor, "/api/messages/welcome/preview", wanted)
    assert (told.status, told.gives_away(LIN.name)) == (404, False)
    mine = _posted(visitor, "/api/messages/welcome/preview", wanted | {"customer": mei})
    assert mine.status == 200
    assert MEI.name in mine.text


def test_a_prompt_needs_the_customer_or_her_card(world: World) -> None:
    """Her card in the associate's hand shows that she is there; her number alone does not."""
    nora = world.shop.joins("nora", "store_manager", ["north"])
    lin = text_of(iids_of(world.shop, LIN)[0])
    assert nora.get("/api/store/prompts", params={"customer": lin, "store": NORTH}).status_code == 404
    assert nora.get("/api/store/prompts", params={"loyalty_card": LIN.card, "store": NORTH}).status_code == 200
    assert nora.get("/api/store/prompts", params={"loyalty_card": LIN.card, "store": SOUTH}).status_code == 403


def test_who_was_taken_apart_from_her_is_not_shown(world: World) -> None:
    """Bo and Lin were taken for one and are not: Bo's picture then shows nothing of Lin's to the north."""
    bo, lin = (text_of(iids_of(world.shop, one)[0]) for one in (BOTH, LIN))
    merged = world.owner.post(f"/api/customers/{bo}/merge", json={"other": lin, "reason": "same flat"})
    assert merged.status_code == 200, merged.text
    lins = [text_of(iid) for iid in iids_of(world.shop, LIN)]
    apart = world.owner.post(
        f"/api/customers/{bo}/separate", json={"identifiers": lins, "reason": "two people after all"}
    )
    assert apart.status_code == 200, apart.text
    nora = world.shop.joins("nora", "store_manager", ["north"])
    told = Told("", *(lambda answer: (answer.status_code, answer.text))(nora.get(f"/api/customers/{bo}/graph")))
    assert told.status == 200
    assert [secret for secret in world.secrets if told.gives_away(secret)] == []
    assert LIN.email in world.owner.get(f"/api/customers/{bo}/graph").text


def test_nobody_out_of_sight_is_changed(world: World) -> None:
    """Whom she does not see she can neither join to her own customers nor take apart."""
    nora = world.shop.joins("nora", "owner", ["north"])
    mei, lin = (text_of(iids_of(world.shop, one)[0]) for one in (MEI, LIN))
    last = text_of(iids_of(world.shop, LIN)[1])
    for path, body in (
        (f"/api/customers/{mei}/merge", {"other": lin, "reason": "a guess"}),
        (f"/api/customers/{lin}/merge", {"other": mei, "reason": "a guess"}),
        (f"/api/customers/{lin}/separate", {"identifiers": [last], "reason": "a guess"}),
    ):
        told = _posted(nora, path, body)
        assert told.status == 404, told
        assert not [secret for secret in world.secrets if told.gives_away(secret) and secret not in body.values()]
    assert world.owner.get(f"/api/customers/{lin}").json()["name"] == LIN.name
    assert world.owner.get(f"/api/customers/{mei}").json()["name"] == MEI.name


def test_a_key_of_the_north_opens_the_north(world: World) -> None:
    """A program sees what somebody with its places would see."""
    made = world.owner.post("/api/keys", json={"name": "Tablet", "role": "store_manager", "places": ["north"]})
    program = TestClient(world.shop.app, base_url="https://shop.example")
    program.headers["Authorization"] = f"Bearer {made.json()['secret']}"
    assert {row["name"] for row in program.get("/api/customers").json()["items"]} == {MEI.name, BOTH.name}
    assert _leaks(world, program) == {}
