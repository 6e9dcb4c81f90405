"""The browser SDK's built files: the script under a source's write key, the snippet, and the demo's test page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from unavoce.access.api import public
from unavoce.apps.site import FOREVER, GUARDS
from unavoce.collect import api as collect
from unavoce.kernel.errors import NotFound, Unavailable
from unavoce.runtime.http import Door, door

# A shop's pages ask once an hour whether there is a new version; the answer is usually "no" (304).
FOR_AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
_SCRIPT = "unavoce.js"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_PACKED = {"br": ".br", "gzip": ".gz"}
# Pages of any origin load the script, also those that isolate themselves (COEP) or check it (`integrity`).
_FOR_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class NoSuchFile(NotFound):
    """The SDK has no such file, or no source has this write key; the console lists the sources' keys."""


class SdkNotBuilt(Unavailable):
    """The browser SDK is not built here; run `make setup`."""


def folder() -> Path:
    """Where the built SDK lies."""
    return Path(str(files("unavoce.apps"))) / "sdk"


def routes(built: Path | None = None) -> APIRouter:
    """The files of the SDK, for pages of any origin."""
    router = APIRouter(include_in_schema=False)
    home = built or folder()

    @router.get("/sdk/{name}", dependencies=[public()])
    def file(request: Request, name: str) -> Response:
        """The script (by its hash, by a write key, or as it is), the snippet, or a part of the test page."""
        here = door(request)
        if name == f"unavoce.{version(home)}.js":
            return _answer(home, _SCRIPT, request, kept=FOREVER)
        if name in (_SCRIPT, "snippet.js") or _is_a_key(here, name.removesuffix(".js")):
            return _answer(home, name if name == "snippet.js" else _SCRIPT, request, kept=FOR_AN_HOUR)
        shown = {"test": "test.html", "test.js": "test.js", "test.css": "test.css"}.get(name)
        if shown is None or not here.settings.demo:
            raise NoSuchFile(name=name)
        return _answer(home, shown, request, kept="no-cache", more=GUARDS)

    @router.get("/analytics.js/v1/{write_key}/{name}", dependencies=[public()])
    def as_segment(request: Request, write_key: str, name: str) -> Response:
        """The script where Segment's own snippet looks for it, so that only the snippet's host is changed."""
        if name not in ("analytics.min.js", "analytics.js") or not _is_a_key(door(request), write_key):
            raise NoSuchFile(name=name, write_key=write_key)
        return _answer(home, _SCRIPT, request, kept=FOR_AN_HOUR)

    return router


@cache
def version(home: Path) -> str:
    """The hash of the built script."""
    try:
        return (home / "hash").read_text("utf-8")
    except FileNotFoundError:
        raise SdkNotBuilt from None


def _is_a_key(here: Door, key: str) -> bool:
    with here.postgres.transaction() as tx:
        return collect.is_a_key(tx, key, here.clock.now())


def _answer(home: Path, name: str, request: Request, *, kept: str, more: dict[str, str] | None = None) -> Response:
    tag = f'"{version(home)}-{name}"'
    headers = {**_FOR_ALL, **(more or {}), "Cache-Control": kept, "ETag": tag, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    packing = _packing(request.headers.get("accept-encoding", ""))
    if packing:
        headers["Content-Encoding"] = packing
    content = _read(home / f"{name}{_PACKED.get(packing, '')}")
    return Response(content, headers=headers, media_type=_KINDS[Path(name).suffix])


def _packing(accepted: str) -> str:
    """The smallest form a browser says it can read; what it refuses by `q=0` counts as refused (RFC 9110, 12.5.3)."""
    said = {word.strip() for word in accepted.replace(" ", "").lower().split(",")}
    plain = {word.partition(";")[0] for word in said if not word.endswith(("q=0", "q=0.0"))}
    return next((one for one in _PACKED if one in plain), "")


@cache
def _read(file: Path) -> bytes:
    return file.read_bytes()
