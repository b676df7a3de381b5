"""A server that costs next to nothing itself: ``python -m bench.stub`` prints its address.

``GET /file/N`` gives a film of N bytes, ``GET /3/gallery/…`` a page of posts, ``GET /3/image/…``
an answer after 50 ms; a POST is read to its end and answered as an upload. ``GET /served`` tells
how many requests there were, and how long the stub itself was busy.
"""

import asyncio
import json
import re
import time
from collections.abc import Coroutine

from bench.bodies import film_head, gallery, image

SLOW_S = 0.05
_BLOCK = memoryview(bytes(262_144))
_INCOMING = bytearray(1024 * 1024)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CREDITS = {"UserLimit": 500, "UserRemaining": 500, "UserReset": 1, "ClientLimit": 12500,
            "ClientRemaining": 12500}  # fmt: skip


class Answers:
    """What is served; made once."""

    def __init__(self) -> None:
        self.plain, self.packed = gallery()
        self.image = image()
        self.credits = json.dumps({"data": _CREDITS, "success": True, "status": 200}).encode()
        self.served = 0

    def to(self, target: bytes, head: bytes) -> tuple[bytes, bytes]:
        """Body and further headers for a request of one of these paths."""
        if target.startswith(b"/3/gallery"):
            if b"gzip" in head.lower():
                return self.packed, b"Content-Encoding: gzip\r\n"
            return self.plain, b""
        if target == b"/served":
            return json.dumps({"served": self.served, "busy_s": time.process_time()}).encode(), b""
        return (self.credits if target.startswith(b"/3/credits") else self.image), b""


class Connection(asyncio.BufferedProtocol):
    """One caller; bodies are read into one buffer for all and forgotten."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._head = bytearray()
        self._target = b""
        self._left_bytes = 0
        self._body = self._more = b""
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop serving."""
        del exc
        self._may_write.set()
        for task in self._tasks:
            task.cancel()

    def pause_writing(self) -> None:
        """The caller is slower than we are."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """The caller has caught up."""
        self._may_write.set()

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the next bytes go."""
        del sizehint
        return _INCOMING

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came."""
        if self._left_bytes:
            self._left_bytes -= nbytes
            if self._left_bytes <= 0:
                self._finish()
            return
        self._head += _INCOMING[:nbytes]
        end = self._head.find(b"\r\n\r\n")
        if end >= 0:
            self._begin(bytes(self._head[: end + 2]), len(self._head) - end - 4)

    def _begin(self, head: bytes, extra_bytes: int) -> None:
        method, self._target, _ = head.split(b" ", 2)
        length = _LENGTH.search(head)
        self._left_bytes = (int(length[1]) if length else 0) - extra_bytes
        self._answers.served += self._target != b"/served"
        if b"100-continue" in head:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if method == b"GET" and self._target.startswith(b"/file/"):
            self._spawn(self._send_film(int(self._target.split(b"/")[2])))
        elif method == b"GET" and self._target.startswith(b"/3/image/"):
            self._spawn(self._send_late())
        else:
            self._body, self._more = self._answers.to(self._target, head)
            if self._left_bytes <= 0:
                self._finish()
            return
        self._head.clear()

    def _finish(self) -> None:
        self._head.clear()
        self._left_bytes = 0
        self._send(self._body, self._more)

    def _send(self, body: bytes, more: bytes = b"") -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"x-ratelimit-userlimit: 500\r\nx-ratelimit-userremaining: 500\r\n"
            b"x-ratelimit-clientlimit: 12500\r\nx-ratelimit-clientremaining: 12500\r\n"
            b"%bContent-Length: %d\r\n\r\n%b" % (more, len(body), body)
        )

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_late(self) -> None:
        await asyncio.sleep(SLOW_S)
        self._send(self._answers.image)

    async def _send_film(self, size_bytes: int) -> None:
        head = film_head(size_bytes)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % size_bytes
        )
        self._transport.write(head)
        left_bytes = size_bytes - len(head)
        while left_bytes > 0:
            await self._may_write.wait()
            if self._transport.is_closing():
                return
            self._transport.write(_BLOCK[:left_bytes])
            left_bytes -= len(_BLOCK)


async def main() -> None:
    """Serve until killed."""
    answers = Answers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers), "127.0.0.1", 0, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
