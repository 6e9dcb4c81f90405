"""What arrived from one client, read back over the API, and what the story says should have."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.sdk.conftest import STORY
from tests.sdk.server import Server


@dataclass(frozen=True)
class Arrived:
    """The accepted calls of one source by type or name, each with its payload and the identifiers it showed."""

    calls: list[dict[str, Any]]

    def one(self, name: str) -> dict[str, Any]:
        """The only call of this name."""
        found = [call for call in self.calls if call["name"] == name]
        assert len(found) == 1, f"{name}: {[call['name'] for call in self.calls]}"
        return found[0]

    def says(self, name: str) -> dict[str, Any]:
        """The properties of the only call of this name."""
        return dict(self.one(name)["payload"]["properties"])

    def shows(self, name: str) -> set[tuple[str, str]]:
        """The identifiers that the only call of this name showed."""
        return {(one["kind"], one["value"]) for one in self.one(name)["chain"]["identifiers"]}


def arrived(server: Server, team: httpx.Client, source: str) -> Arrived:
    """Everything that came from a source; the many alike calls only in the list."""
    server.drained()
    rows, cursor = [], None
    while True:
        asked = {"source": source, "limit": 200} | ({"cursor": cursor} if cursor else {})
        page = team.get("/api/arrivals", params=asked)
        rows += page.json()["items"]
        if (cursor := page.json()["next"]) is None:
            break
    assert {row["outcome"] for row in rows} == {"accepted"}, [row for row in rows if row["outcome"] != "accepted"]
    opened = [row for row in rows if row["name"] != STORY["seen"]]
    seen = [row for row in rows if row["name"] == STORY["seen"]]
    details = [team.get(f"/api/arrivals/{row['id']}").json() for row in opened]
    events = team.get("/api/events", params={"source": source, "name": STORY["seen"], "limit": 200}).json()["items"]
    assert len(events) == len(seen)
    return Arrived([*details, *({"name": one["name"], "payload": {"properties": one["properties"]}} for one in events)])


def traits(client: str) -> dict[str, Any]:
    """What the story tells of the customer."""
    return {**STORY["traits"], "email": STORY["traits"]["email"].replace("{client}", client)}


def user(client: str) -> str:
    """Her user id, another with every client."""
    return f"{STORY['user']}-{client}"


def without_nothing(told: Any) -> Any:
    """The same without nulls, as RudderStack's page client says everything."""
    if isinstance(told, dict):
        return {key: without_nothing(value) for key, value in told.items() if value is not None}
    return [without_nothing(one) for one in told] if isinstance(told, list) else told


def as_told(found: Arrived, client: str, *, screens: bool = True, aliases: bool = True, nulls: bool = True) -> None:
    """Everything arrived exactly as it was said."""
    assert found.says("Identify") == (traits(client) if nulls else without_nothing(traits(client)))
    assert {("user_id", user(client)), ("anonymous_id", STORY["anonymous"])} <= found.shows("Identify")
    assert found.says(STORY["event"]) == STORY["order"]
    assert ("user_id", user(client)) in found.shows(STORY["event"])
    page = {"name": STORY["page"]["name"], "category": STORY["page"]["category"]} | STORY["page"]["properties"]
    assert page.items() <= found.says("Page Viewed").items()
    if screens:
        screen = {"name": STORY["page"]["name"]} | STORY["page"]["properties"]
        assert screen.items() <= found.says("Screen Viewed").items()
    group = {**STORY["group"]["traits"], "group_id": STORY["group"]["id"]}
    assert group.items() <= found.says("Group").items()
    if aliases:
        assert found.says("Alias") == {"previous_id": STORY["previous"]}
        assert {("user_id", user(client)), ("user_id", STORY["previous"])} <= found.shows("Alias")
    many = [call["payload"]["properties"] for call in found.calls if call["name"] == STORY["seen"]]
    assert sorted(one["product_id"] for one in many) == sorted(f"p-{number}" for number in range(STORY["many"]))
