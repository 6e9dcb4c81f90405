"""The console's files are served as they are, its own addresses lead to its page, and nothing else gets out."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.apps.conftest import Shop
from unavoce.apps import site
from unavoce.runtime.http import PROBLEM, answer_problems

PAGE = "<!doctype html><title>Unavoce</title><div id=root></div>"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built console, and a secret that lies beside it."""
    folder = tmp_path / "console"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "index-a1b2.js").write_text("export {}")
    (folder / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.key").write_text("the secret")
    return folder


@pytest.fixture
def visitor(built: Path) -> TestClient:
    """Somebody with a browser, not logged in."""
    app = FastAPI()
    answer_problems(app)
    app.include_router(site.routes(built))
    return TestClient(app, base_url="https://shop.example", follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/customers", "/customers/00ab/timeline", "/journeys/win_back?tab=report"])
def test_every_address_of_the_console_is_its_page(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"


def test_no_page_may_load_or_be_framed_by_others(visitor: TestClient) -> None:
    """Scripts come from our own files alone (CSP level 3), and no other site can put ours into a frame."""
    for path in ("/", "/assets/index-a1b2.js"):
        headers = visitor.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["script-src"] == "'self'"
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["object-src"] == "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(visitor: TestClient) -> None:
    answer = visitor.get("/assets/index-a1b2.js")
    assert answer.text == "export {}"
    assert "immutable" in answer.headers["cache-control"]
    assert visitor.get("/favicon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.key",
        "/..%2fsecret.key",
        "/%2e%2e/secret.key",
        "/assets/..%2f..%2fsecret.key",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.key",
        "/%2fetc%2fpasswd",
        "//etc/passwd",
        "/..%5csecret.key",
        "/%00",
        "/assets/%00.js",
        pytest.param("/" + "x" * 5000, id="too long for a file"),
    ],
)
def test_no_path_leads_out_of_the_console(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in (200, 404)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


def test_a_link_out_of_the_folder_is_not_followed(visitor: TestClient, built: Path) -> None:
    (built / "way-out").symlink_to(built.parent / "secret.key")
    assert "secret" not in visitor.get("/way-out").text


def test_without_a_built_console_it_says_what_to_do(tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(site.routes(tmp_path))
    answer = TestClient(app).get("/")
    assert answer.status_code == 200
    assert "make setup" in answer.text
    assert "content-security-policy" in answer.headers


def test_an_unknown_path_of_the_api_is_a_problem_not_a_page(shop: Shop) -> None:
    visitor = shop.log_in()
    for path in ("/api", "/api/", "/api/nothing", "/v1/nothing", "/hooks/", "/t/x", "/u/"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM), path
        assert answer.json()["code"] == "no-such-path"
        assert answer.json()["path"] == path
    wrong = visitor.post("/api/nothing", json={})
    assert wrong.status_code in (404, 405)
    assert wrong.headers["content-type"] == PROBLEM


def test_without_a_simulator_the_devices_say_how_to_start_one(shop: Shop) -> None:
    answer = shop.log_in().get("/api/simulator/phones")
    assert (answer.status_code, answer.json()["code"]) == (503, "no-simulator")
    assert "unavoce demo" in answer.json()["title"]
    assert shop.joins("vera", "viewer").get("/api/simulator/phones").status_code == 403
