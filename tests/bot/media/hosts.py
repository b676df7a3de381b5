"""A web server on loopback that answers with raw bytes, well-behaved or not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Host:
    """A running server and what reached it."""

    port: int = 0
    connections: int = 0
    requests: list[str] = field(default_factory=list)
    requested: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/", name: str = "127.0.0.1") -> str:
        return f"http://{name}:{self.port}{path}"


def body(data: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> Answer:
    """An answer with a body; ``length`` is what it claims to have."""
    claimed = len(data) if length is None else length
    return raw(head(*headers, f"Content-Length: {claimed}", status=status) + data)


def redirect(*targets: str) -> Answer:
    """Answer ``/0`` with a redirect to the first target, ``/1`` to the second, and so on."""

    async def answer(path: str, writer: asyncio.StreamWriter) -> None:
        step = int(path.strip("/") or 0)
        if step < len(targets):
            location = f"Location: {targets[step]}"
            writer.write(head(location, "Content-Length: 0", status="302 Found"))
        else:
            writer.write(head("Content-Length: 2") + b"ok")

    return answer


def raw(data: bytes) -> Answer:
    async def answer(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return answer


def head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Host]:
    host = Host()
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host.connections += 1
        writers.append(writer)
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            host.requests.append(request)
            host.requested.set()
            await answer(request.split()[1], writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
