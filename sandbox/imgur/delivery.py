"""Putting an answer on the wire, well or badly as it was ordered."""

import asyncio
from pathlib import Path

from aiohttp import web

from sandbox.imgur.messages import Delivery, Response

_LOOK_EVERY_S = 0.05


async def deliver(
    request: web.Request, response: Response, file: Path | None
) -> web.StreamResponse:
    """Send one answer.

    Args:
        file: Sent instead of the body.
    """
    delivery = response.delivery
    if delivery.manner == "cut":
        return cut(request)
    if delivery.manner == "hang":
        return await _hang(request)
    if delivery.manner == "plain":
        await asyncio.sleep(delivery.delay_s)
        return _whole(response, file)
    body = response.body if file is None else await asyncio.to_thread(file.read_bytes)
    return await _piecemeal(request, response, body, delivery)


def cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _hang(request: web.Request) -> web.StreamResponse:
    """Say nothing until the caller has gone."""
    while (  # noqa: ASYNC110 - the transport has no event for a caller that has gone
        request.transport is not None and not request.transport.is_closing()
    ):
        await asyncio.sleep(_LOOK_EVERY_S)
    return web.Response()


def _whole(response: Response, file: Path | None) -> web.StreamResponse:
    if file is None:
        return web.Response(
            status=response.status, body=response.body, headers=dict(response.headers)
        )
    return web.FileResponse(file, headers=dict(response.headers))


async def _piecemeal(
    request: web.Request, response: Response, body: bytes, delivery: Delivery
) -> web.StreamResponse:
    headers = {**response.headers, "Content-Length": str(len(body))}
    stream = web.StreamResponse(status=response.status, headers=headers)
    await stream.prepare(request)
    if delivery.manner == "truncate":
        await stream.write(body[: len(body) // 2])
        await asyncio.sleep(0)
        return cut(request)
    for position in range(len(body)):
        await stream.write(body[position : position + 1])
        await asyncio.sleep(delivery.delay_s)
    await stream.write_eof()
    return stream
