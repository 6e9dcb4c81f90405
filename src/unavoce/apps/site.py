"""The console's built files: an app whose every unknown path is its one page, under a strict policy."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from unavoce.access.api import current, public, requires
from unavoce.kernel.errors import Forbidden, NotFound, Unavailable
from unavoce.runtime.http import door
from unavoce.runtime.outbound import outbound

# Mantine writes style tags at run time; scripts come from our own files alone (CSP level 3).
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'"
)
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# Vite puts a hash of the content into every name under assets/, so those never change.
FOREVER = "public, max-age=31536000, immutable"
_NOT_THE_CONSOLES = {"analytics.js", "api", "v1", "hooks", "sdk", "t", "u"}
NOT_BUILT = (
    "<!doctype html><title>Unavoce</title><p>The console is not built here. Run <code>make setup</code>; "
    "the API answers under <a href='/docs'>/docs</a>."
)


class NoSimulator(Unavailable):
    """The simulator does not answer; start Unavoce with `--simulator`, or use `unavoce demo`."""


class EveryonesDevices(Forbidden):
    """The simulated devices show what everybody was sent, so people of single stores do not see them."""


class NoSuchPath(NotFound):
    """There is nothing at this address."""


def folder() -> Path:
    """Where the built console lies."""
    return Path(str(files("unavoce.apps"))) / "console"


def routes(built: Path | None = None) -> APIRouter:
    """The console, after every other route."""
    router = APIRouter(include_in_schema=False)
    home = (built or folder()).resolve()

    @router.get("/{path:path}", dependencies=[public()])
    def page(request: Request, path: str) -> Response:
        """A built file, or the console's page for any address of its own."""
        if path.partition("/")[0] in _NOT_THE_CONSOLES:
            raise NoSuchPath(path=request.url.path)
        file = _file(home, path)
        if file is not None:
            kept = FOREVER if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={**GUARDS, "Cache-Control": kept})
        index = home / "index.html"
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, status_code=200, headers=GUARDS)
        return FileResponse(index, headers={**GUARDS, "Cache-Control": "no-cache"})

    return router


def _file(home: Path, path: str) -> Path | None:
    """The file of this folder that a path names, if it names one."""
    try:
        file = (home / path).resolve()
        return file if file.is_relative_to(home) and file.is_file() else None
    except (OSError, ValueError):  # no file can have such a name: too long, or with a zero byte
        return None


def simulator() -> APIRouter:
    """The simulated devices, for the console; behind a permission because they show what customers were sent."""
    router = APIRouter(prefix="/api/simulator", include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "POST"], dependencies=[requires("simulator:use")])
    async def device(request: Request, path: str) -> Response:
        """What the simulator answers, passed on as it is."""
        here = door(request)
        if current(request).scope.stores is not None:
            raise EveryonesDevices
        local = "127.0.0.1" if here.settings.host in ("0.0.0.0", "::") else here.settings.host
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"http://{local}:{here.settings.simulator_port}/{path}{query}"
        body = await request.body()
        said = {"Content-Type": request.headers.get("content-type", "application/json")}
        answer = await run_in_threadpool(outbound().call, request.method, url, body=body, headers=said)
        if not answer.status:
            raise NoSimulator(reason=answer.text[:200])
        kind = answer.headers.get("content-type", "application/json")
        return Response(answer.body, status_code=answer.status, media_type=kind)

    return router
