"""The queue of duplicates over HTTP, as a console uses it."""

from dataclasses import dataclass, field
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.profile.people import NOON, interned
from tests.profile.test_likeness import a_town, known
from unavoce.access import api as access
from unavoce.profile import api
from unavoce.profile.likeness import finding, web
from unavoce.profile.ruling import store as works
from unavoce.profile.ruling.model import WorkState
from unavoce.runtime.http import Door, answer_problems, open_door
from unavoce.runtime.postgres import Transaction


@dataclass
class Queue:
    """Somebody's API key, whom she may see, and what had to follow."""

    door: Door
    client: TestClient
    sight: set[int] | None = None
    followed: list[api.Relinked] = field(default_factory=list)


@pytest.fixture
def queue(door: Door) -> Queue:
    """A town in which one member has joined twice, and two sisters share a birthday."""
    told = [
        *a_town(120),
        known(9000, ("phone", "0922333444"), name="歐陽美玉", birthday="1988-03-04"),
        known(9001, ("phone", "0922333445"), name="歐陽美玉", birthday="1988-03-04"),
        known(9002, ("phone", "0922333446"), name="歐陽美玉", birthday="1988-03-04"),
    ]
    app = FastAPI()
    with door.postgres.transaction() as tx:
        owner = access.ensure_owner(tx, "olivia@shop.example", "with one voice 2018", "Olivia")
        person = access.Person(
            owner.id, owner.name, owner.email, owner.role, owner.language, None, owner.scope, None,
            frozenset(get_args(access.Permission)),
        )  # fmt: skip
        _, secret = access.add_key(tx, name="console", role=access.Role.OWNER, places=None, by=person)
        api.absorb(tx, told, interned(told), NOON)
        finding.find(tx, NOON)
    made = Queue(door, TestClient(app, headers={"Authorization": f"Bearer {secret}"}))

    def follow(here: Door, tx: Transaction, done: api.Relinked) -> None:
        made.followed.append(done)

    open_door(app, door)
    answer_problems(app)
    app.include_router(web.routes(follow, lambda here, person: made.sight))
    return made


def test_the_queue_is_paged_and_shows_both_side_by_side(queue: Queue) -> None:
    first = queue.client.get("/api/identity/duplicates", params={"limit": 2}).json()
    assert (len(first["items"]), first["waiting"]) == (2, 3)
    rest = queue.client.get("/api/identity/duplicates", params={"limit": 2, "cursor": first["next"]}).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    one = queue.client.get(f"/api/identity/duplicates/{first['items'][0]['id']}").json()
    assert one["one"]["name"] == one["other"]["name"] == "歐陽美玉"
    assert {part["field"] for part in one["evidence"]} == {"name", "birthday", "phone"}
    assert {trait["key"] for trait in one["one"]["traits"]} == {"name", "birthday"}


def test_decisions_are_taken_in_bulk_and_taken_back(queue: Queue) -> None:
    ids = [int(one["id"]) for one in queue.client.get("/api/identity/duplicates").json()["items"]]
    done = queue.client.post("/api/identity/duplicates/decisions", json={"ids": [*ids, 999], "decision": "accepted"})
    assert [one["state"] for one in done.json()["items"]] == ["accepted", "accepted", "accepted", None]
    assert done.json()["items"][-1]["problem"] == "no-such-suggestion"
    assert len(queue.followed) == 2
    assert queue.client.get("/api/identity/duplicates").json()["waiting"] == 0
    back = queue.client.post("/api/identity/duplicates/decisions", json={"ids": ids, "decision": "open"})
    assert {one["state"] for one in back.json()["items"]} == {"open"}
    assert queue.client.get("/api/identity/duplicates").json()["waiting"] == 3
    queue.client.post("/api/identity/duplicates/decisions", json={"ids": ids[:1], "decision": "rejected"})
    kept = queue.client.get("/api/identity/duplicates", params={"state": "rejected"}).json()["items"]
    assert [one["decided_by"] for one in kept] == ["console"]


def test_who_sees_only_one_store_is_not_told_of_others(queue: Queue) -> None:
    (first, *_) = queue.client.get("/api/identity/duplicates").json()["items"]
    queue.sight = {int(first["one"]["id"], 16)}
    told = queue.client.get("/api/identity/duplicates").json()
    assert (told["items"], told["waiting"]) == ([], 0)
    assert queue.client.get(f"/api/identity/duplicates/{first['id']}").status_code == 404
    body = {"ids": [int(first["id"])], "decision": "accepted"}
    answer = queue.client.post("/api/identity/duplicates/decisions", json=body).json()
    assert answer["items"][0]["problem"] == "no-such-suggestion"


def test_a_search_is_asked_for_once(queue: Queue) -> None:
    first = queue.client.post("/api/identity/duplicates/search").json()
    again = queue.client.post("/api/identity/duplicates/search").json()
    assert first["id"] == again["id"]
    assert queue.client.get("/api/identity/duplicates").json()["searching"]


def test_a_search_that_has_begun_is_followed_by_another(queue: Queue) -> None:
    first = queue.client.post("/api/identity/duplicates/search").json()
    with queue.door.postgres.transaction() as tx:
        works.went_on(tx, int(first["id"]), 1, 0, {})
    again = queue.client.post("/api/identity/duplicates/search").json()
    assert int(again["id"]) > int(first["id"])


def test_a_search_that_broke_off_is_told(queue: Queue) -> None:
    first = queue.client.post("/api/identity/duplicates/search").json()
    assert not queue.client.get("/api/identity/duplicates").json()["failed"]
    with queue.door.postgres.transaction() as tx:
        works.finish(tx, int(first["id"]), WorkState.FAILED, {"error": "OutOfMemory"}, NOON)
    told = queue.client.get("/api/identity/duplicates").json()
    assert (told["failed"], told["searching"]) == (True, False)


def test_a_made_up_cursor_is_refused(queue: Queue) -> None:
    answer = queue.client.get("/api/identity/duplicates", params={"cursor": "soon"})
    assert (answer.status_code, answer.json()["field"]) == (400, "cursor")
