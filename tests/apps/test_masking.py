"""Who counts people does not read who they are: every route is asked by roles that see masked values."""

from __future__ import annotations

import pytest

from tests.apps.conftest import Shop
from tests.apps.stage import MEI, NORTH, iid_of, meets
from tests.apps.test_scope_sweep import HIDDEN, World, _asked, world
from unavoce.kernel.ids import text_of

__all__ = ["world"]


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_no_answer_tells_who_somebody_is(world: World, role: str) -> None:
    """Names, addresses, cards and ids of customers are in no answer of any route, whatever is asked."""
    words = [word for one in HIDDEN for word in one.words]
    visitor = world.shop.joins("vera", role)
    leaks = {
        told.url: said
        for told in _asked(visitor, world.questions())
        if (said := [word for word in words if told.gives_away(word)])
    }
    assert leaks == {}


def test_masked_values_are_not_guessed_sign_by_sign(shop: Shop) -> None:
    """Vera may look somebody up whom she can name in full, as the counter asks; a beginning finds nobody."""
    meets(shop, MEI)
    vera, owner = shop.joins("vera", "analyst"), shop.log_in()

    def found(visitor: object, words: str) -> int:
        return len(visitor.get("/api/customers", params={"q": words}).json()["items"])  # type: ignore[attr-defined]

    for words in (MEI.email[:5], MEI.name[:5], MEI.phone[:6], MEI.card[:4]):
        assert (found(owner, words), found(vera, words)) == (1, 0), words
    for words in (MEI.email, MEI.name, MEI.phone, "0912 000 001", MEI.card):
        assert found(vera, words) == 1, words
    assert vera.get("/api/customers", params={"q": MEI.email[:5], "sort": "revenue"}).json()["items"] == []


def test_a_brand_says_what_is_personal(shop: Shop) -> None:
    """What a customer wears in size is nobody's name; at this brand her tattoo is, and her e-mail is not."""
    traits = MEI.traits() | {"tattoo": "a lotus", "size": "M"}
    shop.hears(
        {"type": "identify", "userId": MEI.user, "traits": traits},
        {
            "type": "track",
            "event": "Booked",
            "userId": MEI.user,
            "properties": {"size": "M", "motif": "a koi", "call": "reach me at 0912 345 678", "for": f"{MEI.name}!"},
        },
    )
    shop.sells(MEI.user, NORTH)
    vera, owner = shop.joins("vera", "analyst"), shop.log_in()
    page = f"/api/customers/{text_of(iid_of(shop, 'user_id', MEI.user))}"

    def shown() -> dict[str, object]:
        return {one["key"]: one["value"] for one in vera.get(page).json()["traits"]}

    assert (shown()["tattoo"], shown()["size"], shown()["email"]) == ("a lotus", "M", "m•••@example.com")
    for tag in (
        {"place": "trait", "name": "tattoo", "tag": "other"},
        {"place": "property", "name": "motif", "tag": "other"},
        {"place": "trait", "name": "email", "tag": None},
    ):
        assert owner.put("/api/privacy/tags", json=tag).status_code == 200
    assert (shown()["tattoo"], shown()["size"]) == ("•••", "M")
    listed = {(one["place"], one["name"]): one for one in owner.get("/api/privacy/tags").json()["items"]}
    assert listed["trait", "tattoo"] == {"place": "trait", "name": "tattoo", "tag": "other", "said": True}
    assert listed["trait", "size"]["tag"] is None
    assert listed["identifier", "loyalty_card"]["tag"] == "id"
    rows = vera.get(f"{page}/timeline?kinds=event").json()["items"]
    booked = next(row for row in rows if row["title"] == "Booked")["detail"]["properties"]
    assert booked == {"size": "M", "motif": "•••", "call": "reach me at •••678", "for": "•••"}
    assert owner.put("/api/privacy/tags", json={"place": "trait", "name": "x", "tag": "secret"}).status_code == 400
    assert vera.put("/api/privacy/tags", json={"place": "trait", "name": "x", "tag": None}).status_code == 403
