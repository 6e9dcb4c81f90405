"""Her data is hers: handed out on request, erased everywhere, proved, and not brought back by an old file."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import OWNER, Shop
from tests.apps.stage import LIN, MEI, NORTH, iid_of, iids_of, meets, plays, runs_program
from unavoce.apps.privacy import asking
from unavoce.apps.privacy.person import Person, gathered
from unavoce.apps.privacy.rooms import tables
from unavoce.collect import api as collect
from unavoce.decide import api as decide
from unavoce.kernel.ids import text_of
from unavoce.profile import api as profile
from unavoce.runtime import private
from unavoce.segment import api as segment

REQUESTS = "/api/privacy/requests"


def _asks(
    visitor: TestClient, kind: str, identifier_kind: str = "email", identifier: str = MEI.email
) -> dict[str, Any]:
    body = {"kind": kind, "identifier_kind": identifier_kind, "identifier": identifier, "reason": "she wrote to us"}
    answer = visitor.post(REQUESTS, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _erases(shop: Shop, visitor: TestClient, **who: str) -> dict[str, Any]:
    number = _asks(visitor, "erase", **who)["id"]
    answer = visitor.post(f"{REQUESTS}/{number}/confirm", json={"number": number})
    assert answer.status_code == 200, answer.text
    shop.keeps_promises()
    found: dict[str, Any] = visitor.get(f"{REQUESTS}/{number}").json()
    return found


def _all_of_both(shop: Shop) -> str:
    """Everything the deployment keeps, as one text: every table of both engines."""
    with shop.door.postgres.transaction() as tx:
        listed = tx._connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        texts = [
            str(tx._connection.execute(f"SELECT t.*, t::text FROM {name} t".encode()).fetchall()) for (name,) in listed
        ]
    stored = shop.door.facts.tree(
        "SELECT database, name FROM system.tables WHERE database NOT IN ('system', 'default') AND database NOT ILIKE "
        "'information_schema' AND engine NOT LIKE '%View'"
    )
    for database, table in zip(stored["database"], stored["name"], strict=True):
        texts.append(str(shop.door.facts.tree(f"SELECT * FROM {database}.{table}")))
    return "\n".join(texts)


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A whole program has run over Mei and Lin, and all of it is copied to the facts."""
    runs_program(shop)
    meets(shop, MEI, LIN)
    plays(shop)
    shop.sells(MEI.user, NORTH)
    shop.hears(
        {"type": "track", "event": "Friend Invited", "userId": LIN.user, "properties": {"friend": f"to {MEI.email}."}},
        {"type": "shout", "userId": MEI.user, "properties": {"email": MEI.email}},
    )
    plays(shop)
    while segment.export(shop.door.postgres, shop.door.facts) + decide.export(shop.door.postgres, shop.door.facts):
        pass
    return shop


def test_nothing_of_her_is_left_anywhere(busy: Shop) -> None:
    """Mei is erased by her e-mail address; no table of either engine holds a word or a number of hers, Lin is whole."""
    owner = busy.log_in()
    mei, lin = iids_of(busy, MEI), text_of(iid_of(busy, "user_id", LIN.user))
    owner.get(f"/api/customers/{text_of(mei[0])}")
    before = owner.get(f"/api/customers/{lin}/timeline?limit=200").json()
    whole = _all_of_both(busy)
    # The test's own teeth: all of it is there before.
    assert [word for word in (*MEI.words, *map(str, mei)) if word not in whole] == []

    done = _erases(busy, owner)
    assert (done["state"], done["error"]) == ("done", "")
    whole = _all_of_both(busy)
    assert [word for word in (*MEI.words, *map(str, mei), *map(text_of, mei)) if word in whole] == []
    assert owner.get(f"/api/customers/{text_of(mei[0])}").status_code == 404
    after = owner.get(f"/api/customers/{lin}/timeline?limit=200").json()
    assert [row["id"] for row in after["items"]] == [row["id"] for row in before["items"]]
    invited = next(row for row in after["items"] if row["title"] == "Friend Invited")
    assert invited["detail"]["properties"] == {"friend": "to (erased)."}


def test_the_dry_run_says_where_she_is_and_erases_nothing(busy: Shop) -> None:
    owner = busy.log_in()
    asked = _asks(owner, "erase", "phone", "0912 000 001")
    found = {one["table"]: one["rows"] for one in asked["tables"]}
    assert asked["state"] == "asked"
    assert {"postgres:profile.identifier", "clickhouse:collect.event", "postgres:deliver.message"} <= set(found)
    assert found["postgres:profile.identifier"] == len(MEI.identifiers())
    busy.keeps_promises()
    assert owner.get(f"/api/customers/{text_of(iids_of(busy, MEI)[0])}").status_code == 200
    called_off = owner.post(f"{REQUESTS}/{asked['id']}/cancel")
    assert (called_off.status_code, called_off.json()["state"]) == (200, "cancelled")


def test_every_declared_table_is_looked_into(busy: Shop) -> None:
    """A finding that cannot find would make every proof worthless: Mei has rows in nearly every table there is."""
    with busy.door.postgres.transaction() as tx:
        person = gathered(tx, busy.door.facts, Person(frozenset(iids_of(busy, MEI))))
        empty = {str(table) for table in tables() if not private.found(tx, busy.door.facts, table, person.traces)}
    assert empty <= {
        # Nothing simulated runs beside this shop, and nobody was set apart, collides, or asked for a file.
        *(f"postgres:simulator.{name}" for name in (
            "reply_token", "chat", "phone", "letter", "sale", "ad_member", "outgoing")),
        *(f"postgres:profile.{name}" for name in ("collision", "separated", "separation")),
        *(f"postgres:profile.{name}" for name in ("identity_seed", "identity_work", "suggestion")),
        *(f"postgres:profile.{name}" for name in ("group_trait", "group_member")),
        *("postgres:collect.intake", "postgres:collect.seen_import", "postgres:privacy.file"),
        *("postgres:deliver.address_state", "postgres:runtime.idempotency", "clickhouse:profile.link_spare"),
        *("postgres:deliver.link", "postgres:deliver.receipt", "postgres:segment.member"),
        *("postgres:collect.repeated", "postgres:segment.list_entry", "clickhouse:segment.list_entry"),
        *("postgres:decide.noticed", "postgres:decide.relinked", "postgres:access.audit"),
    }  # fmt: skip


def test_the_proof_holds_and_breaks_when_a_word_is_changed(busy: Shop) -> None:
    owner = busy.log_in()
    number = _erases(busy, owner)["id"]
    receipt = owner.get(f"{REQUESTS}/{number}/receipt").json()
    assert all(one["left"] == 0 for one in receipt["tables"])
    assert sum(one["rows"] for one in receipt["tables"]) > 20
    assert not [word for word in MEI.words if word in json.dumps(receipt)]

    def checked(said: dict[str, Any], about: str = MEI.email) -> dict[str, Any]:
        body = {"receipt": said, "identifier_kind": "email", "identifier": about}
        found: dict[str, Any] = owner.post("/api/privacy/verify", json=body).json()
        return found

    assert checked(receipt) == {"holds": True, "signed": True, "ours": True, "about": True}
    assert checked(receipt, LIN.email) == {"holds": False, "signed": True, "ours": True, "about": False}
    assert checked(receipt | {"request": number + 1})["signed"] is False
    wrong = owner.post("/api/privacy/verify", json={"receipt": {"request": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-receipt")


def _imports(shop: Shop, **call: object) -> None:
    with shop.door.postgres.transaction() as tx:
        source = collect.ensure_source(tx, "old_shop", "The old shop", collect.SourceKind.IMPORT)
        stamped = {"messageId": f"old-{call}", "timestamp": shop.clock.now().isoformat(), **call}
        collect.accept(tx, collect.LANE_IMPORTS, source.id, [json.dumps(stamped).encode()], shop.clock.now())
    shop.hears()


def test_an_old_file_does_not_bring_her_back_but_she_may_come_back_herself(busy: Shop) -> None:
    owner = busy.log_in()
    _erases(busy, owner)
    _imports(busy, type="identify", userId="another-account", traits={"name": MEI.name, "email": MEI.email})
    assert MEI.name not in _all_of_both(busy)
    away = owner.get("/api/privacy/rules").json()["turned_away"]
    assert away == [{"kind": "import", "events": 1}]
    busy.hears({"type": "identify", "userId": MEI.user, "traits": {"email": MEI.email, "nickname": "M"}})
    page = owner.get(f"/api/customers/{text_of(iid_of(busy, 'user_id', MEI.user))}").json()
    assert {one["key"] for one in page["traits"]} == {"email", "nickname"}
    assert page["consents"] == []
    assert page["totals"]["orders"] == 0


def test_a_brand_may_keep_her_out_for_good(busy: Shop) -> None:
    owner = busy.log_in()
    rules = {"two_people": False, "live_may_return": False, "file_days": 7}
    assert owner.put("/api/privacy/rules", json=rules).status_code == 200
    _erases(busy, owner)
    busy.hears({"type": "identify", "userId": MEI.user, "traits": {"email": MEI.email}})
    with busy.door.postgres.transaction() as tx, pytest.raises(profile.NoSuchCustomer):
        profile.customer_with(tx, iid_of(busy, "user_id", MEI.user))  # type: ignore[arg-type]


def test_what_arrives_while_she_is_erased_goes_with_her(busy: Shop) -> None:
    """Her phone sends a last event between the confirmation and the erasing."""
    owner = busy.log_in()
    number = _asks(owner, "erase")["id"]
    owner.post(f"{REQUESTS}/{number}/confirm", json={"number": number})
    assert asking.worker(busy.door, "Shop", busy.keeper)()
    with busy.door.postgres.transaction() as tx:
        source = collect.ensure_source(tx, "web", "Website", collect.SourceKind.WEB)
        call = {
            "type": "track",
            "event": "Last Look",
            "userId": MEI.user,
            "anonymousId": "late-phone",
            "messageId": "x",
        }
        collect.accept(tx, collect.LANE_COLLECTOR, source.id, [json.dumps(call).encode()], busy.clock.now())
    busy.keeps_promises()
    assert owner.get(f"{REQUESTS}/{number}").json()["state"] == "done"
    whole = _all_of_both(busy)
    assert "Last Look" not in whole
    assert "late-phone" not in whole


def test_two_people_may_be_asked_for(busy: Shop) -> None:
    owner = busy.log_in()
    rules = {"two_people": True, "live_may_return": True, "file_days": 7}
    assert owner.put("/api/privacy/rules", json=rules).status_code == 200
    number = _asks(owner, "erase")["id"]
    alone = owner.post(f"{REQUESTS}/{number}/confirm", json={"number": number})
    assert (alone.status_code, alone.json()["code"]) == (403, "another-must-confirm")
    second = busy.joins("otto", "owner")
    slip = second.post(f"{REQUESTS}/{number}/confirm", json={"number": number + 1})
    assert (slip.status_code, slip.json()["code"]) == (400, "not-the-same")
    assert second.post(f"{REQUESTS}/{number}/confirm", json={"number": number}).status_code == 200
    busy.keeps_promises()
    late = second.post(f"{REQUESTS}/{number}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "too-late-to-cancel")


def test_her_file_has_everything_and_nobody_elses(busy: Shop) -> None:
    owner = busy.log_in()
    number = _asks(owner, "export", "customer", text_of(iids_of(busy, MEI)[0]))["id"]
    busy.keeps_promises()
    answer = owner.get(f"{REQUESTS}/{number}/file")
    assert answer.headers["content-type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    names = set(packed.namelist())
    wanted = {"collect.event", "segment.flip", "profile.trait"}
    assert {"index.html", *(f"clickhouse/{name}.json" for name in wanted)} <= names
    assert {f"postgres/{name}.json" for name in ("deliver.message", "profile.consent", "decide.decision")} <= names
    whole = "".join(packed.read(name).decode() for name in names)
    assert [word for word in MEI.words if word not in whole] == []
    assert [word for word in LIN.words if word in whole] == []
    events = json.loads(packed.read("clickhouse/collect.event.json"))
    assert {"Signed Up", "Product Added", "Order Completed"} <= {one["name"] for one in events}
    trail = {entry["action"] for entry in owner.get("/api/audit").json()["items"]}
    assert {"privacy.export_asked", "privacy.file_fetched"} <= trail
    busy.clock.passes(timedelta(days=8))
    busy.keeps_promises()
    assert owner.get(f"{REQUESTS}/{number}/file").json()["code"] == "no-file"


def test_who_may_not_ask_is_refused_and_nonsense_is_named(busy: Shop) -> None:
    agent = busy.joins("agnes", "agent")
    body = {"kind": "erase", "identifier_kind": "email", "identifier": MEI.email}
    assert agent.post(REQUESTS, json=body).status_code == 403
    owner = busy.log_in()
    nobody = owner.post(REQUESTS, json=body | {"identifier": "nobody@example.com"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "nobody-by-that")
    _asks(owner, "erase")
    again = owner.post(REQUESTS, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "asked-already")
    assert owner.post(f"{REQUESTS}/999/confirm", json={"number": 999}).status_code == 404
    assert owner.get(f"{REQUESTS}?cursor=x").status_code == 400


def test_files_that_name_her_go_with_her(busy: Shop) -> None:
    """A list as CSV, a workbook, an export in UTF-16 and one that cannot be read; a list of others stays."""
    folder = busy.door.settings.folder
    (folder / "imports" / "uploads").mkdir(parents=True)
    (folder / "exports" / "job").mkdir(parents=True)
    hers = {
        "imports/uploads/list.csv": f"name,phone\n{MEI.name},0912-000-001\n".encode(),
        "exports/job/export": f"{MEI.email.upper()}\t1".encode("utf-16"),
        "imports/uploads/packed": b"PAR1\x00\x01\x02",
    }
    for name, content in hers.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "imports/uploads/book.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{MEI.card}</t>")
    others = folder / "imports" / "uploads" / "others.csv"
    others.write_text(f"name,email\n{LIN.name},{LIN.email}\n", "utf-8")
    done = _erases(busy, busy.log_in())
    assert {one["table"]: one["rows"] for one in done["tables"]}["files:imports and exports"] == 4
    assert [one for one in folder.rglob("*") if one.is_file() and one.parent.name in ("uploads", "job")] == [others]


def test_all_identifiers_of_a_merged_customer_go(busy: Shop) -> None:
    """Lin turns out to be Mei, by a person's word; the erasure takes both names."""
    owner = busy.log_in()
    mei, lin = (text_of(iid_of(busy, "user_id", one.user)) for one in (MEI, LIN))
    assert owner.post(f"/api/customers/{mei}/merge", json={"other": lin, "reason": "the same"}).status_code == 200
    assert _erases(busy, owner, identifier_kind="email", identifier=LIN.email)["state"] == "done"
    whole = _all_of_both(busy)
    assert [word for word in (*MEI.words, *LIN.words) if word in whole] == []
    assert OWNER in whole
