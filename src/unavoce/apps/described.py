"""The API's description says what every route may answer: its success, and why it refuses."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from unavoce.runtime.http import PROBLEM

REFUSED = "4XX"
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457), with the facts of the case beside these members.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "again"],
    "properties": {
        "type": {"type": "string", "description": "The kind of problem, as an address."},
        "title": {"type": "string", "description": "The message."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "The message with the facts of this case."},
        "code": {"type": "string", "description": "The kind of problem, as a word."},
        "again": {"type": "boolean", "description": "Whether trying again may help."},
        "field": {"type": "string", "description": "What is wrong, where one value is."},
        "expected": {"type": "string", "description": "What would be right there."},
    },
    "additionalProperties": True,
}
_REFUSAL = {
    "description": "Refused",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Described(FastAPI):
    """An application that describes, in place of the framework's own error document, the one that is really sent."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            _amend(super().openapi())
        return super().openapi()


def _amend(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for own in ("HTTPValidationError", "ValidationError"):
        schemas.pop(own, None)
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"][REFUSED] = _REFUSAL
