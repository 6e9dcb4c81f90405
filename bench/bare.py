"""The reference of collect: the same server and the same body, answered without being looked at or kept."""

import asyncio
import os
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

_JSON = [("content-type", "application/json")]


class Bare:
    """Reads and answers."""

    async def __rsgi__(self, scope: Any, exchange: Any) -> None:
        await exchange()
        exchange.response_bytes(200, _JSON, b'{"success":true}')


async def main() -> None:
    """Serve until killed."""
    port = int(os.environ["UNAVOCE_PORT"])
    server = Server(
        Bare(), address="127.0.0.1", port=port, interface=Interfaces.RSGI, websockets=False, log_enabled=False
    )
    await server.serve()


if __name__ == "__main__":
    asyncio.run(main())
