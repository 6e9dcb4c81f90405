"""HTTP's shared ground: the door every route gets, problem documents, and guarded outbound requests."""

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from unavoce.kernel.clock import Clock
from unavoce.kernel.errors import BadInput, Refusal, TooMany
from unavoce.runtime.clickhouse import ClickHouse, Facts
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.settings import Settings

PROBLEM = "application/problem+json"


_log = structlog.get_logger("unavoce.http")

RowId = Annotated[int, Path(ge=0, le=(1 << 63) - 1)]
"""The number of a row in a path: what PostgreSQL's bigint holds, so that a longer one is refused by name."""


class Broken(Refusal):
    """Something went wrong on our side; it has been written down. Trying again may help."""

    status = 500
    again = True


@dataclass(frozen=True, slots=True)
class Door:
    """What a route needs to do its work; `facts` is the client of the api role."""

    postgres: Postgres
    clickhouse: ClickHouse
    facts: Facts
    clock: Clock
    settings: Settings


def door(request: Request) -> Door:
    """The FastAPI dependency that hands a route its Door."""
    found: Door = request.app.state.door
    return found


def open_door(app: FastAPI, opened: Door) -> None:
    """Put the Door where `door` finds it."""
    app.state.door = opened


def problem(refusal: Refusal) -> JSONResponse:
    """A refusal as an RFC 9457 problem document."""
    document = problem_document(refusal)
    headers = {"Retry-After": str(math.ceil(refusal.retry_after))} if isinstance(refusal, TooMany) else None
    return JSONResponse(document, refusal.status, headers=headers, media_type=PROBLEM)


def problem_document(refusal: Refusal) -> dict[str, Any]:
    """The members of the problem document: the standard ones, ours, and the facts of the case."""
    facts = {name: _plain(fact) for name, fact in refusal.facts.items()}
    return facts | {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "again": refusal.again,
    }


def answer_problems(app: FastAPI) -> None:
    """Map refusals, wrong input and unknown paths to problem documents, once for the whole app."""

    @app.exception_handler(Refusal)
    def refused(_: Request, error: Refusal) -> JSONResponse:
        return problem(error)

    @app.exception_handler(RequestValidationError)
    def wrong_input(_: Request, error: RequestValidationError) -> JSONResponse:
        return problem(_bad_input(error))

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> JSONResponse:
        _log.error("a route failed", method=request.method, path=request.url.path, exc_info=error)
        return problem(Broken())

    @app.exception_handler(HTTPException)
    def failed(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(_plain_problem(error), error.status_code, headers=error.headers, media_type=PROBLEM)


def _bad_input(error: RequestValidationError) -> BadInput:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    return BadInput(field=field or "body", value=_short(first.get("input")), expected=first["msg"])


def _plain_problem(error: HTTPException) -> dict[str, Any]:
    title = HTTPStatus(error.status_code).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": error.status_code,
        "detail": str(error.detail),
        "code": title.lower().replace(" ", "-"),
        "again": error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR,
    }


def _plain(fact: object) -> object:
    return fact if isinstance(fact, str | int | float | bool | list | dict) or fact is None else str(fact)


def _short(value: object) -> str | None:
    return None if value is None else repr(value)[:120]
