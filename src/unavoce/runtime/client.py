"""A visitor's HTTP client: what a program uses that speaks to a running Unavoce from outside."""

from __future__ import annotations

import base64
from typing import Any

import httpx

from unavoce.kernel.errors import Refusal


class Refused(Refusal):
    """The server refused a call."""

    status = 502


class Unreachable(Refusal):
    """Nobody answers at this address; start the server with `unavoce up`."""

    status = 503
    again = True


class Visitor:
    """One logged-in visitor of one server: keeps the session cookie and its CSRF token."""

    def __init__(self, base: str, *, timeout: float = 30.0) -> None:
        self._http = httpx.Client(base_url=base, timeout=timeout)
        self._csrf = ""

    def log_in(self, email: str, password: str) -> None:
        """Open a session; raises Refused on a wrong password."""
        answer = self.post("/api/session", {"email": email, "password": password})
        self._csrf = str(answer["csrf"])

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON behind a path."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: object = None) -> Any:
        """Send JSON, get JSON (None for an empty answer)."""
        return self._call("POST", path, json=body if body is not None else {})

    def put(self, path: str, body: object) -> Any:
        """Replace what is behind a path."""
        return self._call("PUT", path, json=body)

    def text(self, path: str, **query: str | int) -> str:
        """The text behind a path: a page, a CSV file, metrics."""
        return self._answer("GET", path, params=query).text

    def status(self, path: str) -> int:
        """The status a path answers with, 0 when nobody answers."""
        try:
            return self._http.get(path).status_code
        except httpx.TransportError:
            return 0

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _call(self, method: str, path: str, **what: Any) -> Any:
        answer = self._answer(method, path, **what)
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, **what: Any) -> httpx.Response:
        headers = {"X-CSRF-Token": self._csrf} if self._csrf else {}
        try:
            answer = self._http.request(method, path, headers=headers, **what)
        except httpx.TransportError as broken:
            raise Unreachable(address=f"{self._http.base_url}{path}", reason=str(broken)) from broken
        if answer.status_code >= 400:
            raise Refused(call=f"{method} {path}", status=answer.status_code, answer=answer.text[:500])
        return answer


class Sender:
    """A website, app or till that sends Segment calls with a write key."""

    def __init__(self, base: str, write_key: str) -> None:
        pair = base64.b64encode(f"{write_key}:".encode()).decode()
        self._http = httpx.Client(base_url=base, timeout=30.0, headers={"Authorization": f"Basic {pair}"})

    def send(self, call: dict[str, object]) -> None:
        """Send one call; `type` says which. Raises Refused unless the server took it."""
        try:
            answer = self._http.post(f"/v1/{call['type']}", json=call)
        except httpx.TransportError as broken:
            raise Unreachable(address=str(self._http.base_url), reason=str(broken)) from broken
        if answer.status_code != 200:
            raise Refused(call=f"POST /v1/{call['type']}", status=answer.status_code, answer=answer.text[:500])

    def close(self) -> None:
        """Hang up."""
        self._http.close()
