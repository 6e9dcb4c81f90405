"""The identity routes, as a console uses them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.profile.people import NOON, event, iid, interned
from unavoce.access import api as access
from unavoce.kernel.ids import CustomerId, text_of
from unavoce.profile import api, web
from unavoce.runtime.http import Door, answer_problems, open_door
from unavoce.runtime.postgres import Transaction

MEI, LAPTOP, MAIL = iid("user_id", "mei"), iid("anonymous_id", "laptop"), iid("email", "mei@example.com")


@dataclass
class Console:
    """Somebody's API key, what she may see, and what had to follow."""

    door: Door
    client: TestClient
    owner: access.Person
    hidden: set[CustomerId] = field(default_factory=set)
    followed: list[api.Relinked] = field(default_factory=list)

    def customer(self, one: int) -> str:
        with self.door.postgres.transaction() as tx:
            return text_of(api.customer_with(tx, one))


@pytest.fixture
def console(door: Door) -> Console:
    """An app with the identity routes, one owner, and Mei with her laptop and an e-mail address apart from her."""
    app = FastAPI()
    told = [
        event("m1", ("user_id", "mei"), ("anonymous_id", "laptop")),
        event("m2", ("email", "mei@example.com"), minute=1),
    ]
    with door.postgres.transaction() as tx:
        owner = access.ensure_owner(tx, "olivia@shop.example", "with one voice 2018", "Olivia")
        person = access.Person(
            owner.id, owner.name, owner.email, owner.role, owner.language, None, owner.scope, None,
            frozenset(get_args(access.Permission)),
        )  # fmt: skip
        _, secret = access.add_key(tx, name="console", role=access.Role.OWNER, places=None, by=person)
        api.absorb(tx, told, interned(told), NOON)
    made = Console(door, TestClient(app, headers={"Authorization": f"Bearer {secret}"}), person)

    def follow(here: Door, tx: Transaction, done: api.Relinked) -> None:
        made.followed.append(done)

    def may_see(here: Door, person: access.Person, customer: CustomerId, iids: Collection[int]) -> bool:
        return customer not in made.hidden

    open_door(app, door)
    answer_problems(app)
    app.include_router(web.routes(follow, may_see))
    return made


def test_the_graph_is_shown_and_the_look_is_kept(console: Console) -> None:
    answer = console.client.get(f"/api/customers/{text_of(MEI)}/graph")
    assert answer.status_code == 200, answer.text
    assert {node["value"] for node in answer.json()["nodes"]} == {"mei", "laptop"}
    (edge,) = answer.json()["edges"]
    assert (edge["evidence"], edge["active"], edge["reason"], edge["kind"]) == ("m1", True, None, "together")
    with console.door.postgres.transaction() as tx:
        trail = access.entries(tx, console.owner)
    looks = [entry.action for entry in trail.items if entry.subject == f"customer:{console.customer(MEI)}"]
    assert looks == ["customer.graph_looked_at"]


def test_merging_separating_and_undoing_over_http(console: Console) -> None:
    hers = console.customer(MEI)
    body = {"other": text_of(MAIL), "reason": "same phone call"}
    merged = console.client.post(f"/api/customers/{hers}/merge", json=body)
    assert merged.status_code == 200, merged.text
    assert merged.json() == {"customers": [hers], "moved": 1, "separation": None}
    assert console.customer(MAIL) == hers
    assert console.door.facts.tree(f"SELECT customer_of(toUInt64({MAIL})) AS c")["c"] == [int(hers, 16)]

    body = {"identifiers": [text_of(MAIL)], "reason": "her sister's"}
    parted = console.client.post(f"/api/customers/{hers}/separate", json=body).json()
    assert set(parted["customers"]) == {hers, text_of(MAIL)}
    assert console.door.facts.tree(f"SELECT customer_of(toUInt64({MAIL})) AS c")["c"] == [MAIL]

    undone = console.client.post(f"/api/customers/separations/{parted['separation']['id']}/undo").json()
    assert undone["customers"] == [hers]
    assert undone["separation"]["undone_at"]
    assert len(console.followed) == 3
    assert set(console.followed[-1].members) >= {int(hers, 16)}


def test_refusals_are_named(console: Console) -> None:
    hers = console.customer(MEI)
    nobody = console.client.get("/api/customers/00000000000000ff/graph")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "no-such-customer")
    nonsense = console.client.get("/api/customers/mei/graph")
    assert (nonsense.status_code, nonsense.json()["field"]) == (400, "id")
    body = {"identifiers": [text_of(MAIL)], "reason": "no"}
    strange = console.client.post(f"/api/customers/{hers}/separate", json=body)
    assert (strange.status_code, strange.json()["code"]) == (400, "not-hers")
    gone = console.client.post("/api/customers/separations/7/undo")
    assert (gone.status_code, gone.json()["code"]) == (404, "no-such-separation")


def test_a_customer_out_of_sight_is_nobody(console: Console) -> None:
    hers = console.customer(MEI)
    console.hidden.add(CustomerId(int(hers, 16)))
    assert console.client.get(f"/api/customers/{hers}/graph").status_code == 404
    body = {"other": hers, "reason": "guessing"}
    assert console.client.post(f"/api/customers/{text_of(MAIL)}/merge", json=body).status_code == 404
    assert not console.followed
