"""Traits that are worked out: the same as counting by hand, fresh after every event, merge, undoing and day."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.stage import LIN, MEI, iid_of
from unavoce.kernel.ids import text_of
from unavoce.segment.computing import keeping

PATH = "/api/computed-traits"
WAYS = ("count", "sum", "avg", "min", "max", "first", "last", "most_frequent", "distinct", "list")


def _defines(visitor: TestClient, key: str, **definition: object) -> None:
    body = {"key": key, "name": {"en": key}, "definition": {"event": "Tasted", **definition}}
    answer = visitor.post(PATH, json=body)
    assert answer.status_code == 201, answer.text


def _tastes(shop: Shop, user: str, tea: str, score: int) -> None:
    said = {"tea": tea, "score": score}
    shop.hears({"type": "track", "event": "Tasted", "userId": user, "properties": said})


def _traits(visitor: TestClient, shop: Shop, user: str) -> dict[str, Any]:
    shop.hears()
    page = visitor.get(f"/api/customers/{text_of(iid_of(shop, 'user_id', user))}").json()
    return {one["key"]: one["value"] for one in page["traits"]}


def _by_hand(told: list[tuple[str, int]]) -> dict[str, Any]:
    teas, scores = [tea for tea, _ in told], [score for _, score in told]
    often = Counter(teas)
    return {
        "t_count": len(told), "t_sum": sum(scores), "t_avg": sum(scores) / len(scores), "t_min": min(scores),
        "t_max": max(scores), "t_first": teas[0], "t_last": teas[-1], "t_distinct": len(set(teas)),
        "t_most_frequent": min(often, key=lambda tea: (-often[tea], tea)), "t_list": sorted(set(teas)),
    }  # fmt: skip


def test_every_way_is_what_one_counts_by_hand(shop: Shop) -> None:
    """Some are defined before Mei tastes anything, some after; the values are those of a pencil."""
    owner, told = shop.log_in(), list[tuple[str, int]]()
    shop.hears({"type": "identify", "userId": MEI.user, "traits": {"name": MEI.name}})
    numbers = random.Random(7)
    for number, way in enumerate(WAYS):
        of_score = way in ("sum", "avg", "min", "max")
        _defines(owner, f"t_{way}", way=way, property=None if way == "count" else "score" if of_score else "tea")
        if number % 3 == 0:
            for _ in range(2):
                told.append((numbers.choice(["sencha", "oolong", "puer"]), numbers.randint(1, 9)))
                shop.clock.passes(timedelta(minutes=5))
                _tastes(shop, MEI.user, *told[-1])
    while keeping.sweep(shop.door.postgres, shop.door.facts, shop.clock.now()):
        pass
    known = _traits(owner, shop, MEI.user)
    assert {key: value for key, value in known.items() if key.startswith("t_")} == _by_hand(told)
    shop.clock.passes(timedelta(minutes=5))
    told.append(("oolong", 9))
    _tastes(shop, MEI.user, *told[-1])
    known = _traits(owner, shop, MEI.user)
    assert {key: value for key, value in known.items() if key.startswith("t_")} == _by_hand(told)


def test_it_follows_a_merge_and_its_undoing(shop: Shop) -> None:
    owner = shop.log_in()
    _defines(owner, "tastings")
    for one, times in ((MEI, 2), (LIN, 3)):
        shop.hears({"type": "identify", "userId": one.user, "traits": {"name": one.name}})
        for number in range(times):
            _tastes(shop, one.user, "sencha", number)
    mei, lin = (text_of(iid_of(shop, "user_id", one.user)) for one in (MEI, LIN))
    assert (_traits(owner, shop, MEI.user)["tastings"], _traits(owner, shop, LIN.user)["tastings"]) == (2, 3)
    shop.clock.passes(timedelta(minutes=1))
    merged = owner.post(f"/api/customers/{mei}/merge", json={"other": lin, "reason": "one person"})
    assert merged.status_code == 200, merged.text
    assert _traits(owner, shop, MEI.user)["tastings"] == 5
    shop.clock.passes(timedelta(minutes=1))
    apart = owner.post(f"/api/customers/{mei}/separate", json={"identifiers": [lin], "reason": "two after all"})
    assert apart.status_code == 200, apart.text
    assert (_traits(owner, shop, MEI.user)["tastings"], _traits(owner, shop, LIN.user)["tastings"]) == (2, 3)
    paths = [f"/api/customers/{one}/traits?key=tastings" for one in (mei, lin)]
    told = [[one["value"] for one in owner.get(path).json()["items"]] for path in paths]
    assert [values[0] for values in told] == [2, 3]
    assert 5 in told[0] + told[1], "what was true meanwhile stays in the history"


def test_a_window_is_left_as_time_passes_and_a_segment_asks_for_it(shop: Shop) -> None:
    owner = shop.log_in()
    window = {"kind": "rolling", "days": 7}
    _defines(owner, "tastings_7d", window=window, where=[{"property": "score", "op": "gte", "value": 5}])
    for score in (4, 5, 9):
        shop.clock.passes(timedelta(minutes=1))
        _tastes(shop, MEI.user, "sencha", score)
    shop.clock.passes(timedelta(minutes=1))
    assert _traits(owner, shop, MEI.user)["tastings_7d"] == 2
    draft = {
        "key": "tasters",
        "name": {"en": "Tasters"},
        "definition": {"type": "trait", "key": "tastings_7d", "op": "gte", "value": 2},
    }
    assert owner.post("/api/segments", json=draft).status_code == 201
    assert owner.get("/api/segments/tasters").json()["size"] == 1
    shop.clock.passes(timedelta(days=8))
    while keeping.sweep(shop.door.postgres, shop.door.facts, shop.clock.now()):
        pass
    assert _traits(owner, shop, MEI.user)["tastings_7d"] == 0
    assert owner.get("/api/segments/tasters").json()["size"] == 0


def test_what_makes_no_sense_is_refused(shop: Shop) -> None:
    owner = shop.log_in()
    shop.hears({"type": "identify", "userId": MEI.user, "traits": {"size": "M"}})

    def refused(key: str, **definition: object) -> tuple[int, str]:
        answer = owner.post(PATH, json={"key": key, "name": {"en": key}, "definition": definition})
        return answer.status_code, str(answer.json().get("field") or answer.json()["code"])

    assert refused("size", event="Tasted") == (409, "trait-is-told")
    assert refused("x", event="Tasted", way="sum") == (400, "definition.property")
    assert refused("x", event="Tasted", way="median", property="score")[0] == 400
    assert refused("x", event="Identify") == (400, "definition.event")
    assert owner.get(PATH).json()["items"] == []
    assert owner.delete(f"{PATH}/x").status_code == 404
