"""Who may do what, who sees which stores, and what is written down."""

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from unavoce.access import api, rules
from unavoce.access.model import LastOwner, Role, Scope, WeakPassword
from unavoce.kernel.language import Language
from unavoce.runtime.idempotency import Idempotent

if TYPE_CHECKING:
    from tests.access.conftest import Team

PASSWORD = "with one voice 2018"


def test_a_store_manager_sees_her_store_and_its_people_only(team: "Team") -> None:
    team.joins("tom", Role.ASSOCIATE, ["tainan"])
    team.joins("amy", Role.ASSOCIATE, ["taipei-101"])
    lin = team.joins("lin", Role.STORE_MANAGER, ["taipei-101"])
    assert lin.get("/api/session").json()["person"]["stores"] == ["taipei-101"]
    assert lin.get("/api/session").json()["person"]["scope_name"] == "Taipei 101"
    assert [row["name"] for row in lin.get("/api/people").json()["items"]] == ["amy", "lin"]
    assert [row["key"] for row in lin.get("/api/places").json()["items"]] == ["north", "tw", "taipei-101"]


def test_a_regions_scope_grows_with_its_stores(team: "Team") -> None:
    ray = team.joins("ray", Role.VIEWER, ["north"])
    assert ray.get("/api/session").json()["person"]["stores"] == ["taipei-101", "ximending"]
    with team.door.postgres.transaction() as tx:
        api.put_places(tx, [api.Place("neihu", "north", api.PlaceKind.STORE, "Neihu")])
    assert ray.get("/api/session").json()["person"]["stores"] == ["neihu", "taipei-101", "ximending"]


def test_a_role_is_refused_what_it_may_not(team: "Team") -> None:
    ann = team.joins("ann", Role.ANALYST)
    refused = ann.post("/api/window").json()
    assert (refused["status"], refused["code"], refused["permission"]) == (403, "not-permitted", "customers:write")
    assert team.joins("max", Role.MARKETER).post("/api/window").json() == {"by": "max"}


def test_nobody_hands_on_more_than_she_has(team: "Team") -> None:
    vera = team.joins("vera", Role.OWNER, ["north"])
    beyond = {"name": "x", "email": "x@shop.example", "password": PASSWORD, "role": "viewer"}
    for places in (None, ["south"], ["tw"]):
        assert vera.post("/api/people", json=beyond | {"places": places}).json()["code"] == "beyond-your-reach"
    assert vera.post("/api/people", json=beyond | {"places": ["ximending"]}).status_code == 201
    olivia = next(row for row in team.log_in().get("/api/people").json()["items"] if row["name"] == "Olivia")
    assert vera.patch(f"/api/people/{olivia['id']}", json={"role": "viewer"}).json()["code"] == "beyond-your-reach"
    assert vera.delete(f"/api/people/{olivia['id']}").json()["code"] == "beyond-your-reach"
    assert vera.post("/api/keys", json={"name": "k", "role": "viewer"}).json()["code"] == "beyond-your-reach"


def test_less_rights_take_effect_at_once(team: "Team") -> None:
    sue = team.joins("sue", Role.MARKETER)
    found = next(row for row in team.log_in().get("/api/people").json()["items"] if row["name"] == "sue")
    changed = team.log_in().patch(f"/api/people/{found['id']}", json={"role": "viewer", "places": ["tainan"]}).json()
    assert (changed["role"], changed["places"]) == ("viewer", ["tainan"])
    assert sue.get("/api/session").status_code == 401


def test_who_leaves_is_out_and_her_address_is_free(team: "Team") -> None:
    sue = team.joins("sue", Role.MARKETER)
    found = next(row for row in team.log_in().get("/api/people").json()["items"] if row["name"] == "sue")
    assert team.log_in().delete(f"/api/people/{found['id']}").json() == {"ok": True}
    assert sue.get("/api/session").status_code == 401
    assert team.joins("sue", Role.VIEWER)


def test_the_last_owner_cannot_leave(team: "Team") -> None:
    olivia = team.log_in()
    me = olivia.get("/api/session").json()["person"]["id"]
    assert olivia.delete(f"/api/people/{me}").json()["code"] == "last-owner"
    assert olivia.patch(f"/api/people/{me}", json={"role": "viewer"}).json()["code"] == "last-owner"
    team.joins("otto", Role.OWNER)
    assert olivia.delete(f"/api/people/{me}").json() == {"ok": True}


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"email": "olivia@shop.example"}, "email-taken", "email"),
        ({"email": "no address"}, "not-an-address", "email"),
        ({"password": "short"}, "weak-password", "password"),
        ({"places": ["atlantis"]}, "unknown-place", "places"),
        ({"places": []}, "bad-input", "places"),
        ({"role": "emperor"}, "bad-input", "role"),
    ],
)
def test_bad_input_is_named(team: "Team", wrong: dict[str, object], code: str, field: str) -> None:
    good = {"name": "n", "email": "n@shop.example", "password": PASSWORD, "role": "viewer"}
    said = team.log_in().post("/api/people", json=good | wrong).json()
    assert (said["code"], said["field"]) == (code, field)


def test_a_key_opens_what_its_role_may_and_no_more(team: "Team") -> None:
    made = team.log_in().post("/api/keys", json={"name": "till", "role": "agent", "places": ["tainan"]}).json()
    assert made["secret"].startswith("uk_")
    assert made["secret"].startswith(made["prefix"])
    program = team.visitor()
    program.headers["Authorization"] = f"Bearer {made['secret']}"
    assert program.post("/api/window").json() == {"by": "till"}
    assert program.get("/api/session").json()["person"]["stores"] == ["tainan"]
    assert program.get("/api/people").json()["code"] == "not-permitted"
    listed = team.log_in().get("/api/keys").json()["items"]
    assert [row["prefix"] for row in listed] == [made["prefix"]]
    assert "secret" not in listed[0]
    assert listed[0]["last_used_at"] is not None
    assert team.log_in().delete(f"/api/keys/{made['id']}").json() == {"ok": True}
    assert program.get("/api/session").json()["code"] == "unknown-key"
    assert team.log_in().delete(f"/api/keys/{made['id']}").json()["code"] == "no-such-key"


def test_the_trail_says_who_did_what(team: "Team") -> None:
    team.joins("sue", Role.MARKETER, ["north"])
    page = team.log_in().get("/api/audit", params={"action": "person.added"}).json()
    assert [(row["person"], row["detail"]) for row in page["items"]] == [
        ("Olivia", {"role": "marketer", "places": ["north"]})
    ]
    assert page["items"][0]["ip"] == "10.0.0.1"


def test_the_trail_is_read_page_by_page(team: "Team") -> None:
    olivia = team.log_in()
    for _ in range(4):
        team.log_in()
    seen, cursor = [], None
    while True:
        page = olivia.get("/api/audit", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5
    assert olivia.get("/api/audit", params={"cursor": "x"}).json()["field"] == "cursor"


def test_the_demo_owner_is_made_once(team: "Team") -> None:
    with team.door.postgres.transaction() as tx:
        again = api.ensure_owner(tx, "olivia@shop.example", "another password!", "Olivia II")
    assert again.name == "Olivia"
    assert team.log_in()


def _person(role: Role) -> api.Person:
    return api.Person("1", "A", "", role, Language.EN, None, Scope(), None, rules.PERMISSIONS[role])


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "mei@example.com", "m•••@example.com"),
        ("email", "broken", "•••"),
        ("phone", "+886912345678", "•••678"),
        ("name", "Mei Lin", "M••• L•••"),
        ("loyalty_card", "A1", "•••"),
        ("birthday", "1990-01-01", "•••"),
    ],
)
def test_an_analyst_sees_a_hint_a_marketer_the_value(kind: str, value: str, shown: str) -> None:
    assert api.mask(_person(Role.ANALYST), kind, value) == shown
    assert api.mask(_person(Role.VIEWER), kind, value) == shown
    assert api.mask(_person(Role.MARKETER), kind, value) == value
    assert api.mask(_person(Role.ASSOCIATE), kind, value) == value


def test_every_role_has_its_rights() -> None:
    assert set(rules.PERMISSIONS) == set(Role)
    assert all("customers:read" in rights for rights in rules.PERMISSIONS.values())
    assert [role for role, rights in rules.PERMISSIONS.items() if "team:write" in rights] == [Role.OWNER]


def test_a_scope_covers_its_stores() -> None:
    north = Scope(frozenset({"taipei-101", "ximending"}))
    assert Scope().covers("anything")
    assert north.covers("ximending")
    assert not north.covers("")
    assert north.within(Scope())
    assert not Scope().within(north)
    assert Scope(frozenset()).within(north)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "Olivia Olivia", "x" * 129])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        rules.check_password(password, "olivia olivia")


def test_two_owners_cannot_leave_at_once(team: "Team") -> None:
    team.joins("otto", Role.OWNER)
    ids = [row["id"] for row in team.log_in().get("/api/people").json()["items"]]
    with team.door.postgres.transaction() as tx:
        api.part_with(tx, ids[0], team.wall.now())
    with pytest.raises(LastOwner), team.door.postgres.transaction() as tx:
        api.part_with(tx, ids[1], team.wall.now())


def test_the_table_of_roles_is_what_holds() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "roles.md").read_text("utf-8")
    for permission in get_args(api.Permission):
        rights = ["yes" if permission in rules.PERMISSIONS[role] else "" for role in Role]
        assert f"| `{permission}` | {' | '.join(rights)} |" in page
    clear = ["yes" if rules.sees_in_clear(role) else "" for role in Role]
    assert f"| personal data in clear | {' | '.join(clear)} |" in page


def test_the_team_is_listed_as_asked(team: "Team") -> None:
    for name in ("amy", "bob", "cat"):
        team.joins(name, Role.VIEWER, ["tainan"])
    olivia = team.log_in()
    page = olivia.get("/api/people", params={"role": "viewer", "sort": "-name", "limit": 2}).json()
    assert [row["name"] for row in page["items"]] == ["cat", "bob"]
    rest = olivia.get("/api/people", params={"role": "viewer", "sort": "-name", "cursor": page["next"]}).json()
    assert [row["name"] for row in rest["items"]] == ["amy"]
    assert olivia.get("/api/people", params={"shoe_size": "37"}).json()["field"] == "shoe_size"


def test_a_new_secret_is_not_kept_for_a_second_asking(team: "Team") -> None:
    team.app.add_middleware(Idempotent, postgres=team.door.postgres, clock=team.wall, who=api.who)
    olivia = team.log_in()
    olivia.headers["Idempotency-Key"] = "one"
    first = olivia.post("/api/keys", json={"name": "k", "role": "viewer"}).json()
    second = olivia.post("/api/keys", json={"name": "k", "role": "viewer"}).json()
    assert first["secret"] != second["secret"]
    place = {"name": "n", "email": "n@shop.example", "password": PASSWORD, "role": "viewer"}
    olivia.headers["Idempotency-Key"] = "two"
    assert olivia.post("/api/people", json=place).json() == olivia.post("/api/people", json=place).json()
