"""The two listeners: the pages for everybody, and the operators' port."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry

from bot.accounts.linking import Linking
from bot.clock import Clock
from bot.errors import SettingsError
from bot.web.answers import Answers, add_headers
from bot.web.guard import MAX_BODY_BYTES
from bot.web.linking_pages import LinkingPages
from bot.web.ops import Health, ops_routes
from bot.web.rendering import pages_by_language
from bot.web.visitors import Network

#: How long a connection may be silent, or dawdle over its headers.
_IDLE_TIMEOUT_S = 10.0
_SHUTDOWN_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Listener:
    """Where to listen, and which settings say so.

    Attributes:
        prefix: ``"WEB"`` or ``"OPS"``.
    """

    prefix: str
    host: str
    port: int


@asynccontextmanager
async def serve_pages(
    linking: Linking,
    *,
    base_url: str,
    host: str,
    port: int,
    clock: Clock,
    trusted_proxies: Sequence[Network] = (),
) -> AsyncIterator[int]:
    """Serve the linking pages; yields the port, which matters where 0 was asked for.

    Args:
        base_url: ``PUBLIC_BASE_URL``; the paths hang below the root all the same, a proxy that
            adds a prefix takes it off again.
        trusted_proxies: Whose ``X-Forwarded-For`` is believed.

    Raises:
        SettingsError: ``WEB_HOST`` or ``WEB_PORT`` cannot be listened on.
    """
    pages = pages_by_language()
    answers = Answers(pages, clock, trusted_proxies)
    app = web.Application(middlewares=[answers.middleware()], client_max_size=MAX_BODY_BYTES)
    app.add_routes(LinkingPages(linking, pages, base_url=base_url).routes())
    async with _listening(app, Listener("WEB", host, port)) as bound_port:
        yield bound_port


@asynccontextmanager
async def serve_ops(
    health: Callable[[], Health], registry: CollectorRegistry, *, host: str, port: int
) -> AsyncIterator[int]:
    """Serve ``/healthz`` and ``/metrics``; yields the port.

    Raises:
        SettingsError: ``OPS_HOST`` or ``OPS_PORT`` cannot be listened on.
    """
    app = web.Application()
    app.add_routes(ops_routes(health, registry))
    async with _listening(app, Listener("OPS", host, port)) as bound_port:
        yield bound_port


@asynccontextmanager
async def _listening(app: web.Application, listener: Listener) -> AsyncIterator[int]:
    app.on_response_prepare.append(add_headers)
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        handle_signals=False,
        keepalive_timeout=_IDLE_TIMEOUT_S,
        lingering_time=1.0,
        logger=_protocol_log(),
        shutdown_timeout=_SHUTDOWN_TIMEOUT_S,
    )
    await runner.setup()
    try:
        yield await _listen(runner, listener)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, listener: Listener) -> int:
    try:
        await web.TCPSite(runner, listener.host, listener.port).start()
    except OSError as error:
        reason = f"cannot listen on {listener.host} port {listener.port} ({error.strerror})"
        example = str((listener.port or 8080) + 1)
        raise SettingsError(f"{listener.prefix}_PORT", reason, example) from error
    port: int = runner.addresses[0][1]
    return port


def _protocol_log() -> logging.Logger:
    """For aiohttp's own words: its tracebacks quote the requests that it cannot read."""
    log = logging.getLogger("bot.web.protocol")
    log.addFilter(_without_traceback)
    return log


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True
