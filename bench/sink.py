"""A mail server that takes every letter and throws it away: `python bench/sink.py PORT`."""

import asyncio
import sys


class Sink(asyncio.Protocol):
    def __init__(self) -> None:
        self._buffer = b""
        self._in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            continue

    def _step(self) -> bool:
        end = b"\r\n.\r\n" if self._in_letter else b"\r\n"
        line, found, rest = self._buffer.partition(end)
        if not found:
            return False
        self._buffer = rest
        if self._in_letter:
            self._in_letter = False
            self._transport.write(b"250 taken\r\n")
        else:
            self._answer(line[:4].upper())
        return True

    def _answer(self, word: bytes) -> None:
        if word == b"DATA":
            self._in_letter = True
            self._transport.write(b"354 go on\r\n")
        elif word == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 ok\r\n")


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
