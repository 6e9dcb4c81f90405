"""The simulator in this process, a brand that only listens, and the people who use both."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from starlette.testclient import TestClient

from unavoce.apps.simulator import store
from unavoce.apps.simulator.model import Setup
from unavoce.apps.simulator.server import build
from unavoce.apps.simulator.world import World
from unavoce.kernel.clock import FixedClock
from unavoce.runtime.outbound import Outbound
from unavoce.runtime.postgres import Postgres

TOKEN, SECRET = "line-token", "line-secret"
MEI = "U" + "1" * 32
BO = "U" + "2" * 32


@dataclass
class Heard:
    """One request that the brand heard."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Brand:
    """A server that writes down what it is told and answers with `status`."""

    url: str = ""
    status: int = 200
    answer: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)


@pytest.fixture
def brand() -> Iterator[Brand]:
    listening = Brand()

    def take(self: BaseHTTPRequestHandler) -> None:
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        listening.heard.append(Heard(self.command, self.path, headers, self.rfile.read(length)))
        self.send_response(listening.status)
        for name, value in listening.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(listening.answer)))
        self.end_headers()
        self.wfile.write(listening.answer)

    def be_quiet(*_: object) -> None:
        """Say nothing."""

    methods = {"do_GET": take, "do_POST": take, "log_message": be_quiet}
    handler: type[BaseHTTPRequestHandler] = type("Handler", (BaseHTTPRequestHandler,), methods)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    listening.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listening
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(postgres: Postgres, clock: FixedClock, brand: Brand) -> Iterator[World]:
    found = World(postgres, clock, Outbound(allow_private=True))
    with postgres.transaction() as tx:
        store.put_setup(tx, Setup(brand.url, brand.url, TOKEN, SECRET, "ads-token", "wk_till", "uk_till"))
    yield found
    found.outbound.close()


@pytest.fixture
def simulator(world: World) -> Iterator[TestClient]:
    with TestClient(build(world)) as client:
        yield client
