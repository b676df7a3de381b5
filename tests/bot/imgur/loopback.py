"""A server on loopback that does whatever a test tells it to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import cache

from aiohttp import web

from bot.clock import Clock
from bot.imgur.senders import HttpSender
from tests.ports import held

_kept = ExitStack()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Answer every request with ``handler``; gives the server's address."""
    app = web.Application(client_max_size=1024**3)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(
    handler: Handler, clock: Clock, *, max_at_once: int = 64
) -> AsyncIterator[HttpSender]:
    """The real sender in front of such a server."""
    async with (
        serving(handler) as address,
        HttpSender("cid", clock, api_url=address, max_at_once=max_at_once) as sender,
    ):
        yield sender


@cache
def nowhere() -> str:
    """An address where nobody listens as long as this process lives."""
    return f"http://127.0.0.1:{_kept.enter_context(held())}"


class Block:
    """Content that repeats one block, so that it weighs nothing itself."""

    def __init__(self, size_bytes: int, block_bytes: int = 262144) -> None:
        self.size_bytes = size_bytes
        self._block = b"\x00" * block_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self.size_bytes
        while left > 0:
            yield self._block[:left]
            left -= len(self._block)
