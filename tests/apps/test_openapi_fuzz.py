"""Whatever is sent to whatever route, it is answered: every operation of the API's own description, on real engines."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from tests.apps.conftest import Shop
from tests.apps.stage import BOTH, LIN, MEI, WEN, iid_of, meets, plays, runs_program
from unavoce.runtime.sql import Query

# Each example is a request with its transaction; so many fit into a minute and a half on two cores.
QUICK, LONG = 12, 200
# The long run in parts, each of every so manieth operation, so that one can be run and repeated alone.
PARTS = 6
# They end the session everything else is asked in.
LEFT_OUT = {"DELETE /api/session", "PATCH /api/session"}
BROKEN = 500
_FORGIVEN = Query("forgiven", "Forgive.", "DELETE FROM access.failed_login", "")


@dataclass
class Fuzz:
    """A brand in full swing, somebody who may do everything in it, and what it is known by."""

    shop: Shop
    visitor: TestClient
    known: dict[str, list[str]]
    troubles: dict[str, str] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)

    def asks(self, case: Case, path: Mapping[str, str]) -> None:
        """One request; an error of ours is written down once for each place it comes from."""
        case.path_parameters = cast("dict[str, Any]", {**(case.path_parameters or {}), **path})
        said = case.as_transport_kwargs(base_url="https://shop.example")
        said["headers"] = {**said.get("headers", {}), **self.visitor.headers}
        said.pop("cookies", None)
        if isinstance(said.get("data"), bytes | str):
            said["content"] = said.pop("data")
        try:
            answer = self.visitor.request(**said)
        except Exception as error:
            ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/src/unavoce/" in frame.filename]
            where = f"{ours[-1].filename.partition('/src/')[2]}:{ours[-1].lineno}" if ours else "?"
            self.note(case, f"{type(error).__name__} {where}", f"{str(error)[:300]}\n{case.as_curl_command()[:600]}")
            return
        self.statuses[case.operation.label, answer.status_code] += 1
        if answer.status_code >= BROKEN and answer.json().get("code") != "no-simulator":
            self.note(case, str(answer.status_code), f"{answer.text[:300]}\n{case.as_curl_command()[:600]}")
        documented = set(case.operation.definition.raw["responses"])
        if not documented & {str(answer.status_code), f"{answer.status_code // 100}XX"}:
            self.note(case, f"{answer.status_code} is not described", answer.text[:300])
        if answer.status_code == 401:
            # Wrong passwords were tried, too, more than somebody at this address may; that is not waited for.
            with self.shop.door.postgres.transaction() as tx:
                tx.run(_FORGIVEN)
            self.visitor = self.shop.log_in()

    def note(self, case: Case, what: str, detail: str) -> None:
        self.troubles.setdefault(f"{case.operation.label}: {what}", detail)

    def paths(self, names: Iterator[str]) -> st.SearchStrategy[dict[str, str]]:
        """Names that exist, for half of the requests: a wrong one is refused before anything else is looked at."""
        there = {name: st.sampled_from(self.known[name]) for name in names if name in self.known}
        return st.one_of(st.just({}), st.fixed_dictionaries(there)) if there else st.just({})


@pytest.fixture
def fuzz(shop: Shop) -> Fuzz:
    """Four customers in the middle of journeys, and an owner."""
    runs_program(shop)
    meets(shop, MEI, LIN, WEN, BOTH)
    plays(shop)
    visitor = shop.log_in()

    def keys(path: str, name: str = "key") -> list[str]:
        return [str(one[name]) for one in visitor.get(path).json()["items"]]

    every = keys("/api/segments") + keys("/api/journeys") + keys("/api/messages") + keys("/api/stores")
    known = {
        "key": every,
        "customer": [f"{iid_of(shop, 'user_id', one.user):016x}" for one in (MEI, LIN, WEN, BOTH)],
        "source_id": keys("/api/sources", "id"),
        "person": keys("/api/people", "id"),
        "channel": ["line", "email", "webhook"],
        "name": keys("/api/channels", "name"),
        "source": ["complete_journey"],
        "product_id": ["whisk"],
        "category": ["TEA WARE"],
    }
    return Fuzz(shop, visitor, {name: values for name, values in known.items() if values})


def test_every_number_asked_for_has_an_end(fuzz: Fuzz) -> None:
    """What PostgreSQL cannot count to is refused by its name, before it gets there."""
    endless = [
        f"{operation.label} {parameter.name}"
        for found in schemathesis.openapi.from_dict(fuzz.shop.app.openapi()).get_all_operations()
        for operation in [found.ok()]
        for parameter in (*operation.path_parameters, *operation.query)
        for schema in (parameter.definition["schema"], *parameter.definition["schema"].get("anyOf", ()))
        if schema.get("type") == "integer" and "maximum" not in schema
    ]
    assert endless == []


@pytest.mark.timeout(3000)
@pytest.mark.parametrize(
    ("examples", "part"), [(QUICK, None), *(pytest.param(LONG, part, marks=pytest.mark.long) for part in range(PARTS))]
)
def test_no_request_breaks_a_route(fuzz: Fuzz, examples: int, part: int | None) -> None:
    described = schemathesis.openapi.from_dict(fuzz.shop.app.openapi())
    operations = [one for found in described.get_all_operations() if (one := found.ok()).label not in LEFT_OUT]
    for operation in operations if part is None else operations[part::PARTS]:
        names = [parameter.name for parameter in operation.path_parameters]

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=examples == QUICK,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)),
            path=fuzz.paths(iter(names)),
        )
        def ask(case: Case, path: dict[str, str]) -> None:
            fuzz.asks(case, path)

        ask()
    reached = {200, 201, 204, 400, 404} if part is None else {200, 400}
    assert reached <= {status for _, status in fuzz.statuses}
    assert fuzz.troubles == {}, "\n\n".join(f"{what}\n{detail}" for what, detail in fuzz.troubles.items())
