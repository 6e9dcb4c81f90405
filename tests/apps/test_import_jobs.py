"""Imports by the console: sent up, checked, started, watched, stopped, and gone on with after a restart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.apps.test_file_imports import MEMBERS, counts
from tests.apps.test_importing import pumping
from unavoce.apps.imports import jobs as importers
from unavoce.apps.imports.jobs import Importer
from unavoce.apps.imports.uploads import KEPT_SECONDS, Shelf
from unavoce.collect import api as collect
from unavoce.runtime import jobs
from unavoce.runtime.jobs import Interrupted, JobState
from unavoce.runtime.process import draining


def send(visitor: TestClient, content: str | bytes = MEMBERS, name: str = "members.csv") -> dict:
    body = content.encode() if isinstance(content, str) else content
    answer = visitor.post("/api/imports/files", params={"name": name}, content=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(visitor: TestClient, file: dict, source: str = "app91") -> dict:
    columns = {one["name"]: one["to"] for one in file["columns"] if one["to"]}
    mapping = {"rows": file["rows"], "source": source, "columns": columns}
    answer = visitor.post("/api/imports", json={"file": file["id"], "mapping": mapping})
    assert answer.status_code == 201, answer.text
    return answer.json()


def works(shop: Shop) -> None:
    importer = Importer(shop.door, shop.brand)
    with pumping(shop):
        while importer.step():
            pass


def test_a_file_is_recognised_with_reasons(shop: Shop) -> None:
    told = send(shop.log_in(), MEMBERS.encode("cp950"))
    assert (told["form"], told["encoding"], told["rows"], told["preset_title"]) == (
        "delimited", "big5", "customer", "91APP members",
    )  # fmt: skip
    assert 0.5 < told["confidence"] < 1
    phone = next(one for one in told["columns"] if one["name"] == "手機")
    assert (phone["to"], phone["because"]) == ("identifier.phone", "preset")
    assert told["first_rows"][0][1] == "王小美"


def test_what_was_guessed_wrong_can_be_said(shop: Shop) -> None:
    visitor = shop.log_in()
    file = send(visitor, "名單\n電話,x\n0912345678,1\n")
    answer = visitor.get(f"/api/imports/files/{file['id']}", params={"title_rows": 0, "header_rows": 2})
    assert [one["name"] for one in answer.json()["columns"]] == ["電話", "x"]
    wrong = visitor.get(f"/api/imports/files/{file['id']}", params={"encoding": "ebcdic"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "unknown-encoding")


def test_from_file_to_customers(shop: Shop) -> None:
    visitor = shop.log_in()
    asked = ask(visitor, send(visitor))
    assert asked["state"] == "waiting"
    works(shop)
    checked = visitor.get(f"/api/imports/{asked['id']}").json()
    assert (checked["state"], checked["outcome"]["rows"], checked["outcome"]["bad_rows"]) == ("asking", 4, 1)
    assert counts(shop) == {}
    report = visitor.get(f"/api/imports/{asked['id']}/report").json()
    assert report["people"]["people_new"] == 3
    assert report["points"] == {"in_file": 1557, "going_in": 1550}
    assert {one["what"] for one in report["left_out"]} == {"not_a_phone", "masked"}
    bad = visitor.get(f"/api/imports/{asked['id']}/bad-rows.csv")
    assert "masked" in bad.text
    assert visitor.post(f"/api/imports/{asked['id']}/start").status_code == 200
    works(shop)
    done = visitor.get(f"/api/imports/{asked['id']}").json()
    assert (done["state"], done["outcome"]["sent"], done["outcome"]["new_events"]) == ("done", 6, 6)
    assert counts(shop) == {"Identify": 3, "Points Balance Stated": 3}
    again = visitor.post(f"/api/imports/{asked['id']}/start")
    assert (again.status_code, again.json()["code"]) == (409, "not-asking")
    assert [one["id"] for one in visitor.get("/api/imports").json()["items"]] == [asked["id"]]


def test_a_cancelled_import_sends_nothing(shop: Shop) -> None:
    visitor = shop.log_in()
    asked = ask(visitor, send(visitor))
    works(shop)
    assert visitor.post(f"/api/imports/{asked['id']}/cancel").json()["state"] == "cancelled"
    assert visitor.post(f"/api/imports/{asked['id']}/start").status_code == 409
    assert visitor.post(f"/api/imports/{asked['id']}/cancel").json()["code"] == "already-ended"
    works(shop)
    assert counts(shop) == {}


def test_an_import_goes_on_after_a_restart(shop: Shop) -> None:
    visitor = shop.log_in()
    asked = ask(visitor, send(visitor, "手機\n" + "".join(f"09{n:08}\n" for n in range(7_000)), "many.csv"))
    works(shop)
    visitor.post(f"/api/imports/{asked['id']}/start")
    draining.set()
    try:
        works(shop)
    finally:
        draining.clear()
    assert visitor.get(f"/api/imports/{asked['id']}").json()["state"] == "running"
    works(shop)
    assert visitor.get(f"/api/imports/{asked['id']}").json()["state"] == "done"
    assert counts(shop) == {"Identify": 7_000}


def test_a_running_import_is_stopped_at_its_next_step(shop: Shop) -> None:
    with shop.door.postgres.transaction() as tx:
        job = jobs.ask(tx, importers.KIND, "x.csv", jobs.Asker("1", "Olivia"), {}, shop.clock.now())
        jobs.claim(tx, importers.KIND, shop.clock.now())
    assert shop.log_in().post(f"/api/imports/{job.id}/cancel").json()["stopping"]
    with shop.door.postgres.transaction() as tx, pytest.raises(jobs.Stopped):
        jobs.tell(tx, job.id, {"rows": 5})


def test_a_file_that_went_missing_fails_with_its_reason(shop: Shop) -> None:
    visitor = shop.log_in()
    asked = ask(visitor, file := send(visitor))
    importers.shelf_of(shop.door.settings.folder).let_go(file["id"])
    works(shop)
    failed = visitor.get(f"/api/imports/{asked['id']}").json()
    assert (failed["state"], failed["trouble"]["code"]) == ("failed", "no-such-file")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty-file"), (b"%PDF-1.7 x", 422, "unknown-form"), (b"PK\x03\x04zip", 422, "broken-file")],
)
def test_what_is_no_table_is_refused_and_not_kept(shop: Shop, content: bytes, status: int, code: str) -> None:
    answer = shop.log_in().post("/api/imports/files", params={"name": "x.csv"}, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_mapping_that_cannot_be_used_is_refused_at_once(shop: Shop) -> None:
    visitor = shop.log_in()
    file = send(visitor)
    for mapping, code in (
        ({"columns": {"手機": "phone"}}, "bad-mapping"),
        ({"columns": {"卡": "identifier.phone"}}, "missing-columns"),
    ):
        assert visitor.post("/api/imports", json={"file": file["id"], "mapping": mapping}).json()["code"] == code
    assert visitor.get("/api/imports").json()["items"] == []


def test_who_may_import(shop: Shop) -> None:
    for role in ("analyst", "agent", "store_manager", "viewer"):
        assert shop.joins(f"a-{role}", role).get("/api/imports").status_code == 403
    local = shop.joins("lou", "marketer", ["tainan"])
    answer = local.post("/api/imports/files", params={"name": "x.csv"}, content=b"a,b\n1,2\n")
    assert (answer.status_code, answer.json()["code"]) == (403, "only-for-all-stores")


def test_files_go_after_a_week(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    coming = shelf.begin("x.csv")
    coming.add(b"a,b\n1,2\n")
    upload = coming.keep()
    made = shelf.path(upload.id).stat().st_mtime
    assert shelf.sweep(made + KEPT_SECONDS - 60) == 0
    assert shelf.sweep(made + KEPT_SECONDS + 60) == 2


def test_a_leaving_process_interrupts_a_job(shop: Shop) -> None:
    with shop.door.postgres.transaction() as tx:
        job = jobs.ask(tx, "x", "x", jobs.Asker("1", "O"), {}, shop.clock.now())
        draining.set()
        try:
            with pytest.raises(Interrupted):
                jobs.tell(tx, job.id, {})
        finally:
            draining.clear()
        assert jobs.job(tx, "x", job.id).state == JobState.WAITING


def test_an_import_that_is_killed_sends_nothing_twice(shop: Shop, tmp_path: Path) -> None:
    """Killed again and again while it sends, it goes on after the chunk that was kept last."""
    path = tmp_path / "many.csv"
    path.write_text("手機\n" + "".join(f"09{n:08}\n" for n in range(20_000)), "utf-8")
    with shop.door.postgres.transaction() as tx:
        job = jobs.ask(tx, importers.KIND, "many.csv", jobs.Asker("1", "Olivia"), {}, shop.clock.now())
    words = [sys.executable, "-m", "tests.apps.bringing", str(path), shop.door.postgres.url, job.id]
    kills = 0
    with pumping(shop):
        for _ in range(8):
            process = subprocess.Popen(words)
            before = chunks_of(shop, job.id)
            while process.poll() is None and chunks_of(shop, job.id) == before:
                sleep(0.01)
            if process.poll() is not None:
                break
            process.kill()
            process.wait()
            kills += 1
        assert subprocess.run(words, check=False).returncode == 0
    assert kills >= 2
    with shop.door.postgres.transaction() as tx:
        assert collect.heads(tx)[collect.LANE_IMPORTS] == 20_000
    assert counts(shop) == {"Identify": 20_000}


def chunks_of(shop: Shop, job_id: str) -> object:
    with shop.door.postgres.transaction() as tx:
        return jobs.job(tx, importers.KIND, job_id).progress.get("chunks", 0)
