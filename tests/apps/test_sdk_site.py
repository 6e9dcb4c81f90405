"""The browser SDK's files: anybody may load them, they are small, kept as long as they are true, and typed."""

from __future__ import annotations

import gzip
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from tests.e2e import browsing
from unavoce.apps import sdk_site
from unavoce.apps.server import api
from unavoce.collect import api as collect

SDK = browsing.ROOT / "sdk" / "web"
# What a shop's page may be asked to load (the design's budget).
MOST_BYTES = 6 * 1024


@pytest.fixture(autouse=True)
def built() -> None:
    """The SDK is built by `make setup`, with Node."""
    browsing.need((sdk_site.folder() / "unavoce.js").is_file(), "the browser SDK is not built (make setup)")


@pytest.fixture
def key(shop: Shop) -> str:
    """The website's write key."""
    with shop.door.postgres.transaction() as tx:
        return str(collect.ensure_source(tx, "web", "Website", "web").write_key)


@pytest.fixture
def visitor(shop: Shop) -> TestClient:
    """A page of the shop."""
    return TestClient(shop.app, base_url="https://data.shop.example")


def test_the_script_is_small(visitor: TestClient, key: str) -> None:
    """The budget holds for what goes over the wire to the oldest browsers; brotli is smaller still."""
    weight = {}
    for packing in ("gzip", "br"):
        with visitor.stream("GET", f"/sdk/{key}.js", headers={"Accept-Encoding": packing}) as answer:
            assert (answer.status_code, answer.headers["content-encoding"]) == (200, packing)
            weight[packing] = len(b"".join(answer.iter_raw()))
    assert 1_000 < weight["br"] < weight["gzip"] <= MOST_BYTES


def test_any_page_may_load_it_and_ask_whether_it_changed(visitor: TestClient, key: str) -> None:
    answer = visitor.get(f"/sdk/{key}.js", headers={"Origin": "https://shop.example"})
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=3600" in answer.headers["cache-control"]
    again = visitor.get(f"/sdk/{key}.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_under_its_hash_it_is_kept_for_ever(visitor: TestClient) -> None:
    version = sdk_site.version(sdk_site.folder())
    answer = visitor.get(f"/sdk/unavoce.{version}.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == visitor.get("/sdk/unavoce.js").text
    assert visitor.get("/sdk/unavoce.0123456789abcdef.js").status_code == 404


@pytest.mark.parametrize("accepted", ["", "identity", "br;q=0, gzip;q=0", "zstd"])
def test_who_can_unpack_nothing_gets_it_as_it_is(visitor: TestClient, accepted: str) -> None:
    answer = visitor.get("/sdk/unavoce.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    packed = (sdk_site.folder() / "unavoce.js.gz").read_bytes()
    assert answer.content == gzip.decompress(packed)


def test_segments_snippet_finds_it_where_it_looks(visitor: TestClient, key: str) -> None:
    found = visitor.get(f"/analytics.js/v1/{key}/analytics.min.js")
    assert found.text == visitor.get("/sdk/unavoce.js").text
    assert visitor.get(f"/analytics.js/v1/{key}/other.js").json()["code"] == "no-such-file"


@pytest.mark.parametrize("path", ["/sdk/wk_nobodys.js", "/sdk/hash", "/sdk/..%2fsite.py", "/sdk/", "/sdk"])
def test_a_wrong_address_is_a_problem_not_a_page(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_both_keys_load_while_a_shop_changes_over(shop: Shop, visitor: TestClient, key: str) -> None:
    source = next(one for one in shop.log_in().get("/api/sources").json()["items"] if one["key"] == "web")
    changed = shop.log_in().post(f"/api/sources/{source['id']}/rotate", json={"grace_hours": 24}).json()["write_key"]
    assert [visitor.get(f"/sdk/{one}.js").status_code for one in (changed, key)] == [200, 200]
    shop.clock.passes(timedelta(days=60))
    assert [visitor.get(f"/sdk/{one}.js").status_code for one in (changed, key)] == [200, 404]


def test_the_test_page_belongs_to_the_demo(shop: Shop, visitor: TestClient) -> None:
    assert visitor.get("/sdk/test").status_code == 404
    demo = replace(shop.door, settings=shop.door.settings.model_copy(update={"demo": True}))
    answer = TestClient(api(demo, shop.brand), base_url="https://data.shop.example").get("/sdk/test")
    assert "<main>" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text


def test_without_a_build_it_says_what_to_do(tmp_path: Path, shop: Shop) -> None:
    app = api(shop.door, shop.brand)
    app.router.routes.clear()
    app.include_router(sdk_site.routes(tmp_path))
    answer = TestClient(app).get("/sdk/unavoce.js")
    assert (answer.status_code, answer.json()["code"]) == (503, "sdk-not-built")
    assert "make setup" in answer.json()["title"]


@pytest.mark.parametrize("tool", [["../../console/node_modules/typescript/bin/tsc", "--noEmit", "-p", "."], ["--test"]])
def test_types_hold_and_its_own_tests_pass(tool: list[str]) -> None:
    browsing.need_console_tools()
    if tool == ["--test"]:
        tool = ["--test", *(str(file) for file in sorted((SDK / "test").glob("*.test.ts")))]
    done = subprocess.run([str(browsing.NODE), *tool], cwd=SDK, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
