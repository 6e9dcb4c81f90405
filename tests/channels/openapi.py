"""Checks a body against a provider's published OpenAPI document; those lie beside the repository, never in it."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts"


@cache
def _document(file: str) -> dict[str, Any]:
    path = CONTRACTS / file
    if not path.is_file():
        pytest.skip(f"the provider's specification {file} is not beside this repository (../shared/contracts)")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)
    return document


def wrongs(file: str, schema: str, body: object) -> list[str]:
    """What the specification finds wrong with a body, each with its place."""
    whole = {**_document(file), "$ref": f"#/components/schemas/{schema}"}
    found = jsonschema.Draft202012Validator(whole).iter_errors(body)
    return [f"{error.json_path}: {error.message}" for error in found]
