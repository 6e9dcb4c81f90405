"""The shop's own web server: its pages, and the vendors' files as npm brought them."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Shelf(http.server.SimpleHTTPRequestHandler):
    """Serves them, each from its own folder."""

    def __init__(self, packages: Path, *rest: Any) -> None:
        self._packages = packages
        super().__init__(*rest, directory=str(HERE))

    def translate_path(self, path: str) -> str:
        plain = path.partition("?")[0]
        if plain.startswith("/packages/"):
            return str(self._packages / "node_modules" / plain.removeprefix("/packages/"))
        return str(HERE / ("story.json" if plain == "/story.json" else f"pages{plain}"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def shelf(packages: Path) -> Iterator[str]:
    """The address of the shop's pages."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Shelf, packages)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
