"""One small web server for what the simulated Discord shows outside of its tab."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.imgur.pages import page

TAG = '<span class="tag">Sandbox Discord</span>'

_HOST = "127.0.0.1"
_HEADERS = {
    # A form may lead on to another of the demo's ports.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    f"frame-ancestors 'none'; form-action 'self' http://{_HOST}:*",
    "Cache-Control": "no-store",
}


@asynccontextmanager
async def serve_door(routes: Iterable[web.RouteDef], port: int) -> AsyncIterator[None]:
    """Listen while the block runs.

    Raises:
        OSError: The port is taken.
    """
    application = web.Application()
    application.add_routes(routes)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, _HOST, port).start()
        yield
    finally:
        await runner.cleanup()


def page_answer(title: str, content: str, status: int = 200) -> web.Response:
    """A page as an answer.

    Args:
        content: HTML, already escaped.
    """
    return web.Response(
        text=page(title, TAG + content), content_type="text/html", status=status, headers=_HEADERS
    )
