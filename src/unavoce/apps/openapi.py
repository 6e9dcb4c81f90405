"""Writes the API's description, from which the console's client is generated: `python -m unavoce.apps.openapi FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from unavoce.apps.brand import Brand
from unavoce.apps.pump import Brand as Pumping
from unavoce.apps.server import api

# Only names and shapes are described, so any brand will do.
_ANY = Brand("", "UTC", "USD", ("en",), Pumping(bytes(32), "TW"))


def description() -> str:
    """The OpenAPI document as it is kept beside the console."""
    return json.dumps(api(None, _ANY).openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(description(), "utf-8")
