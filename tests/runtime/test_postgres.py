"""State: kept together or not at all."""

import contextlib
from dataclasses import dataclass
from threading import Thread

import pytest

from unavoce.runtime.postgres import Json, Postgres, PostgresUnreachable, Transaction
from unavoce.runtime.settings import brand_key, first_setting, keep_setting, setting
from unavoce.runtime.sql import Query


@dataclass(frozen=True, slots=True)
class Cup:
    """A row of these tests."""

    id: int
    name: str


class PowerCut(Exception):
    """The lights go out."""


def said(text: str) -> Query:
    """A query of a test's own."""
    return Query("said", "For this test.", text, "test")


_CUPS = "SELECT * FROM unnest(%(ids)s::bigint[], %(names)s::text[]) AS cup (id, name)"


def test_rows_become_what_is_asked_for(tx: Transaction) -> None:
    assert tx.rows(said(_CUPS), Cup, ids=[1, 2], names=["it's", "抹茶"]) == [Cup(1, "it's"), Cup(2, "抹茶")]
    assert tx.first(said(_CUPS), Cup, ids=[1], names=["a"]) == Cup(1, "a")
    assert tx.first(said(_CUPS), Cup, ids=[], names=[]) is None
    assert tx.values(said(_CUPS), ids=[(1 << 63) - 1], names=["a"]) == [(1 << 63) - 1]
    assert tx.value(said(_CUPS), ids=[], names=[]) is None


def test_many_rows_travel_by_copy(tx: Transaction) -> None:
    tx.script("CREATE TEMPORARY TABLE cup (id bigint, name text) ON COMMIT DROP")
    rows = [(number, "a\tb\n") for number in range(1_000)]
    assert tx.copy(said("COPY cup (id, name) FROM STDIN"), rows) == 1_000
    binary = said("COPY cup (id, name) FROM STDIN (FORMAT BINARY)")
    assert tx.copy(binary, rows, types=["int8", "text"]) == 1_000
    assert tx.copy_bytes(said("COPY cup (id, name) FROM STDIN"), [b"1\tx\n2\t", b"y\n"]) == 2
    insert = said("INSERT INTO cup VALUES (%(id)s, %(name)s)")
    assert tx.many(insert, [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]) == 2
    assert tx.many(insert, []) == 0
    assert tx.run(said("DELETE FROM cup WHERE name = ANY(%(names)s)"), names=["x", "y"]) == 4


def test_json_comes_back_as_objects(tx: Transaction) -> None:
    kept = {"name": "抹茶", "price": 1999, "tags": [1, None]}
    assert tx.value(said("SELECT %(kept)s::jsonb"), kept=Json(kept)) == kept


def test_a_failed_block_leaves_nothing(postgres: Postgres) -> None:
    with contextlib.suppress(PowerCut), postgres.transaction() as tx:
        keep_setting(tx, "name", "half")
        raise PowerCut
    with postgres.transaction() as tx:
        assert setting(tx, "name") is None


def test_a_savepoint_fails_alone(postgres: Postgres) -> None:
    with postgres.transaction() as tx:
        keep_setting(tx, "name", "whole")
        with contextlib.suppress(PowerCut), tx.savepoint():
            keep_setting(tx, "name", "half")
            raise PowerCut
    with postgres.transaction() as tx:
        assert setting(tx, "name") == "whole"


def test_the_first_value_of_a_setting_holds(tx: Transaction) -> None:
    assert first_setting(tx, "zone", "Asia/Taipei") == "Asia/Taipei"
    assert first_setting(tx, "zone", "UTC") == "Asia/Taipei"


def test_every_brand_has_a_key_of_its_own(tx: Transaction) -> None:
    assert len(brand_key(tx)) == 32


def test_a_named_lock_has_one_holder(postgres: Postgres) -> None:
    with postgres.transaction() as holder, postgres.transaction() as other:
        holder.lock("pump")
        assert not other.try_lock("pump")
        assert other.try_lock("tick")


def test_a_listener_hears_of_a_commit(postgres: Postgres) -> None:
    listening = postgres.listen("flips", patience=5)
    with postgres.transaction() as tx:
        tx.notify("elsewhere", "no")
    heard: list[str] = []
    thread = Thread(target=lambda: heard.append(next(listening)))
    thread.start()
    for _ in range(50):
        with postgres.transaction() as tx:
            tx.notify("flips", "yes")
        thread.join(0.1)
        if heard:
            break
    assert heard == ["yes"]


def test_a_wrong_address_says_what_is_wrong() -> None:
    with pytest.raises(PostgresUnreachable, match="UNAVOCE_POSTGRES_URL"):
        Postgres.connect("postgresql://nobody@127.0.0.1:1/x", name="wrong")
    with pytest.raises(PostgresUnreachable):
        Postgres.connect("not a url", name="wrong")
