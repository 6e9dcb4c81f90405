"""A small brand out of three files: everybody is put together as far as the files allow, and the points agree."""

from __future__ import annotations

from pathlib import Path

from bench.brand import make, score
from tests.apps.conftest import Shop
from tests.apps.test_file_imports import bring
from tests.apps.test_importing import pumping
from unavoce.apps.imports.checking import check
from unavoce.apps.imports.command import FileWish, history_of
from unavoce.profile import api as profile
from unavoce.runtime.settings import brand_key

PEOPLE = 600
POINTS = """
    SELECT sum(toInt64(JSONExtractInt(properties, 'points'))) AS points FROM collect.v_event
    WHERE name = 'Points Balance Stated'
"""


def test_three_files_become_one_brand(shop: Shop, tmp_path: Path) -> None:
    brand = make(tmp_path, PEOPLE)
    going_in = bad = 0.0
    for path, preset in ((brand.shop, "91app"), (brand.till, "till-members"), (brand.line, "line-friends")):
        wish = FileWish(path, preset=preset)
        with pumping(shop):
            checked = check(
                shop.door.postgres, history_of(wish, shop.brand), shop.brand.pumping, path.with_suffix(".bad")
            )
        bring(shop, wish)
        going_in += checked.tally.points_once
        bad += checked.tally.bad_reasons["points_unread"]
    assert going_in == brand.points
    assert bad >= brand.bad_points
    assert shop.door.facts.tree(POINTS)["points"] == [brand.points]
    with shop.door.postgres.transaction() as tx:
        key = brand_key(tx)
        iids = [profile.identifier_of(kind, value, key, "TW") for kind, value, _ in brand.records]
        whose = profile.known_of(tx, {one.iid for one in iids if one is not None})
    records = [
        (whose.get(one.iid, one.iid), person) for one, (_, _, person) in zip(iids, brand.records, strict=True) if one
    ]
    found = score(records)
    assert found.recall > 0.96
    assert found.precision > 0.998


def test_pairs_are_scored_as_by_hand() -> None:
    found = score([(1, 1), (1, 1), (1, 2), (2, 2), (3, 3)])
    assert (found.wrong_pairs, found.missed_pairs) == (2, 1)
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)
