"""The tracking plan and failed events over HTTP: who may, what is told, and what an absurd question hears."""

import csv
import io

from tests.collect.stage import ORDER, Stage
from tests.collect.test_web import Visitors, comes
from unavoce.access import api as access

__all__ = ["comes"]
BAD = {"order_id": "o-2", "revenue": "12.5", "email": "mei@shop.example"}
NAME = "Order Completed"


def test_a_schema_is_inferred_drafted_tried_and_published(comes: Visitors, stage: Stage) -> None:
    stage.sells(**BAD)
    owner = comes(access.Role.OWNER)
    (line,) = owner.get("/api/tracking-plan").json()["items"]
    assert (line["name"], line["version"], line["events"]) == (NAME, None, 1)
    inferred = owner.get("/api/tracking-plan/infer", params={"name": NAME}).json()
    assert inferred["body"]["required"] == ["order_id", "revenue", "email"]
    body = {"name": NAME, "body": ORDER}
    assert owner.post("/api/tracking-plan/effect", json=body).json() == {
        "checked": 1, "faulty": 1, "faults": [{"what": "wrong_type revenue", "events": 1}],
    }  # fmt: skip
    draft = owner.put("/api/tracking-plan/draft", json=body | {"mode": "block"}).json()
    told = owner.get("/api/tracking-plan/diff", params={"name": NAME, "before": 0}).json()["items"]
    assert {"property": "revenue", "keyword": "type", "change": "added", "before": "", "after": '"number"'} in told
    seen = {"name": NAME, "seen": draft["changed_at"]}
    published = owner.post("/api/tracking-plan/publish", json=seen)
    assert (published.status_code, published.json()["version"], published.json()["body"]) == (200, 1, ORDER)
    assert owner.post("/api/tracking-plan/publish", json=seen).json()["code"] == "nothing-to-publish"
    one = owner.get("/api/tracking-plan/event", params={"name": NAME}).json()
    assert ([each["version"] for each in one["versions"]], one["draft"], one["wrong"]) == ([1], None, [])
    assert owner.put("/api/tracking-plan/sources/shop", json={"mode": "warn"}).status_code == 200
    assert owner.put("/api/tracking-plan/sources/nobody", json={"mode": "warn"}).status_code == 404
    assert owner.get("/api/tracking-plan").json()["sources"] == [{"source": "shop", "mode": "warn"}]


def test_an_event_is_taken_out_of_the_plan_and_asked_again(comes: Visitors, stage: Stage) -> None:
    stage.plans()
    owner = comes(access.Role.OWNER)
    retired = owner.post("/api/tracking-plan/retire", json={"name": NAME}).json()
    assert (retired["version"], retired["retired"], retired["body"]) == (2, True, ORDER)
    stage.sells(**BAD)
    assert len(stage.history()) == 1
    (line,) = owner.get("/api/tracking-plan").json()["items"]
    assert (line["version"], line["events"], line["faulty"]) == (None, 1, 0)
    again = owner.post("/api/tracking-plan/retire", json={"name": NAME})
    assert (again.status_code, again.json()["code"]) == (404, "not-in-the-plan")
    # What was asked before can be asked again, word for word.
    owner.put("/api/tracking-plan/draft", json={"name": NAME, "body": ORDER, "mode": "block"})
    back = owner.post("/api/tracking-plan/publish", json={"name": NAME}).json()
    assert (back["version"], back["retired"]) == (3, False)
    stage.sells(**BAD)
    assert len(stage.history()) == 1
    known = owner.get("/api/tracking-plan/event", params={"name": NAME}).json()["versions"]
    assert [(one["version"], one["retired"]) for one in known] == [(3, False), (2, True), (1, False)]


def test_asking_again_leaves_a_draft_alone(comes: Visitors, stage: Stage) -> None:
    """Somebody works on the next version while another brings back the last."""
    stage.plans()
    owner = comes(access.Role.OWNER)
    not_out = owner.post("/api/tracking-plan/restore", json={"name": NAME})
    assert (not_out.status_code, not_out.json()["code"]) == (404, "not-in-the-plan")
    owner.post("/api/tracking-plan/retire", json={"name": NAME})
    looser = {"type": "object"}
    owner.put("/api/tracking-plan/draft", json={"name": NAME, "body": looser, "mode": "warn"})
    back = owner.post("/api/tracking-plan/restore", json={"name": NAME}).json()
    assert (back["version"], back["retired"], back["body"], back["mode"]) == (3, False, ORDER, "block")
    stage.sells(**BAD)
    assert stage.history() == []
    known = owner.get("/api/tracking-plan/event", params={"name": NAME}).json()
    assert (known["draft"]["body"], known["draft"]["mode"]) == (looser, "warn")
    unheard = owner.post("/api/tracking-plan/restore", json={"name": "Nobody Did"})
    assert unheard.json()["code"] == "not-in-the-plan"


def test_an_absurd_schema_is_refused_with_its_place(comes: Visitors) -> None:
    owner = comes(access.Role.OWNER)
    for schema, code in (
        ({"properties": {"a": {"type": "strin"}}}, "not-a-schema"),
        ({"$ref": "https://shop.example/order.json"}, "remote-reference"),
        ({"$ref": "#"}, "circular-reference"),
        ({"not": {}}, "matches-nothing"),
        ({"description": "x" * 70_000}, "schema-too-large"),
    ):
        answer = owner.put("/api/tracking-plan/draft", json={"name": NAME, "body": schema})
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["field"].startswith("schema")
    assert owner.get("/api/tracking-plan").json()["items"] == []
    nothing = owner.get("/api/tracking-plan/infer", params={"name": "Nobody Did"})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "nothing-to-infer-from")


def test_one_is_looked_at_repaired_and_sent_again(comes: Visitors, stage: Stage) -> None:
    stage.plans()
    stage.sells(**BAD)
    owner = comes(access.Role.OWNER)
    (group,) = owner.get("/api/failed-events/groups").json()["items"]
    assert (group["what"], group["events"], group["name"]) == ("wrong_type revenue", 1, NAME)
    (row,) = owner.get("/api/failed-events", params={"what": group["what"], "state": "open"}).json()["items"]
    path = f"/api/failed-events/{row['id']}"
    looked = owner.get(path).json()
    assert looked["verdict"]["faults"] == [{"kind": "wrong_type", "property": "revenue", "expected": '["number"]'}]
    refused = owner.post(f"{path}/replay")
    assert (refused.status_code, refused.json()["code"]) == (409, "still-fails")
    better = {"content": looked["failed"]["content"].replace('"12.5"', "12.5")}
    assert owner.put(path, json=better | {"dry_run": True}).json()["verdict"]["passes"]
    assert owner.get(path).json()["failed"]["original"] is None
    assert owner.put(path, json=better).json()["verdict"]["passes"]
    assert owner.post(f"{path}/replay").json()["state"] == "replaying"
    stage.pumps()
    assert owner.get(path).json()["failed"]["result"] == "entered"
    assert owner.post(f"{path}/discard").json()["code"] == "not-open"
    assert owner.get("/api/failed-events/999").status_code == 404


def test_many_are_repaired_in_the_background(comes: Visitors, stage: Stage) -> None:
    stage.plans()
    for _ in range(3):
        stage.sells(**BAD)
    owner = comes(access.Role.OWNER)
    body = {"which": {"name": NAME}, "steps": [{"op": "convert", "field": "properties.revenue", "to": "number"}]}
    assert owner.post("/api/failed-events/rehearsal", json=body).json()["passing"] == 3
    for kind in ("repair", "replay"):
        asked = owner.post("/api/failed-events/jobs", json=body | {"kind": kind})
        assert (asked.status_code, asked.json()["total"]) == (202, 3)
        stage.works()
    stage.pumps()
    assert [one["state"] for one in owner.get("/api/failed-events/jobs").json()["items"]] == ["done", "done"]
    assert len(stage.history()) == 3
    beyond = owner.post("/api/failed-events/rehearsal", json=body | {"which": {"ids": [1, 1 << 70]}})
    assert (beyond.status_code, beyond.json()["field"]) == (400, "which.ids.1")
    everything = owner.post("/api/failed-events/jobs", json={"kind": "discard", "which": {}})
    assert (everything.status_code, everything.json()["code"]) == (400, "nothing-chosen")
    absurd = body | {"steps": [{"op": "convert", "field": "properties.revenue", "to": "gold"}]}
    assert owner.post("/api/failed-events/rehearsal", json=absurd).json()["field"] == "steps.0.to"
    assert owner.post("/api/failed-events/jobs/999/cancel").status_code == 404


def test_the_sheet_holds_no_formula(comes: Visitors, stage: Stage) -> None:
    stage.sends({"type": "dance", "userId": '=HYPERLINK("https://shop.example")'})
    stage.pumps()
    sheet = comes(access.Role.OWNER).get("/api/failed-events/export.csv")
    (row,) = csv.DictReader(io.StringIO(sheet.text))
    assert row["reason"] == "unknown_type"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_who_sees_no_names_sees_no_contents_and_changes_nothing(comes: Visitors, stage: Stage) -> None:
    stage.plans()
    stage.sells(**BAD)
    analyst = comes(access.Role.ANALYST)
    (row,) = analyst.get("/api/failed-events").json()["items"]
    path = f"/api/failed-events/{row['id']}"
    told = [row["content"], analyst.get(path).text, analyst.get("/api/failed-events/export.csv").text]
    assert not [text for text in told if "mei@shop.example" in text]
    assert analyst.put(path, json={"content": "{}"}).status_code == 403
    assert analyst.post(f"{path}/replay").status_code == 403
    assert analyst.post("/api/tracking-plan/publish", json={"name": NAME}).status_code == 403
    stage.plans({"type": "object"})
    stage.sells(**BAD)
    assert "mei@shop.example" not in analyst.get("/api/tracking-plan/infer", params={"name": NAME}).text


def test_people_of_some_stores_see_none_of_it(comes: Visitors, stage: Stage) -> None:
    stage.plans()
    stage.sells(**BAD)
    number = stage.failed()[0].id
    north = comes(access.Role.OWNER, "taipei")
    assert north.get("/api/tracking-plan").json()["items"] == []
    assert north.get("/api/failed-events").json()["items"] == []
    assert north.get("/api/failed-events/groups").json()["items"] == []
    for path in (f"failed-events/{number}", "failed-events/export.csv", f"tracking-plan/event?name={NAME}"):
        assert north.get(f"/api/{path}").json()["code"] == "plan-of-the-whole-brand"
    assert north.post(f"/api/failed-events/{number}/discard").status_code == 403
